"""Findings of a new edition that are relevant to an approved memo which does not rely on them.

The memos to open are looked up by place, event and years of their facts and by traits of their applicants.
Matching then uses the facts as frozen in the approved version.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from assessments import actions
from assessments.answer import wording
from assessments.answer.reason_sentences import REASON_CODES
from assessments.assessing.assessment import Assessment
from assessments.assessing.fact_presenter import LEVEL_REASONS, PresentedFact, present
from assessments.casefile.values import CaseFile, StatedFact
from assessments.memo import snapshot, stored_versions, version_integrity
from assessments.memo.memo import fact_anchor
from assessments.memo.reliance import PROFILE
from assessments.models import CaseFact, CaseTrait, MemoVersion, NewMatch, Reliance
from assessments.models.codes import Outcome, State
from coi import gazetteer as places
from coi.library import finding_values, lookup, word_trees
from coi.library.cited_findings import FindingCard
from coi.models import Edition, Finding
from matching import facts
from matching.criteria import Reason
from matching.facts import Place
from matching.match import match
from matching.outcome import Level, Relation
from matching.profile import match_profile
from matching.trees import Vocabulary

APPROVED = (State.APPROVED, State.RECALLED)
AT_ONCE = 200  # memos in memory at a time
A_STEP = 50  # cases of one call of list_some


@dataclass(frozen=True)
class RelevantFinding:
    """A new finding and its relation to a fact of a memo. ``fact`` is empty for a finding on the profile."""

    fact: str
    finding: str
    relation: str
    level: str
    reasons: tuple[Reason, ...]


def list_some(findings: Collection[str], *, after: int) -> int | None:
    """Store the findings for the approved memos of a few cases to which they may be relevant.

    ``after`` is the id of the last case of the call before, 0 at first. Return the id for the next call, or None if
    no case is left. A finding that is stored already is not stored again.
    """
    if not findings:
        return None
    search = _Search.of(findings)
    left = [case for case in search.cases if case > after]
    some = left[:A_STEP]
    for version, relevant in search.relevant_in(some):
        actions.list_new_matches(version, [_row(version, b) for b in relevant])
    return some[-1] if len(left) > A_STEP else None


def _row(version: MemoVersion, b: RelevantFinding) -> NewMatch:
    reasons = [[r.code, [[name, list(values)] for name, values in r.params]] for r in b.reasons]
    return NewMatch(
        version=version, finding=b.finding, fact_ident=b.fact, relation=b.relation, level=b.level, reasons=reasons
    )


def memos_concerned(findings: Collection[str]) -> int:
    """Return how many approved memos have a fact that the findings support or oppose.

    Traits of applicants are left out: otherwise an invented finding about an ethnicity would count its applicants.
    """
    return sum(1 for _version, relevant in relevant_findings(findings) if any(b.fact for b in relevant))


def relevant_findings(findings: Collection[str]) -> Iterator[tuple[MemoVersion, tuple[RelevantFinding, ...]]]:
    """Yield each approved memo to which a finding is relevant that it does not rely on, with those findings."""
    if not findings:
        return
    search = _Search.of(findings)
    for start in range(0, len(search.cases), AT_ONCE):
        yield from search.relevant_in(search.cases[start : start + AT_ONCE])


@dataclass(frozen=True)
class _Search:
    """What is needed to match new findings with memos, and the cases whose memos must be opened."""

    words: Vocabulary
    to_match: Mapping[int, Mapping[str, tuple[facts.Finding, ...]]]  # by case and fact
    naming: tuple[facts.Finding, ...]
    same_report: frozenset[str]
    cases: tuple[int, ...]  # their ids, ascending

    @classmethod
    def of(cls, findings: Collection[str]) -> "_Search":
        words = word_trees.vocabulary()
        values = values_of(findings)
        to_match: dict[int, dict[str, tuple[facts.Finding, ...]]] = defaultdict(dict)
        for each in facts_to_match(values, words, APPROVED):
            to_match[each.row.case_id][each.row.ident] = each.findings
        naming = tuple(f for f in values if f.targets and f.places)
        cases = {*to_match, *_cases_with_traits(naming, words)}
        return cls(words, to_match, naming, frozenset(_editions_of_the_reports(findings)), tuple(sorted(cases)))

    def relevant_in(self, cases: Collection[int]) -> Iterator[tuple[MemoVersion, tuple[RelevantFinding, ...]]]:
        """Yield the memos of these cases to which a finding is relevant, as ``relevant_findings`` does."""
        rows = MemoVersion.objects.filter(case__in=cases, state__in=APPROVED).select_related("case").defer("pdf")
        versions = list(rows.order_by("case"))
        used = _used_by(versions, self.same_report)
        recorded = version_integrity.recorded(versions)
        for version in versions:
            try:
                case = stored_versions.case_of(version, recorded[version.pk])
            except snapshot.BadSnapshot:  # nothing can be concluded from it; its page says so
                continue
            matched = _on_facts(case, self.to_match.get(version.case_id, {}), self.words)
            matched += _on_profile(case, self.naming, self.words, {b.finding for b in matched})
            known = used[version.pk]
            if relevant := tuple(b for b in matched if not _is_known(b, known)):
                yield version, relevant


def values_of(keys: Collection[str]) -> tuple[facts.Finding, ...]:
    """Return the findings with these keys as values for matching."""
    editions = {key.partition("/")[0] for key in keys}
    codes = {key.partition("/")[2] for key in keys}
    rows = finding_values.values_of_findings(Finding.objects.filter(edition__code__in=editions, code__in=codes))
    wanted = set(keys)
    return tuple(value for value in rows if value.key in wanted)


# --- which memos to open --------------------------------------------------------------------------


@dataclass(frozen=True)
class FactToMatch:
    """A fact that the findings may support or oppose. ``place`` is None if the place is not in the place list."""

    row: CaseFact
    place: Place | None
    findings: tuple[facts.Finding, ...]


def facts_to_match(values: Iterable[facts.Finding], words: Vocabulary, states: Collection[str]) -> list[FactToMatch]:
    """Return the facts of cases in these states that a finding may support or oppose, looked up in the database."""
    findings = [f for f in values if (f.kind.asserts and f.places and f.events) or f.denies]
    if not findings:
        return []
    comparable = {event: words.comparable_events(event) for event in words.events.parents}
    events = {event for event in comparable if any(_event_fits(f, event, comparable[event], words) for f in findings)}
    scope = {p for f in findings if f.kind.asserts for p in f.places}
    denied = {p for f in findings if f.denies for p in f.denies.places}
    inside = {p.code for p in scope | denied if not p.is_country}
    around = {code for p in scope for code in p.lineage}
    lies_there = Q(place__country__in={p.code for p in denied if p.is_country})
    for lies_in in ("place", "place__parents", "place__parents__parents", "place__parents__parents__parents"):
        lies_there |= Q(**{f"{lies_in}__code__in": inside})
    # for an unlisted place only the area is known, and only the snapshot holds it
    unlisted = Q(place=None, case__country__in={p.country for p in scope | denied})
    rows = (
        CaseFact.objects.filter(case__state__in=states, event__in=events)
        .filter(lies_there | Q(place__code__in=around) | unlisted)
        .order_by("case", "pk")
        .select_related("place")
        .only("case_id", "ident", "kind", "event", "period_from", "period_to", "actors", "targets", "place")
        .distinct()
    )
    found = list(rows)
    where = places.values_of({row.place for row in found if row.place})
    asked = []
    for row in found:
        place = where[row.place.code] if row.place else None
        fitting = tuple(
            f
            for f in findings
            if _event_fits(f, row.event, comparable[row.event], words) and _years_meet(f, row) and _place_fits(f, place)
        )
        if fitting:
            asked.append(FactToMatch(row, place, fitting))
    return asked


def _event_fits(f: facts.Finding, event: str, comparable: Collection[str], words: Vocabulary) -> bool:
    if f.kind.asserts and any(e in comparable for e in f.events):
        return True
    return f.denies is not None and any(e in words.events.lineage(event) for e in f.denies.events)


def _years_meet(f: facts.Finding, row: CaseFact) -> bool:
    spans = [f.span, *([f.denies.span] if f.denies else [])]
    first, last = row.period_from[:4], row.period_to[:4]
    return any((not first or int(first) <= s.last.year) and (not last or int(last) >= s.first.year) for s in spans)


def _place_fits(f: facts.Finding, place: Place | None) -> bool:
    if place is None:
        return True
    denied = f.denies.places if f.denies else ()
    return any(place.lies_in(p) for p in (*f.places, *denied)) or any(p.lies_in(place) for p in f.places)


def _cases_with_traits(naming: Iterable[facts.Finding], words: Vocabulary) -> set[int]:
    """Return cases with an approved memo, a trait that a finding names, and a link to the finding's country."""
    naming = list(naming)
    targets = {target for f in naming for target in f.targets}
    traits = {code for code in words.facets for target in targets if words.targets.is_related(code, target)}
    countries = {p.country for f in naming for p in f.places}
    there = Q(case__country__in=countries) | Q(case__places__place__country__in=countries)
    rows = CaseTrait.objects.filter(there, case__state__in=APPROVED, trait__in=traits)
    return set(rows.order_by().values_list("case", flat=True).distinct()) if traits else set()


# --- relevance to one memo ---------------------------------------------------------------------------


def _on_facts(
    case: CaseFile, asked: Mapping[str, tuple[facts.Finding, ...]], words: Vocabulary
) -> list[RelevantFinding]:
    found = []
    for stated in case.facts:
        candidates = asked.get(stated.id, ())
        outcome = match(stated.to_match(), candidates, (), words, on=case.assessed_on)
        for m in outcome.matches:
            if m.relation is not Relation.CONTEXT:
                level = m.level.value if m.level else ""
                found.append(RelevantFinding(stated.id, m.finding.key, m.relation.value, level, m.reasons))
    return found


def _on_profile(
    case: CaseFile, naming: Collection[facts.Finding], words: Vocabulary, listed: Collection[str]
) -> list[RelevantFinding]:
    """Match the profile as the memo does. A finding that is listed under a fact is not listed again."""
    traits = {t.trait for t in case.traits}
    homes = {p.place.value.code: p.place.value for p in case.places if p.role != "transit"}
    left = [f for f in naming if f.key not in listed]
    matches = match_profile(sorted(traits), list(homes.values()), left, words) if traits else ()
    return [RelevantFinding("", m.finding.key, PROFILE, "", m.reasons) for m in matches]


def _editions_of_the_reports(findings: Collection[str]) -> set[str]:
    codes = {key.partition("/")[0] for key in findings}
    return set(Edition.objects.filter(report__editions__code__in=codes).values_list("code", flat=True))


def _used_by(
    versions: Collection[MemoVersion], editions: Collection[str]
) -> dict[int, set[tuple[str, str, str, bool]]]:
    """Return what each memo uses from the same report: fact, code of the finding, relation, whether not relied on."""
    found: dict[int, set[tuple[str, str, str, bool]]] = defaultdict(set)
    rows = Reliance.objects.filter(version__in=versions)
    for pk, fact, key, relation, omitted in rows.values_list("version", "fact_ident", "finding", "relation", "omitted"):
        edition, _slash, code = key.partition("/")
        if edition in editions:
            found[pk].add((fact, code, relation, omitted))
    return found


def _is_known(b: RelevantFinding, known: Collection[tuple[str, str, str, bool]]) -> bool:
    """Whether the memo uses it already.

    It then relies on an earlier wording, for which it is recalled, or does not rely on one with this relation.
    """
    code = b.finding.partition("/")[2]
    return any(
        (fact, theirs) == (b.fact, code) and (not omitted or relation == b.relation)
        for fact, theirs, relation, omitted in known
    )


# --- for the page -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewMatchRead:
    """A new finding as its page shows it: the fact as the memo states it, the finding, its relation and the reasons."""

    row: NewMatch
    fact: StatedFact | None
    card: FindingCard | None
    reasons: tuple[str, ...]
    is_current: bool  # whether the current edition of its report still has the finding
    said: PresentedFact | None = None  # the fact when the memo was approved
    outcome: str = ""  # the officer's, in words
    anchor: str = ""  # anchor of the fact in the memo


def read(version: MemoVersion) -> list[NewMatchRead]:
    """Return the new findings of a version: undecided ones first, then decided ones, each in the order of the facts."""
    rows = list(version.new_matches.select_related("disposed_by"))
    if not rows:
        return []
    try:
        answer, assessment, _heading = stored_versions.thawed(version)
        stated = {f.stated.id: f for f in answer.facts}
        typed = [*(f.place for f in answer.case.facts), *(p.place for p in answer.case.places)]
    except snapshot.BadSnapshot:  # the version's page reports this
        stated, typed, assessment = {}, [], Assessment()
    keys = {row.finding for row in rows}
    cards, today = lookup.cards_by_key(keys), lookup.key_today(keys)
    current = lookup.cards_by_key(today.values())
    names = wording.Names.load(lookup.read(Edition.objects.filter(code__in={k.partition("/")[0] for k in keys})), typed)
    order = {ident: n for n, ident in enumerate(stated)}
    rows.sort(key=lambda row: (bool(row.disposition), order.get(row.fact_ident, len(order)), row.pk))
    found = []
    for row in rows:
        fact = stated.get(row.fact_ident)
        one = NewMatchRead(
            row=row,
            fact=fact.stated if fact else None,
            card=cards.get(row.finding),
            reasons=tuple(names.sentence(r) for r in _reasons(row)),
            is_current=_says_the_same(cards.get(row.finding), current.get(today.get(row.finding, ""))),
        )
        if fact:
            one = replace(
                one,
                said=present(answer, fact, assessment),
                outcome=str(Outcome(assessment.of(row.fact_ident).outcome).label),
                anchor=fact_anchor(row.fact_ident),
            )
        found.append(one)
    return found


def _says_the_same(then: FindingCard | None, now: FindingCard | None) -> bool:
    return then is not None and now is not None and (then.key == now.key or then.statement == now.statement)


def _reasons(row: NewMatch) -> list[Reason]:
    """Return the stored reasons, the level of a support first. Codes that this release does not know are skipped."""
    level = [LEVEL_REASONS[Level(row.level)]] if row.level in set(Level) else []
    kept = [Reason(code, tuple((name, tuple(values)) for name, values in params)) for code, params in row.reasons]
    return [r for r in [*level, *kept] if r.code in REASON_CODES]
