"""Reading tables: a file becomes a header and rows of text; nothing here knows records or a database.

`tables.table` is the way in. Workbooks are read in a child process (`workbooks` runs there), separated text by
`separated` here; `headers` finds the line that names the columns; `values` and `dates` turn text into amounts and
days; `proposals` guess which column is which field.
"""
