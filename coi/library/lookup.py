"""Looking up current editions, findings that may be relevant to a fact, and what happened to a finding."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from django.db.models import Q, QuerySet

from coi import gazetteer as places
from coi.library.cited_findings import FindingCard
from coi.library.edition_values import Sought
from coi.library.finding_values import rows_in_order, span_of
from coi.library.held_editions import Reading
from coi.memory import kept_with_editions
from coi.models import Denial, Edition, Finding, FindingKey, Place, Report, Retirement, renew_stamp
from matching import facts

# Context is only for reading: beyond this many rows for one key, the rest is mentioned but not listed.
CONTEXT_LIMIT = 300
FINDINGS_AT_ONCE = 500  # while keys are built, so that memory does not grow with the edition
SETTLED_EDITION = {"publication__isnull": False, "publication__retired_at__isnull": True}


@dataclass(frozen=True)
class Candidates:
    """Findings that may be relevant to a fact. All that can support or oppose it are included; context may be cut."""

    findings: tuple[facts.Finding, ...]
    context_is_cut: bool = False


def current_editions(country: str | None = None) -> QuerySet[Edition]:
    """Return the current edition of every report, on one country or on all."""
    editions = Edition.objects.filter(**SETTLED_EDITION).select_related("report", "publication")
    return editions.filter(report__country=country) if country else editions


def editions_on(countries: Collection[str]) -> list[Edition]:
    """Return the current edition of every report on these countries. They are cached, so nobody may change them."""
    current = _by_country()
    return [edition for country in sorted(set(countries)) for edition in current.get(country, ())]


def all_current_editions() -> list[Edition]:
    """Return the current edition of every report, by country, oldest information first. They are cached too."""
    return [edition for editions in _by_country().values() for edition in editions]


def _by_country() -> dict[str, list[Edition]]:
    return kept_with_editions("current editions", _read_by_country)


def _read_by_country() -> dict[str, list[Edition]]:
    found: dict[str, list[Edition]] = {}
    for edition in current_editions().order_by("report__country", "cut_off", "code"):
        found.setdefault(edition.report.country, []).append(edition)
    return found


def hold_reports(editions: Iterable[str]) -> None:
    """Lock the reports of these editions, so that no edition of them is published until the transaction ends."""
    list(Report.objects.select_for_update().filter(editions__code__in=set(editions)).order_by("pk").values_list("pk"))


def key_today(keys: Collection[str]) -> dict[str, str]:
    """Return, for findings of any edition, the key of the same code in the report's current edition, if there is
    one.
    """
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
    """Return the keys of this code in every edition of the report; the key alone if the library has no such
    edition.
    """
    edition, _slash, code = key.partition("/")
    editions = Edition.objects.filter(report__editions__code=edition).values_list("code", flat=True)
    return [f"{each}/{code}" for each in editions] or [key]


def read(editions: Iterable[Edition]) -> Reading:
    """Return the content of the editions at this moment."""
    return Reading(editions)


def candidates(fact: facts.MaterialFact, reading: Reading) -> Candidates:
    """Return every finding that can support or oppose the fact, and near misses, by place, event and year."""
    words = reading.vocabulary
    lineage = frozenset((code, True) for code in fact.place.lineage)
    about = lineage | {(fact.place.code, False)}  # the finding's place contains the fact's place or is inside it
    elsewhere = frozenset((code, here) for code in fact.place.regions for here in (True, False))
    events = frozenset(words.comparable_events(fact.event))
    years = ((fact.period.first or date.min).year, (fact.period.last or date.max).year)
    # a denial about this place and time is listed with the fact, whatever it denies
    around = frozenset((code, True) for code in fact.place.lineage - {fact.place.country} | {fact.place.code})
    scope, denies = FindingKey.Aspect.SCOPE, FindingKey.Aspect.DENIES
    wanted = {
        *reading.findings(Sought(scope, about, events, years)),
        *reading.findings(
            Sought(denies, around, years=years), Sought(denies, lineage, words.events.lineage(fact.event), years)
        ),
    }
    is_cut = False
    for near_miss in (
        Sought(denies, about | elsewhere),  # a denial that falls short
        Sought(scope, about, years=years),  # another event
        Sought(scope, about, events),  # another time
        Sought(scope, elsewhere, events, years),  # elsewhere in the region
    ):
        found = reading.findings(near_miss, most=CONTEXT_LIMIT + 1)
        is_cut = is_cut or len(found) > CONTEXT_LIMIT
        wanted.update(found[:CONTEXT_LIMIT])
    return Candidates(reading.values(wanted), is_cut)


def rebuild_keys(edition: Edition) -> None:
    """Derive the lookup rows of the edition's findings, replacing existing ones. A few hundred findings at a time."""
    FindingKey.objects.filter(edition=edition).delete()
    around = _places_around(edition)
    pks = list(edition.findings.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), FINDINGS_AT_ONCE):
        some = rows_in_order(Finding.objects.filter(pk__in=pks[start : start + FINDINGS_AT_ONCE]))
        rows = [row for finding in some for row in _keys(finding, around)]
        FindingKey.objects.bulk_create(rows, batch_size=500)
    renew_stamp(edition)


def look_up_anew(moved: Collection[Place]) -> None:
    """Look up findings on places that were put into other areas by these areas from now on."""
    pks = [place.pk for place in moved]
    keys = (FindingKey.objects.filter(place__in=some) for some in places.chunks(pks))
    editions = {pk for some in keys for pk in some.order_by().values_list("edition", flat=True).distinct()}
    for edition in Edition.objects.filter(pk__in=editions):
        rebuild_keys(edition)


def _places_around(edition: Edition) -> dict[str, dict[str, int]]:
    """Return, for each place of a finding or denial, the codes and primary keys under which it is looked up."""
    in_scope = Finding.places.through.objects.filter(finding__edition=edition).values("place")
    denied = Denial.places.through.objects.filter(denial__finding__edition=edition).values("place")
    values = places.values_of(Place.objects.filter(Q(pk__in=in_scope) | Q(pk__in=denied)))
    # a part of the country is looked up by its lineage and by any region that it only partly covers
    regions = places.values_of(Place.objects.filter(code__in={r for v in values.values() for r in v.regions}))
    around = {
        code: value.lineage | {r for r in value.regions if not regions[r].lies_in(value)}
        for code, value in values.items()
    }
    every_code = {code for codes in around.values() for code in codes}
    ids = dict(Place.objects.filter(code__in=every_code).values_list("code", "pk"))
    return {place: {code: ids[code] for code in codes} for place, codes in around.items()}


def _keys(finding: Finding, around: dict[str, dict[str, int]]) -> Iterator[FindingKey]:
    """Yield the lookup rows of a finding and of what it rules out, each once."""
    aspects: list[tuple[FindingKey.Aspect, Finding | Denial]] = [(FindingKey.Aspect.SCOPE, finding)]
    if denial := getattr(finding, "denies", None):
        aspects.append((FindingKey.Aspect.DENIES, denial))
    for aspect, part in aspects:
        span = span_of(finding, part)
        looked_up = {(pk, code == place.code) for place in part.places.all() for code, pk in around[place.code].items()}
        for (place_id, here), event in product(sorted(looked_up), [e.code for e in part.events.all()] or [""]):
            yield FindingKey(
                edition_id=finding.edition_id,
                finding=finding,
                aspect=aspect,
                place_id=place_id,
                here=here,
                event=event,
                year_from=span.first.year,
                year_to=span.last.year,
            )


def reasons_for_retiring(keys: Collection[str]) -> dict[str, str]:
    """Return why findings were retired, by their former keys; the newest reason of each."""
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


def naming_targets(targets: Collection[str], reading: Reading) -> tuple[facts.Finding, ...]:
    """Return findings that name one of these targets, a group that contains it or a part of it."""
    words = reading.vocabulary
    wanted = {code for code in words.facets for target in targets if words.targets.is_related(code, target)}
    return reading.values(reading.naming(wanted)) if wanted else ()


def cards_by_key(keys: Iterable[str]) -> dict[str, FindingCard]:
    """Return findings of any edition by their keys, ``edition/code``."""
    wanted = set(keys)
    codes = {key.partition("/")[0] for key in wanted}
    return read(Edition.objects.filter(code__in=codes)).cards_by_key(wanted) if wanted else {}
