"""Writes docs/reference/spreadsheet.md, which describes the sheets and columns."""

from coi.files.spreadsheets import workbook, workbook_xml
from coi.files.spreadsheets.columns import EXAMPLE_HEADER, EXAMPLE_MARK, INSTRUCTIONS, SHEETS, WORDS, Column, Sheet
from coi.files.spreadsheets.writing import said_of

HEAD = f"""# The spreadsheet of an edition

Made by `python manage.py coi_template --page docs/reference/spreadsheet.md` from coi/files/spreadsheets/columns.py. Get the file itself under `Library › Drafts`, or by `python manage.py coi_template FILE.xlsx`. How it is used: [a second report](../second-report.md).

- A plain .xlsx file of at most {workbook.MAX_BYTES // 1_000_000} MB, {workbook_xml.MOST_ROWS:,} rows and {workbook_xml.MOST_COLUMNS} columns a sheet. No formulas, macros, merged cells, links to other files.
- It has every sheet below, with headers in row 1 and columns in any order. The sheets {INSTRUCTIONS} and {WORDS} are for people and are ignored.
- `{EXAMPLE_HEADER}` is empty except in the template's own example row, where it says `{EXAMPLE_MARK}`: that row is not read, and it is an error if it was changed.
- An empty cell means that nothing is stated. Codes of the vocabulary are on the sheet {WORDS} of the template.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *map(_section, SHEETS)])


def _section(sheet: Sheet) -> str:
    lines = [f"## {sheet.name}", "", str(sheet.about), "", "| column | filled | accepts | |", "|---|---|---|---|"]
    return "\n".join([*lines, *(_row(sheet, column) for column in sheet.columns), ""])


def _row(sheet: Sheet, column: Column) -> str:
    filled = ""
    if column.needed:
        filled = "always" if column.model is not sheet.also else "with the next"
    return f"| {column.header} | {filled} | {said_of(column)} | {column.hint} |"
