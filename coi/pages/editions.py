"""The pages of one published edition: its sections, each finding, its sources. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.sessions import reload_by_itself
from coi.drafts import coi_admin_access
from coi.editions import edition_listeners
from coi.library import cited_findings, finding_values, lookup, region_sheets
from coi.library.cited_findings import EditionCard, FindingCard
from coi.library.finding_numbers import numbers_of
from coi.maps import boundaries, charts, figure_maps, outlines
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
from coi.text.collation import reading_order

A_LOOK = 5  # seconds until the page shows again how many memos were compared
NEIGHBOURS = 2  # sentences shown before and after a finding on its own page


@dataclass(frozen=True)
class NumberedFinding:
    """A finding with its number in the edition: section, paragraph, sentence.

    ``full_above`` gives, for a footnote that the finding before cites too, the finding that shows it in full.
    """

    card: FindingCard
    number: str
    full_above: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionFindings:
    """A section with its findings in their order."""

    row: Section
    findings: tuple[NumberedFinding, ...]


def _published(code: str) -> Edition:
    """Return a published edition, current or replaced. Drafts are not shown here."""
    editions = Edition.objects.filter(publication__isnull=False).select_related("report", "publication")
    edition: Edition = get_object_or_404(editions, code=code)
    return edition


def _card(edition: Edition) -> EditionCard:
    return cited_findings.edition_card(edition, timezone.localdate())


def _rows(findings: QuerySet[Finding]) -> list[Finding]:
    """Return the findings with everything that a page shows, in a fixed number of queries."""
    everything = finding_values.findings_with_everything(findings).prefetch_related("footnotes__edition")
    return list(everything.order_by("edition__code", "position"))


def _country_name(code: str) -> str:
    return country_names([code]).get(code, code)


@dataclass(frozen=True)
class FigureShown:
    """A figure of the edition with its table, chart and map; all three are None if its values are not in the text."""

    row: Figure
    table: charts.FigureTable | None = None
    chart: charts.BarChart | None = None
    on_map: figure_maps.PeriodMap | None = None


@require_safe
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Show an edition section by section."""
    row = _published(edition)
    sections = list(row.sections.select_related("place"))
    numbers = numbers_of([row])
    found: dict[int, list[NumberedFinding]] = defaultdict(list)
    for finding_row in _rows(row.findings.all()):
        card = cited_findings.finding_card(finding_row)
        before = found[finding_row.section_id][-1:]
        found[finding_row.section_id].append(NumberedFinding(card, numbers[card.key], _full_above(card, before)))
    queries = list(row.queries.prefetch_related("findings", "footnotes", "figures"))
    context = {
        "edition": row,
        "card": _card(row),
        "country_name": _country_name(row.report.country),
        "sections": [SectionFindings(section, tuple(found[section.pk])) for section in sections],
        "figures": _figures(row, figure_maps.Asked.of(request.GET)),
        "figures_in_section": any(section.code == "figures" for section in sections),
        "coverage": row.coverage.select_related("place").prefetch_related("events"),
        "queries": queries,
        "numbers": {shown.card.code: shown.number for part in found.values() for shown in part},
        "footnote_count": row.footnotes.count(),
        "successor": _successor(row),
        "comparing": edition_listeners.comparing(row.code),
        "is_coi_admin": coi_admin_access.is_active_coi_admin(request.user),
        "section": "library",
    }
    response = render(request, "coi/library/edition.html", context)
    if context["comparing"] and context["is_coi_admin"]:
        reload_by_itself(request, response, A_LOOK)  # the person who published it watches how far the comparison is
    return response


def _full_above(card: FindingCard, before: Iterable[NumberedFinding]) -> dict[int, str]:
    """Return the footnotes that the finding before cites too, with the finding that shows each in full."""
    return {
        note.number: shown.full_above.get(note.number, shown.card.code)
        for shown in before
        for note in shown.card.footnotes
        if note in card.footnotes
    }


def _successor(edition: Edition) -> Edition | None:
    """Return the report's current edition, if this one was replaced."""
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


@require_safe
def finding(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Show one finding with the sentences before and after it."""
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
        "shown": NumberedFinding(full, numbers[full.key]),
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
    """Return the finding with the same code in today's current edition, if this one was replaced."""
    successor = _successor(edition)
    return successor.findings.filter(code=code).first() if successor else None


def _actors_of(row: Finding) -> QuerySet[Actor]:
    """Return the actors that the finding or its denial names."""
    this = Finding.objects.filter(pk=row.pk)
    return Actor.objects.filter(Q(pk__in=this.values("actors")) | Q(pk__in=this.values("denies__actors")))


def _regions_of(row: Finding) -> QuerySet[Place]:
    """Return the regions whose sheets show the finding."""
    keys = FindingKey.objects.filter(finding=row, place__kind=Place.Kind.REGION)
    return Place.objects.filter(pk__in=keys.values("place_id"))


@dataclass(frozen=True)
class CitedOriginator:
    """An originator with all footnotes of the edition that go back to it."""

    name: str
    code: str
    items: tuple[Source, ...]
    figures: tuple[Figure, ...]

    @property
    def footnotes(self) -> tuple[str, ...]:
        return tuple(footnote_mark(number) for number in sorted({item.footnote.number for item in self.items}))

    @property
    def queries(self) -> tuple[tuple[CuratorQuery, tuple[str, ...]], ...]:
        """The curator's queries on its footnotes, each once, with the footnotes it is about."""
        found: dict[CuratorQuery, set[int]] = defaultdict(set)
        for item in self.items:
            for query in item.footnote.queries.all():
                found[query].add(item.footnote.number)
        return tuple((query, tuple(map(footnote_mark, sorted(numbers)))) for query, numbers in found.items())


@require_safe
def sources(request: HttpRequest, edition: str) -> HttpResponse:
    """Show the footnotes of an edition by originator, because several footnotes may have the same one."""
    row = _published(edition)
    notes = Footnote.objects.prefetch_related("queries", Prefetch("findings", Finding.objects.order_by("position")))
    cited = Source.objects.filter(footnote__edition=row).select_related("originator")
    items = cited.prefetch_related(Prefetch("footnote", notes)).order_by("footnote__number", "position")
    figures = list(row.figures.select_related("originator"))
    context = {
        "edition": row,
        "card": _card(row),
        "originators": _originators(items, figures),
        "numbers": {key.partition("/")[2]: number for key, number in numbers_of([row]).items()},
        "count": row.footnotes.count(),
        "successor": _successor(row),
        "section": "library",
    }
    return render(request, "coi/library/sources.html", context)


def _originators(items: Iterable[Source], figures: Iterable[Figure]) -> list[CitedOriginator]:
    names: dict[str, str] = {}
    by_originator: dict[str, list[Source]] = defaultdict(list)
    drawn: dict[str, list[Figure]] = defaultdict(list)
    for item in items:
        names[item.originator.code] = item.originator.name
        by_originator[item.originator.code].append(item)
    for figure in figures:
        names[figure.originator.code] = figure.originator.name
        drawn[figure.originator.code].append(figure)
    originators = [
        CitedOriginator(name, code, tuple(by_originator[code]), tuple(drawn[code])) for code, name in names.items()
    ]
    return sorted(originators, key=lambda each: (-len(each.footnotes), reading_order(each.name)))
