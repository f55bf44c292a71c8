"""Reads the XML inside an .xlsx file as a stream. Each handler collects the content of one kind of part."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from xml.sax.handler import ContentHandler

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import get_column_letter

from coi.editions.refusals import ImportRefused
from coi.text import characters

MOST_ELEMENTS = 600_000  # of XML, in all parts that are read
MOST_DEPTH = 40
MOST_ROWS, MOST_COLUMNS = 5_000, 60
LONGEST_TEXT = 32_767  # characters, the limit of a cell

_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER_OF_TEXT = re.compile(r"[0-9]{1,9}", re.ASCII)
_NUMBER = re.compile(r"[-+0-9.eE]{1,40}", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNKNOWN_FORMAT = "?"
_EAST_ASIAN_DATES = frozenset([*range(27, 37), *range(50, 59)])
_FIRST_SURE_SERIAL = 61  # 1 March 1900; before it Excel counts a day that did not exist


@dataclass(frozen=True)
class Cell:
    """The content of a cell. ``kind`` is text, number, date, yes-no, formula or error.

    ``value`` is the text, the stored number, the day, or true or false. ``format`` is how a date is shown.
    """

    kind: str
    value: Any
    format: str = ""


@dataclass
class Grid:
    """The filled cells of a sheet by row and column, both counted from 1, and its merged ranges."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


class Handler(ContentHandler):
    """Handles elements by their local names, counts them, and collects texts of some."""

    texts: frozenset[str] = frozenset()

    def __init__(self, count: "Count") -> None:
        super().__init__()
        self.count = count
        self.path: list[str] = []
        self.text: list[str] | None = None
        self.length = 0

    def startElement(self, name: str, attrs: Any) -> None:
        local = name.rpartition(":")[2]
        self.count.one_more()
        self.path.append(local)
        if len(self.path) > MOST_DEPTH:
            raise ImportRefused([_("The file is nested too deeply.")])
        if local in self.texts:
            self.text, self.length = [], 0
        self.begins(local, {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def characters(self, content: str) -> None:
        if self.text is not None:
            self.length += len(content)
            if self.length > LONGEST_TEXT:
                raise ImportRefused([_("A cell has more than %(count)d characters.") % {"count": LONGEST_TEXT}])
            self.text.append(content)

    def endElement(self, name: str) -> None:
        local = self.path.pop()
        text = None
        if local in self.texts and self.text is not None:
            text, self.text = "".join(self.text), None
        self.ends(local, text)

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""

    def ends(self, name: str, text: str | None) -> None:
        """Handle the end of an element. ``text`` is None if its text is not collected."""


class Count:
    """The number of elements of all parts together."""

    def __init__(self) -> None:
        self.elements = 0

    def one_more(self) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise ImportRefused([_("The file has more cells than an edition needs. Delete empty formatted cells.")])


class Relations(Handler):
    """The references of a part. Links from a cell to a web page are ignored; no other reference may lead outside."""

    def __init__(self, count: Count) -> None:
        super().__init__(count)
        self.by_type: dict[str, str] = {}
        self.by_id: dict[str, str] = {}

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            what = attributes.get("Type", "").rpartition("/")[2]
            if attributes.get("TargetMode", "").lower() == "external" and what != "hyperlink":
                raise ImportRefused(
                    [_("The file refers to another file (%(what)s). Save it without links.") % {"what": shown(what)}]
                )
            self.by_type.setdefault(what, attributes.get("Target", ""))
            self.by_id[attributes.get("Id", "")] = attributes.get("Target", "")


class Types(Handler):
    """The content types of the parts."""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if "macroenabled" in attributes.get("ContentType", "").lower():
            raise ImportRefused([_("The file may hold macros (.xlsm). Save it as a plain .xlsx.")])


class Sheets(Handler):
    """The names of the sheets with their relations, and the first day of the calendar."""

    def __init__(self, count: Count) -> None:
        super().__init__(count)
        self.sheets: list[tuple[str, str]] = []
        self.counts_from = date(1899, 12, 30)

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904", "").lower() in ("1", "true", "on"):
            self.counts_from = date(1904, 1, 1)


class Texts(Handler):
    """The shared texts, without phonetic guides of East Asian scripts."""

    texts = frozenset({"t"})

    def __init__(self, count: Count) -> None:
        super().__init__(count)
        self.found: list[str] = []
        self.parts: list[str] = []

    def ends(self, name: str, text: str | None) -> None:
        if text is not None and "rPh" not in self.path:
            self.parts.append(text)
        elif name == "si":
            self.found.append(_plain("".join(self.parts)))
            self.parts = []


class Styles(Handler):
    """The number format of each cell style."""

    def __init__(self, count: Count) -> None:
        super().__init__(count)
        self.codes: dict[int, str] = {}
        self.of_style: list[int] = []

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")[:300]
        elif name == "xf" and "cellXfs" in self.path:
            self.of_style.append(int(attributes.get("numFmtId", "0")))

    def date_formats(self) -> dict[int, str]:
        """The styles that show a date, with their format."""
        found = {}
        for style, number in enumerate(self.of_style):
            code = self.codes.get(number, BUILTIN_FORMATS.get(number, ""))
            if number in _EAST_ASIAN_DATES and not code:
                found[style] = _UNKNOWN_FORMAT
            elif is_date_format(code):
                found[style] = code
        return found


class Cells(Handler):
    """The filled cells of one sheet."""

    texts = frozenset({"v", "t", "f"})

    def __init__(self, count: Count, grid: Grid, texts: list[str], dates: dict[int, str], counts_from: date) -> None:
        super().__init__(count)
        self.grid, self.shared, self.dates, self.counts_from = grid, texts, dates, counts_from
        self.row = self.column = 0
        self.type, self.style = "n", 0
        self.value: str | None = None
        self.inline: list[str] = []
        self.is_formula = False

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "c":
            self.column += 1
            if "r" in attributes:
                self.row, self.column = _place_of(attributes["r"])
            self.type, self.style = attributes.get("t", "n"), int(attributes.get("s", "0"))
            self.value, self.inline, self.is_formula = None, [], False
        elif name == "f":
            self.is_formula = True
        elif name == "mergeCell":
            self.grid.merged.append(shown(attributes.get("ref", "")))

    def ends(self, name: str, text: str | None) -> None:
        if name == "v":
            self.value = text
        elif name == "t" and "rPh" not in self.path:
            self.inline.append(text or "")
        elif name == "c" and (cell := self._cell()) is not None:
            if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
                said = _("Sheet %(sheet)s: at most %(rows)d rows and %(columns)d columns are read; %(cell)s is filled.")
                named = {"sheet": self.grid.name, "rows": MOST_ROWS, "columns": MOST_COLUMNS}
                raise ImportRefused([said % (named | {"cell": name_of(self.row, self.column)})])
            if self.row < 1 or (self.row, self.column) in self.grid.cells:
                raise ValueError((self.row, self.column))
            self.grid.cells[self.row, self.column] = cell

    def _cell(self) -> Cell | None:
        if self.is_formula:
            return Cell("formula", "")  # the stored result could be any value
        if self.type == "inlineStr":
            return Cell("text", _plain("".join(self.inline))) if any(self.inline) else None
        if self.value is None or self.value == "":
            return None
        if self.type == "s":
            if not _NUMBER_OF_TEXT.fullmatch(self.value):
                raise ValueError(self.value)
            text = self.shared[int(self.value)]
            return Cell("text", text) if text else None
        if self.type == "str":
            return Cell("text", _plain(self.value))
        if self.type == "b":
            return Cell("yes-no", self.value == "1")
        if self.type == "d":
            return Cell("date", date.fromisoformat(self.value[:10]), "yyyy-mm-dd")
        if self.type != "n":
            return Cell("error", shown(self.value))
        if not _NUMBER.fullmatch(self.value):
            raise ValueError(self.value)
        if self.style in self.dates:
            return self._day()
        return Cell("number", self.value)

    def _day(self) -> Cell:
        serial = float(self.value or "")
        first = _FIRST_SURE_SERIAL if self.counts_from.year == 1899 else 0
        if not first <= serial < 3_000_000 or serial != int(serial):
            return Cell("date", None, self.dates[self.style])
        return Cell("date", self.counts_from + timedelta(days=int(serial)), self.dates[self.style])


def _place_of(ref: str) -> tuple[int, int]:
    found = _REF.fullmatch(ref)
    if found is None:
        raise ValueError(ref)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def name_of(row: int, column: int) -> str:
    """Return the name of a cell, such as ``C7``."""
    return f"{get_column_letter(column)}{row}"


def shown(text: str) -> str:
    """Return a file's inner name for a message: short and without invisible characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:80])


def _plain(text: str) -> str:
    """Return the text with its escapes decoded (``_x000D_`` is a return) and one kind of line end."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return characters.with_line_feeds(text)
