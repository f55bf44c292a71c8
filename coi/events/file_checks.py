"""Checks of an event file before it is parsed: its format, encoding, header and last row."""

import codecs
import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.events import layouts
from coi.events.cell_values import day_in, digits
from coi.events.layouts import Layout
from coi.events.problems import BadFile, EventProblem

A_BLOCK = 1 << 20  # bytes
MOST_COLUMNS = 120
LONGEST_HEADER = 64 * 1024  # bytes
LARGEST = 2 * 1024**3  # bytes
_EXCEL = gettext_lazy("This is an Excel workbook. Open it, save it as “CSV UTF-8”, and import that file.")
_OTHER_FORMATS = (
    (b"PK\x03\x04", gettext_lazy("This is a ZIP archive. Unpack it, and import the CSV file in it.")),
    (b"\x1f\x8b", gettext_lazy("This is a compressed file. Unpack it, and import the CSV file in it.")),
    (b"\xd0\xcf\x11\xe0", _EXCEL),
    (b"%PDF", gettext_lazy("This is a PDF. Import the provider’s CSV file.")),
    (b"{", gettext_lazy("This is JSON. Import the provider’s CSV file.")),
    (b"[", gettext_lazy("This is JSON. Import the provider’s CSV file.")),
    (b"<", gettext_lazy("This is a web page or XML. Import the provider’s CSV file.")),
    (b"\xff\xfe", gettext_lazy("This is UTF-16. Save the file as CSV UTF-8.")),
    (b"\xfe\xff", gettext_lazy("This is UTF-16. Save the file as CSV UTF-8.")),
)
_SEPARATORS = {
    ";": gettext_lazy("semicolons"), "\t": gettext_lazy("tabs"), "|": gettext_lazy("vertical bars"),
}  # fmt: skip
_SUMS = ({"week", "events"}, {"month", "events"}, {"year", "events"})


def look(path: Path) -> Layout:
    """Return the format of the file, by its first line. Raises BadFile."""
    refuse_other_formats(path)
    return layout_of_header(header_of(path))


def refuse_other_formats(path: Path) -> None:
    """Refuse a file that is not CSV, naming its format by its first bytes."""
    with path.open("rb") as file:
        start = file.read(4096)
    begins = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not begins:
        raise BadFile([EventProblem(_("The file is empty."))])
    for mark, said in _OTHER_FORMATS:
        if begins.startswith(mark):
            is_workbook = mark.startswith(b"PK") and _is_workbook(path)
            raise BadFile([EventProblem(str(_EXCEL if is_workbook else said))])


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return any(name.startswith("xl/") for name in package.namelist())
    except zipfile.BadZipFile:
        return True  # part of a workbook: people with such a file know it from Excel


def checksum(path: Path) -> str:
    """Return the SHA-256 of the file. Refuses anything but UTF-8 text before it is parsed."""
    if path.stat().st_size > LARGEST:
        raise BadFile([EventProblem(_("The file is larger than %(n)d GB.") % {"n": LARGEST // 1024**3})])
    digest, decoder, start = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(A_BLOCK):
            digest.update(block)
            if b"\0" in block:
                row = _row(path, start + block.index(b"\0"))
                raise BadFile(
                    [EventProblem(_("The file has a NUL byte, so it is not a text file or is damaged."), row=row)]
                )
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                row = _row(path, start + error.start)
                raise BadFile([EventProblem(_("This is not UTF-8. Save the file as CSV UTF-8."), row=row)]) from error
            start += len(block)
    return digest.hexdigest()


def _row(path: Path, at: int) -> int:
    """Return the line of a byte, counted only when a message needs it."""
    lines = 1
    with path.open("rb") as file:
        while at > 0 and (block := file.read(min(at, A_BLOCK))):
            lines += block.count(b"\n")
            at -= len(block)
    return lines


def header_of(path: Path) -> dict[str, str]:
    """Return the column names in lower case without surrounding blanks, each with its spelling in the file."""
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEADER + 1)
    if len(first) > LONGEST_HEADER:
        raise BadFile([EventProblem(_("The first line is too long for column names."), row=1)])
    if b"\r" in first.removesuffix(b"\n").removesuffix(b"\r"):
        said = _(
            "The lines end in a single carriage return, or a column name contains one. Save the file as CSV UTF-8."
        )
        raise BadFile([EventProblem(said, row=1)])
    try:
        written = next(csv.reader(io.StringIO(first.decode("utf-8-sig"), newline="")), [])
    except UnicodeDecodeError as error:
        raise BadFile([EventProblem(_("This is not UTF-8. Save the file as CSV UTF-8."), row=1)]) from error
    except csv.Error as error:
        raise BadFile([EventProblem(_("The column names cannot be read: %(why)s.") % {"why": error}, row=1)]) from error
    columns = [name.strip().lower() for name in written]
    if len(columns) > MOST_COLUMNS:
        raise BadFile(
            [
                EventProblem(
                    _("The file has %(n)d columns. At most %(most)d are accepted.")
                    % {"n": len(columns), "most": MOST_COLUMNS},
                    row=1,
                )
            ]
        )
    twice = sorted(name for name, n in Counter(columns).items() if n > 1 and name)
    if twice and layouts.layout_of(columns) is None:
        raise BadFile([EventProblem(_no_layout(columns), row=1)])
    if twice:
        raise BadFile([EventProblem(_("Two columns have this name."), row=1, column=name) for name in twice])
    return dict(zip(columns, written, strict=True))


def refuse_broken_off(path: Path, columns: int) -> None:
    """Refuse a file whose last row ends before its last column, because the parser would fill it up."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - A_BLOCK))
        lines = file.read().decode("utf-8", errors="ignore").rstrip("\r\n").split("\n")
    row = lines.pop()
    while lines and row.count('"') % 2:  # inside a text of several lines
        row = f"{lines.pop()}\n{row}"
    found = len(next(csv.reader(io.StringIO(row, newline="")), []))
    if found < columns:
        said = _("The file is incomplete: its last row has %(found)d of %(all)d columns.")
        raise BadFile([EventProblem(said % {"found": found, "all": columns})])


def layout_of_header(header: Mapping[str, str]) -> Layout:
    columns = list(header)
    layout = layouts.layout_of(columns)
    if layout is None:
        raise BadFile([EventProblem(_no_layout(columns), row=1)])
    return layout


def _no_layout(columns: list[str]) -> str:
    """Return what the file is instead, as far as its first line shows."""
    separator = next((sign for sign in _SEPARATORS if sign in columns[0]), "") if len(columns) == 1 else ""
    if separator:
        said = _("Columns are separated by %(sign)s. Save with commas, or use the original download.")
        return said % {"sign": _SEPARATORS[separator]}
    if any(day_in(cell) or digits(cell) is not None for cell in columns):
        return _("The first line has no column names. Use the original download, which starts with them.")
    nearest, lacking = layouts.nearest(columns)
    if nearest.identity in lacking and any(named <= set(columns) for named in _SUMS):
        return _(
            "These are totals by week, month or year. Download the events themselves, with one row for each event."
        )
    said = _(
        "The columns are not those of a known format. The closest is %(layout)s, for which these are missing: %(names)s. Accepted: %(all)s, as CSV with commas."
    )
    names = {"layout": nearest.name, "names": ", ".join(lacking), "all": "; ".join(lay.name for lay in layouts.LAYOUTS)}
    return said % names
