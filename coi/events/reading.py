"""An event file to sums, or to a list of what is wrong with it. The only module that imports pandas.

The file is read twice: once as bytes (checksum, encoding, NUL), once in pieces by the columns that are
needed. What is kept between pieces is one number per event already counted, and the sums. Each different
text of a column is judged once and is a number from then on: rows are added up as arrays of numbers.
"""

import codecs
import csv
import hashlib
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coi.events import layouts
from coi.events.geography import region_code
from coi.events.layouts import Layout
from coi.text.folding import fold, without_formats

A_PIECE = 16_384  # rows parsed and judged together; of larger pieces the parser makes parts and joins them
A_BATCH = 500_000  # rows told apart by their ids and added up together
A_BLOCK = 1 << 20  # bytes
MOST_COLUMNS = 120
LONGEST_HEADER = 64 * 1024  # bytes
LARGEST = 2 * 1024**3  # bytes
MOST_DEATHS = 10_000  # in one event: more is a shifted column, not a number
EARLIEST = date(1989, 1, 1)  # UCDP GED begins
LONGEST_KIND, MOST_KINDS = 60, 50  # of events: longer or more are sentences, which are never kept
MOST_PROBLEMS = 20
LONGEST_COUNTRY, MOST_COUNTRIES = 60, 20  # names of countries that are not held, as they are listed


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: row (1 is the header) and column where they are known."""

    message: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        where = []
        if self.row is not None:
            where.append(_("row %(n)d") % {"n": self.row})
        if self.column:
            where.append(_("column %(name)s") % {"name": self.column})
        return f"{', '.join(where)}: {self.message}" if where else self.message


class BadFile(Exception):
    """The file cannot be read as event data; nothing of it was kept."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Progress:
    """How far the reading is; ``about`` is how many rows there are, by the bytes that they took until now."""

    rows: int
    about: int


Told = Callable[[Progress], None]
Unknown = Mapping[str, int]  # countries that the library does not hold, with the rows of each


@dataclass(frozen=True)
class Month:
    """What one sum is about."""

    region: str  # code of a place; that of the country where the file gives no region
    month: date
    event_type: str
    against_civilians: bool
    actor_group: str


@dataclass
class Sums:
    """What is kept of a file."""

    layout: Layout
    sha256: str
    months: dict[Month, tuple[int, int]] = field(default_factory=dict)  # events, fatalities
    days: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)
    rows: int = 0
    events: int = 0
    repeated: int = 0  # rows of an event that was counted already: an actor-based export
    elsewhere: int = 0  # rows of another country
    unknown: Counter[str] = field(default_factory=Counter)  # of these, rows by the country that is not held
    first: date = date.max  # day of an event; as long as none was counted, the first is after the last
    last: date = date.min


def read(
    path: Path,
    *,
    country: str,
    country_names: Sequence[str],
    regions: Mapping[str, str],
    today: date,
    other_countries: Collection[str] = (),
    on_progress: Told = lambda progress: None,
) -> Sums:
    """Sums of the events of one country, by any of its names; ``regions`` maps folded names to codes.

    ``other_countries`` are the folded names that are no surprise. Raises BadFile. ``on_progress`` is told after each piece.
    """
    _refuse_other_formats(path)
    sums = Sums(layout=layouts.ACLED_NEW, sha256=_checksum(path))
    header = _header(path)
    sums.layout = layout = _layout(header)
    reader = _Reader(layout, country, country_names, dict(regions), today, sums, other_countries)
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            for piece in _pieces(file, layout, header):
                reader.take(piece)
                if len(reader.problems) >= MOST_PROBLEMS:
                    break
                on_progress(Progress(sums.rows, max(sums.rows, round(sums.rows * size / max(file.tell(), 1)))))
        reader.finish()
        if not reader.problems:
            _whole(path, len(header))
        if twice := reader.ids_of_two_countries():
            with path.open("rb") as file:
                reader.problems += _of_two_countries(_pieces(file, layout, header), layout, twice)
    except (pd.errors.ParserError, csv.Error) as error:
        raise BadFile(
            [Problem(_("The file breaks off or a quotation mark is not closed: %(why)s") % {"why": error})]
        ) from error
    if reader.problems:
        raise BadFile(reader.problems[:MOST_PROBLEMS])
    if not sums.rows:
        raise BadFile([Problem(_("The file has column names and no event below them."), row=1)])
    if not sums.events:
        said = _("The file holds no event of %(country)s.") % {"country": country_names[0]}
        if sums.unknown:
            said += " " + _("The library holds no country of these names: %(rows)s.") % {"rows": listed(sums.unknown)}
        raise BadFile([Problem(said, column=layout.country)])
    return sums


def listed(unknown: Unknown) -> str:
    """Countries that are not held, each with the number of its rows."""
    return "; ".join(
        ngettext("%(name)s: %(n)d row", "%(name)s: %(n)d rows", n) % {"name": name, "n": n}
        for name, n in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    )


def look(path: Path) -> Layout:
    """What format the file is in, by its first line. Raises BadFile."""
    _refuse_other_formats(path)
    return _layout(_header(path))


# --- before parsing -----------------------------------------------------------------------------


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


def _refuse_other_formats(path: Path) -> None:
    """Name what is no CSV file for what it is, by how it begins."""
    with path.open("rb") as file:
        start = file.read(4096)
    begins = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not begins:
        raise BadFile([Problem(_("The file is empty."))])
    for mark, said in _OTHER_FORMATS:
        if begins.startswith(mark):
            is_workbook = mark.startswith(b"PK") and _is_workbook(path)
            raise BadFile([Problem(str(_EXCEL if is_workbook else said))])


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return any(name.startswith("xl/") for name in package.namelist())
    except zipfile.BadZipFile:
        return True  # a part of one: whoever has such a file knows it from Excel


def _checksum(path: Path) -> str:
    """SHA-256 of the file; refuses what is no UTF-8 text before anything parses it."""
    if path.stat().st_size > LARGEST:
        raise BadFile([Problem(_("The file is larger than %(n)d GB.") % {"n": LARGEST // 1024**3})])
    digest, decoder, start = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(A_BLOCK):
            digest.update(block)
            if b"\0" in block:
                row = _row(path, start + block.index(b"\0"))
                raise BadFile([Problem(_("There is a NUL byte: this is no text file, or a damaged one."), row=row)])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                row = _row(path, start + error.start)
                raise BadFile([Problem(_("This is not UTF-8. Save the file as CSV UTF-8."), row=row)]) from error
            start += len(block)
    return digest.hexdigest()


def _row(path: Path, at: int) -> int:
    """The line in which a byte stands: counted only where it has to be told."""
    lines = 1
    with path.open("rb") as file:
        while at > 0 and (block := file.read(min(at, A_BLOCK))):
            lines += block.count(b"\n")
            at -= len(block)
    return lines


def _header(path: Path) -> dict[str, str]:
    """The column names in small letters, blanks around them taken off, each with what stands in the file."""
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEADER + 1)
    if len(first) > LONGEST_HEADER:
        raise BadFile([Problem(_("The first line is too long for column names."), row=1)])
    if b"\r" in first.removesuffix(b"\n").removesuffix(b"\r"):
        said = _("The lines end in a carriage return alone, or a column name holds one. Save the file as CSV UTF-8.")
        raise BadFile([Problem(said, row=1)])
    try:
        written = next(csv.reader(io.StringIO(first.decode("utf-8-sig"), newline="")), [])
    except UnicodeDecodeError as error:
        raise BadFile([Problem(_("This is not UTF-8. Save the file as CSV UTF-8."), row=1)]) from error
    except csv.Error as error:
        raise BadFile([Problem(_("The column names cannot be read: %(why)s.") % {"why": error}, row=1)]) from error
    columns = [name.strip().lower() for name in written]
    if len(columns) > MOST_COLUMNS:
        raise BadFile(
            [
                Problem(
                    _("There are %(n)d columns; at most %(most)d are read.")
                    % {"n": len(columns), "most": MOST_COLUMNS},
                    row=1,
                )
            ]
        )
    twice = sorted(name for name, n in Counter(columns).items() if n > 1 and name)
    if twice and layouts.layout_of(columns) is None:
        raise BadFile([Problem(_no_layout(columns), row=1)])
    if twice:
        raise BadFile([Problem(_("Two columns bear this name."), row=1, column=name) for name in twice])
    return dict(zip(columns, written, strict=True))


def _whole(path: Path, columns: int) -> None:
    """Refuses a file whose last row ends before its last column: the parser would fill it up."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - A_BLOCK))
        lines = file.read().decode("utf-8", errors="ignore").rstrip("\r\n").split("\n")
    row = lines.pop()
    while lines and row.count('"') % 2:  # inside a text of several lines
        row = f"{lines.pop()}\n{row}"
    found = len(next(csv.reader(io.StringIO(row, newline="")), []))
    if found < columns:
        said = _("The file breaks off: its last row has %(found)d columns of %(all)d.")
        raise BadFile([Problem(said % {"found": found, "all": columns})])


_SEPARATORS = {
    ";": gettext_lazy("semicolons"), "\t": gettext_lazy("tabs"), "|": gettext_lazy("vertical bars"),
}  # fmt: skip
_SUMS = ({"week", "events"}, {"month", "events"}, {"year", "events"})


def _layout(header: Mapping[str, str]) -> Layout:
    columns = list(header)
    layout = layouts.layout_of(columns)
    if layout is None:
        raise BadFile([Problem(_no_layout(columns), row=1)])
    return layout


def _no_layout(columns: list[str]) -> str:
    """What the file is instead, as far as its first line tells."""
    separator = next((sign for sign in _SEPARATORS if sign in columns[0]), "") if len(columns) == 1 else ""
    if separator:
        said = _("Columns are separated by %(sign)s. Save with commas, or use the original download.")
        return said % {"sign": _SEPARATORS[separator]}
    if any(_date(cell) or _digits(cell) is not None for cell in columns):
        return _("There are no column names in the first line. Use the original download, which begins with them.")
    nearest, lacking = layouts.nearest(columns)
    if nearest.identity in lacking and any(named <= set(columns) for named in _SUMS):
        return _("These are sums by week, month or year. Download the events themselves: one row for each event.")
    said = _(
        "The columns are none that are known. Closest is %(layout)s, where these are missing: %(names)s. "
        "Accepted: %(all)s, as CSV with a comma."
    )
    names = {"layout": nearest.name, "names": ", ".join(lacking), "all": "; ".join(lay.name for lay in layouts.LAYOUTS)}
    return said % names


def _pieces(file: IO[bytes], layout: Layout, header: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The needed columns as text, piece by piece. ``index_col=False``: a comma too many shifts nothing.

    As objects, not as categories: where all texts of a column look like numbers, the parser makes numbers of its
    categories, and 010 and 10 become one. The encoding goes by the name that it has in the parser: by any other
    it is decoded and encoded before.
    """
    wanted = {header[name]: name for name in layout.read}
    with pd.read_csv(
        file, usecols=list(wanted), dtype=object, keep_default_na=False, index_col=False, encoding="utf-8",
        chunksize=A_PIECE,
    ) as reader:  # fmt: skip
        for piece in reader:
            yield piece.rename(columns=wanted)


# --- piece by piece -----------------------------------------------------------------------------

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Judge = Callable[[str], int | None]

# What a row is about becomes one number: region, kind, group, whether against civilians, day or month.
_SPANS = (2**8, 2**8, 2, 2**22)  # room for each but the first


_1970 = date(1970, 1, 1).toordinal()
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T][\d:.]+Z?)?", re.ASCII)
_MONTHS = {name.casefold(): n for n, name in enumerate((
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
), 1)}  # fmt: skip
_NO_DEATHS = gettext_lazy("“%(value)s” is not a number of deaths from 0 to 10,000: a column may have been shifted.")
_NO_GROUP = gettext_lazy("“%(value)s” is no kind of actor of ACLED’s codebook.")


class _Column(dict[str, int]):
    """What the texts of a column mean, each as a number; -1 for one that means nothing. Each is judged once."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def __missing__(self, text: str) -> int:
        number = self.judge(text)
        self[text] = -1 if number is None else number
        return self[text]

    def of(self, column: pd.Series) -> Numbers:
        """The number of each row."""
        which, texts = pd.factorize(column.to_numpy())
        numbers: Numbers = np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))[which]
        return numbers


def _number(label: str | None, labels: dict[str, int]) -> int | None:
    """A label as a number from 0, in the order in which they are met."""
    return None if label is None else labels.setdefault(label, len(labels))


class _Reader:
    """Adds pieces to the sums and collects what is wrong."""

    def __init__(
        self,
        layout: Layout,
        country: str,
        country_names: Collection[str],
        regions: dict[str, str],
        today: date,
        sums: Sums,
        other_countries: Collection[str] = (),
    ) -> None:
        self.other_countries = frozenset(other_countries)
        self.layout, self.country, self.country_names = layout, country, {fold(name) for name in country_names}
        self.regions, self.today, self.sums = regions, today, sums
        self.problems: list[Problem] = []
        against = "3" if layout is layouts.UCDP_GED else layouts.AGAINST_CIVILIANS
        self.regions_met: dict[str, int] = {}
        self.kinds_met: dict[str, int] = {}
        self.groups_met: dict[str, int] = {}
        self.columns = {
            "here": _Column(lambda text: int(fold(text) in self.country_names)),
            "day": _Column(self._day),
            "year": _Column(lambda text: int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0),
            "deaths": _Column(_digits),
            "region": _Column(lambda text: _number(self._region(text), self.regions_met)),
            "group": _Column(lambda text: _number(self._group(text), self.groups_met)),
            "kind": _Column(lambda text: _number(self._kind(text), self.kinds_met)),
            "civilians": _Column(lambda text: {"": 0, "civilian targeting": 1}.get(text.strip().casefold())),
            "kind_against": _Column(lambda text: int(text.strip() == against)),
            "interaction": _Column(_has_civilians),
        }
        self.waiting: list[tuple[Any, Numbers, Numbers, Numbers]] = []  # ids, what they are about, deaths, rows
        self.seen = np.array([], dtype=np.uint64)
        self.told = np.array([], dtype=np.uint64)  # what was told of each that was seen
        self.seen_elsewhere: list[Any] = []
        self.added: list[tuple[Numbers, Numbers, Numbers]] = []  # what it is about, events, deaths

    def take(self, piece: pd.DataFrame) -> None:
        """Judge the rows of a piece; while nothing is wrong, put them with those to be added up."""
        lay, sums = self.layout, self.sums
        if not piece.empty and piece.index[0] == 0 and piece.iloc[0].astype(str).str.startswith("#").sum() >= 3:
            piece = piece.iloc[1:]  # the tags of the Humanitarian Exchange Language
        if piece.empty:
            return
        sums.rows += len(piece)
        number = self._checked
        # Of rows of other countries too: one that is shifted before its country would be taken for one of them.
        day = number(
            "day",
            piece,
            lay.day,
            _("“%(value)s” is not a day from 1989 to today, written as 01 March 2023 or 2023-03-01."),
        )
        self._years(piece, day)
        deaths = number("deaths", piece, lay.fatalities, _NO_DEATHS)
        here = self._numbers("here", piece, lay.country) > 0
        if not here.all():
            sums.elsewhere += int((~here).sum())
            self._elsewhere(piece[~here])
            piece, day, deaths = piece[here], day[here], deaths[here]
        if piece.empty:
            return
        self._wrong(deaths > MOST_DEATHS, piece, lay.fatalities, _NO_DEATHS)
        region = number("region", piece, lay.region, _("“%(value)s” is no region that the library knows."))
        group = number("group", piece, lay.actor_group, _NO_GROUP)
        kind = number("kind", piece, lay.event_type, self._no_kind())
        civilians = self._against_civilians(piece, group)
        identity = _ids(piece[lay.identity])
        self._wrong(identity == "", piece, lay.identity, _("The event has no id: it could be counted twice."))
        if self.problems:
            return
        about = _one_number(region, kind, group, civilians, day)
        self.waiting.append((_hashed(identity), about, deaths, piece.index.to_numpy()))
        if sum(len(waiting[0]) for waiting in self.waiting) >= A_BATCH:
            self._add()

    def _elsewhere(self, piece: pd.DataFrame) -> None:
        """Rows of other countries: their ids, and by name the countries that nobody holds."""
        self.seen_elsewhere.append(np.unique(_hashed(_ids(piece[self.layout.identity]))))
        for text, rows in piece[self.layout.country].value_counts().items():
            name = " ".join(str(text).split())[:LONGEST_COUNTRY] or _("no country named")
            if fold(name) not in self.other_countries and (
                name in self.sums.unknown or len(self.sums.unknown) < MOST_COUNTRIES
            ):
                self.sums.unknown[name] += int(rows)

    def ids_of_two_countries(self) -> frozenset[int]:
        """Ids that rows of this country and of another have."""
        if not self.seen_elsewhere or self.problems:
            return frozenset()
        return frozenset(np.intersect1d(self.seen, np.concatenate(self.seen_elsewhere)).tolist())

    def _numbers(self, name: str, piece: pd.DataFrame, column: str) -> Numbers:
        return self.columns[name].of(piece[column])

    def _checked(self, name: str, piece: pd.DataFrame, column: str, message: str | Promise) -> Numbers:
        """What each text means; one that means nothing is wrong."""
        found = self._numbers(name, piece, column)
        self._wrong(found < 0, piece, column, message)
        return found

    def _wrong(self, rows: Any, piece: pd.DataFrame, column: str, message: str | Promise) -> None:
        for at in np.flatnonzero(rows)[: MOST_PROBLEMS - len(self.problems)]:
            text = str(piece[column].iat[at])[:40]
            self.problems.append(Problem(str(message) % {"value": text}, row=int(piece.index[at]) + 2, column=column))

    def _day(self, text: str) -> int | None:
        """The day as its number in the calendar."""
        day = _date(text)
        return day.toordinal() if day is not None and EARLIEST <= day <= self.today else None

    def _years(self, piece: pd.DataFrame, days: Numbers) -> None:
        column = self.layout.year
        differs = _in_calendar(days, "Y") + 1970 != self._numbers("year", piece, column)
        message = _("“%(value)s” is not the year of the event’s date: a column may have been shifted.")
        self._wrong(differs & (days >= 0), piece, column, message)

    def _region(self, text: str) -> str | None:
        return region_code(text, self.regions) if text.strip() else self.country

    def _group(self, text: str) -> str | None:
        if self.layout is layouts.UCDP_GED:
            return layouts.STATE if text.startswith("Government of") else layouts.NON_STATE
        return layouts.ACLED_GROUPS.get(text.strip().casefold())

    def _kind(self, text: str) -> str | None:
        kind = text.strip()
        if self.layout is layouts.UCDP_GED:
            return layouts.GED_TYPES.get(kind)
        is_known = kind in self.kinds_met or len(self.kinds_met) < MOST_KINDS
        return kind if kind[:1].isalpha() and len(kind) <= LONGEST_KIND and is_known else None

    def _no_kind(self) -> str:
        if self.layout is layouts.UCDP_GED:
            return _("“%(value)s” is none of 1, 2, 3.")
        return _("“%(value)s” is no kind of event: one begins with a letter, has at most 60, and there are at most 50.")

    def _against_civilians(self, piece: pd.DataFrame, group: Numbers) -> Numbers:
        lay = self.layout
        if lay.civilians:
            message = _("“%(value)s” is neither empty nor “Civilian targeting”: a column may have been shifted.")
            return self._checked("civilians", piece, lay.civilians, message)
        # Others have no such column: the event is against civilians by its kind, with ACLED also by either side.
        found = self._numbers("kind_against", piece, lay.event_type)
        if lay.provider == "ACLED":
            sides = [group]
            if lay.other_group:
                sides.append(self._checked("group", piece, lay.other_group, _NO_GROUP))
            for side in sides:
                found |= side == self.groups_met.get(layouts.CIVILIANS, -1)
            if lay.interaction:
                message = _("“%(value)s” is no interaction of ACLED’s codebook.")
                found |= self._checked("interaction", piece, lay.interaction, message) > 0
        return found

    def _add(self) -> None:
        """Add up the rows that wait, each event once: not those that were counted here or in an earlier batch."""
        if not self.waiting:
            return
        ids, about, deaths, rows = (np.concatenate(column) for column in zip(*self.waiting, strict=True))
        self.waiting = []
        again = pd.Series(ids).duplicated().to_numpy()
        if again.any():
            self._differing(ids, about, deaths, rows)
            # The two rows of an actor-based export may take turns in who comes first; it is never the civilians
            # who did it where another is named.
            civilians = _apart(about)[2] == self.groups_met.get(layouts.CIVILIANS, -1)
            order = np.argsort(civilians, kind="stable")
            ids, about, deaths = ids[order], about[order], deaths[order]
            again = pd.Series(ids).duplicated().to_numpy()
            rows = rows[order]
        told = _hashed(_told(about) * (MOST_DEATHS + 1) + deaths)
        if len(self.seen):
            before = pd.Index(self.seen).get_indexer(ids)
            self._differing_from_before((before >= 0) & (self.told[before] != told), rows)
            again = again | (before >= 0)
        if again.any():
            self.sums.repeated += int(again.sum())
            ids, about, deaths, told = ids[~again], about[~again], deaths[~again], told[~again]
        self.seen, self.told = np.concatenate([self.seen, ids]), np.concatenate([self.told, told])
        self.sums.events += len(ids)
        self.added.append(_added_up(about, np.ones_like(deaths), deaths))

    def _differing(self, ids: Any, about: Numbers, deaths: Numbers, rows: Numbers) -> None:
        """Rows that say something else of an event than the row before them did."""
        which, each = pd.factorize(ids)
        first = np.full(len(each), -1)
        first[which[::-1]] = np.arange(len(ids))[::-1]
        before = first[which]
        region, kind, _group, _civilians, day = _apart(about)
        message = _("The event stands in the file before, in row %(before)d, with something else in this column.")
        columns = (
            (self.layout.fatalities, deaths), (self.layout.day, day), (self.layout.region, region),
            (self.layout.event_type, kind),
        )  # fmt: skip
        for column, numbers in columns:
            for at in np.flatnonzero(numbers != numbers[before])[: MOST_PROBLEMS - len(self.problems)]:
                said = message % {"before": int(rows[before[at]]) + 2}
                self.problems.append(Problem(said, row=int(rows[at]) + 2, column=column))

    def _differing_from_before(self, differs: Any, rows: Numbers) -> None:
        """The same for an event that was counted with rows far above."""
        said = _("The event stands in the file far above, with another day, region, kind or number of deaths.")
        for at in np.flatnonzero(differs)[: MOST_PROBLEMS - len(self.problems)]:
            self.problems.append(Problem(said, row=int(rows[at]) + 2, column=self.layout.identity))

    def finish(self) -> None:
        """The sums of all pieces."""
        self._add()
        if not self.added:
            return
        about, events, deaths = _added_up(*(np.concatenate(column) for column in zip(*self.added, strict=True)))
        region, kind, group, civilians, day = _apart(about)
        self.sums.first, self.sums.last = date.fromordinal(int(day.min())), date.fromordinal(int(day.max()))
        regions, kinds, groups = list(self.regions_met), list(self.kinds_met), list(self.groups_met)
        months = _added_up(_one_number(region, kind, group, civilians, _in_calendar(day, "M")), events, deaths)
        for (r, k, g, c, month), n, dead in _rows(*months):
            first = date(1970 + month // 12, month % 12 + 1, 1)
            self.sums.months[Month(regions[r], first, kinds[k], bool(c), groups[g])] = (n, dead)
        nothing = np.zeros_like(region)
        days = _added_up(_one_number(region, nothing, nothing, nothing, day), events, deaths)
        for (r, _k, _g, _c, number), n, dead in _rows(*days):
            self.sums.days[regions[r], date.fromordinal(number)] = (n, dead)


def _of_two_countries(pieces: Iterable[pd.DataFrame], layout: Layout, twice: frozenset[int]) -> Iterator[Problem]:
    """Where the rows are in which one event has two countries."""
    message = _("The event stands in the file before, in row %(before)d, with another country.")
    first: dict[int, tuple[str, int]] = {}
    told: set[int] = set()
    for piece in pieces:
        ids = _hashed(_ids(piece[layout.identity]))
        for at in np.flatnonzero(np.isin(ids, list(twice))):
            event, row = int(ids[at]), int(piece.index[at]) + 2
            country = fold(piece[layout.country].iat[at])
            before, above = first.setdefault(event, (country, row))
            if country != before and event not in told and len(told) < MOST_PROBLEMS:
                told.add(event)
                yield Problem(message % {"before": above}, row=row, column=layout.country)


def _id(text: str) -> str:
    """An id as it is compared: without blanks around it, and in one form of its letters."""
    if not text.isascii():
        text = without_formats(unicodedata.normalize("NFKC", text))
    return text.strip().upper()


def _ids(column: pd.Series) -> Any:
    return np.fromiter(map(_id, column.to_numpy()), dtype=object, count=len(column))


def _hashed(values: Any) -> Any:
    return pd.util.hash_array(values, categorize=False)


def _has_civilians(text: str) -> int | None:
    """Whether civilians are a side, of the digits or the words of an interaction."""
    text = text.strip().casefold()
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(layouts.CIVILIANS_IN_INTERACTION in text)
    return int("civilian" in text) if not text or text[0].isalpha() else None


def _digits(text: str) -> int | None:
    """Plain digits only: 1_000 and digits of other scripts are numbers to Python."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _date(text: str) -> date | None:
    """A day in either of the styles that providers write."""
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text[:10])
        day, month, year = text.split()
        if not (day.isascii() and day.isdigit() and year.isascii() and year.isdigit() and len(year) == 4):
            return None
        return date(int(year), _MONTHS[month.casefold()], int(day))
    except (ValueError, KeyError):
        return None


# --- arrays of numbers --------------------------------------------------------------------------


def _one_number(region: Numbers, kind: Numbers, group: Numbers, civilians: Numbers, when: Numbers) -> Numbers:
    """What each row is about, as one number."""
    found = region
    for part, span in zip((kind, group, civilians, when), _SPANS, strict=True):
        found = found * span + part
    return found


def _apart(about: Numbers) -> list[Numbers]:
    """The parts of ``_one_number`` again, in its order."""
    parts = []
    for span in reversed(_SPANS):
        about, part = np.divmod(about, span)
        parts.append(part)
    return [about, *reversed(parts)]


def _told(about: Numbers) -> Numbers:
    """What a row says of its event, whichever side it begins with: region, kind and day."""
    region, kind, _group, _civilians, day = _apart(about)
    nothing = np.zeros_like(region)
    return _one_number(region, kind, nothing, nothing, day)


def _added_up(about: Numbers, events: Numbers, deaths: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Each number once, with the sums of its rows; these are exact up to 2 to the 53rd."""
    which, each = pd.factorize(about)
    of_each, dead = (np.bincount(which, weights=n).astype(np.int64) for n in (events, deaths))
    return each, of_each, dead


def _in_calendar(days: Numbers, unit: str) -> Numbers:
    """The year ("Y") or month ("M") of each day, counted from that of 1 January 1970."""
    since = (days - _1970).astype("datetime64[D]")
    return since.astype(f"datetime64[{unit}]").astype(np.int64)


def _rows(about: Numbers, events: Numbers, deaths: Numbers) -> Iterator[tuple[tuple[int, ...], int, int]]:
    parts = zip(*(part.tolist() for part in _apart(about)), strict=True)
    return zip(parts, events.tolist(), deaths.tolist(), strict=True)
