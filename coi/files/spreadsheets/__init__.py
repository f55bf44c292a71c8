"""An edition as a spreadsheet: the table of its columns, and how it is read, written and documented."""
