"""A spreadsheet into the entries of a fixture: every cell checked, every problem with its sheet, row and field."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from coi import places
from coi.models import Actor, Edition, EventKind, Finding, Originator, Place, Publication, Report, Trait
from coi.names import fold
from coi.refusals import ImportRefused, Problem
from coi.spreadsheets import workbook
from coi.spreadsheets.columns import (
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
from coi.spreadsheets.workbook import Cell, Grid
from matching.periods import FIRST_YEAR, LAST_YEAR, InvalidDate, Moment

MOST_PROBLEMS = 150  # then the reading stops: whoever has so many has another problem
MOST_LISTED = 100  # items of a list in one cell
LARGEST_SMALL = 32_767  # as positions and numbers of footnotes are stored

_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class _Bad(ValueError):
    """A cell is not accepted; each message is a sentence."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class _TooMany(Exception):
    """More problems than anybody reads."""


@dataclass(frozen=True)
class Position:
    """A row of a sheet; no row where the sheet as a whole is meant."""

    sheet: str
    row: int = 0

    def says(self, header: str, message: str) -> str:
        """The message with sheet, row and field before it."""
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
    """The entries of a spreadsheet, and where each of them stands."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Position] = field(default_factory=list)  # of each entry
    items: dict[str, Position] = field(default_factory=dict)  # of what the checks name

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Say of every problem that turns up inside where it stands in the spreadsheet."""
        try:
            yield
        except ImportRefused as refusal:
            raise ImportRefused([self.placed(problem) for problem in refusal.problems]) from refusal

    def placed(self, problem: str) -> str:
        """The problem with sheet, row and field, as far as it is about any."""
        if not isinstance(problem, Problem):
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


def _label(model: type[Model]) -> str:
    return f"coi.{model._meta.model_name}"


def _header(sheet_name: str, model: str, name: str) -> str:
    """The header of a field; of the sheet's own model unless another is named."""
    (sheet,) = (s for s in SHEETS if s.name == sheet_name)
    wanted = model or _label(sheet.model)
    return next((c.header for c in sheet.columns if c.field == name and _label(c.model) == wanted), "")


def read(content: bytes) -> Book:
    """The entries that a spreadsheet holds; raises ImportRefused with everything that is wrong with it."""
    reading = _Reading(workbook.grids(content))
    try:
        reading.read()
    except _TooMany:
        reading.problems.append(_("There are more problems than these; mend them first."))
    if reading.problems:
        raise ImportRefused(list(dict.fromkeys(reading.problems)))
    return reading.book


# --- words ------------------------------------------------------------------------------------------


class _Names:
    """What may be named by a code, a name or another name."""

    def __init__(self, rows: Iterable[tuple[str, Iterable[str]]]) -> None:
        self.codes: dict[str, str] = {}
        self.by_name: dict[str, set[str]] = {}
        for code, names in rows:
            self.add(code, names)

    def add(self, code: str, names: Iterable[str]) -> None:
        """One more of them."""
        names = list(names)
        self.codes[code] = names[0] if names else ""
        for name in (code, *names):
            self.by_name.setdefault(fold(name), set()).add(code)

    def find(self, text: str, unknown: str) -> str:
        """The code that is meant; ``unknown`` says what the text is not."""
        if text in self.codes:
            return text
        found = sorted(self.by_name.get(fold(text), ()))
        if len(found) == 1:
            return found[0]
        if found:
            raise _Bad(_("“%(text)s” may mean %(these)s; write the code.") % {"text": text, "these": "; ".join(found)})
        near = process.extract(fold(text), list(self.by_name), scorer=fuzz.ratio, score_cutoff=72, limit=4)
        codes = list(dict.fromkeys(code for name, _score, _at in near for code in sorted(self.by_name[name])))
        message = unknown % {"text": text}
        if codes:
            message += " " + _("Near to it: %(these)s.") % {"these": "; ".join(map(self._shown, codes))}
        elif len(self.codes) <= 12:
            message += " " + _("Accepted: %(these)s.") % {"these": "; ".join(self.codes)}
        raise _Bad(message)

    def _shown(self, code: str) -> str:
        name = self.codes[code]
        return f"{code} ({name})" if name and fold(name) != fold(code) else code


def _vocabulary(model: type[Any]) -> _Names:
    return _Names((word.code, (word.name, *word.aliases)) for word in model.objects.all())


# --- the reading ------------------------------------------------------------------------------------


class _Reading:
    """One file: its sheets in their order, so that each row may refer to those before it."""

    def __init__(self, grids: list[Grid]) -> None:
        self.grids = grids
        self.book = Book()
        self.problems: list[str] = []
        self.publications: list[tuple[dict[str, Any], Position]] = []
        self.report = self.edition = self.country = ""
        self.keys: dict[tuple[type[Model], Any], Position] = {}
        self.numbers: dict[type[Model], set[int]] = {}
        self.sections = _Names(())
        self.originators = _Names((o.code, (o.name,)) for o in Originator.objects.all())
        self.countries = _Names(
            (p.code, (p.name, *(n.name for n in p.names.all())))
            for p in Place.objects.filter(kind=Place.Kind.COUNTRY).prefetch_related("names")
        )
        self.words = {
            Takes.ACTORS: _vocabulary(Actor),
            Takes.EVENTS: _vocabulary(EventKind),
            Takes.TARGETS: _vocabulary(Trait),
        }
        self.places: dict[str, str | _Bad] = {}

    def problem(self, position: Position, header: str, message: str) -> None:
        """Note a problem, and go on."""
        self.problems.append(position.says(header, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _TooMany

    def read(self) -> None:
        """All sheets, then what an edition has once."""
        for sheet, grid in self._sheets():
            columns = self._columns(sheet, grid)
            for row in sorted({row for row, _column in grid.cells if row > 1}):
                cells = {column: cell for at, column in columns.items() if (cell := grid.cells.get((row, at)))}
                if not self._is_example(sheet, row, cells):
                    self._row(sheet, row, cells)
            if sheet.model is Edition and not any(model is Edition for model, _key in self.keys):
                self.problem(Position(sheet.name), "", _("Fill in one row: the report and its edition."))
        for entry, position in self.publications:  # last: from there on an edition stays as it is
            self._add(entry, position)

    def _sheets(self) -> list[tuple[Sheet, Grid]]:
        """The sheets that an edition has; says which are missing, unknown or merged."""
        wanted = {fold(sheet.name): sheet for sheet in SHEETS}
        found: dict[str, Grid] = {}
        for grid in self.grids:
            name = fold(grid.name)
            if name in (fold(INSTRUCTIONS), fold(WORDS)):
                continue
            if name not in wanted or name in found:
                said = _("This sheet is not one of an edition’s. Known are %(these)s.")
                self.problem(Position(grid.name), "", said % {"these": ", ".join(s.name for s in SHEETS)})
                continue
            found[name] = grid
            for merged in grid.merged:
                said = _("The cells %(cells)s are merged; split them, and write a value in each.")
                self.problem(Position(wanted[name].name), "", said % {"cells": merged})
        for name, sheet in wanted.items():
            if name not in found:
                self.problem(Position(sheet.name), "", _("The sheet is missing; it may be empty below its headers."))
        return [(sheet, found[name]) for name, sheet in wanted.items() if name in found]

    def _columns(self, sheet: Sheet, grid: Grid) -> dict[int, Column | None]:
        """What stands under each header; None under the one that marks the example."""
        known: dict[str, Column | None] = {fold(column.header): column for column in sheet.columns}
        known[fold(EXAMPLE_HEADER)] = None
        found: dict[int, Column | None] = {}
        names = _Names((header, ()) for header in (*(c.header for c in sheet.columns), EXAMPLE_HEADER))
        top = Position(sheet.name, 1)
        for at in sorted({column for _row, column in grid.cells}):
            cell = grid.cells.get((1, at))
            if cell is None:
                first = min(row for row, column in grid.cells if column == at)
                said = _("%(cell)s is filled, and its column has no header.")
                self.problem(top, "", said % {"cell": workbook.name_of(first, at)})
                continue
            header = str(cell.value) if cell.kind == "text" and _hidden(cell.value) is None else ""
            name = fold(header)
            if not name:
                self.problem(top, "", _("%(cell)s is no header.") % {"cell": workbook.name_of(1, at)})
            elif name not in known:
                try:
                    names.find(header, _("“%(text)s” is no header of this sheet."))
                except _Bad as bad:
                    self.problem(top, "", str(bad))
            elif known[name] in found.values():
                self.problem(top, header.strip(), _("This header stands twice."))
            else:
                found[at] = known[name]
        for column in sheet.columns:
            if column.needed and column.model is not sheet.also and column not in found.values():
                self.problem(top, column.header, _("This header is missing."))
        return found

    def _is_example(self, sheet: Sheet, row: int, cells: dict[Column | None, Cell]) -> bool:
        """Whether the row is the template's example: marked so, and as it was."""
        mark = cells.get(None)
        if mark is None:
            return False
        position = Position(sheet.name, row)
        if mark.kind != "text" or fold(mark.value) != EXAMPLE_MARK:
            said = _("Leave this cell empty; “%(word)s” marks the row that is not taken in.")
            self.problem(position, EXAMPLE_HEADER, said % {"word": EXAMPLE_MARK})
            return False
        if any(_as_typed(cells.get(column)) != str(column.example) for column in sheet.columns):
            said = _(
                "The row is marked as the example and was changed. Empty this cell to take the row in, or delete the row."
            )
            self.problem(position, EXAMPLE_HEADER, said)
        return True

    # --- one row ---

    def _row(self, sheet: Sheet, row: int, cells: dict[Column | None, Cell]) -> None:
        position = Position(sheet.name, row)
        values: dict[type[Model], dict[str, Any]] = {}
        failed: set[type[Model]] = set()
        filled = {column: cell for column, cell in cells.items() if column is not None and not _is_blank(cell)}
        if not filled:
            return
        empty = []
        for column in sheet.columns:  # in this order, whatever the file's: some cells are read by those before them
            fields = values.setdefault(column.model, {})
            cell = filled.get(column)
            if cell is None:
                if column.takes == Takes.ORDER:
                    fields[column.field] = self._next(sheet, fields)
                elif column.needed:
                    empty.append(column)
                continue
            try:
                value = _READ[column.takes](self, cell, column)
                if value != column.default and value not in ([], ""):
                    fields[column.field] = value
            except _Bad as bad:
                failed.add(column.model)
                for message in bad.messages:
                    self.problem(position, column.header, message)
            if column.model is Report and column.field == "country":
                self.country = fields.get("country", "")
        for column in empty:
            if column.model is not sheet.also or values[column.model] or column.model in failed:
                self.problem(
                    position, column.header, _("Fill in this cell: it takes %(what)s.") % {"what": _takes(column)}
                )
        self._keep(sheet, position, values, failed)

    def _next(self, sheet: Sheet, fields: dict[str, Any]) -> int:
        """One more than the position above, of the same footnote or figure."""
        within = fields[sheet.within][-1] if sheet.within in fields else None
        above = [key for model, key in self.keys if model is sheet.model] if sheet.within else []
        if sheet.within:
            return max((number for parent, number in above if parent == within), default=0) + 1
        return max(self.numbers.get(sheet.model, {0})) + 1

    def _keep(self, sheet: Sheet, position: Position, values: dict[type[Model], dict[str, Any]], failed: Any) -> None:
        """The row's entries, under its key."""
        own = values.get(sheet.model, {})
        key = own.get(sheet.key)
        if sheet.within and key is not None:
            key = (own[sheet.within][-1], key) if sheet.within in own else None
        if sheet.model is Edition:
            self._begin(position, values)
        if key is not None:
            header = _header(sheet.name, "", sheet.key)
            if sheet.model is Edition and any(model is Edition for model, _key in self.keys):
                self.problem(position, "", _("A file holds one edition; this is a second one."))
            elif (there := self.keys.get((sheet.model, key))) is not None:
                said = _("%(key)s stands in row %(row)d already.")
                shown = key[-1] if isinstance(key, tuple) else key
                self.problem(position, header, said % {"key": shown, "row": there.row})
            self.keys.setdefault((sheet.model, key), position)
            self.book.items[_item(sheet, key)] = position
        if "position" in own:
            self.numbers.setdefault(sheet.model, set()).add(own["position"])
        if sheet.name == "Sections" and key is not None:
            self.sections.add(key, [own["title"]] if own.get("title") else [])
        if sheet.model is Originator and key is not None:
            self._originator(position, key, own.get("name", ""))
        for model, fields in values.items():
            if model is not sheet.also or fields or model in failed:
                entry = {"model": _label(model), "fields": self._owned(model, own, fields)}
                if model is Publication:
                    self.publications.append((entry, position))
                else:
                    self._add(entry, position)

    def _begin(self, position: Position, values: dict[type[Model], dict[str, Any]]) -> None:
        self.report = values.get(Report, {}).get("code", "")
        self.edition = values.get(Edition, {}).get("code", "")
        self.book.items["edition"] = position

    def _originator(self, position: Position, code: str, name: str) -> None:
        """Under two codes one originator would count as two origins."""
        others = self.originators.by_name.get(fold(name), set()) - {code} if name else set()
        if others:
            said = _("“%(name)s” is held under the code %(code)s; use that one, so that it counts as one origin.")
            self.problem(position, "Name", said % {"name": name, "code": ", ".join(sorted(others))})
        self.originators.add(code, [name] if name else [])

    def _owned(self, model: type[Model], own: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        """The fields, with what the row belongs to."""
        names = {f.name for f in model._meta.get_fields()}
        if model is Edition:
            return {"report": [self.report], **fields}
        if "edition" in names and model is not Report:
            return {"edition": [self.edition], **fields}
        if model is not Finding and "finding" in names:
            return {"finding": [self.edition, own.get("code", "")], **fields}
        return fields

    def _add(self, entry: dict[str, Any], position: Position) -> None:
        self.book.entries.append(entry)
        self.book.rows.append(position)

    # --- one cell ---

    def place(self, text: str) -> str:
        """The code of the place that is meant: resolved, never guessed."""
        if text not in self.places:
            try:
                self.places[text] = self._resolved(text)
            except _Bad as bad:
                self.places[text] = bad
        found = self.places[text]
        if isinstance(found, _Bad):
            raise found
        return found

    def _resolved(self, text: str) -> str:
        if not self.country:
            raise _Bad(_("Places can be read only once the country on the sheet Edition is right."))
        try:
            resolved = places.resolve(text, country=self.country)
        except places.UnknownPlace as unknown:
            if Place.objects.filter(code=text).exists():  # a code, where no place bears it as a name
                return text
            raise _Bad(unknown.message) from unknown
        except places.PlaceError as error:
            raise _Bad(error.message) from error
        if not resolved.located:
            said = _(
                "“%(name)s” is not held. Bring it in first (import_places, or a fixture of places), or name the area that the report speaks of."
            )
            raise _Bad(said % {"name": text})
        return resolved.place.code


def _item(sheet: Sheet, key: Any) -> str:
    """As the checks name the row."""
    word = {"Findings": "finding", "Sections": "section", "Footnotes": "footnote", "Figures": "figure"}
    word |= {"Coverage": "coverage", "Edition": "edition", "Queries": "query", "Originators": "originator"}
    if sheet.within:
        parent, number = key
        return f"{sheet.within} {parent}/{'source' if sheet.within == 'footnote' else 'row'} {number}"
    return f"{word[sheet.name]} {key}"


def _takes(column: Column) -> str:
    return str(SAYS[column.takes])


def _hidden(text: str) -> str | None:
    """The first character that nobody sees."""
    return next((c for c in text if c not in "\n\t" and not places.is_writable(c)), None)


def _is_blank(cell: Cell) -> bool:
    return cell.kind == "text" and not cell.value.strip()


def _as_typed(cell: Cell | None) -> str:
    return "" if cell is None else str(cell.value)


def _text(cell: Cell) -> str:
    """The text of a cell; refuses whatever is none."""
    _refuse_what_is_no_value(cell)
    if cell.kind == "number":
        said = _("%(value)s is a number where text belongs. Format the cell as text, and write it as it is printed.")
        raise _Bad(said % {"value": cell.value})
    if cell.kind == "date":
        raise _Bad(_("This is a date where text belongs. Format the cell as text, and write it as it is printed."))
    if cell.kind == "yes-no":
        raise _Bad(_("This is TRUE or FALSE where text belongs."))
    hidden = _hidden(cell.value)
    if hidden is not None:
        said = _("The text holds a character that is not shown (U+%(code)04X); write it again without it.")
        raise _Bad(said % {"code": ord(hidden)})
    return str(cell.value)


def _refuse_what_is_no_value(cell: Cell) -> None:
    if cell.kind == "formula":
        raise _Bad(_("The cell holds a formula; write the value itself, since a formula’s last result may be old."))
    if cell.kind == "error":
        raise _Bad(_("The cell holds an error (%(value)s).") % {"value": str(cell.value)[:20]})


def _checked(column: Column, value: Any) -> Any:
    """The value, accepted by the field that it is for."""
    try:
        column.model._meta.get_field(column.field).clean(value, None)
    except ValidationError as error:
        raise _Bad(*error.messages) from error
    return value


def _whole(cell: Cell) -> int:
    """A whole number, from a number cell or from digits."""
    _refuse_what_is_no_value(cell)
    text = str(cell.value).strip()
    if cell.kind == "number":
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise _Bad(_("%(value)s is not a whole number.") % {"value": text[:40]}) from error
        if number == number.to_integral_value() and 0 <= number < 10**9:
            return int(number)
    elif cell.kind == "text" and _DIGITS.fullmatch(text):
        return int(text)
    shown = text[:40] if cell.kind in ("number", "text") else cell.kind
    raise _Bad(_("%(value)s is not accepted; write a whole number such as 12, in digits alone.") % {"value": shown})


def _listed(cell: Cell) -> list[str]:
    """The items of a list, divided by semicolons."""
    items = [item.strip() for item in _text(cell).split(";")]
    items = list(dict.fromkeys(item for item in items if item))
    if len(items) > MOST_LISTED:
        raise _Bad(_("A cell lists at most %(count)d.") % {"count": MOST_LISTED})
    return items


def _each(items: Iterable[str], find: Callable[[str], Any]) -> list[Any]:
    """Every item read; all that are not accepted are named at once."""
    found, messages = [], []
    for item in items:
        try:
            value = find(item)
            if value not in found:
                found.append(value)
        except _Bad as bad:
            messages += bad.messages
    if messages:
        raise _Bad(*messages)
    return found


def _read_text(reading: _Reading, cell: Cell, column: Column) -> str:
    return str(_checked(column, _text(cell)))


def _read_code(reading: _Reading, cell: Cell, column: Column) -> str:
    return str(_checked(column, _text(cell).strip()))


def _read_whole(reading: _Reading, cell: Cell, column: Column) -> int:
    number = _whole(cell)
    is_small = column.model._meta.get_field(column.field).get_internal_type() == "PositiveSmallIntegerField"
    if is_small and number > LARGEST_SMALL:
        raise _Bad(_("%(number)d is too large; at most %(most)d is kept.") % {"number": number, "most": LARGEST_SMALL})
    return int(_checked(column, number))


def _day_of(cell: Cell) -> str:
    """The day of a date cell, which must show all of it."""
    shown = _NOT_FORMAT.sub("", cell.format).lower()
    if cell.value is None:
        raise _Bad(_("This date cell holds no day between 1900 and 2100; write it as text: 2019-03-23."))
    if "d" not in shown or "y" not in shown:
        said = _(
            "The cell shows less than a day, and holds %(day)s. Format it as text and write what is known: 2019, 2019-03 or 2019-03-23."
        )
        raise _Bad(said % {"day": cell.value.isoformat()})
    return str(cell.value.isoformat())


def _bounded(text: str) -> str:
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        said = _("%(date)s is not accepted; dates lie between %(first)d and %(last)d.")
        raise _Bad(said % {"date": text, "first": FIRST_YEAR, "last": LAST_YEAR})
    return text


def _read_moment(reading: _Reading, cell: Cell, column: Column) -> str:
    _refuse_what_is_no_value(cell)
    if cell.kind == "date":
        return _bounded(_day_of(cell))
    text = str(_whole(cell)) if cell.kind == "number" else _text(cell).strip()
    if re.match(r"[0-9]{4}(-|$)", text, re.ASCII):
        _bounded(text)
    try:
        Moment.parse(text)
    except InvalidDate as error:
        said = _("%(value)s is not a date; write a year, a month or a day: 2019, 2019-03 or 2019-03-23.")
        raise _Bad(said % {"value": text[:40]}) from error
    return text


def _read_day(reading: _Reading, cell: Cell, column: Column) -> str:
    _refuse_what_is_no_value(cell)
    if cell.kind == "date":
        return _bounded(_day_of(cell))
    text = str(cell.value).strip() if cell.kind == "number" else _text(cell).strip()
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return _bounded(date.fromisoformat(text).isoformat())
    except _Bad:
        raise
    except ValueError as error:
        raise _Bad(_("%(value)s is not a day; write it as 2019-03-23.") % {"value": text[:40]}) from error


_YES, _NO = frozenset({"yes", "true"}), frozenset({"no", "false"})


def _read_yes_no(reading: _Reading, cell: Cell, column: Column) -> bool:
    _refuse_what_is_no_value(cell)
    if cell.kind == "yes-no":
        return bool(cell.value)
    word = fold(_text(cell)) if cell.kind == "text" else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise _Bad(_("%(value)s is not accepted; write yes or no.") % {"value": str(cell.value)[:40]})


def _read_choice(reading: _Reading, cell: Cell, column: Column) -> str:
    names = _Names((code, (word,)) for code, word in column.choices)
    return names.find(_text(cell).strip(), _("“%(text)s” is not in the list."))


def _read_country(reading: _Reading, cell: Cell, column: Column) -> str:
    return reading.countries.find(_text(cell).strip(), _("“%(text)s” is no country."))


def _read_place(reading: _Reading, cell: Cell, column: Column) -> list[str]:
    return [reading.place(_text(cell).strip())]


def _read_places(reading: _Reading, cell: Cell, column: Column) -> list[list[str]]:
    return [[code] for code in _each(_listed(cell), reading.place)]


def _read_words(reading: _Reading, cell: Cell, column: Column) -> list[list[str]]:
    unknown = {
        Takes.ACTORS: _("“%(text)s” is no actor of the vocabulary."),
        Takes.EVENTS: _("“%(text)s” is no kind of event of the vocabulary."),
        Takes.TARGETS: _("“%(text)s” is no trait of the vocabulary."),
    }[column.takes]
    names = reading.words[column.takes]
    return [[code] for code in _each(_listed(cell), lambda item: names.find(item, unknown))]


def _read_section(reading: _Reading, cell: Cell, column: Column) -> list[str] | str:
    code = reading.sections.find(_text(cell).strip(), _("“%(text)s” is no section on the sheet Sections."))
    is_reference = column.model._meta.get_field(column.field).is_relation
    return [reading.edition, code] if is_reference else code


def _read_originator(reading: _Reading, cell: Cell, column: Column) -> list[str]:
    unknown = _("“%(text)s” is no originator on the sheet Originators or in the library.")
    return [reading.originators.find(_text(cell).strip(), unknown)]


def _number_on(sheet: str) -> Callable[[_Reading, Cell], int]:
    (found,) = (s for s in SHEETS if s.name == sheet)

    def number(reading: _Reading, cell: Cell) -> int:
        value = _whole(cell)
        if (found.model, value) not in reading.keys:
            raise _Bad(_("There is no number %(number)d on the sheet %(sheet)s.") % {"number": value, "sheet": sheet})
        return value

    return number


_footnote, _figure = _number_on("Footnotes"), _number_on("Figures")


def _read_number(reading: _Reading, cell: Cell, column: Column) -> list[Any]:
    find = _footnote if column.takes == Takes.FOOTNOTE else _figure
    return [reading.edition, find(reading, cell)]


def _read_numbers(reading: _Reading, cell: Cell, column: Column) -> list[list[Any]]:
    find = _footnote if column.takes == Takes.FOOTNOTES else _figure
    if cell.kind == "number":
        return [[reading.edition, find(reading, cell)]]
    numbers = _each(_listed(cell), lambda item: find(reading, Cell("text", item)))
    return [[reading.edition, number] for number in numbers]


def _read_findings(reading: _Reading, cell: Cell, column: Column) -> list[list[str]]:
    def find(code: str) -> str:
        if (Finding, code) not in reading.keys:
            raise _Bad(_("There is no finding %(code)s on the sheet Findings.") % {"code": code})
        return code

    return [[reading.edition, code] for code in _each(_listed(cell), find)]


_READ: dict[Takes, Callable[[_Reading, Cell, Column], Any]] = {
    Takes.TEXT: _read_text,
    Takes.CODE: _read_code,
    Takes.WHOLE: _read_whole,
    Takes.ORDER: _read_whole,
    Takes.DAY: _read_day,
    Takes.MOMENT: _read_moment,
    Takes.YES_NO: _read_yes_no,
    Takes.CHOICE: _read_choice,
    Takes.COUNTRY: _read_country,
    Takes.PLACE: _read_place,
    Takes.PLACES: _read_places,
    Takes.ACTORS: _read_words,
    Takes.EVENTS: _read_words,
    Takes.TARGETS: _read_words,
    Takes.SECTION: _read_section,
    Takes.ORIGINATOR: _read_originator,
    Takes.FOOTNOTE: _read_number,
    Takes.FOOTNOTES: _read_numbers,
    Takes.FIGURE: _read_number,
    Takes.FIGURES: _read_numbers,
    Takes.FINDINGS: _read_findings,
}
