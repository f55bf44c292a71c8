"""Reads a spreadsheet into the entries of a fixture. Checks every cell and reports problems by sheet, row and
field.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from coi.editions.refusals import FileProblem, ImportRefused
from coi.files.spreadsheets import workbook
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
from coi.files.spreadsheets.known_names import Bad, Known, Names
from coi.files.spreadsheets.values import READ, as_typed, is_blank
from coi.files.spreadsheets.workbook_xml import Cell, Grid, name_of
from coi.models import Edition, Finding, Originator, Publication, Report
from coi.text import characters
from coi.text.folding import fold

MOST_PROBLEMS = 150  # then the reading stops, because the file as a whole is wrong

_DIGITS = re.compile(r"[0-9]+", re.ASCII)


class _TooMany(Exception):
    """More problems than anyone would read."""


@dataclass(frozen=True)
class Position:
    """A row of a sheet, or the sheet as a whole."""

    sheet: str
    row: int = 0

    def says(self, header: str, message: str) -> str:
        """Return the message after the sheet, row and field."""
        if not self.row:
            return _("%(sheet)s: %(message)s") % {"sheet": self.sheet, "message": message}
        if not header:
            return _("%(sheet)s, row %(row)d: %(message)s") % {
                "sheet": self.sheet,
                "row": self.row,
                "message": message,
            }
        return _("%(sheet)s, row %(row)d, “%(field)s”: %(message)s") % {
            "sheet": self.sheet,
            "row": self.row,
            "field": header,
            "message": message,
        }


@dataclass
class Book:
    """The entries of a spreadsheet with their positions."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Position] = field(default_factory=list)  # of each entry
    items: dict[str, Position] = field(default_factory=dict)  # by the names that the checks use

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Add the position in the spreadsheet to every problem that is raised inside."""
        try:
            yield
        except ImportRefused as refusal:
            raise ImportRefused([self.placed(problem) for problem in refusal.problems]) from refusal

    def placed(self, problem: str) -> str:
        """Return the problem with its sheet, row and field, as far as it has them."""
        if not isinstance(problem, FileProblem):
            return problem
        if problem.entry:
            position = self.rows[problem.entry - 1]
            model = self.entries[problem.entry - 1]["model"]
        else:
            inner = self.items.get(f"{problem.item}/{problem.within}")
            found = inner or self.items.get(problem.item)
            if found is None:
                return problem
            position = found
            model = "coi.denial" if problem.within == "denies" else ""
        return position.says(_header(position.sheet, model, problem.field), problem.said)


def _header(sheet_name: str, model: str, name: str) -> str:
    """Return the header of a field of the sheet's own model or of the given one."""
    (sheet,) = (s for s in SHEETS if s.name == sheet_name)
    wanted = model or sheet.model._meta.label_lower
    return next((c.header for c in sheet.columns if c.field == name and c.model._meta.label_lower == wanted), "")


def read(content: bytes) -> Book:
    """Return the entries of a spreadsheet. Raises ImportRefused with every problem."""
    reading = _Reading(workbook.grids(content))
    try:
        reading.read()
    except _TooMany:
        reading.problems.append(_("There are more problems than these. Fix these first."))
    if reading.problems:
        raise ImportRefused(list(dict.fromkeys(reading.problems)))
    return reading.book


# --- the reading ------------------------------------------------------------------------------------


class _Reading:
    """Reads one file: its sheets in order, so that each row may refer to earlier ones."""

    def __init__(self, grids: list[Grid]) -> None:
        self.grids = grids
        self.known = Known()
        self.book = Book()
        self.problems: list[str] = []
        self.publications: list[tuple[dict[str, Any], Position]] = []
        self.numbers: dict[type[Model], set[int]] = {}

    def problem(self, position: Position, header: str, message: str) -> None:
        """Record a problem and continue."""
        self.problems.append(position.says(header, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _TooMany

    def read(self) -> None:
        """Read all sheets, then the values that an edition has once."""
        for sheet, grid in self._sheets():
            columns = self._columns(sheet, grid)
            for row in sorted({row for row, _column in grid.cells if row > 1}):
                cells = {column: cell for at, column in columns.items() if (cell := grid.cells.get((row, at)))}
                if not self._is_example(sheet, row, cells):
                    self._row(sheet, row, cells)
            if sheet.model is Edition and "edition" not in self.book.items:
                self.problem(Position(sheet.name), "", _("Fill in one row: the report and its edition."))
        for entry, position in self.publications:  # last, because it makes the edition immutable
            self._add(entry, position)

    def _sheets(self) -> list[tuple[Sheet, Grid]]:
        """Return the sheets of an edition. Reports missing, unknown and merged ones."""
        wanted = {fold(sheet.name): sheet for sheet in SHEETS}
        found: dict[str, Grid] = {}
        for grid in self.grids:
            name = fold(grid.name)
            if name in (fold(INSTRUCTIONS), fold(WORDS)):
                continue
            if name not in wanted or name in found:
                said = _("This sheet does not belong to an edition. Known sheets: %(these)s.")
                self.problem(Position(grid.name), "", said % {"these": ", ".join(s.name for s in SHEETS)})
                continue
            found[name] = grid
            for merged in grid.merged:
                said = _("The cells %(cells)s are merged. Split them, and write a value in each.")
                self.problem(Position(wanted[name].name), "", said % {"cells": merged})
        for name, sheet in wanted.items():
            if name not in found:
                self.known.unread.add(sheet.model)
                self.problem(Position(sheet.name), "", _("The sheet is missing. It may be empty below its headers."))
        return [(sheet, found[name]) for name, sheet in wanted.items() if name in found]

    def _columns(self, sheet: Sheet, grid: Grid) -> dict[int, Column | None]:
        """Return the column under each header; None for the header that marks the example."""
        known: dict[str, Column | None] = {fold(column.header): column for column in sheet.columns}
        known[fold(EXAMPLE_HEADER)] = None
        found: dict[int, Column | None] = {}
        names = Names((header, ()) for header in (*(c.header for c in sheet.columns), EXAMPLE_HEADER))
        top = Position(sheet.name, 1)
        for at in sorted({column for _row, column in grid.cells}):
            cell = grid.cells.get((1, at))
            if cell is None:
                first = min(row for row, column in grid.cells if column == at)
                said = _("%(cell)s is filled, but its column has no header.")
                self.problem(top, "", said % {"cell": name_of(first, at)})
                continue
            header = str(cell.value) if cell.kind == "text" and characters.accepts(cell.value) else ""
            name = fold(header)
            if not name:
                self.problem(top, "", _("%(cell)s is not a header.") % {"cell": name_of(1, at)})
            elif name not in known:
                try:
                    names.find(header, _("“%(text)s” is not a header of this sheet."))
                except Bad as bad:
                    self.problem(top, "", str(bad))
            elif known[name] in found.values():
                self.problem(top, header.strip(), _("This header is there twice."))
            else:
                found[at] = known[name]
        for column in sheet.columns:
            if column.needed and column.model is not sheet.also and column not in found.values():
                self.problem(top, column.header, _("This header is missing."))
                if column.model is sheet.model and column.field == sheet.key:
                    self.known.unread.add(sheet.model)
        return found

    def _is_example(self, sheet: Sheet, row: int, cells: dict[Column | None, Cell]) -> bool:
        """Return whether the row is the template's marked and unchanged example."""
        mark = cells.get(None)
        if mark is None:
            return False
        position = Position(sheet.name, row)
        if mark.kind != "text" or fold(mark.value) != EXAMPLE_MARK:
            said = _("Leave this cell empty. “%(word)s” marks the row that is not read.")
            self.problem(position, EXAMPLE_HEADER, said % {"word": EXAMPLE_MARK})
            return False
        if any(as_typed(cells.get(column)) != str(column.example) for column in sheet.columns):
            said = _(
                "The row is marked as the example but was changed. Clear this cell to read the row, or delete the row."
            )
            self.problem(position, EXAMPLE_HEADER, said)
        return True

    # --- one row ---

    def _row(self, sheet: Sheet, row: int, cells: dict[Column | None, Cell]) -> None:
        position = Position(sheet.name, row)
        values: dict[type[Model], dict[str, Any]] = {}
        failed: set[type[Model]] = set()
        filled = {column: cell for column, cell in cells.items() if column is not None and not is_blank(cell)}
        if not filled:
            return
        empty = []
        for column in sheet.columns:  # in this order, not the file's, because some cells depend on earlier ones
            fields = values.setdefault(column.model, {})
            cell = filled.get(column)
            if cell is None:
                if column.takes == Takes.ORDER:
                    fields[column.field] = self._next(sheet, fields)
                elif column.needed:
                    empty.append(column)
                continue
            try:
                value = READ[column.takes](self.known, cell, column)
                if value != column.default and value not in ([], ""):
                    fields[column.field] = value
            except Bad as bad:
                failed.add(column.model)
                for message in bad.messages:
                    self.problem(position, column.header, message)
            if column.model is Report and column.field == "country":
                self.known.country = fields.get("country", "")
        for column in empty:
            if column.model is not sheet.also or values[column.model] or column.model in failed:
                self.problem(
                    position, column.header, _("Fill in this cell. It accepts %(what)s.") % {"what": _takes(column)}
                )
        self._refuse(sheet, filled, values.get(sheet.model, {}))
        self._keep(sheet, position, values, failed)

    def _refuse(self, sheet: Sheet, filled: dict[Column, Cell], own: dict[str, Any]) -> None:
        """Record the name that a refused row would have had."""
        naming = {sheet.key, "title", "name"}
        for column, cell in filled.items():
            if column.model is not sheet.model or column.field not in naming:
                continue
            if column.field not in own or sheet.key not in own:
                typed = as_typed(cell)
                digits = _DIGITS.findall(typed) if column.takes == Takes.WHOLE else []
                # the number in “1)” is clear enough to know the references to it, but not to accept it
                self.known.refuse(sheet.model, [typed, *digits] if len(digits) == 1 else [typed])

    def _next(self, sheet: Sheet, fields: dict[str, Any]) -> int:
        """Return the next position in the same footnote or figure."""
        within = fields[sheet.part.within][-1] if sheet.part.within in fields else None
        above = [key for model, key in self.known.keys if model is sheet.model] if sheet.part.within else []
        if sheet.part.within:
            return max((number for parent, number in above if parent == within), default=0) + 1
        return max(self.numbers.get(sheet.model, {0})) + 1

    def _keep(self, sheet: Sheet, position: Position, values: dict[type[Model], dict[str, Any]], failed: Any) -> None:
        """Store the row's entries by its key."""
        own = values.get(sheet.model, {})
        key = own.get(sheet.key)
        if sheet.part.within and key is not None:
            key = (own[sheet.part.within][-1], key) if sheet.part.within in own else None
        if sheet.model is Edition:
            if "edition" in self.book.items:
                self.problem(position, "", _("A file has one edition. This is a second one."))
                return
            self._begin(position, values)
        if key is not None:
            header = _header(sheet.name, "", sheet.key)
            if (there := self.known.keys.get((sheet.model, key))) is not None:
                said = _("%(key)s is already in row %(row)d.")
                shown = key[-1] if isinstance(key, tuple) else key
                self.problem(position, header, said % {"key": shown, "row": there.row})
            self.known.keys.setdefault((sheet.model, key), position)
            self.book.items[_item(sheet, key)] = position
        if "position" in own:
            self.numbers.setdefault(sheet.model, set()).add(own["position"])
        if sheet.name == "Sections" and key is not None:
            self.known.sections.add(key, [own["title"]] if own.get("title") else [])
        if sheet.model is Originator and key is not None:
            self._originator(position, key, own.get("name", ""))
        for model, fields in values.items():
            if model is not sheet.also or fields or model in failed:
                entry = {"model": model._meta.label_lower, "fields": self._owned(model, own, fields)}
                if model is Publication:
                    self.publications.append((entry, position))
                else:
                    self._add(entry, position)

    def _begin(self, position: Position, values: dict[type[Model], dict[str, Any]]) -> None:
        self.known.report = values.get(Report, {}).get("code", "")
        self.known.edition = values.get(Edition, {}).get("code", "")
        self.book.items["edition"] = position

    def _originator(self, position: Position, code: str, name: str) -> None:
        """Refuse a second code for an originator, because it would count as two."""
        others = self.known.originators.by_name.get(fold(name), set()) - {code} if name else set()
        if others:
            said = _(
                "“%(name)s” is in the library under the code %(code)s. Use that code, so that it counts as one originator."
            )
            self.problem(position, "Name", said % {"name": name, "code": ", ".join(sorted(others))})
        self.known.originators.add(code, [name] if name else [])

    def _owned(self, model: type[Model], own: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        """Return the fields, with the row's owner."""
        names = {f.name for f in model._meta.get_fields()}
        if model is Edition:
            return {"report": [self.known.report], **fields}
        if "edition" in names and model is not Report:
            return {"edition": [self.known.edition], **fields}
        if model is not Finding and "finding" in names:
            return {"finding": [self.known.edition, own.get("code", "")], **fields}
        return fields

    def _add(self, entry: dict[str, Any], position: Position) -> None:
        self.book.entries.append(entry)
        self.book.rows.append(position)


def _item(sheet: Sheet, key: Any) -> str:
    """Return the row's name, as the checks write it."""
    if sheet.part.within:
        parent, number = key
        return f"{sheet.part.within} {parent}/{sheet.part.named(number)}"
    return sheet.part.named(key)


def _takes(column: Column) -> str:
    return str(SAYS[column.takes])
