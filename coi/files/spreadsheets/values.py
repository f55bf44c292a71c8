"""Converts a cell into a value: what each kind of column accepts, and the messages for the rest."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import URLField
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coi.editions import field_values
from coi.files.spreadsheets.columns import SHEETS, WORDS, Column, Takes
from coi.files.spreadsheets.known_names import Bad, Known, Names
from coi.files.spreadsheets.workbook_xml import Cell
from coi.models import Finding, Originator, Section
from coi.text import characters, dates
from coi.text.folding import fold
from matching.periods import FIRST_YEAR, LAST_YEAR

MOST_LISTED = 100  # items of a list in one cell
LARGEST_SMALL = 32_767  # as positions and numbers of footnotes are stored

_DIGITS = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)  # as in a fixture, where leading zeros are refused
_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def is_blank(cell: Cell) -> bool:
    return cell.kind == "text" and not cell.value.strip()


def as_typed(cell: Cell | None) -> str:
    return "" if cell is None else str(cell.value)


def _text(cell: Cell) -> str:
    """Return the text of a cell. Refuses anything else."""
    _refuse_what_is_no_value(cell)
    if cell.kind == "number":
        said = _("%(value)s is a number, but text is needed. Format the cell as text, and write it as printed.")
        raise Bad(said % {"value": cell.value})
    if cell.kind == "date":
        raise Bad(_("This is a date, but text is needed. Format the cell as text, and write it as printed."))
    if cell.kind == "yes-no":
        raise Bad(_("This is TRUE or FALSE, but text is needed."))
    text = characters.cleaned(str(cell.value))
    if problem := characters.problem_with(text):
        raise Bad(problem)
    return text


def _refuse_what_is_no_value(cell: Cell) -> None:
    if cell.kind == "formula":
        raise Bad(
            _("The cell has a formula. Write the value itself, because the stored result of a formula may be old.")
        )
    if cell.kind == "error":
        raise Bad(_("The cell has an error (%(value)s).") % {"value": str(cell.value)[:20]})


def _checked(column: Column, value: Any) -> Any:
    """Return the value if its field accepts it."""
    if problem := field_values.problem_with(column.model._meta.get_field(column.field), value):
        raise Bad(problem)
    return value


def _whole(cell: Cell) -> int:
    """Return a whole number from a number cell or from digits."""
    _refuse_what_is_no_value(cell)
    text = str(cell.value).strip()
    if cell.kind == "number":
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise Bad(_("%(value)s is not a whole number.") % {"value": text[:40]}) from error
        if number == number.to_integral_value() and 0 <= number < 10**9:
            return int(number)
    elif cell.kind == "text" and _DIGITS.fullmatch(text):
        return int(text)
    shown = text[:40] if cell.kind in ("number", "text") else cell.kind
    raise Bad(_("%(value)s is not accepted. Write a whole number such as 12, using only digits.") % {"value": shown})


def _divided(find: Callable[[str], Any], knows: Callable[[str], bool]) -> Callable[[str], Any]:
    """Wrap ``find`` with a message on items that are separated by commas or line breaks."""

    def found(item: str) -> Any:
        try:
            return find(item)
        except Bad:
            parts = [part for part in map(str.strip, re.split(r"[,\n]", item)) if part]
            if len(parts) == 1 or not any(map(knows, parts)):
                raise
            said = _("Put ; between the items: %(these)s.") % {"these": "; ".join(parts)}
            try:
                _each(parts, find)
            except Bad as bad:
                raise Bad(said, *bad.messages) from None
            raise Bad(said) from None

    return found


def _listed(cell: Cell) -> list[str]:
    """Return the items of a list, separated by semicolons."""
    items = [item.strip() for item in _text(cell).split(";")]
    items = list(dict.fromkeys(item for item in items if item))
    if len(items) > MOST_LISTED:
        raise Bad(_("A cell may list at most %(count)d.") % {"count": MOST_LISTED})
    return items


def _each(items: Iterable[str], find: Callable[[str], Any]) -> list[Any]:
    """Read every item. All items that are not accepted are named together."""
    found: list[Any] = []
    refused: list[Bad] = []
    for item in items:
        try:
            value = find(item)
            if value not in found:
                found.append(value)
        except Bad as bad:
            refused.append(bad)
    if refused:
        raise Bad(*(message for bad in refused for message in bad.messages))
    return found


def _read_text(known: Known, cell: Cell, column: Column) -> str:
    text = _text(cell)
    if isinstance(column.model._meta.get_field(column.field), URLField):
        return _address(column, text)
    return str(_checked(column, text))


def _address(column: Column, text: str) -> str:
    try:
        URLValidator(["http", "https"])(text)
    except ValidationError as error:
        said = _("%(value)s is not a web address. Write all of it, without blanks, such as https://example.org/report.")
        raise Bad(said % {"value": text[:80]}) from error
    return str(_checked(column, text))


def _read_code(known: Known, cell: Cell, column: Column) -> str:
    text = _text(cell).strip()
    if not _CODE.fullmatch(text):
        said = _(
            "“%(value)s” is not a code. A code may have only letters from a to z, digits, hyphens and underscores."
        )
        message = said % {"value": text[:60]}
        if like := slugify(fold(text)):
            message += " " + _("Such as: %(code)s.") % {"code": like[:50].strip("-")}
        raise Bad(message)
    return str(_checked(column, text))


def _read_whole(known: Known, cell: Cell, column: Column) -> int:
    number = _whole(cell)
    is_small = column.model._meta.get_field(column.field).get_internal_type() == "PositiveSmallIntegerField"
    if is_small and number > LARGEST_SMALL:
        raise Bad(
            _("%(number)d is too large. At most %(most)d is accepted.") % {"number": number, "most": LARGEST_SMALL}
        )
    return int(_checked(column, number))


def _day_of(cell: Cell) -> str:
    """Return the day of a date cell, which must show the full day."""
    shown = _NOT_FORMAT.sub("", cell.format).lower()
    if cell.value is None:
        raise Bad(_("This date cell has no day between 1900 and 2100. Write the date as text: 23.3.2019."))
    if "d" not in shown or "y" not in shown:
        said = _(
            "The cell shows less than a day, but its value is %(day)s. Format it as text and write what is known: 2019, 3.2019 or 23.3.2019."
        )
        raise Bad(said % {"day": cell.value.isoformat()})
    return str(cell.value.isoformat())


def _bounded(text: str) -> str:
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        said = _("%(date)s is not accepted. Dates must be between %(first)d and %(last)d.")
        raise Bad(said % {"date": text, "first": FIRST_YEAR, "last": LAST_YEAR})
    return text


def _read_moment(known: Known, cell: Cell, column: Column) -> str:
    _refuse_what_is_no_value(cell)
    if cell.kind == "date":
        return _bounded(_day_of(cell))
    text = str(_whole(cell)) if cell.kind == "number" else _text(cell).strip()
    try:
        return dates.iso(text)
    except dates.NotADate as problem:
        raise Bad(problem.message) from problem


def _read_day(known: Known, cell: Cell, column: Column) -> str:
    _refuse_what_is_no_value(cell)
    if cell.kind == "date":
        return _bounded(_day_of(cell))
    text = str(cell.value).strip() if cell.kind == "number" else _text(cell).strip()
    try:
        return dates.day(text).isoformat()
    except dates.NotADate as problem:
        raise Bad(problem.message) from problem


_YES, _NO = frozenset({"yes", "true", "y", "x"}), frozenset({"no", "false", "n"})  # people tick a cell with an x


def _read_yes_no(known: Known, cell: Cell, column: Column) -> bool:
    _refuse_what_is_no_value(cell)
    if cell.kind == "yes-no":
        return bool(cell.value)
    word = fold(_text(cell)) if cell.kind == "text" else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise Bad(_("%(value)s is not accepted. Write yes or no.") % {"value": str(cell.value)[:40]})


def _read_choice(known: Known, cell: Cell, column: Column) -> str:
    names = Names((code, (word,)) for code, word in column.choices)
    return names.find(_text(cell).strip(), _("“%(text)s” is not in the list."))


def _read_country(known: Known, cell: Cell, column: Column) -> str:
    return known.countries.find(_text(cell).strip(), _("“%(text)s” is not a country."))


def _read_place(known: Known, cell: Cell, column: Column) -> list[str]:
    return [known.place(_text(cell).strip())]


def _read_places(known: Known, cell: Cell, column: Column) -> list[list[str]]:
    return [[code] for code in _each(_listed(cell), known.place)]


def _read_words(known: Known, cell: Cell, column: Column) -> list[list[str]]:
    unknown = {
        Takes.ACTORS: _("“%(text)s” is not an actor in the vocabulary."),
        Takes.EVENTS: _("“%(text)s” is not a kind of event in the vocabulary."),
        Takes.TARGETS: _("“%(text)s” is not a trait in the vocabulary."),
    }[column.takes]
    names = known.words[column.takes]
    listed = _("All accepted values are on the sheet %(sheet)s of the template.") % {"sheet": WORDS}
    find = _divided(lambda item: names.find(item, unknown, listed), names.knows)
    return [[code] for code in _each(_listed(cell), find)]


def _read_section(known: Known, cell: Cell, column: Column) -> list[str] | str:
    text = _text(cell).strip()
    if fold(text) not in known.sections.by_name and known.follows(Section, text):
        raise Bad
    unknown = _("“%(text)s” is not a section on the sheet Sections.")
    if not known.sections.codes:
        unknown = _("“%(text)s” is not a section. The sheet Sections has no accepted row. Fill in its row there first.")
    code = known.sections.find(text, unknown)
    is_reference = column.model._meta.get_field(column.field).is_relation
    return [known.edition, code] if is_reference else code


def _read_originator(known: Known, cell: Cell, column: Column) -> list[str]:
    unknown = _("“%(text)s” is not an originator on the sheet Originators or in the library.")
    text = _text(cell).strip()
    if fold(text) not in known.originators.by_name and known.follows(Originator, text):
        raise Bad
    return [known.originators.find(text, unknown)]


def _number_on(sheet: str) -> Callable[[Known, Cell], int]:
    (found,) = (s for s in SHEETS if s.name == sheet)

    def number(known: Known, cell: Cell) -> int:
        value = _whole(cell)
        if (found.model, value) not in known.keys:
            if known.follows(found.model, str(value)):
                raise Bad
            raise Bad(_("There is no number %(number)d on the sheet %(sheet)s.") % {"number": value, "sheet": sheet})
        return value

    return number


_footnote, _figure = _number_on("Footnotes"), _number_on("Figures")


def _read_number(known: Known, cell: Cell, column: Column) -> list[Any]:
    find = _footnote if column.takes == Takes.FOOTNOTE else _figure
    return [known.edition, find(known, cell)]


def _read_numbers(known: Known, cell: Cell, column: Column) -> list[list[Any]]:
    find = _footnote if column.takes == Takes.FOOTNOTES else _figure
    if cell.kind == "number":
        return [[known.edition, find(known, cell)]]
    one = _divided(lambda item: find(known, Cell("text", item)), lambda part: bool(_DIGITS.fullmatch(part)))
    numbers = _each(_listed(cell), one)
    return [[known.edition, number] for number in numbers]


def _read_findings(known: Known, cell: Cell, column: Column) -> list[list[str]]:
    def find(code: str) -> str:
        if (Finding, code) not in known.keys:
            if known.follows(Finding, code):
                raise Bad
            raise Bad(_("There is no finding %(code)s on the sheet Findings.") % {"code": code})
        return code

    one = _divided(find, lambda part: (Finding, part) in known.keys)
    return [[known.edition, code] for code in _each(_listed(cell), one)]


READ: dict[Takes, Callable[[Known, Cell, Column], Any]] = {
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
