"""The library's index and its page on each region: open to everyone who is signed in. Reads only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coi.library import cited_findings, lookup, region_sheets
from coi.library.cited_findings import EditionCard
from coi.library.finding_numbers import numbers_of
from coi.maps import boundaries, charts, country_maps, figure_maps, region_maps, svg_map
from coi.models import (
    Edition,
    Figure,
    FindingKey,
    Place,
)
from coi.pages.context_processors import country_names
from coi.text import words
from coi.text.collation import in_reading_order


def _card(edition: Edition) -> EditionCard:
    return cited_findings.edition_card(edition, timezone.localdate())


@dataclass(frozen=True)
class ReportShown:
    """A report's current edition with its age and the editions that it replaced."""

    edition: Edition
    card: EditionCard
    earlier: tuple[Edition, ...]


@dataclass(frozen=True)
class RegionLine:
    """A region with the numbers of findings and denials that name it."""

    place: Place
    findings: int
    denials: int


@dataclass(frozen=True)
class CountryShown:
    """The library's content on a country."""

    code: str
    name: str
    reports: tuple[ReportShown, ...]
    regions: tuple[RegionLine, ...]
    map: svg_map.SvgMap | None
    figures: figure_maps.PeriodMap | None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the library's content by country."""
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


@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Show the content of the current editions on one region."""
    place = get_object_or_404(Place, code=code, kind=Place.Kind.REGION)
    editions = list(lookup.current_editions(place.country).order_by("code"))
    sheet = region_sheets.region_sheet(place.code, lookup.read(editions))
    country = country_names([place.country]).get(place.country, place.country)
    context = {
        "place": place,
        "country_name": country,
        "editions": [(edition, _card(edition)) for edition in editions],
        # with several reports on the country, each finding names its report
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
