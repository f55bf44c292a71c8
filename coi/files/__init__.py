"""An edition as fixture, spreadsheet and JSON, and loading one."""
