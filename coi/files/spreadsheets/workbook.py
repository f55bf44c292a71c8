"""An .xlsx file as plain cells: limits first, then read as a stream, and nothing in it is run or followed.

No general reader opens an upload: a file of 1.5 kB once took six gigabytes in one. What an edition's
spreadsheet needs of the format is little: sheets, cells, texts, and which numbers are shown as dates.
"""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any, TypeVar
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import get_column_letter

from coi.editions.refusals import ImportRefused
from coi.text import characters

MAX_BYTES = 5_000_000
MOST_PARTS = 200  # files inside the file
MOST_UNPACKED = 25_000_000  # bytes, all parts together
MOST_RATIO = 100  # times that a part may grow: what people type grows five- to twentyfold
SMALL_PART = 100_000  # bytes unpacked, below which the ratio says nothing
MOST_ELEMENTS = 600_000  # of XML, in all parts that are read
MOST_DEPTH = 40
MOST_SHEETS = 20
MOST_ROWS, MOST_COLUMNS = 5_000, 60
LONGEST_TEXT = 32_767  # characters, as much as a cell holds

_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER_OF_TEXT = re.compile(r"[0-9]{1,9}", re.ASCII)
_NUMBER = re.compile(r"[-+0-9.eE]{1,40}", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_PLAIN = (
    "vbaproject",
    "macrosheets/",
    "externallinks/",
    "activex/",
    "embeddings/",
    "ctrlprops/",
    "connections.xml",
)
_UNKNOWN_FORMAT = "?"
_EAST_ASIAN_DATES = frozenset([*range(27, 37), *range(50, 59)])
_FIRST_SURE_SERIAL = 61  # 1 March 1900; before it Excel counts a day that never was


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. ``kind`` is text, number, date, yes-no, formula or error.

    ``value`` is the text, the number as it is stored, the day, or true or false. ``format`` is how a date is shown.
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


def is_spreadsheet(name: str, content: bytes) -> bool:
    """Whether a file is to be read as a spreadsheet: it is called one, or is a zip file."""
    return name.lower().endswith((".xlsx", ".xlsm", ".xltx", ".xls", ".ods")) or content.startswith(b"PK")


def grids(content: bytes) -> list[Grid]:
    """The sheets of a file, in its order; raises ImportRefused for what is no plain .xlsx file within the limits."""
    if len(content) > MAX_BYTES:
        raise ImportRefused([_("The file is larger than %(count)d MB.") % {"count": MAX_BYTES // 1_000_000}])
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _refuse_by_its_directory(package)
            return _Package(package).grids()
    except DefusedXmlException as error:
        said = _("The file holds a document type or entities (<!DOCTYPE); a spreadsheet needs neither.")
        raise ImportRefused([said]) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ImportRefused([_what_it_is_instead(content)]) from error
    except (SAXException, ValueError, LookupError, ArithmeticError) as error:
        raise ImportRefused([_broken()]) from error


def _what_it_is_instead(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _("The file is of an old format (.xls) or has a password; save it as .xlsx without one.")
    if content.startswith(b"PK"):
        return _broken()
    return _("The file is no .xlsx spreadsheet, whatever its name; open it in a spreadsheet and save it as .xlsx.")


def _broken() -> str:
    return _("The spreadsheet cannot be read: it is broken, or only a part of one. Save it again as .xlsx.")


def _refuse_by_its_directory(package: zipfile.ZipFile) -> None:
    """By what the zip file says of itself; no part can be longer than it says there."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise ImportRefused([_("The file holds more than %(count)d parts.") % {"count": MOST_PARTS}])
    if len({part.filename.lower() for part in parts}) != len(parts) or any(part.flag_bits & 1 for part in parts):
        raise ImportRefused([_broken()])
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > SMALL_PART and part.file_size > MOST_RATIO * part.compress_size for part in parts
    ):
        said = _(
            "Unpacked, the file is far larger than what anybody types (more than %(count)d MB, or packed too well)."
        )
        raise ImportRefused([said % {"count": MOST_UNPACKED // 1_000_000}])
    for part in parts:
        if any(word in part.filename.lower() for word in _NOT_PLAIN):
            said = _("The file holds macros, controls or links to other files (%(part)s). Save it as a plain .xlsx.")
            raise ImportRefused([said % {"part": shown(part.filename)}])


# --- the parts of the file ------------------------------------------------------------------------


class _Handler(ContentHandler):
    """Elements by their local names, counted; texts inside those that collect them."""

    texts: frozenset[str] = frozenset()

    def __init__(self, count: "_Count") -> None:
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
                raise ImportRefused([_("A cell holds more than %(count)d characters.") % {"count": LONGEST_TEXT}])
            self.text.append(content)

    def endElement(self, name: str) -> None:
        local = self.path.pop()
        text = None
        if local in self.texts and self.text is not None:
            text, self.text = "".join(self.text), None
        self.ends(local, text)

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def ends(self, name: str, text: str | None) -> None:
        """An element ends; ``text`` is None where its text is not collected."""


class _Count:
    """Elements of all parts together."""

    def __init__(self) -> None:
        self.elements = 0

    def one_more(self) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise ImportRefused(
                [_("The file holds more cells than an edition needs; delete what is empty but formatted.")]
            )


class _Relations(_Handler):
    """What a part refers to. Links from a cell to a web page stay unread; nothing else may lie outside."""

    def __init__(self, count: _Count) -> None:
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


class _Types(_Handler):
    """What the parts are said to be."""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if "macroenabled" in attributes.get("ContentType", "").lower():
            raise ImportRefused([_("The file may hold macros (.xlsm). Save it as a plain .xlsx.")])


class _Sheets(_Handler):
    """Names of the sheets with their relations, and from when days are counted."""

    def __init__(self, count: _Count) -> None:
        super().__init__(count)
        self.sheets: list[tuple[str, str]] = []
        self.counts_from = date(1899, 12, 30)

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904", "").lower() in ("1", "true", "on"):
            self.counts_from = date(1904, 1, 1)


class _Texts(_Handler):
    """The shared texts, without the reading aids of East Asian scripts."""

    texts = frozenset({"t"})

    def __init__(self, count: _Count) -> None:
        super().__init__(count)
        self.found: list[str] = []
        self.parts: list[str] = []

    def ends(self, name: str, text: str | None) -> None:
        if text is not None and "rPh" not in self.path:
            self.parts.append(text)
        elif name == "si":
            self.found.append(_plain("".join(self.parts)))
            self.parts = []


class _Styles(_Handler):
    """For each style of a cell the format in which it shows a number."""

    def __init__(self, count: _Count) -> None:
        super().__init__(count)
        self.codes: dict[int, str] = {}
        self.of_style: list[int] = []

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")[:300]
        elif name == "xf" and "cellXfs" in self.path:
            self.of_style.append(int(attributes.get("numFmtId", "0")))

    def date_formats(self) -> dict[int, str]:
        """Styles that show a date, with their format."""
        found = {}
        for style, number in enumerate(self.of_style):
            code = self.codes.get(number, BUILTIN_FORMATS.get(number, ""))
            if number in _EAST_ASIAN_DATES and not code:
                found[style] = _UNKNOWN_FORMAT
            elif is_date_format(code):
                found[style] = code
        return found


class _Cells(_Handler):
    """The filled cells of one sheet."""

    texts = frozenset({"v", "t", "f"})

    def __init__(self, count: _Count, grid: Grid, texts: list[str], dates: dict[int, str], counts_from: date) -> None:
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
            return Cell("formula", "")  # the value beside it is whatever the writer put there
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
    """``C7``, as spreadsheets name a cell."""
    return f"{get_column_letter(column)}{row}"


def shown(text: str) -> str:
    """What a message repeats of a file's inner names: short, and nothing in it that is not seen."""
    return "".join(c if c.isprintable() else "?" for c in text[:80])


def _plain(text: str) -> str:
    """The text with its escapes undone (``_x000D_`` is a return), and one kind of line end."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return characters.with_line_feeds(text)


_H = TypeVar("_H", bound=_Handler)


class _Package:
    """The parts that matter, found by their relations."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.names = {name.lower(): name for name in package.namelist()}
        self.count = _Count()

    def grids(self) -> list[Grid]:
        """Every sheet of the workbook."""
        self._read("[Content_Types].xml", _Types(self.count))
        for name in self.names.values():  # whatever refers outside, refers there for a reason
            if name.lower().endswith(".rels"):
                self._read(name, _Relations(self.count))
        book = self._relations("").by_type.get("officeDocument", "").lstrip("/")
        relations = self._relations(book)
        workbook = self._read(book, _Sheets(self.count))
        if not 0 < len(workbook.sheets) <= MOST_SHEETS:
            raise ImportRefused(
                [_("The file needs at least one sheet and may have %(count)d.") % {"count": MOST_SHEETS}]
            )
        texts: list[str] = []
        dates: dict[int, str] = {}
        if "sharedStrings" in relations.by_type:
            texts = self._read(_joined(book, relations.by_type["sharedStrings"]), _Texts(self.count)).found
        if "styles" in relations.by_type:
            dates = self._read(_joined(book, relations.by_type["styles"]), _Styles(self.count)).date_formats()
        found = []
        for name, ident in workbook.sheets:
            grid = Grid(shown(name))
            part = _joined(book, relations.by_id[ident])
            self._read(part, _Cells(self.count, grid, texts, dates, workbook.counts_from))
            found.append(grid)
        return found

    def _relations(self, part: str) -> _Relations:
        folder, slash, name = part.rpartition("/")
        return self._read(f"{folder}{slash}_rels/{name}.rels", _Relations(self.count))

    def _read(self, part: str, handler: _H) -> _H:
        if part.lower() not in self.names:
            raise ImportRefused([_broken()])
        with self.package.open(self.names[part.lower()]) as stream:
            sax.parse(stream, handler, forbid_dtd=True)
        return handler


def _joined(book: str, target: str) -> str:
    """A target as a part of the package; it may be written from the root or from the workbook's folder."""
    if target.startswith("/"):
        return target.lstrip("/")
    return f"{book.rpartition('/')[0]}/{target}".lstrip("/")
