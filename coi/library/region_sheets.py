"""Region sheets: figures, actors, findings by theme, and every denial about a region."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from coi import gazetteer as places
from coi.library import cited_findings
from coi.library.cited_findings import FindingCard, Remark
from coi.library.edition_values import Sought
from coi.library.held_editions import Reading
from coi.models import Edition, EventDataset, EventMonth, FigureRow, FindingKey, Place
from matching.facts import Kind

_SCOPE, _DENIES = FindingKey.Aspect.SCOPE, FindingKey.Aspect.DENIES


@dataclass(frozen=True)
class FigureCell:
    """One printed number with its period."""

    period: str
    fatalities: int
    is_part_year: bool
    is_total: bool

    @property
    def printed(self) -> str:
        return f"{self.fatalities:,}"


@dataclass(frozen=True)
class FigureSeries:
    """One figure's numbers for one place, with the notes that must be shown with them."""

    edition: str
    number: int
    title: str
    source: str
    unit: str
    label: str
    cells: tuple[FigureCell, ...]
    queries: tuple[Remark, ...]

    @property
    def by_period(self) -> dict[str, str]:
        """The printed numbers by printed period."""
        return {cell.period: cell.printed for cell in self.cells}

    @property
    def parts(self) -> tuple[FigureCell, ...]:
        """The cells that are not totals."""
        return tuple(cell for cell in self.cells if not cell.is_total)


@dataclass(frozen=True)
class RegionSheet:
    """The content of the current editions on one region."""

    code: str
    name: str
    figures: tuple[FigureSeries, ...]
    findings: tuple[FindingCard, ...]
    about_wider_area: tuple[FindingCard, ...]
    denials: tuple[FindingCard, ...]
    wider_denials: tuple[FindingCard, ...]
    whole_country: "CountrySheet | None" = None  # about the country itself; None in a memo of rules 1.x

    @property
    def stated(self) -> tuple[FindingCard, ...]:
        """The findings that assert or deny something, without background, analysis and statistics."""
        return tuple(card for card in self.findings if Kind(card.kind).asserts or card.denies)

    @property
    def actors(self) -> tuple[str, ...]:
        """Every actor that findings on the region name, each once."""
        return tuple(dict.fromkeys(name for card in self.findings for name in card.actors))

    @property
    def linked_actors(self) -> tuple[tuple[str, str], ...]:
        """The same actors with their codes."""
        return tuple(dict.fromkeys(actor for card in self.findings for actor in card.linked_actors))

    @property
    def by_theme(self) -> tuple[tuple[str, tuple[FindingCard, ...]], ...]:
        """Findings on the region by theme."""
        return by_theme(self.findings)


def by_theme(findings: Iterable[FindingCard]) -> tuple[tuple[str, tuple[FindingCard, ...]], ...]:
    """Group findings by the first kind of event that they name; those without one come last."""
    themes: dict[str, list[FindingCard]] = {}
    for card in findings:
        themes.setdefault(card.events[0] if card.events else "", []).append(card)
    ordered = sorted(themes.items(), key=lambda item: (item[0] == "", item[0]))
    return tuple((name, tuple(found)) for name, found in ordered)


def figure_series(place_code: str, editions: Collection[Edition]) -> tuple[FigureSeries, ...]:
    """Return the printed numbers of the editions' figures for a region, whose only totals are sums of its periods."""
    return tuple(_series(FigureRow.objects.filter(figure__edition__in=editions, place__code=place_code)).values())


def figure_series_by_place(editions: Collection[Edition]) -> dict[tuple[int, str], FigureSeries]:
    """Return the printed numbers of the editions' figures, by the figure's row and the place's code."""
    return _series(FigureRow.objects.filter(figure__edition__in=editions))


def _series(rows: QuerySet[FigureRow]) -> dict[tuple[int, str], FigureSeries]:
    ordered = (
        rows.select_related("figure__edition", "place")
        .prefetch_related("figure__queries")
        .order_by("figure__edition__code", "figure__number", "position")
    )
    by_figure: dict[tuple[int, str], list[FigureRow]] = {}
    for row in ordered:
        by_figure.setdefault((row.figure_id, row.place.code), []).append(row)
    return {
        key: FigureSeries(
            edition=found[0].figure.edition.code,
            number=found[0].figure.number,
            title=found[0].figure.title,
            source=found[0].figure.source,
            unit=found[0].figure.unit,
            label=found[0].place_label,
            cells=tuple(FigureCell(r.period_label, r.fatalities, r.is_part_year, r.is_total) for r in found),
            queries=cited_findings.remarks(found[0].figure.queries.all()),
        )
        for key, found in by_figure.items()
    }


@dataclass(frozen=True)
class CountrySheet:
    """Findings of the current editions on the country as a whole, for a heading of their own."""

    code: str
    name: str
    findings: tuple[FindingCard, ...] = ()
    denials: tuple[FindingCard, ...] = ()

    @property
    def each_once(self) -> tuple[FindingCard, ...]:
        """The denials first, including findings that also deny something."""
        return tuple({card.key: card for card in (*self.denials, *self.findings)}.values())

    @property
    def stated(self) -> tuple[FindingCard, ...]:
        """The findings that assert or deny something, without background, analysis and statistics."""
        return tuple(card for card in self.findings if Kind(card.kind).asserts or card.denies)


def country_sheet(code: str, reading: Reading) -> CountrySheet:
    """Return the findings and denials about the country itself, without those about a place inside it."""
    place = Place.objects.get(code=code)
    here = frozenset({(code, True)})
    return CountrySheet(
        code=place.code,
        name=place.name,
        findings=reading.cards(reading.findings(Sought(_SCOPE, here))),
        denials=reading.cards(reading.findings(Sought(_DENIES, here))),
    )


def region_sheet(code: str, reading: Reading) -> RegionSheet:
    """Return everything about the region: places in it, wider areas inside the country, and every denial.

    Findings about the whole country are on ``country_sheet``. Kept in memory until one of the editions changes.
    """
    return reading.kept(("region sheet", code), lambda: _region_sheet(code, reading))


def _region_sheet(code: str, reading: Reading) -> RegionSheet:
    place = Place.objects.get(code=code)
    here = frozenset({(code, True), (code, False)})  # the region itself and places in it
    wider_areas = place.parents.exclude(kind=Place.Kind.COUNTRY)
    wider_codes = {p.code for p in wider_areas} | {
        g.code for p in wider_areas for g in p.parents.exclude(kind=Place.Kind.COUNTRY)
    }
    in_region = reading.findings(Sought(_SCOPE, here))
    wider = reading.findings(Sought(_SCOPE, frozenset((wide, True) for wide in wider_codes)))
    denied = reading.findings(Sought(_DENIES, here))
    # denials about an area that includes the region and is smaller than the country
    around = places.value_of(place).lineage - {place.code, place.country}
    wider_denied = reading.findings(Sought(_DENIES, frozenset((wide, True) for wide in around)))
    return RegionSheet(
        code=place.code,
        name=place.name,
        figures=figure_series(code, reading.editions),
        findings=reading.cards(in_region),
        about_wider_area=reading.cards(set(wider) - set(in_region)),
        denials=reading.cards(denied),
        wider_denials=reading.cards(set(wider_denied) - set(denied)),
        whole_country=country_sheet(place.country, reading),
    )


@dataclass(frozen=True)
class NewerSum:
    """Events and fatalities in one region in a year, or in the part of it that the data cover."""

    first: date
    last: date
    events: int
    fatalities: int

    @property
    def is_full_year(self) -> bool:
        return (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)


@dataclass(frozen=True)
class NewerData:
    """Event data on a region. Shown beside the report's figure, never instead of it, and in no memo."""

    dataset: EventDataset
    sums: tuple[NewerSum, ...]


def newer_data(region: Place) -> tuple[NewerData, ...]:
    """Return each provider's latest data by year. The last year ends on the last day of the data."""
    newest: dict[str, EventDataset] = {}
    for dataset in EventDataset.objects.filter(country=region.country).order_by("-retrieved_on", "-pk"):
        newest.setdefault(dataset.provider, dataset)
    rows = EventMonth.objects.filter(dataset__in=newest.values(), place=region)
    found = {
        (dataset, year): (events, deaths)
        for dataset, year, events, deaths in rows.values_list("dataset", "month__year")
        .annotate(Sum("events"), Sum("fatalities"))
        .order_by()
    }
    return tuple(
        NewerData(
            dataset,
            tuple(
                NewerSum(
                    max(date(year, 1, 1), dataset.first_day),
                    min(date(year, 12, 31), dataset.last_day),
                    *found.get((dataset.pk, year), (0, 0)),
                )
                for year in range(dataset.first_day.year, dataset.last_day.year + 1)
            ),
        )
        for _provider, dataset in sorted(newest.items())
    )
