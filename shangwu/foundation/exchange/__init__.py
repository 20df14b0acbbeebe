"""Exchange: tables that come in and go out, always through the door.

`reading` turns a file of any spreadsheet program, in any encoding and separator, into rows of text; `writing` makes
files in which no formula can run.
"""
