"""Reads of the library: rows in, the frozen values of ``matching`` out. Candidates are asked for by key."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from coi import gazetteer as places
from coi.models import (
    Actor,
    CoverageRow,
    Denial,
    Edition,
    EventKind,
    Finding,
    FindingKey,
    Place,
    Report,
    Retirement,
    Trait,
)
from matching import facts
from matching.periods import Moment, Span
from matching.trees import Tree, Vocabulary

# Context is for reading: beyond this many rows by one key the rest is said to exist, not listed.
CONTEXT_LIMIT = 300
SETTLED_EDITION = {"publication__isnull": False, "publication__retired_at__isnull": True}


@dataclass(frozen=True)
class Candidates:
    """Findings that may bear on a fact. All that can support or oppose it are here; context may be cut."""

    findings: tuple[facts.Finding, ...]
    context_is_cut: bool = False


def vocabulary() -> Vocabulary:
    """The library's words as trees."""
    actors = {a.code: a for a in Actor.objects.select_related("parent")}
    events = {e.code: e for e in EventKind.objects.select_related("parent")}
    traits = {t.code: t for t in Trait.objects.select_related("parent")}
    kin = EventKind.kin.through.objects.values_list("from_eventkind__code", "to_eventkind__code")
    actor_kin = Actor.kin.through.objects.values_list("from_actor__code", "to_actor__code")
    return Vocabulary(
        actors=_tree(actors.values()),
        events=_tree(events.values()),
        targets=_tree(traits.values()),
        facets={code: trait.facet for code, trait in traits.items()},
        civilian={code: trait.civilian == Trait.Civilian.YES for code, trait in traits.items() if trait.civilian},
        kin=frozenset(frozenset(pair) for pair in kin),
        actor_kin=frozenset(frozenset(pair) for pair in actor_kin),
    )


def _tree(words: Iterable[Actor | EventKind | Trait]) -> Tree:
    return Tree({word.code: word.parent.code if word.parent else None for word in words})


def current_editions(country: str | None = None) -> QuerySet[Edition]:
    """The published, not yet replaced edition of every report, on one country or on all."""
    editions = Edition.objects.filter(**SETTLED_EDITION).select_related("report", "publication")
    return editions.filter(report__country=country) if country else editions


def hold_reports(editions: Iterable[str]) -> None:
    """Until the transaction ends, no edition of the reports of these editions is published."""
    list(Report.objects.select_for_update().filter(editions__code__in=set(editions)).order_by("pk").values_list("pk"))


def key_today(keys: Collection[str]) -> dict[str, str]:
    """For findings of whichever edition, the key of the same code in the current edition of the report, if it has one."""
    editions = {key.partition("/")[0] for key in keys}
    current = dict(
        Edition.objects.filter(
            code__in=editions, **{f"report__editions__{k}": v for k, v in SETTLED_EDITION.items()}
        ).values_list("code", "report__editions__code")
    )
    return {
        key: f"{current[edition]}/{code}"
        for key in keys
        for edition, _slash, code in [key.partition("/")]
        if edition in current
    }


def keys_of_the_same(key: str) -> list[str]:
    """The keys of this code in every edition of the report; the key alone where the library holds no such edition."""
    edition, _slash, code = key.partition("/")
    editions = Edition.objects.filter(report__editions__code=edition).values_list("code", flat=True)
    return [f"{each}/{code}" for each in editions] or [key]


def frames(editions: Iterable[Edition]) -> tuple[facts.EditionFrame, ...]:
    """The bounds of the editions: country, cut-off, coverage."""
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


def candidates(fact: facts.MaterialFact, editions: Collection[Edition], words: Vocabulary) -> Candidates:
    """Every finding that can support or oppose the fact, and near misses, by place, event and year."""
    keys = FindingKey.objects.filter(edition__in=editions)
    lineage = Q(place__code__in=fact.place.lineage, here=True)
    inside = Q(place__code=fact.place.code, here=False)
    elsewhere = Q(place__code__in=fact.place.regions)
    events = words.comparable_events(fact.event)
    same_event = Q(event__in=events)
    first = fact.period.first or date.min
    last = fact.period.last or date.max
    same_time = Q(year_from__lte=last.year, year_to__gte=first.year)
    scope, denies = Q(aspect=FindingKey.Aspect.SCOPE), Q(aspect=FindingKey.Aspect.DENIES)
    # a denial told of the very place and time stands under the fact, whatever it denies
    around = fact.place.lineage - {fact.place.country} | {fact.place.code}
    denied_here = Q(place__code__in=around, here=True) & same_time
    denied_event = lineage & Q(event__in=words.events.lineage(fact.event)) & same_time
    wanted = {
        *keys.filter(scope & (lineage | inside) & same_event & same_time).values_list("finding_id", flat=True),
        *keys.filter(denies & (denied_here | denied_event)).values_list("finding_id", flat=True),
    }
    is_cut = False
    for near_miss in (
        denies & (lineage | inside | elsewhere),  # a denial that falls short
        scope & (lineage | inside) & same_time,  # another event
        scope & (lineage | inside) & same_event,  # another time
        scope & elsewhere & same_event & same_time,  # elsewhere in the region
    ):
        ids = list(
            keys.filter(near_miss)
            .order_by("finding_id")
            .values_list("finding_id", flat=True)
            .distinct()[: CONTEXT_LIMIT + 1]
        )
        is_cut = is_cut or len(ids) > CONTEXT_LIMIT
        wanted.update(ids[:CONTEXT_LIMIT])
    return Candidates(values_of_findings(Finding.objects.filter(pk__in=wanted)), is_cut)


# Rows read already, by key; None where no shelf is open.
_shelf: ContextVar[dict[int, Finding] | None] = ContextVar("shelf", default=None)


@contextmanager
def shelf() -> Iterator[None]:
    """While it is open each finding is read once, however many questions ask for it. Not across requests."""
    token = _shelf.set({})
    try:
        yield
    finally:
        _shelf.reset(token)


def rows_in_order(findings: QuerySet[Finding]) -> list[Finding]:
    """The findings with everything, in the order of their editions; from the shelf where one is open."""
    ordered = findings.order_by("edition__code", "position")
    read = _shelf.get()
    if read is None:
        return list(findings_with_everything(ordered))
    wanted = list(ordered.values_list("pk", flat=True))
    missing = [pk for pk in wanted if pk not in read]
    if missing:
        read |= {row.pk: row for row in findings_with_everything(Finding.objects.filter(pk__in=missing))}
    return [read[pk] for pk in wanted]


def findings_with_everything(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """The findings with all that a page or a match shows of them, in a fixed number of queries."""
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


def values_of_findings(findings: QuerySet[Finding]) -> tuple[facts.Finding, ...]:
    """The findings as frozen values, in the order of their editions."""
    rows = rows_in_order(findings)
    mentioned: set[Place] = set()
    for row in rows:
        mentioned.update(row.places.all())
        if denial := getattr(row, "denies", None):
            mentioned.update([*denial.places.all(), *denial.places_excepted.all()])
    values = places.values_of(mentioned)
    return tuple(_value(row, values) for row in rows)


def span_of(finding: Finding, part: Finding | Denial, *, by_sources: bool = True) -> Span:
    """The period of a finding or of what it denies; if an end is missing, as far as the section and the cut-off reach.

    An undated pattern reaches back to the first publication among its sources if that is earlier; without
    ``by_sources`` only as far as its section. What is only inferred reaches no further than ``_inferred``.
    """
    first = Moment.parse(part.period_from or finding.section.period_from).first
    last = Moment.parse(part.period_to).last if part.period_to else finding.edition.cut_off
    if by_sources and part is finding and (day := first_source_before_section(finding)):
        first = day
    span = Span(first, min(last, finding.edition.cut_off))
    return _inferred(span, part) if isinstance(part, Denial) and part.inferred_from else span


def first_source_before_section(finding: Finding) -> date | None:
    """The day to which an undated pattern reaches back by its sources; None if its section reaches as far."""
    if finding.kind != Finding.Kind.PATTERN or finding.period_from or finding.period_to:
        return None
    published = [source.published for note in finding.footnotes.all() for source in note.sources.all()]
    earliest = min((Moment.parse(day).first for day in published if day), default=None)
    start = Moment.parse(finding.section.period_from).first
    return earliest if earliest and earliest < start else None


def _inferred(span: Span, denial: Denial) -> Span:
    """What follows from "until" a stated time ends with the year after it; from "since", it begins with the year before.

    The stated time is the day before the denied period begins or, if only its end is stated, the day after it ends.
    """
    if denial.period_from and not denial.period_to:
        stated = span.first - timedelta(days=1)
        return Span(span.first, min(span.last, date(stated.year + 1, 12, 31)))
    if denial.period_to and not denial.period_from:
        stated = span.last + timedelta(days=1)
        return Span(max(span.first, date(stated.year - 1, 1, 1)), span.last)
    return span


def reaches_too_far(denial: Denial, span: Span) -> bool:
    """An inferred denial with both ends stated covers more than either of its ends lets it."""
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
    """The last day on which anything cited for the finding was published; None if one item has no date."""
    published = [source.published for note in row.footnotes.all() for source in note.sources.all()]
    return max((Moment.parse(day).last for day in published), default=None) if all(published) else None


def rebuild_keys(edition: Edition) -> None:
    """Derive the rows by which the edition's findings are looked up; replaces those that exist."""
    FindingKey.objects.filter(edition=edition).delete()
    findings = list(findings_with_everything(edition.findings.all()))
    mentioned = {p for f in findings for p in f.places.all()}
    mentioned |= {p for f in findings if getattr(f, "denies", None) for p in f.denies.places.all()}
    values = places.values_of(mentioned)
    # a part of the country is looked up by its lineage and, where it only reaches into a region, by that
    regions = places.values_of(Place.objects.filter(code__in={r for v in values.values() for r in v.regions}))
    around = {
        code: value.lineage | {r for r in value.regions if not regions[r].lies_in(value)}
        for code, value in values.items()
    }
    every_code = {code for codes in around.values() for code in codes}
    ids = dict(Place.objects.filter(code__in=every_code).values_list("code", "pk"))
    rows: dict[tuple[object, ...], FindingKey] = {}
    for finding in findings:
        aspects = [(FindingKey.Aspect.SCOPE, finding)]
        if denial := getattr(finding, "denies", None):
            aspects.append((FindingKey.Aspect.DENIES, denial))
        for aspect, part in aspects:
            span = span_of(finding, part)
            for place in part.places.all():
                for code in around[place.code]:
                    for event in [e.code for e in part.events.all()] or [""]:
                        here = code == place.code
                        identity = (finding.pk, aspect, code, here, event)
                        rows[identity] = FindingKey(
                            edition=edition,
                            finding=finding,
                            aspect=aspect,
                            place_id=ids[code],
                            here=here,
                            event=event,
                            year_from=span.first.year,
                            year_to=span.last.year,
                        )
    FindingKey.objects.bulk_create(rows.values(), batch_size=500)


def denials_about(region_codes: Collection[str], editions: Collection[Edition]) -> QuerySet[Finding]:
    """Every denial and no-evidence finding about these regions or any place in them, matched or not."""
    keys = FindingKey.objects.filter(
        edition__in=editions, aspect=FindingKey.Aspect.DENIES, place__code__in=region_codes
    ).values("finding_id")
    return Finding.objects.filter(pk__in=keys).order_by("edition__code", "position")


def reasons_for_retiring(keys: Collection[str]) -> dict[str, str]:
    """Why findings are no longer held, by the keys that they had; the newest reason of each."""
    pairs = {key: key.partition("/")[::2] for key in keys}
    reports = dict(Edition.objects.filter(code__in={e for e, _c in pairs.values()}).values_list("code", "report"))
    rows = Retirement.objects.filter(
        edition__report__in=set(reports.values()), finding__in={code for _e, code in pairs.values()}
    ).order_by("pk")
    told = {(report, code): why for report, code, why in rows.values_list("edition__report", "finding", "reason")}
    found = {
        key: told.get((reports[edition], code), "") for key, (edition, code) in pairs.items() if edition in reports
    }
    return {key: why for key, why in found.items() if why}


def all_words() -> list[Actor | EventKind | Trait]:
    """Every word of the vocabulary: actors, event kinds, traits."""
    return [*Actor.objects.all(), *EventKind.objects.all(), *Trait.objects.all()]


def naming_targets(
    targets: Collection[str], editions: Collection[Edition], words: Vocabulary
) -> tuple[facts.Finding, ...]:
    """Findings that name one of these targets, or what contains or is part of it."""
    wanted = {code for code in words.facets for target in targets if words.targets.is_related(code, target)}
    rows = Finding.objects.filter(edition__in=editions, targets__code__in=wanted).distinct()
    return values_of_findings(rows) if wanted else ()
