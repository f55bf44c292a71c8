"""Writes an edition as a spreadsheet, and the template, by the same table of columns that reading.py uses."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from coi import gazetteer as places
from coi.files import fixture
from coi.files.spreadsheets.columns import (
    EXAMPLE_HEADER,
    EXAMPLE_MARK,
    INSTRUCTIONS,
    SAYS,
    SHEETS,
    WORDS,
    Column,
    Sheet,
    Takes,
)
from coi.files.spreadsheets.workbook import MAX_BYTES
from coi.files.spreadsheets.workbook_xml import LONGEST_TEXT
from coi.models import Actor, Edition, EventKind, Finding, Place, Source, Trait

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")  # characters that other programs may take for the start of a formula
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_AS_TEXT = "@"
_HEAD = PatternFill("solid", fgColor="E8EBF0")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_ROWS_WITH_LISTS = 2_000
_WIDE = {"statement", "remark", "basis", "scope_note", "text_says", "quotation", "label", "title", "url"}


class DoesNotFit(ValueError):
    """The edition has a text that does not fit into a cell."""


def template() -> bytes:
    """Return an empty spreadsheet with headers, an example row on each sheet, the instructions and the accepted
    words.
    """
    book = _begun()
    for sheet in SHEETS:
        page = _sheet(book, sheet)
        _put(page, 2, 1, EXAMPLE_MARK)
        for at, column in enumerate(sheet.columns, start=2):
            _put(page, 2, at, column.example)
        for cell in page[2]:
            cell.font = Font(italic=True, color="5A6472")
    _words(book.create_sheet(WORDS))
    return _bytes(book)


def edition(row: Edition) -> bytes:
    """Return the edition as a spreadsheet that uploads to the identical edition. Raises DoesNotFit if it cannot."""
    entries = fixture.entries(row)
    labels = _labels(row, entries)
    book = _begun()
    for sheet in SHEETS:
        page = _sheet(book, sheet)
        for number, fields in enumerate(_rows(sheet, entries), start=2):
            for at, column in enumerate(sheet.columns, start=2):
                value = fields.get((column.model._meta.label_lower, column.field))
                if value is not None:
                    _put(page, number, at, _written(column, value, labels))
    _words(book.create_sheet(WORDS))
    return _bytes(book)


def _bytes(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _begun() -> Workbook:
    book = Workbook()
    book.properties.creator = "Footnote"
    page = book.active
    page.title = INSTRUCTIONS
    _instructions(page)
    return book


# --- an edition's rows ------------------------------------------------------------------------------


def _rows(sheet: Sheet, entries: Iterable[Mapping[str, Any]]) -> list[dict[tuple[str, str], Any]]:
    """Return the fields of each row by model and field, combined for each row of a sheet."""
    wanted = {column.model._meta.label_lower for column in sheet.columns}
    rows: dict[Any, dict[tuple[str, str], Any]] = {}
    for number, entry in enumerate(entries):
        model, fields = entry["model"], entry["fields"]
        if model not in wanted:
            continue
        key: Any = number
        if sheet.model is Edition:
            key = "the one row"
        elif sheet.model is Finding:
            key = fields["finding"][-1] if "finding" in fields else fields["code"]
        rows.setdefault(key, {}).update({(model, name): value for name, value in fields.items()})
    return list(rows.values())


def _labels(row: Edition, entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what to type to mean each place and no other."""
    by_model: dict[str, list[Column]] = {c.model._meta.label_lower: [] for s in SHEETS for c in s.columns}
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.takes in (Takes.PLACE, Takes.PLACES):
                by_model[column.model._meta.label_lower].append(column)
    codes: set[str] = set()
    for entry in entries:
        for column in by_model.get(entry["model"], ()):
            value = entry["fields"].get(column.field)
            if value:
                codes |= {value[0]} if column.takes == Takes.PLACE else {item[0] for item in value}
    held = places.candidates_of(Place.objects.filter(code__in=codes), country=row.report.country)
    return {one.code: one.code if ";" in one.label else one.label for one in held}


def _written(column: Column, value: Any, labels: Mapping[str, str]) -> str | int:
    """Return a field's value as its cell has it."""
    takes = column.takes
    if takes == Takes.YES_NO:
        return "yes" if value else "no"
    if takes == Takes.PLACE:
        return labels[value[0]]
    if takes == Takes.PLACES:
        return "; ".join(labels[item[0]] for item in value)
    if takes in (Takes.FOOTNOTES, Takes.FIGURES) and len(value) == 1:
        return int(value[0][-1])
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "; ".join(str(item[-1]) for item in value)
    # the last part of a reference is the row's own key
    held: str | int = value[-1] if isinstance(value, list) else value
    return held


# --- pages ------------------------------------------------------------------------------------------


def _put(page: Worksheet, row: int, column: int, value: str | int) -> None:
    """Write the value as a number or as a text that stays a text, whatever its first character."""
    if value == "":
        return
    cell = page.cell(row, column)
    if isinstance(value, int):
        cell.value = value
    else:
        value = _LOOKS_ESCAPED.sub("_x005F_", value)
        if len(value) > LONGEST_TEXT:
            raise DoesNotFit(_("A text is too long for a cell (%(count)d characters).") % {"count": LONGEST_TEXT})
        cell.value = value
        cell.data_type = "s"
        cell.number_format = _AS_TEXT
        cell.quotePrefix = value.startswith(_ACTIVE)
    cell.alignment = _WRAPPED


def _sheet(book: Workbook, sheet: Sheet) -> Worksheet:
    """Add a sheet with its headers; those of required columns are bold."""
    page = book.create_sheet(sheet.name)
    headers = [(EXAMPLE_HEADER, False), *((c.header, c.needed and c.model is not sheet.also) for c in sheet.columns)]
    for at, (header, is_needed) in enumerate(headers, start=1):
        _put(page, 1, at, header)
        cell = page.cell(1, at)
        cell.font, cell.fill = Font(bold=is_needed), _HEAD
    for at, column in enumerate(sheet.columns, start=2):
        dimension = page.column_dimensions[get_column_letter(at)]
        dimension.width = 48 if column.field in _WIDE else max(14, min(30, len(column.header) + 4))
        if column.takes not in (Takes.WHOLE, Takes.ORDER, Takes.FOOTNOTE, Takes.FIGURE):
            dimension.number_format = _AS_TEXT  # otherwise 2019-03 becomes a day when it is typed
        words = [code for code, _word in column.choices] if column.takes == Takes.CHOICE else []
        words = ["yes", "no"] if column.takes == Takes.YES_NO else words
        if words:
            choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            choice.add(f"{get_column_letter(at)}2:{get_column_letter(at)}{_ROWS_WITH_LISTS}")
            page.add_data_validation(choice)
    page.column_dimensions["A"].width = 10
    page.freeze_panes = "C2"
    return page


def _instructions(page: Worksheet) -> None:
    """Write the instructions, then every column."""
    lines = [
        _("One edition of a report, to be uploaded under Library, Drafts. It becomes a draft and is not published."),
        _("Fill in the sheets in their order. Headers in bold must be filled in. Do not change the sheets and headers. The order of columns does not matter."),
        _("The row in italics on each sheet is an invented example and is not read. Delete it, or leave it unchanged."),
        _("Separate the items of a list with semicolons. Write places as name, region; or as name, cercle, region; or as a code. You are asked about a name that several places have; it is never guessed."),
        _("Write dates as 2019, 2019-03 or 2019-03-23, only as exactly as the report states them."),
        _("Write values, not formulas. Do not merge cells. The file may have at most %(megabytes)d MB.") % {"megabytes": MAX_BYTES // 1_000_000},
        _("If there are problems, all of them are listed by sheet, row and field, and nothing is saved."),
        _("How to read a report into findings: docs/encoding.md and docs/second-report.md."),
    ]  # fmt: skip
    for number, line in enumerate(lines, start=1):
        _put(page, number, 1, line)
        page.merge_cells(start_row=number, start_column=1, end_row=number, end_column=6)
        page.row_dimensions[number].height = 32
    top = len(lines) + 2
    for at, header in enumerate(
        (_("Sheet"), _("Column"), _("Must be filled"), _("Takes"), _("Note"), _("Example")), start=1
    ):
        _put(page, top, at, header)
        page.cell(top, at).font = Font(bold=True)
    row = top
    for sheet in SHEETS:
        row += 1
        _put(page, row, 1, sheet.name)
        _put(page, row, 5, str(sheet.about))
        page.cell(row, 1).font = Font(bold=True)
        for column in sheet.columns:
            row += 1
            is_needed = column.needed and column.model is not sheet.also
            cells = (sheet.name, column.header, _("yes") if is_needed else "", said_of(column), str(column.hint))
            for at, text in enumerate((*cells, column.example), start=1):
                _put(page, row, at, text)
    for letter, width in zip("ABCDEF", (14, 30, 14, 46, 56, 44), strict=True):
        page.column_dimensions[letter].width = width


def said_of(column: Column) -> str:
    """Return what a cell of the column accepts, in words, or the list itself."""
    if column.takes == Takes.CHOICE:
        return _("one of: %(words)s") % {"words": ", ".join(code for code, _word in column.choices)}
    return str(SAYS[column.takes])


def _words(page: Worksheet) -> None:
    """Write the accepted codes with their meanings."""
    headers = (_("For"), _("Code"), _("Name"), _("Also called"), _("Part of"), _("Note"))
    rows: list[tuple[str, ...]] = []
    for title, model in ((_("actors"), Actor), (_("kinds of event"), EventKind), (_("targets"), Trait)):
        for word in model.objects.select_related("parent"):
            above = word.parent.code if word.parent else ""
            rows.append((title, word.code, word.name, "; ".join(word.aliases), above, word.note))
    for title, choices in (
        (_("kind of finding"), Finding.Kind.choices),
        (_("strength of finding"), Finding.Strength.choices),
        (_("kind of source"), Source.Kind.choices),
    ):
        rows += [(title, str(code), str(word), "", "", "") for code, word in choices]
    for number, row in enumerate([headers, *rows], start=1):
        for at, text in enumerate(row, start=1):
            _put(page, number, at, text)
    for at, width in enumerate((20, 30, 44, 44, 24, 44), start=1):
        page.cell(1, at).font = Font(bold=True)
        page.column_dimensions[get_column_letter(at)].width = width
    page.freeze_panes = "A2"
