"""An edition's figure on the map, one period at a time: proportional circles, with the table beside them.

A part of a year is labelled, has broken lines, and is never on the same map as a full year. All single periods share a
scale, so that readers can compare them; a sum of periods has its own scale.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from coi.library import cited_findings
from coi.library.cited_findings import Remark
from coi.maps import charts, country_maps, outlines, svg_map
from coi.models import Edition, Figure, FigureRow, Place
from coi.text.dates import period_words


@dataclass(frozen=True)
class Asked:
    """The figure and period in an address; each may be empty."""

    edition: str = ""
    figure: str = ""
    period: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        return cls(*(str(query.get(name, ""))[:100] for name in ("edition", "figure", "period")))


@dataclass(frozen=True)
class Choice:
    """A period to choose, with its note and the address that shows it."""

    label: str
    note: str
    address: str
    is_shown: bool


@dataclass(frozen=True)
class Line:
    """A place of the figure and its printed number in the period; empty if none is printed."""

    label: str
    region: str  # its code, if it is a region
    printed: str


@dataclass(frozen=True)
class PeriodMap:
    """One figure in one period: table, map, and the other periods to choose from."""

    figure: Figure
    edition: Edition
    label: str
    note: str
    lines: tuple[Line, ...]
    totals: tuple[Line, ...]
    map: svg_map.SvgMap | None
    groups: tuple[tuple[Figure, tuple[Choice, ...]], ...]
    queries: tuple[Remark, ...]
    not_found: bool  # the address names a period that the figure does not have

    @property
    def period(self) -> str:
        """The period with its note."""
        return f"{self.label}, {self.note}" if self.note else self.label


@dataclass(frozen=True)
class _Period:
    """A column of a figure."""

    key: str
    label: str
    note: str
    is_part_year: bool
    is_sum: bool
    rows: tuple[FigureRow, ...]

    @property
    def by_region(self) -> dict[str, int]:
        return {row.place.code: row.fatalities for row in self.rows if row.place.kind == Place.Kind.REGION}


def with_rows(figures: Iterable[Figure]) -> list[Figure]:
    """Return the figures that can be drawn: with values in the text, some of them for regions. Rows are prefetched."""
    return [
        figure
        for figure in figures
        if figure.values_available and any(row.place.kind == Place.Kind.REGION for row in figure.rows.all())
    ]


def period_map(
    figures: Collection[Figure],
    asked: Asked,
    imported: outlines.Imported,
    *,
    anchor: str,
    with_edition: bool = False,
) -> PeriodMap | None:
    """Return the map of the requested figure and period, else of the first figure's latest full year; None without
    figures.

    The figures must come with their editions, rows, places and queries. ``anchor`` is the map's id on the page.
    ``with_edition`` adds the edition to the addresses, for figures of several editions.
    """
    drawable = with_rows(figures)
    if not drawable:
        return None
    mine = [f for f in drawable if asked.figure == str(f.number) and asked.edition in ("", f.edition.code)]
    figure = mine[0] if mine else drawable[0]
    periods = {f.pk: _periods(f) for f in drawable}
    wanted = [period for period in periods[figure.pk] if mine and period.key == asked.period]
    shown = wanted[0] if wanted else _newest(periods[figure.pk])
    return PeriodMap(
        figure=figure,
        edition=figure.edition,
        label=shown.label,
        note=shown.note,
        lines=tuple(_line(row) for row in shown.rows if row.place.kind != Place.Kind.COUNTRY) + _missing(figure, shown),
        totals=tuple(_line(row) for row in shown.rows if row.place.kind == Place.Kind.COUNTRY),
        map=_map(figure, shown, periods[figure.pk], imported),
        groups=tuple(
            (f, tuple(_choice(f, p, p is shown, anchor, with_edition) for p in periods[f.pk])) for f in drawable
        ),
        queries=cited_findings.remarks(figure.queries.all()),
        not_found=bool(mine and asked.period and not wanted),
    )


def _periods(figure: Figure) -> list[_Period]:
    rows = list(figure.rows.all())
    columns: dict[str, list[FigureRow]] = {}
    for row in rows:
        columns.setdefault(row.period_label, []).append(row)
    has_part_year = any(row.is_part_year and not charts.is_sum(row, rows) for row in rows)
    periods = []
    for label, found in columns.items():
        first = found[0]
        is_sum = charts.is_sum(first, rows)
        is_part_year = first.is_part_year and not is_sum
        key = first.period_from if first.period_from == first.period_to else f"{first.period_from}_{first.period_to}"
        if is_sum:
            label = period_words(first.period_from, first.period_to)
            note = _("sum; includes a part of a year") if has_part_year else _("sum")
        elif is_part_year:
            label, note = charts.part_words(label)
        else:
            note = ""
        periods.append(_Period(key, label, note, is_part_year, is_sum, tuple(found)))
    return periods


def _newest(periods: list[_Period]) -> _Period:
    """Return the last full year, or the last period if there is none."""
    full = [period for period in periods if not period.is_part_year and not period.is_sum]
    return max(full or periods, key=lambda period: period.rows[0].period_to)


def _choice(figure: Figure, period: _Period, is_shown: bool, anchor: str, with_edition: bool) -> Choice:
    edition = {"edition": figure.edition.code} if with_edition else {}
    query = urlencode(edition | {"figure": figure.number, "period": period.key})
    return Choice(period.label, period.note, f"?{query}#{anchor}", is_shown)


def _line(row: FigureRow) -> Line:
    region = row.place.code if row.place.kind == Place.Kind.REGION else ""
    return Line(row.place_label, region, charts.grouped(row.fatalities))


def _missing(figure: Figure, shown: _Period) -> tuple[Line, ...]:
    """Return the places that the figure has only in other periods."""
    here = {row.place_label for row in shown.rows}
    others = {row.place_label: row for row in figure.rows.all() if row.place_label not in here}
    return tuple(
        Line(label, row.place.code if row.place.kind == Place.Kind.REGION else "", "") for label, row in others.items()
    )


def _map(figure: Figure, shown: _Period, periods: list[_Period], imported: outlines.Imported) -> svg_map.SvgMap | None:
    single = [number for period in periods if not period.is_sum for number in period.by_region.values()]
    period = f"{shown.label}, {shown.note}" if shown.note else shown.label
    names = {"what": figure.title, "unit": figure.unit, "period": period}
    return country_maps.country_map(
        figure.edition.report.country,
        title=_("%(what)s: %(unit)s, %(period)s") % names,
        figures=shown.by_region,
        largest=0 if shown.is_sum else max(single, default=0),
        of_part_year=shown.is_part_year,
        imported=imported,
    )
