"""Rows of an edition as the frozen values of ``matching``: its findings and its scope."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet

from coi import gazetteer as places
from coi.models import Actor, CoverageRow, Denial, Edition, EventKind, Finding, Place, Trait
from matching import facts
from matching.periods import Moment, Span


def frames(editions: Iterable[Edition]) -> tuple[facts.EditionFrame, ...]:
    """Return the scope of the editions: country, cut-off date, coverage."""
    editions = list(editions)
    rows = list(
        CoverageRow.objects.filter(edition__in=editions).select_related("place", "edition").prefetch_related("events")
    )
    values = places.values_of({row.place for row in rows})
    coverage: dict[str, list[facts.Coverage]] = {edition.code: [] for edition in editions}
    for row in rows:
        last = min(Moment.parse(row.period_to).last, row.edition.cut_off)
        coverage[row.edition.code].append(
            facts.Coverage(
                edition=row.edition.code,
                place=values[row.place.code],
                events=tuple(event.code for event in row.events.all()),
                span=Span(Moment.parse(row.period_from).first, last),
            )
        )
    return tuple(
        facts.EditionFrame(e.code, e.report.country, e.cut_off, tuple(coverage[e.code]))
        for e in sorted(editions, key=lambda e: e.code)
    )


def findings_with_everything(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return the findings with all related rows that pages and matching need, in a fixed number of queries."""
    return findings.select_related("edition__report", "section", "denies").prefetch_related(
        "places",
        "actors",
        "other_side",
        "events",
        "targets",
        "queries",
        "footnotes__edition",
        "footnotes__sources__originator",
        "footnotes__queries",
        "denies__places",
        "denies__places_excepted",
        "denies__actors",
        "denies__events",
        "denies__targets",
    )


def rows_in_order(findings: QuerySet[Finding]) -> list[Finding]:
    """Return the findings with all related rows, in the order of their editions."""
    return list(findings_with_everything(findings.order_by("edition__code", "position")))


def values_of_findings(findings: QuerySet[Finding]) -> tuple[facts.Finding, ...]:
    """Return the findings as frozen values, in the order of their editions."""
    return values_of_rows(rows_in_order(findings))


def values_of_rows(rows: Sequence[Finding]) -> tuple[facts.Finding, ...]:
    """Return the rows as frozen values. They must come from ``findings_with_everything``."""
    mentioned: set[Place] = set()
    for row in rows:
        mentioned.update(row.places.all())
        if denial := getattr(row, "denies", None):
            mentioned.update([*denial.places.all(), *denial.places_excepted.all()])
    values = places.values_of(mentioned)
    return tuple(_value(row, values) for row in rows)


def span_of(finding: Finding, part: Finding | Denial, *, by_sources: bool = True) -> Span:
    """Return the period of a finding or its denial; a missing end is that of the section or the cut-off date.

    An undated pattern goes back to the first publication among its sources if that is earlier; without
    ``by_sources`` only to the start of its section. An inferred denial covers no more than ``_inferred`` allows.
    """
    first = Moment.parse(part.period_from or finding.section.period_from).first
    last = Moment.parse(part.period_to).last if part.period_to else finding.edition.cut_off
    if by_sources and part is finding and (day := first_source_before_section(finding)):
        first = day
    span = Span(first, min(last, finding.edition.cut_off))
    return _inferred(span, part) if isinstance(part, Denial) and part.inferred_from else span


def first_source_before_section(finding: Finding) -> date | None:
    """Return the day to which an undated pattern goes back by its sources; None if its section goes back as far."""
    if finding.kind != Finding.Kind.PATTERN or finding.period_from or finding.period_to:
        return None
    published = [source.published for note in finding.footnotes.all() for source in note.sources.all()]
    earliest = min((Moment.parse(day).first for day in published if day), default=None)
    start = Moment.parse(finding.section.period_from).first
    return earliest if earliest and earliest < start else None


def _inferred(span: Span, denial: Denial) -> Span:
    """Limit an inferred denial: one from "until" a time ends with the next year, one from "since" starts the year
    before.

    The stated time is the day before the denied period starts or, if only its end is stated, the day after it ends.
    """
    if denial.period_from and not denial.period_to:
        stated = span.first - timedelta(days=1)
        return Span(span.first, min(span.last, date(stated.year + 1, 12, 31)))
    if denial.period_to and not denial.period_from:
        stated = span.last + timedelta(days=1)
        return Span(max(span.first, date(stated.year - 1, 1, 1)), span.last)
    return span


def reaches_too_far(denial: Denial, span: Span) -> bool:
    """Return whether an inferred denial with both ends stated covers more than either end allows."""
    after, before = (span.first - timedelta(days=1)).year + 1, (span.last + timedelta(days=1)).year - 1
    return span.last > date(after, 12, 31) and span.first < date(before, 1, 1)


def _codes(related: Iterable[Actor | EventKind | Trait]) -> tuple[str, ...]:
    return tuple(sorted(word.code for word in related))


def _value(row: Finding, values: dict[str, facts.Place]) -> facts.Finding:
    denial = getattr(row, "denies", None)
    denies = None
    if denial:
        denies = facts.Denies(
            places=tuple(values[p.code] for p in denial.places.all()),
            places_excepted=tuple(values[p.code] for p in denial.places_excepted.all()),
            actors=_codes(denial.actors.all()),
            events=_codes(denial.events.all()),
            targets=_codes(denial.targets.all()),
            together=denial.actors_together,
            as_named=denial.actors_as_named,
            inferred_from=denial.inferred_from,
            span=span_of(row, denial),
        )
    return facts.Finding(
        key=f"{row.edition.code}/{row.code}",
        edition=row.edition.code,
        kind=facts.Kind(row.kind),
        strength=facts.Strength(row.strength),
        span=span_of(row, row),
        is_dated=bool(row.period_from or row.period_to),
        places=tuple(values[p.code] for p in row.places.all()),
        actors=_codes(row.actors.all()),
        events=_codes(row.events.all()),
        targets=_codes(row.targets.all()),
        together=row.actors_together,
        denies=denies,
        citations=tuple(
            facts.Citation(note.number, frozenset(source.originator.code for source in note.sources.all()))
            for note in row.footnotes.all()
        ),
        position=row.position,
        extent=facts.Extent(row.extent),
        other_side=_codes(row.other_side.all()),
        newest_source=newest_source(row),
        reaches_by_sources=first_source_before_section(row) is not None,
    )


def newest_source(row: Finding) -> date | None:
    """Return the latest publication day of the items cited for the finding; None if one item has no date."""
    published = [source.published for note in row.footnotes.all() for source in note.sources.all()]
    return max((Moment.parse(day).last for day in published), default=None) if all(published) else None
