"""Compares the report's figures with the same totals recomputed from event data. Neither replaces the other."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from coi.events import layouts
from coi.events.storing import AFTER, BEFORE
from coi.models import Edition, EventDataset, FigureRow
from matching.periods import Moment

NARROW = _("Narrow: fatalities of events whose kind is violence against civilians, by the group of the first actor.")
WIDE = _(
    "Wide: fatalities of every kind of event in which civilians were the main target, by the group of the first actor."
)

# Limits for saying that an end date fits, as shares of the sum of the regions' printed numbers. Among 94 days one is
# nearly always slightly closer by chance, even for data that have nothing to do with the figure.
FITS = Fraction(1, 10)  # the regions' differences add up to at most this
BETTER = Fraction(1, 2)  # of the distance at the printed end, at most this much is left
GAIN = Fraction(1, 50)  # the distance is smaller by at least this


@dataclass(frozen=True)
class Cell:
    """A printed number and the recomputed one; None if the data do not cover the period."""

    figure: int
    place: str
    place_label: str
    period: str
    printed: int
    recomputed: int | None

    @property
    def difference(self) -> int | None:
        """The recomputed number minus the printed one."""
        return None if self.recomputed is None else self.recomputed - self.printed


@dataclass(frozen=True)
class Fit:
    """For one printed period: how much the recomputed numbers differ, and the end date with the smallest
    difference.
    """

    figure: int
    period: str
    printed_end: date
    distance: int  # sum of the absolute differences over the places
    best_end: date
    best_distance: int
    best_last: date  # the last day that fits equally well as the best
    printed: int  # sum of the fatalities printed for the regions

    @property
    def no_end_fits(self) -> bool:
        """Whether the regions differ too much for any end date, so the data count something other than the figure."""
        return self.best_distance > FITS * self.printed

    @property
    def another_end_fits_better(self) -> bool:
        """Whether another end date fits, and fits much better than chance would explain."""
        gain = self.distance - self.best_distance
        is_better = self.best_distance <= BETTER * self.distance and gain >= GAIN * self.printed
        return self.best_end != self.printed_end and is_better and not self.no_end_fits


@dataclass(frozen=True)
class Perpetrators:
    """Fatalities among civilians by the group of the first actor, under both definitions."""

    group: str
    narrow: int
    wide: int


@dataclass(frozen=True)
class CivilianShare:
    """Fatalities in events against civilians and in all events; None if the data do not cover the period."""

    period: str
    against_civilians: int | None
    all: int | None

    @property
    def percent(self) -> int | None:
        """The rounded share; None if the data do not cover the period or have no fatalities in it."""
        if self.against_civilians is None or not self.all:
            return None
        return round(100 * self.against_civilians / self.all)


@dataclass(frozen=True)
class Comparison:
    """Everything that ``compare_figures`` shows."""

    edition: str
    dataset: EventDataset
    cells: tuple[Cell, ...]
    fits: tuple[Fit, ...]
    without_days: tuple[
        str, ...
    ]  # periods without daily totals around their end, because the data were imported before the edition
    shares: tuple[CivilianShare, ...]
    perpetrators: tuple[Perpetrators, ...]
    perpetrators_span: tuple[date, date] | None  # the part of the printed periods that the data cover


class _Counts:
    """The totals of a dataset, for adding up any period whose ends are ends of months or stored days."""

    def __init__(self, dataset: EventDataset) -> None:
        self.dataset = dataset
        self.months: dict[str, dict[date, int]] = defaultdict(dict)
        for code, month, deaths in (
            dataset.months.values_list("place__code", "month").annotate(n=Sum("fatalities")).order_by()
        ):
            self._count(self.months, code, month, deaths)
        self.days: dict[str, dict[date, int]] = defaultdict(dict)
        by_day: dict[date, int] = defaultdict(int)  # events of a month, added up from its days
        for code, day, events, deaths in dataset.days.values_list("place__code", "day", "events", "fatalities"):
            self._count(self.days, code, day, deaths)
            by_day[day.replace(day=1)] += events
        of_month = dict(dataset.months.values_list("month").annotate(n=Sum("events")).order_by())
        self.whole_by_day = {month for month, events in of_month.items() if by_day[month] == events}
        self.with_events = set(of_month)

    def _count(self, table: dict[str, dict[date, int]], code: str, at: date, deaths: int) -> None:
        """Count for the place itself and, if it is a region, for the country."""
        for place in {code, self.dataset.country}:
            table[place][at] = table[place].get(at, 0) + deaths

    def covers(self, first: date, last: date) -> bool:
        """Return whether the data cover the period, with a tolerance of a month at each end.

        A month, because a day without an event is not a gap. Data retrieved before the end do have a gap.
        """
        data, month = self.dataset, timedelta(days=31)
        return data.first_day <= first + month and data.last_day >= last - month and data.retrieved_on >= last

    def holds_days(self, end: date) -> bool:
        """Return whether daily totals around the end of a period are stored, for every whole month in their span."""
        first, last = end - timedelta(days=BEFORE), end + timedelta(days=AFTER)
        months = {m for m in self.with_events if first <= m and _month_end(m) <= last}
        return months <= self.whole_by_day

    def total(self, place: str, first: date, last: date) -> int:
        """Return fatalities from a month's first day to ``last``: whole months from months, the rest by day."""
        months = self.months.get(place, {})
        found = sum(n for month, n in months.items() if first <= month and _month_end(month) <= last)
        rest = date(last.year, last.month, 1)
        if _month_end(rest) != last:
            found += sum(n for day, n in self.days.get(place, {}).items() if max(rest, first) <= day <= last)
        return found


def compare(edition: Edition, dataset: EventDataset) -> Comparison:
    """Compare every number that the edition's figures print with the same total from the data."""
    counts = _Counts(dataset)
    rows = list(
        FigureRow.objects.filter(figure__edition=edition, figure__values_available=True)
        .select_related("figure", "place")
        .order_by("figure__number", "position")
    )
    cells = tuple(
        Cell(
            figure=row.figure.number,
            place=row.place.code,
            place_label=row.place_label,
            period=row.period_label,
            printed=row.fatalities,
            recomputed=_recomputed(row, counts),
        )
        for row in rows
    )
    periods: dict[tuple[int, str], list[FigureRow]] = defaultdict(list)
    for row in rows:
        if not row.is_total:
            periods[row.figure.number, row.period_label].append(row)
    return Comparison(
        edition=edition.code,
        dataset=dataset,
        cells=cells,
        fits=tuple(fit for key, found in periods.items() if (fit := _fit(key, found, counts))),
        without_days=tuple(
            label
            for (_figure, label), found in periods.items()
            if counts.covers(*_ends(found[0])) and not counts.holds_days(_ends(found[0])[1])
        ),
        shares=_shares(periods, counts),
        perpetrators=_perpetrators(rows, dataset),
        perpetrators_span=_span(rows, dataset),
    )


def _ends(row: FigureRow) -> tuple[date, date]:
    return Moment.parse(row.period_from).first, Moment.parse(row.period_to).last


def _recomputed(row: FigureRow, counts: _Counts) -> int | None:
    first, last = _ends(row)
    in_months = first.day == 1 and (last == _month_end(last.replace(day=1)) or counts.holds_days(last))
    return counts.total(row.place.code, first, last) if in_months and counts.covers(first, last) else None


def _fit(key: tuple[int, str], rows: list[FigureRow], counts: _Counts) -> Fit | None:
    """Find the end date at which the recomputed numbers are closest to the printed ones."""
    first, last = _ends(rows[0])
    if first.day != 1 or not counts.covers(first, last) or not counts.holds_days(last):
        return None

    def distance(end: date) -> int:
        return sum(abs(counts.total(row.place.code, first, end) - row.fatalities) for row in rows)

    ends = [last + timedelta(days=n) for n in range(-BEFORE, AFTER + 1) if last + timedelta(days=n) >= first]
    by_end = {end: distance(end) for end in ends}
    at_print = by_end[last]
    best = min(by_end.values())
    as_good = [end for end, apart in by_end.items() if apart == best]
    nearest = last if at_print == best else as_good[0]
    return Fit(
        figure=key[0],
        period=key[1],
        printed_end=last,
        distance=at_print,
        best_end=nearest,
        best_distance=best,
        best_last=as_good[-1] if nearest != last else last,
        printed=sum(row.fatalities for row in rows),
    )


def _shares(periods: Mapping[tuple[int, str], list[FigureRow]], counts: _Counts) -> tuple[CivilianShare, ...]:
    found = {}
    for (_figure, label), rows in periods.items():
        first, last = _ends(rows[0])
        if not counts.covers(first, last):
            found[label] = CivilianShare(label, None, None)
            continue
        here = counts.dataset.months.filter(month__gte=first, month__lte=last)
        everything = here.aggregate(n=Sum("fatalities"))["n"] or 0
        civilians = here.filter(against_civilians=True).aggregate(n=Sum("fatalities"))["n"] or 0
        found[label] = CivilianShare(label, civilians, everything)
    return tuple(found.values())


def _perpetrators(rows: list[FigureRow], dataset: EventDataset) -> tuple[Perpetrators, ...]:
    if not rows:
        return ()
    first, last = min(_ends(r)[0] for r in rows), max(_ends(r)[1] for r in rows)
    here = dataset.months.filter(month__gte=first, month__lte=last)
    narrow_kinds = (layouts.AGAINST_CIVILIANS, layouts.ONE_SIDED)
    narrow = dict(
        here.filter(event_type__in=narrow_kinds).values_list("actor_group").annotate(Sum("fatalities")).order_by()
    )
    wide = dict(here.filter(against_civilians=True).values_list("actor_group").annotate(Sum("fatalities")).order_by())
    return tuple(Perpetrators(group, narrow.get(group, 0), wide.get(group, 0)) for group in sorted({*narrow, *wide}))


def _span(rows: list[FigureRow], dataset: EventDataset) -> tuple[date, date] | None:
    """Return the first and last day for counting perpetrators: the printed periods as far as the data cover them."""
    if not rows:
        return None
    first = max(min(_ends(r)[0] for r in rows), dataset.first_day)
    last = min(max(_ends(r)[1] for r in rows), dataset.last_day)
    return (first, last) if first <= last else None


def _month_end(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - timedelta(days=1)
