"""An event file to sums, or to a list of what is wrong with it. The only module that imports pandas.

The file is read twice: once as bytes (checksum, encoding, NUL), once in pieces by the columns that are
needed. What is kept between pieces is one number per event already counted, and the sums.
"""

import codecs
import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from coi.events import layouts
from coi.events.geography import region_code
from coi.events.layouts import Layout
from coi.names import fold

A_PIECE = 50_000  # rows
MOST_COLUMNS = 120
LONGEST_HEADER = 64 * 1024  # bytes
LARGEST = 2 * 1024**3  # bytes
MOST_DEATHS = 10_000  # in one event: more is a shifted column, not a number
EARLIEST = date(1989, 1, 1)  # UCDP GED begins
MOST_PROBLEMS = 20


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
    first: date | None = None
    last: date | None = None


def read(path: Path, *, country: str, country_name: str, regions: Mapping[str, str], today: date) -> Sums:
    """Sums of the events of one country; ``regions`` maps folded names to codes. Raises BadFile."""
    sums = Sums(layout=layouts.ACLED_NEW, sha256=_checksum(path))
    header = _header(path)
    sums.layout = layout = _layout(header)
    reader = _Reader(layout, country, country_name, dict(regions), today, sums)
    try:
        for piece in _pieces(path, layout):
            reader.take(piece)
            if len(reader.problems) >= MOST_PROBLEMS:
                break
    except (pd.errors.ParserError, csv.Error) as error:
        raise BadFile(
            [Problem(_("The file breaks off or a quotation mark is not closed: %(why)s") % {"why": error})]
        ) from error
    reader.finish()
    if reader.problems:
        raise BadFile(reader.problems[:MOST_PROBLEMS])
    if not sums.events:
        raise BadFile(
            [Problem(_("The file holds no event of %(country)s.") % {"country": country_name}, column=layout.country)]
        )
    return sums


# --- before parsing -----------------------------------------------------------------------------


def _checksum(path: Path) -> str:
    """SHA-256 of the file; refuses what is no UTF-8 text before anything parses it."""
    if path.stat().st_size > LARGEST:
        raise BadFile([Problem(_("The file is larger than %(n)d GB.") % {"n": LARGEST // 1024**3})])
    digest, decoder, line = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            if b"\0" in block:
                row = line + block[: block.index(b"\0")].count(b"\n")
                raise BadFile([Problem(_("There is a NUL byte: this is no text file, or a damaged one."), row=row)])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                row = line + block[: error.start].count(b"\n")
                raise BadFile([Problem(_("This is not UTF-8. Save the file as CSV UTF-8."), row=row)]) from error
            line += block.count(b"\n")
    return digest.hexdigest()


def _header(path: Path) -> list[str]:
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEADER + 1)
    if len(first) > LONGEST_HEADER:
        raise BadFile([Problem(_("The first line is too long for column names."), row=1)])
    columns = next(csv.reader(io.StringIO(first.decode("utf-8-sig"))), [])
    columns = [name.strip() for name in columns]
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
    if twice:
        raise BadFile([Problem(_("Two columns bear this name."), row=1, column=name) for name in twice])
    return columns


def _layout(columns: list[str]) -> Layout:
    layout = layouts.layout_of(columns)
    if layout is None:
        nearest, lacking = layouts.nearest(columns)
        raise BadFile(
            [
                Problem(
                    _(
                        "The columns are none that are known. Closest is %(layout)s, where these are missing: %(names)s. Accepted: %(all)s, as CSV with a comma."
                    )
                    % {
                        "layout": nearest.name,
                        "names": ", ".join(lacking),
                        "all": "; ".join(lay.name for lay in layouts.LAYOUTS),
                    },
                    row=1,
                )
            ]
        )
    return layout


def _pieces(path: Path, layout: Layout) -> Iterator[pd.DataFrame]:
    """The needed columns as text, piece by piece. ``index_col=False``: a comma too many shifts nothing.

    All but the id as categories: a column of 50,000 rows holds few different texts, and each is judged once.
    """
    wanted = set(layout.required)
    with pd.read_csv(
        path, usecols=lambda name: name.strip() in wanted, keep_default_na=False, index_col=False,
        dtype=str, encoding="utf-8-sig", chunksize=A_PIECE,
    ) as reader:  # fmt: skip
        for piece in reader:
            piece = piece.rename(columns=str.strip)
            yield piece.astype({name: "category" for name in piece.columns if name != layout.identity})


# --- piece by piece -----------------------------------------------------------------------------


class _Reader:
    """Adds pieces to the sums and collects what is wrong."""

    def __init__(
        self, layout: Layout, country: str, country_name: str, regions: dict[str, str], today: date, sums: Sums
    ) -> None:
        self.layout, self.country, self.country_name = layout, country, fold(country_name)
        self.regions, self.today, self.sums = regions, today, sums
        self.seen = pd.Index([], dtype="uint64")
        self.problems: list[Problem] = []
        self.known: dict[str, dict[str, Any]] = defaultdict(dict)  # by column: texts judged in earlier pieces
        self.parts: list[pd.DataFrame] = []

    def take(self, piece: pd.DataFrame) -> None:
        lay, sums = self.layout, self.sums
        if piece.index[0] == 0 and piece.iloc[0].astype(str).str.startswith("#").sum() >= 3:
            piece = piece.iloc[1:]  # the tags of the Humanitarian Exchange Language
        sums.rows += len(piece)
        here = self._each(piece, lay.country, lambda name: fold(name) == self.country_name).astype(bool)
        if not here.all():
            sums.elsewhere += int((~here).sum())
            piece = piece[here]
        if piece.empty:
            return
        frame = pd.DataFrame(
            {
                "day": self._checked(piece, lay.day, self._day, _("“%(value)s” is not a day from 1989 to today, written as 01 March 2023 or 2023-03-01.")),
                "deaths": self._checked(piece, lay.fatalities, _deaths, _("“%(value)s” is not a number of deaths from 0 to 10,000: a column may have been shifted.")),
                "region": self._checked(piece, lay.region, self._region, _("“%(value)s” is no region that the library knows.")),
                "group": self._checked(piece, lay.actor_group, self._group, _("“%(value)s” is no kind of actor of ACLED’s codebook.")),
                "type": self._checked(piece, lay.event_type, self._type, _("“%(value)s” is none of 1, 2, 3.")),
                "civilians": self._against_civilians(piece),
            }
        )  # fmt: skip
        self._years(piece, frame["day"])
        identity = piece[lay.identity]
        self._wrong(
            piece.index[identity == ""],
            identity,
            lay.identity,
            _("The event has no id: it could be counted twice."),
        )
        if not self.problems:
            self._add(frame[self._is_new(identity)])

    # Each different text of a column is judged once.

    @staticmethod
    def _each(piece: pd.DataFrame, column: str, meaning: Callable[[str], Any]) -> pd.Series:
        return piece[column].map({text: meaning(text) for text in piece[column].cat.categories})

    def _checked(self, piece: pd.DataFrame, column: str, meaning: Callable[[str], Any], message: str) -> pd.Series:
        """What each text means; one that means nothing is wrong."""
        found = self.known[column]
        found.update({text: meaning(text) for text in piece[column].cat.categories if text not in found})
        bad = {text for text, value in found.items() if value is None}
        if bad:
            self._wrong(piece.index[piece[column].isin(bad)], piece[column], column, message)
        return piece[column].map(found)

    def _wrong(self, rows: pd.Index, values: pd.Series, column: str, message: str) -> None:
        for at in rows[: MOST_PROBLEMS - len(self.problems)]:
            self.problems.append(Problem(message % {"value": str(values[at])[:40]}, row=int(at) + 2, column=column))

    def _day(self, text: str) -> int | None:
        """The day as its number in the calendar."""
        try:
            day = date.fromisoformat(text[:10]) if text[4:5] == "-" else datetime.strptime(text, "%d %B %Y").date()
        except ValueError:
            return None
        return day.toordinal() if EARLIEST <= day <= self.today else None

    def _years(self, piece: pd.DataFrame, days: pd.Series) -> None:
        column = self.layout.year
        stated = self._each(piece, column, lambda text: int(text) if text.isascii() and text.isdigit() else 0)
        of_day = days.map({n: date.fromordinal(int(n)).year for n in days.dropna().unique()})
        differs = of_day.notna() & (of_day.astype(float) != stated.astype(float))
        message = _("“%(value)s” is not the year of the event’s date: a column may have been shifted.")
        self._wrong(piece.index[differs], piece[column], column, message)

    def _region(self, text: str) -> str | None:
        return region_code(text, self.regions) if text.strip() else self.country

    def _group(self, text: str) -> str | None:
        if self.layout is layouts.UCDP_GED:
            return layouts.STATE if text.startswith("Government of") else layouts.NON_STATE
        return layouts.ACLED_GROUPS.get(text.strip().casefold())

    def _type(self, text: str) -> str | None:
        return layouts.GED_TYPES.get(text.strip()) if self.layout is layouts.UCDP_GED else text.strip()[:60]

    def _against_civilians(self, piece: pd.DataFrame) -> pd.Series:
        lay = self.layout
        if lay is layouts.UCDP_GED:
            return self._each(piece, lay.event_type, lambda text: text.strip() == "3").astype(bool)
        if lay.civilians:
            return self._each(
                piece, lay.civilians, lambda text: text.strip().casefold() == "civilian targeting"
            ).astype(bool)
        # The older format has no such column: either side is civilians, or the event is against them.
        found = self._each(piece, lay.event_type, lambda text: text.strip() == layouts.AGAINST_CIVILIANS).astype(bool)
        for side in (lay.actor_group, lay.other_group):
            found |= self._each(piece, side, lambda text: self._group(text) == layouts.CIVILIANS).astype(bool)
        return found

    def _is_new(self, identity: pd.Series) -> pd.Series:
        """The rows whose event was not counted before, here or in an earlier piece."""
        keys = pd.Index(pd.util.hash_pandas_object(identity, index=False))
        new = ~(keys.duplicated() | keys.isin(self.seen))
        self.seen = self.seen.append(keys[new])
        self.sums.repeated += int((~new).sum())
        return pd.Series(new, index=identity.index)

    def _add(self, frame: pd.DataFrame) -> None:
        sums = self.sums
        if frame.empty:
            return
        sums.events += len(frame)
        frame = frame.astype({"day": "int64", "deaths": "int64"})
        first, last = date.fromordinal(int(frame["day"].min())), date.fromordinal(int(frame["day"].max()))
        sums.first = min(sums.first or first, first)
        sums.last = max(sums.last or last, last)
        by_day = frame.groupby(["region", "day", "type", "civilians", "group"], observed=True)["deaths"].agg(
            ["size", "sum"]
        )
        self.parts.append(by_day.reset_index())

    def finish(self) -> None:
        """The sums of all pieces."""
        sums = self.sums
        if not self.parts:
            return
        keys = ["region", "day", "type", "civilians", "group"]
        whole = pd.concat(self.parts).groupby(keys, observed=True)[["size", "sum"]].sum().reset_index()
        for region, number, kind, civilians, group, events, deaths in whole.itertuples(index=False):
            day = date.fromordinal(number)
            _grow(sums.months, Month(region, day.replace(day=1), kind, bool(civilians), group), events, deaths)
            _grow(sums.days, (region, day), events, deaths)


def _deaths(text: str) -> int | None:
    """Plain digits only: 1_000 and digits of other scripts are numbers to Python."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) if int(text) <= MOST_DEATHS else None


def _grow(sums: dict[Any, tuple[int, int]], key: Any, events: int, deaths: int) -> None:
    was = sums.get(key, (0, 0))
    sums[key] = (was[0] + int(events), was[1] + int(deaths))
