"""Text: what people type, paste and upload, made fit to store, compare, sort and find.

Pure rules without tables of their own and without knowledge of any record. A rule refuses by
`ValidationError` with a code, what is wrong and what to do. Facts about writing (capital numerals,
simplified characters, readings) stand as data in `tables/`, the only place here with Chinese in it.
"""
