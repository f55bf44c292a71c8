"""Reads an event file into totals, or a list of its problems. The only module that imports pandas.

The file is read twice: once as bytes (checksum, encoding, NUL), once in pieces by the needed columns. Between pieces,
only one number per counted event and the totals are kept. Each different text of a column is checked once and is a
number from then on, so that rows are added up as arrays of numbers.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.events import layouts
from coi.events.cell_values import day_in, digits, has_civilians, id_in
from coi.events.file_checks import checksum, header_of, layout_of_header, refuse_broken_off, refuse_other_formats
from coi.events.geography import region_code
from coi.events.layouts import Layout
from coi.events.packed_numbers import Numbers, event_part, in_calendar, packed, unpacked, unpacked_rows
from coi.events.problems import MOST_PROBLEMS, BadFile, EventProblem
from coi.events.sums import Month, Sums, listed
from coi.text.folding import fold

A_PIECE = 16_384  # rows parsed and checked together; the parser splits larger pieces and joins them again
A_BATCH = 500_000  # rows distinguished by their ids and added up together
MOST_DEATHS = 10_000  # in one event: a higher number means a shifted column
EARLIEST = date(1989, 1, 1)  # UCDP GED begins
LONGEST_KIND, MOST_KINDS = 60, 50  # of events: longer or more numerous texts are sentences, which are never stored
LONGEST_COUNTRY, MOST_COUNTRIES = 60, 20  # listed names of countries that are not in the library
_NO_DEATHS = gettext_lazy("“%(value)s” is not a number of deaths from 0 to 10,000. A column may have shifted.")
_NO_GROUP = gettext_lazy("“%(value)s” is not a kind of actor in ACLED’s codebook.")
Judge = Callable[[str], int | None]


@dataclass(frozen=True)
class Progress:
    """The progress of reading; ``about`` is the estimated number of rows, by their average length so far."""

    rows: int
    about: int


Told = Callable[[Progress], None]


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
    """Return the totals of the events of one country, by any of its names; ``regions`` maps folded names to codes.

    ``other_countries`` are folded names of known other countries. Raises BadFile.
    """
    refuse_other_formats(path)
    sums = Sums(layout=layouts.ACLED_NEW, sha256=checksum(path))
    header = header_of(path)
    sums.layout = layout = layout_of_header(header)
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
            refuse_broken_off(path, len(header))
        if twice := reader.ids_of_two_countries():
            with path.open("rb") as file:
                reader.problems += _of_two_countries(_pieces(file, layout, header), layout, twice)
    except (pd.errors.ParserError, csv.Error) as error:
        raise BadFile(
            [EventProblem(_("The file is incomplete or a quotation mark is not closed: %(why)s") % {"why": error})]
        ) from error
    if reader.problems:
        raise BadFile(reader.problems[:MOST_PROBLEMS])
    if not sums.rows:
        raise BadFile([EventProblem(_("The file has column names but no events."), row=1)])
    if not sums.events:
        said = _("The file has no events in %(country)s.") % {"country": country_names[0]}
        if sums.unknown:
            said += " " + _("The library has no countries with these names: %(rows)s.") % {"rows": listed(sums.unknown)}
        raise BadFile([EventProblem(said, column=layout.country)])
    return sums


def _pieces(file: IO[bytes], layout: Layout, header: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """Yield the needed columns as text, piece by piece. ``index_col=False``: an extra comma shifts nothing.

    As objects, not categories: if all texts of a column look like numbers, the parser makes numbers of its
    categories, and 010 and 10 become one. The encoding has the parser's own name for it: with any other name the
    text is decoded and encoded first.
    """
    wanted = {header[name]: name for name in layout.read}
    with pd.read_csv(
        file, usecols=list(wanted), dtype=object, keep_default_na=False, index_col=False, encoding="utf-8",
        chunksize=A_PIECE,
    ) as reader:  # fmt: skip
        for piece in reader:
            yield piece.rename(columns=wanted)


class _Column(dict[str, int]):
    """The meaning of each text of a column as a number; -1 for an invalid one. Each text is checked once."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def __missing__(self, text: str) -> int:
        number = self.judge(text)
        self[text] = -1 if number is None else number
        return self[text]

    def of(self, column: pd.Series) -> Numbers:
        """Return the number for each row."""
        which, texts = pd.factorize(column.to_numpy())
        numbers: Numbers = np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))[which]
        return numbers


def _number(label: str | None, labels: dict[str, int]) -> int | None:
    """Return a number from 0 for a label, in the order of first use."""
    return None if label is None else labels.setdefault(label, len(labels))


class _Reader:
    """Adds pieces to the totals and collects problems."""

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
        self.problems: list[EventProblem] = []
        against = "3" if layout is layouts.UCDP_GED else layouts.AGAINST_CIVILIANS
        self.regions_met: dict[str, int] = {}
        self.kinds_met: dict[str, int] = {}
        self.groups_met: dict[str, int] = {}
        self.columns = {
            "here": _Column(lambda text: int(fold(text) in self.country_names)),
            "day": _Column(self._day),
            "year": _Column(lambda text: int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0),
            "deaths": _Column(digits),
            "region": _Column(lambda text: _number(self._region(text), self.regions_met)),
            "group": _Column(lambda text: _number(self._group(text), self.groups_met)),
            "kind": _Column(lambda text: _number(self._kind(text), self.kinds_met)),
            "civilians": _Column(lambda text: {"": 0, "civilian targeting": 1}.get(text.strip().casefold())),
            "kind_against": _Column(lambda text: int(text.strip() == against)),
            "interaction": _Column(has_civilians),
        }
        self.waiting: list[tuple[Any, Numbers, Numbers, Numbers]] = []  # ids, contents, deaths, rows
        self.seen = np.array([], dtype=np.uint64)
        self.told = np.array([], dtype=np.uint64)  # the content of each event seen
        self.seen_elsewhere: list[Any] = []
        self.added: list[tuple[Numbers, Numbers, Numbers]] = []  # content, events, deaths

    def take(self, piece: pd.DataFrame) -> None:
        """Check the rows of a piece. As long as there is no problem, queue them for adding up."""
        lay, sums = self.layout, self.sums
        if not piece.empty and piece.index[0] == 0 and piece.iloc[0].astype(str).str.startswith("#").sum() >= 3:
            piece = piece.iloc[1:]  # the tags of the Humanitarian Exchange Language
        if piece.empty:
            return
        sums.rows += len(piece)
        number = self._checked
        # Rows of other countries too, because a row that shifted before its country looks like one of them.
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
        region = number("region", piece, lay.region, _("“%(value)s” is not a region in the library."))
        group = number("group", piece, lay.actor_group, _NO_GROUP)
        kind = number("kind", piece, lay.event_type, self._no_kind())
        civilians = self._against_civilians(piece, group)
        identity = _ids(piece[lay.identity])
        self._wrong(identity == "", piece, lay.identity, _("The event has no id, so it could be counted twice."))
        if self.problems:
            return
        about = packed(region, kind, group, civilians, day)
        self.waiting.append((_hashed(identity), about, deaths, piece.index.to_numpy()))
        if sum(len(waiting[0]) for waiting in self.waiting) >= A_BATCH:
            self._add()

    def _elsewhere(self, piece: pd.DataFrame) -> None:
        """Return the ids of rows of other countries, and unknown countries by name."""
        self.seen_elsewhere.append(np.unique(_hashed(_ids(piece[self.layout.identity]))))
        for text, rows in piece[self.layout.country].value_counts().items():
            name = " ".join(str(text).split())[:LONGEST_COUNTRY] or _("no country named")
            if fold(name) not in self.other_countries and (
                name in self.sums.unknown or len(self.sums.unknown) < MOST_COUNTRIES
            ):
                self.sums.unknown[name] += int(rows)

    def ids_of_two_countries(self) -> frozenset[int]:
        """Return ids that rows of this country and of another have in common."""
        if not self.seen_elsewhere or self.problems:
            return frozenset()
        return frozenset(np.intersect1d(self.seen, np.concatenate(self.seen_elsewhere)).tolist())

    def _numbers(self, name: str, piece: pd.DataFrame, column: str) -> Numbers:
        return self.columns[name].of(piece[column])

    def _checked(self, name: str, piece: pd.DataFrame, column: str, message: str | Promise) -> Numbers:
        """Return the meaning of each text; an invalid text is a problem."""
        found = self._numbers(name, piece, column)
        self._wrong(found < 0, piece, column, message)
        return found

    def _wrong(self, rows: Any, piece: pd.DataFrame, column: str, message: str | Promise) -> None:
        for at in np.flatnonzero(rows)[: MOST_PROBLEMS - len(self.problems)]:
            text = str(piece[column].iat[at])[:40]
            self.problems.append(
                EventProblem(str(message) % {"value": text}, row=int(piece.index[at]) + 2, column=column)
            )

    def _day(self, text: str) -> int | None:
        """Return the day as its number in the calendar."""
        day = day_in(text)
        return day.toordinal() if day is not None and EARLIEST <= day <= self.today else None

    def _years(self, piece: pd.DataFrame, days: Numbers) -> None:
        column = self.layout.year
        differs = in_calendar(days, "Y") + 1970 != self._numbers("year", piece, column)
        message = _("“%(value)s” is not the year of the event’s date. A column may have shifted.")
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
            return _("“%(value)s” is not 1, 2 or 3.")
        return _("“%(value)s” is not a kind of event. At most 50 kinds of up to 60 characters, starting with a letter.")

    def _against_civilians(self, piece: pd.DataFrame, group: Numbers) -> Numbers:
        lay = self.layout
        if lay.civilians:
            message = _("“%(value)s” is neither empty nor “Civilian targeting”. A column may have shifted.")
            return self._checked("civilians", piece, lay.civilians, message)
        # Other formats have no such column: an event is against civilians by its kind or, for ACLED, by either side.
        found = self._numbers("kind_against", piece, lay.event_type)
        if lay.provider == "ACLED":
            sides = [group]
            if lay.other_group:
                sides.append(self._checked("group", piece, lay.other_group, _NO_GROUP))
            for side in sides:
                found |= side == self.groups_met.get(layouts.CIVILIANS, -1)
            if lay.interaction:
                message = _("“%(value)s” is not an interaction in ACLED’s codebook.")
                found |= self._checked("interaction", piece, lay.interaction, message) > 0
        return found

    def _add(self) -> None:
        """Add up the queued rows, each event once, without those counted here or in an earlier batch."""
        if not self.waiting:
            return
        ids, about, deaths, rows = (np.concatenate(column) for column in zip(*self.waiting, strict=True))
        self.waiting = []
        again = pd.Series(ids).duplicated().to_numpy()
        if again.any():
            self._differing(ids, about, deaths, rows)
            # The two rows of an actor-based export may come in either order. If another side is named, the
            # civilians are never the perpetrator.
            civilians = unpacked(about)[2] == self.groups_met.get(layouts.CIVILIANS, -1)
            order = np.argsort(civilians, kind="stable")
            ids, about, deaths = ids[order], about[order], deaths[order]
            again = pd.Series(ids).duplicated().to_numpy()
            rows = rows[order]
        told = _hashed(event_part(about) * (MOST_DEATHS + 1) + deaths)
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
        """Find rows that describe an event differently from an earlier row of the batch."""
        which, each = pd.factorize(ids)
        first = np.full(len(each), -1)
        first[which[::-1]] = np.arange(len(ids))[::-1]
        before = first[which]
        region, kind, _group, _civilians, day = unpacked(about)
        message = _("The event is also in row %(before)d, with a different value in this column.")
        columns = (
            (self.layout.fatalities, deaths), (self.layout.day, day), (self.layout.region, region),
            (self.layout.event_type, kind),
        )  # fmt: skip
        for column, numbers in columns:
            for at in np.flatnonzero(numbers != numbers[before])[: MOST_PROBLEMS - len(self.problems)]:
                said = message % {"before": int(rows[before[at]]) + 2}
                self.problems.append(EventProblem(said, row=int(rows[at]) + 2, column=column))

    def _differing_from_before(self, differs: Any, rows: Numbers) -> None:
        """Find rows that describe an event differently from an earlier batch."""
        said = _("The event is also much earlier in the file, with a different day, region, kind or number of deaths.")
        for at in np.flatnonzero(differs)[: MOST_PROBLEMS - len(self.problems)]:
            self.problems.append(EventProblem(said, row=int(rows[at]) + 2, column=self.layout.identity))

    def finish(self) -> None:
        """Return the totals of all pieces."""
        self._add()
        if not self.added:
            return
        about, events, deaths = _added_up(*(np.concatenate(column) for column in zip(*self.added, strict=True)))
        region, kind, group, civilians, day = unpacked(about)
        self.sums.first, self.sums.last = date.fromordinal(int(day.min())), date.fromordinal(int(day.max()))
        regions, kinds, groups = list(self.regions_met), list(self.kinds_met), list(self.groups_met)
        months = _added_up(packed(region, kind, group, civilians, in_calendar(day, "M")), events, deaths)
        for (r, k, g, c, month), n, dead in unpacked_rows(*months):
            first = date(1970 + month // 12, month % 12 + 1, 1)
            self.sums.months[Month(regions[r], first, kinds[k], bool(c), groups[g])] = (n, dead)
        nothing = np.zeros_like(region)
        days = _added_up(packed(region, nothing, nothing, nothing, day), events, deaths)
        for (r, _k, _g, _c, number), n, dead in unpacked_rows(*days):
            self.sums.days[regions[r], date.fromordinal(number)] = (n, dead)


def _of_two_countries(pieces: Iterable[pd.DataFrame], layout: Layout, twice: frozenset[int]) -> Iterator[EventProblem]:
    """Find the rows in which one event has two countries."""
    message = _("The event is also in row %(before)d, with another country.")
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
                yield EventProblem(message % {"before": above}, row=row, column=layout.country)


def _ids(column: pd.Series) -> Any:
    return np.fromiter(map(id_in, column.to_numpy()), dtype=object, count=len(column))


def _hashed(values: Any) -> Any:
    return pd.util.hash_array(values, categorize=False)


def _added_up(about: Numbers, events: Numbers, deaths: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return each number once, with the totals of its rows, which are exact up to 2 to the 53rd."""
    which, each = pd.factorize(about)
    of_each, dead = (np.bincount(which, weights=n).astype(np.int64) for n in (events, deaths))
    return each, of_each, dead
