"""The library's pages: open to read for everyone who is signed in, before any case. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coi import gazetteer as places
from coi.library import cited_findings, lookup, region_sheets
from coi.library.cited_findings import EditionCard, FindingCard
from coi.library.finding_numbers import numbers_of
from coi.maps import boundaries, charts, country_maps, figure_maps, outlines, region_maps, svg_map
from coi.models import (
    Actor,
    CuratorQuery,
    Edition,
    Figure,
    Finding,
    FindingKey,
    Footnote,
    Place,
    Section,
    Source,
    footnote_mark,
)
from coi.pages.context_processors import country_names
from coi.text import characters, words
from coi.text.collation import in_reading_order, reading_order

NEIGHBOURS = 2  # sentences shown before and after a finding on its own page
MOST_OFFERED = 10  # places in a type-ahead list
FEWEST_LETTERS = 2


# --- what several pages read ------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A finding with its number in the edition: section, paragraph, sentence.

    ``full_above`` says of a footnote that the findings just before cite too, which of them has it in full.
    """

    card: FindingCard
    number: str
    full_above: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionShown:
    """A section with its findings in their order."""

    row: Section
    findings: tuple[Shown, ...]


def _published(code: str) -> Edition:
    """An edition that was published, current or replaced since; a draft is nobody's to read here."""
    editions = Edition.objects.filter(publication__isnull=False).select_related("report", "publication")
    edition: Edition = get_object_or_404(editions, code=code)
    return edition


def _card(edition: Edition) -> EditionCard:
    return cited_findings.edition_card(edition, timezone.localdate())


def _rows(findings: QuerySet[Finding]) -> list[Finding]:
    """The findings with all that a page shows of them, in a fixed number of queries."""
    everything = lookup.findings_with_everything(findings).prefetch_related("footnotes__edition")
    return list(everything.order_by("edition__code", "position"))


def _country_name(code: str) -> str:
    return country_names([code]).get(code, code)


# --- the index --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportShown:
    """A report's current edition, how old it is, what it holds, and what it replaced."""

    edition: Edition
    card: EditionCard
    earlier: tuple[Edition, ...]


@dataclass(frozen=True)
class RegionLine:
    """A region and how much is said of it; none is a number too."""

    place: Place
    findings: int
    denials: int


@dataclass(frozen=True)
class CountryShown:
    """What the library holds on a country."""

    code: str
    name: str
    reports: tuple[ReportShown, ...]
    regions: tuple[RegionLine, ...]
    map: svg_map.SvgMap | None
    figures: figure_maps.PeriodMap | None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the library holds, country by country."""
    published = list(
        Edition.objects.filter(publication__isnull=False)
        .select_related("report", "publication")
        .annotate(
            finding_count=Count("findings", distinct=True),
            footnote_count=Count("footnotes", distinct=True),
            figure_count=Count("figures", distinct=True),
        )
    )
    current = [e for e in published if e.publication.retired_at is None]
    names = country_names({e.report.country for e in current})
    codes = sorted({e.report.country for e in current}, key=lambda code: (names.get(code, code), code))
    lines = _region_lines(current, codes)
    figures = list(
        Figure.objects.filter(edition__in=current)
        .select_related("edition__report")
        .prefetch_related("rows__place", "queries")
    )
    imported = boundaries.imported_of(codes)
    countries = []
    for code in codes:
        reports = tuple(
            ReportShown(e, _card(e), tuple(o for o in published if o.report_id == e.report_id and o.pk != e.pk))
            for e in current
            if e.report.country == code
        )
        name = names.get(code, code)
        countries.append(
            CountryShown(
                code=code,
                name=name,
                reports=reports,
                regions=tuple(lines[code]),
                map=country_maps.country_map(
                    code,
                    title=_("Regions of %(country)s") % {"country": name},
                    links={line.place.code: reverse("region", args=[line.place.code]) for line in lines[code]},
                    imported=imported[code],
                ),
                figures=figure_maps.period_map(
                    [figure for figure in figures if figure.edition.report.country == code],
                    figure_maps.Asked.of(request.GET),
                    imported[code],
                    anchor=f"figures-{code}",
                    with_edition=True,
                ),
            )
        )
    return render(request, "coi/library/index.html", {"countries": countries, "section": "library"})


def _region_lines(editions: Collection[Edition], countries: Collection[str]) -> dict[str, list[RegionLine]]:
    keys = FindingKey.objects.filter(edition__in=editions, place__kind=Place.Kind.REGION)
    counts = {
        (place, aspect): count
        for place, aspect, count in keys.values_list("place", "aspect").annotate(n=Count("finding", distinct=True))
    }
    lines: dict[str, list[RegionLine]] = defaultdict(list)
    for place in in_reading_order(Place.objects.filter(kind=Place.Kind.REGION, country__in=countries)):
        said = counts.get((place.pk, FindingKey.Aspect.SCOPE), 0)
        denied = counts.get((place.pk, FindingKey.Aspect.DENIES), 0)
        lines[place.country].append(RegionLine(place, said, denied))
    return lines


# --- an edition -------------------------------------------------------------------------------


@dataclass(frozen=True)
class FigureShown:
    """A figure of the edition with its table, chart and map; all three empty where its values are not in the text."""

    row: Figure
    table: charts.FigureTable | None = None
    chart: charts.BarChart | None = None
    on_map: figure_maps.PeriodMap | None = None


@require_safe
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """An edition, section by section, as it was published."""
    row = _published(edition)
    sections = list(row.sections.select_related("place"))
    numbers = numbers_of([row])
    found: dict[int, list[Shown]] = defaultdict(list)
    for finding_row in _rows(row.findings.all()):
        card = cited_findings.finding_card(finding_row)
        before = found[finding_row.section_id][-1:]
        found[finding_row.section_id].append(Shown(card, numbers[card.key], _full_above(card, before)))
    queries = list(row.queries.prefetch_related("findings", "footnotes", "figures"))
    context = {
        "edition": row,
        "card": _card(row),
        "country_name": _country_name(row.report.country),
        "sections": [SectionShown(section, tuple(found[section.pk])) for section in sections],
        "figures": _figures(row, figure_maps.Asked.of(request.GET)),
        "figures_in_section": any(section.code == "figures" for section in sections),
        "coverage": row.coverage.select_related("place").prefetch_related("events"),
        "queries": queries,
        "numbers": {shown.card.code: shown.number for part in found.values() for shown in part},
        "footnote_count": row.footnotes.count(),
        "successor": _successor(row),
        "section": "library",
    }
    return render(request, "coi/library/edition.html", context)


def _full_above(card: FindingCard, before: Iterable[Shown]) -> dict[int, str]:
    """Footnotes that the finding before cites as well, with the finding that has each in full."""
    return {
        note.number: shown.full_above.get(note.number, shown.card.code)
        for shown in before
        for note in shown.card.footnotes
        if note in card.footnotes
    }


def _successor(edition: Edition) -> Edition | None:
    """The current edition of a report, where this one was replaced."""
    if edition.publication.retired_at is None:
        return None
    return lookup.current_editions().filter(report=edition.report).first()


def _figures(edition: Edition, asked: figure_maps.Asked) -> list[FigureShown]:
    rows = edition.figures.select_related("originator", "edition__report").prefetch_related(
        "rows__place", "queries", "footnotes__sources__originator"
    )
    imported = boundaries.imported(edition.report.country)
    return [_figure(figure, edition, asked, imported) for figure in rows]


def _figure(figure: Figure, edition: Edition, asked: figure_maps.Asked, imported: outlines.Imported) -> FigureShown:
    rows = list(figure.rows.all())
    if not rows or not figure.values_available:
        return FigureShown(figure)
    whole = [row for row in rows if row.place.kind == Place.Kind.COUNTRY]
    chart = None
    if whole:
        series = region_sheets.FigureSeries(
            edition=edition.code,
            number=figure.number,
            title=figure.title,
            source=figure.source,
            unit=figure.unit,
            label=whole[0].place.name,
            cells=tuple(
                region_sheets.FigureCell(r.period_label, r.fatalities, r.is_part_year, charts.is_sum(r, rows))
                for r in whole
            ),
            queries=cited_findings.remarks(figure.queries.all()),
        )
        title = _("%(what)s, %(place)s, by year") % {"what": figure.title, "place": whole[0].place.name}
        chart = charts.bar_chart(series, title=title)
    on_map = figure_maps.period_map([figure], asked, imported, anchor=f"figure-{figure.number}-map")
    return FigureShown(figure, charts.figure_table(rows), chart, on_map)


# --- a finding --------------------------------------------------------------------------------


@require_safe
def finding(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One finding at an address of its own, in place among the sentences around it."""
    row = _published(edition)
    section = get_object_or_404(Section, edition=row, findings__code=code)
    rows = list(row.findings.filter(section=section).select_related("edition").order_by("position"))
    at = next(n for n, other in enumerate(rows) if other.code == code)
    full = cited_findings.finding_card(_rows(row.findings.filter(pk=rows[at].pk))[0])
    beside = row.findings.filter(Q(position=rows[at].position - 1) | Q(position=rows[at].position + 1))
    around = {other.position: other for other in beside}
    numbers = numbers_of([row])
    context = {
        "edition": row,
        "card": _card(row),
        "in_section": section,
        "shown": Shown(full, numbers[full.key]),
        "before": [(numbers[str(other)], other) for other in rows[max(0, at - NEIGHBOURS) : at]],
        "after": [(numbers[str(other)], other) for other in rows[at + 1 : at + 1 + NEIGHBOURS]],
        "count": len(rows),
        "previous": around.get(rows[at].position - 1),
        "next": around.get(rows[at].position + 1),
        "regions": _regions_of(rows[at]),
        "successor": _successor(row),
        "same_today": _same_today(row, code),
        "actors": _actors_of(rows[at]),
        "section": "library",
    }
    return render(request, "coi/library/finding_page.html", context)


def _same_today(edition: Edition, code: str) -> Finding | None:
    """The finding of the same code in the edition that is current today, where this one was replaced."""
    successor = _successor(edition)
    return successor.findings.filter(code=code).first() if successor else None


def _actors_of(row: Finding) -> QuerySet[Actor]:
    """The actors that the finding names, as who did something or as who did not."""
    this = Finding.objects.filter(pk=row.pk)
    return Actor.objects.filter(Q(pk__in=this.values("actors")) | Q(pk__in=this.values("denies__actors")))


def _regions_of(row: Finding) -> QuerySet[Place]:
    """The regions whose sheets show the finding."""
    keys = FindingKey.objects.filter(finding=row, place__kind=Place.Kind.REGION)
    return Place.objects.filter(pk__in=keys.values("place_id"))


# --- a region ---------------------------------------------------------------------------------


@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """What the current editions hold on one region."""
    place = get_object_or_404(Place, code=code, kind=Place.Kind.REGION)
    editions = list(lookup.current_editions(place.country).order_by("code"))
    sheet = region_sheets.region_sheet(place.code, editions)
    country = _country_name(place.country)
    context = {
        "place": place,
        "country_name": country,
        "editions": [(edition, _card(edition)) for edition in editions],
        # several reports on the country: each finding says which one it is of
        "report_names": {e.code: words.report_name(e.label, e.cut_off) for e in editions if len(editions) > 1},
        "sheet": sheet,
        "newer": region_sheets.newer_data(place),
        "charts": [
            charts.bar_chart(series, title=_("%(what)s: %(place)s") % {"what": series.title, "place": place.name})
            for series in sheet.figures
        ],
        "image_figures": Figure.objects.filter(edition__in=editions, values_available=False).select_related("edition"),
        "map": region_maps.region_map(place, country, editions),
        "numbers": numbers_of(editions),
        "section": "library",
    }
    return render(request, "coi/library/region.html", context)


# --- sources ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """An originator with every footnote of the edition that goes back to it."""

    name: str
    code: str
    items: tuple[Source, ...]
    figures: tuple[Figure, ...]

    @property
    def footnotes(self) -> tuple[str, ...]:
        return tuple(footnote_mark(number) for number in sorted({item.footnote.number for item in self.items}))

    @property
    def queries(self) -> tuple[tuple[CuratorQuery, tuple[str, ...]], ...]:
        """The curator's queries on its footnotes, each once, with the footnotes that it is about."""
        found: dict[CuratorQuery, set[int]] = defaultdict(set)
        for item in self.items:
            for query in item.footnote.queries.all():
                found[query].add(item.footnote.number)
        return tuple((query, tuple(map(footnote_mark, sorted(numbers)))) for query, numbers in found.items())


@require_safe
def sources(request: HttpRequest, edition: str) -> HttpResponse:
    """The footnotes of an edition by originator: many footnotes may be one origin."""
    row = _published(edition)
    notes = Footnote.objects.prefetch_related("queries", Prefetch("findings", Finding.objects.order_by("position")))
    cited = Source.objects.filter(footnote__edition=row).select_related("originator")
    items = cited.prefetch_related(Prefetch("footnote", notes)).order_by("footnote__number", "position")
    figures = list(row.figures.select_related("originator"))
    context = {
        "edition": row,
        "card": _card(row),
        "origins": _origins(items, figures),
        "numbers": {key.partition("/")[2]: number for key, number in numbers_of([row]).items()},
        "count": row.footnotes.count(),
        "successor": _successor(row),
        "section": "library",
    }
    return render(request, "coi/library/sources.html", context)


def _origins(items: Iterable[Source], figures: Iterable[Figure]) -> list[Origin]:
    names: dict[str, str] = {}
    by_origin: dict[str, list[Source]] = defaultdict(list)
    drawn: dict[str, list[Figure]] = defaultdict(list)
    for item in items:
        names[item.originator.code] = item.originator.name
        by_origin[item.originator.code].append(item)
    for figure in figures:
        names[figure.originator.code] = figure.originator.name
        drawn[figure.originator.code].append(figure)
    origins = [Origin(name, code, tuple(by_origin[code]), tuple(drawn[code])) for code, name in names.items()]
    return sorted(origins, key=lambda origin: (-len(origin.footnotes), reading_order(origin.name)))


# --- places, while a name is typed ------------------------------------------------------------


@login_not_required
@require_safe
def place_search(request: HttpRequest) -> JsonResponse:
    """Places to offer while a name is typed, as JSON; so are its errors, that of a session that ended too."""
    if not request.user.is_authenticated:
        return _refused(_("Sign in to search for places."), 401)
    try:
        query, country = _asked(request)
    except BadRequest as error:
        return _refused(str(error), 400)
    found = places.search(query, country=country, limit=MOST_OFFERED)
    return JsonResponse({"results": [suggestion.as_dict() for suggestion in found]})


def _asked(request: HttpRequest) -> tuple[str, str]:
    query = " ".join(characters.cleaned(request.GET.get("q", "")).split())
    country = request.GET.get("country", "").strip().upper()
    if len(query) < FEWEST_LETTERS:
        raise BadRequest(_("Write at least two letters of a place's name."))
    if problem := characters.problem_with(query):
        raise BadRequest(problem)
    if len(query) > places.LONGEST:
        raise BadRequest(_("A place is written in at most %(count)d letters.") % {"count": places.LONGEST})
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise BadRequest(_("A country is written as its two-letter code, such as ML."))
    return query, country


def _refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"results": [], "error": message}, status=status)
