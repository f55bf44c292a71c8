"""Reads an .xlsx file as plain cells: checks limits first, then reads a stream. It runs and follows nothing in the
file.

No general reader opens an upload: a file of 1.5 kB once took six gigabytes in one. An edition's spreadsheet needs
little of the format: sheets, cells, texts, and which numbers are shown as dates.
"""

import zipfile
import zlib
from io import BytesIO
from typing import TypeVar
from xml.sax import SAXException

from defusedxml import sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from coi.editions.refusals import ImportRefused
from coi.files.spreadsheets.workbook_xml import (
    Cells,
    Count,
    Grid,
    Handler,
    Relations,
    Sheets,
    Styles,
    Texts,
    Types,
    shown,
)

MAX_BYTES = 5_000_000
MOST_PARTS = 200  # files inside the file
MOST_UNPACKED = 25_000_000  # bytes, all parts together
MOST_RATIO = 100  # times that a part may grow when unpacked: typed data grow five- to twentyfold
SMALL_PART = 100_000  # unpacked bytes below which the ratio means nothing
MOST_SHEETS = 20

_NOT_PLAIN = (
    "vbaproject",
    "macrosheets/",
    "externallinks/",
    "activex/",
    "embeddings/",
    "ctrlprops/",
    "connections.xml",
)


def is_spreadsheet(name: str, content: bytes) -> bool:
    """Return whether to read a file as a spreadsheet: by its name, or because it is a zip file."""
    return name.lower().endswith((".xlsx", ".xlsm", ".xltx", ".xls", ".ods")) or content.startswith(b"PK")


def grids(content: bytes) -> list[Grid]:
    """Return the sheets of a file in order. Raises ImportRefused unless it is a plain .xlsx file within the limits."""
    if len(content) > MAX_BYTES:
        raise ImportRefused([_("The file is larger than %(count)d MB.") % {"count": MAX_BYTES // 1_000_000}])
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _refuse_by_its_directory(package)
            return _Package(package).grids()
    except DefusedXmlException as error:
        said = _("The file has a document type or entities (<!DOCTYPE). A spreadsheet needs neither.")
        raise ImportRefused([said]) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ImportRefused([_what_it_is_instead(content)]) from error
    except (SAXException, ValueError, LookupError, ArithmeticError) as error:
        raise ImportRefused([_broken()]) from error


def _what_it_is_instead(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _("The file has the old format (.xls) or a password. Save it as .xlsx without a password.")
    if content.startswith(b"PK"):
        return _broken()
    return _(
        "The file is not an .xlsx spreadsheet, whatever its name. Open it in a spreadsheet program and save it as .xlsx."
    )


def _broken() -> str:
    return _("The spreadsheet cannot be read because it is damaged or incomplete. Save it again as .xlsx.")


def _refuse_by_its_directory(package: zipfile.ZipFile) -> None:
    """Refuse a file by its zip directory. No part can be longer than it says there."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise ImportRefused([_("The file has more than %(count)d parts.") % {"count": MOST_PARTS}])
    if len({part.filename.lower() for part in parts}) != len(parts) or any(part.flag_bits & 1 for part in parts):
        raise ImportRefused([_broken()])
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > SMALL_PART and part.file_size > MOST_RATIO * part.compress_size for part in parts
    ):
        said = _("Unpacked, the file is far larger than typed data (more than %(count)d MB, or packed too tightly).")
        raise ImportRefused([said % {"count": MOST_UNPACKED // 1_000_000}])
    for part in parts:
        if any(word in part.filename.lower() for word in _NOT_PLAIN):
            said = _("The file has macros, controls or links to other files (%(part)s). Save it as a plain .xlsx.")
            raise ImportRefused([said % {"part": shown(part.filename)}])


_H = TypeVar("_H", bound=Handler)


class _Package:
    """The needed parts of the file, found by their relations."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.names = {name.lower(): name for name in package.namelist()}
        self.count = Count()

    def grids(self) -> list[Grid]:
        """Return every sheet of the workbook."""
        self._read("[Content_Types].xml", Types(self.count))
        for name in self.names.values():  # a reference to outside is never needed, so it is refused
            if name.lower().endswith(".rels"):
                self._read(name, Relations(self.count))
        book = self._relations("").by_type.get("officeDocument", "").lstrip("/")
        relations = self._relations(book)
        workbook = self._read(book, Sheets(self.count))
        if not 0 < len(workbook.sheets) <= MOST_SHEETS:
            raise ImportRefused(
                [_("The file needs at least one sheet and may have %(count)d.") % {"count": MOST_SHEETS}]
            )
        texts: list[str] = []
        dates: dict[int, str] = {}
        if "sharedStrings" in relations.by_type:
            texts = self._read(_joined(book, relations.by_type["sharedStrings"]), Texts(self.count)).found
        if "styles" in relations.by_type:
            dates = self._read(_joined(book, relations.by_type["styles"]), Styles(self.count)).date_formats()
        found = []
        for name, ident in workbook.sheets:
            grid = Grid(shown(name))
            part = _joined(book, relations.by_id[ident])
            self._read(part, Cells(self.count, grid, texts, dates, workbook.counts_from))
            found.append(grid)
        return found

    def _relations(self, part: str) -> Relations:
        folder, slash, name = part.rpartition("/")
        return self._read(f"{folder}{slash}_rels/{name}.rels", Relations(self.count))

    def _read(self, part: str, handler: _H) -> _H:
        if part.lower() not in self.names:
            raise ImportRefused([_broken()])
        with self.package.open(self.names[part.lower()]) as stream:
            sax.parse(stream, handler, forbid_dtd=True)
        return handler


def _joined(book: str, target: str) -> str:
    """Return a target as a part of the package. It may be relative to the root or to the workbook's folder."""
    if target.startswith("/"):
        return target.lstrip("/")
    return f"{book.rpartition('/')[0]}/{target}".lstrip("/")
