"""An edition as a spreadsheet: the table of its columns, and what reads it, writes it and explains it."""
