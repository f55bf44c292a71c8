"""One named predicate per criterion, each able to say why.

A question is answered *meets*, *not known* or *fails*. The reason is a code with its parameters
(codes of places, actors, events, facets; dates); the sentence is made at the edge, in the reader's
language. Source: docs/matching.md.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from matching.facts import CLASH, OTHER, UNKNOWN, Denies, Finding, MaterialFact, Place
from matching.periods import Period, Span
from matching.trees import Vocabulary


class Question(StrEnum):
    """The four questions put to every finding. Event and target are one."""

    WHERE = "where"
    WHEN = "when"
    WHO = "who"
    WHAT = "what"


class CriterionAnswer(StrEnum):
    """How a finding answers a question."""

    MEETS = "meets"
    NOT_KNOWN = "not-known"
    FAILS = "fails"


@dataclass(frozen=True)
class Reason:
    """Why: a code, and the codes and dates that its sentence needs."""

    code: str
    params: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, code: str, **params: str | Iterable[str]) -> "Reason":
        return cls(
            code,
            tuple((name, (value,) if isinstance(value, str) else tuple(value)) for name, value in params.items()),
        )

    def param(self, name: str) -> tuple[str, ...]:
        return dict(self.params).get(name, ())


class Nearness(IntEnum):
    """How near a finding's place is to the fact's; FAR is no match at all.

    The numbers are stored in memos. Those of rules 1.x are a tenth of them, and are still read.
    """

    SAME = 0
    FACT_INSIDE = 10
    FINDING_INSIDE = 20
    THROUGHOUT = 25  # told of the whole country, and of everywhere in it
    SAME_REGION = 30
    COUNTRY_WIDE = 40
    FAR = 50

    @classmethod
    def _missing_(cls, value: object) -> "Nearness | None":
        return cls(value * 10) if isinstance(value, int) and value in range(1, 6) else None

    @property
    def meets(self) -> bool:
        """A finding so near meets the question where."""
        return self <= Nearness.THROUGHOUT


@dataclass(frozen=True)
class CriterionResult:
    """One question, its answer, and why."""

    question: Question
    answer: CriterionAnswer
    reason: Reason
    nearness: Nearness | None = None  # of the question where
    open_facets: tuple[str, ...] = ()  # of the question what: target facets named on one side alone

    @property
    def fails(self) -> bool:
        return self.answer is CriterionAnswer.FAILS

    @property
    def meets(self) -> bool:
        return self.answer is CriterionAnswer.MEETS


# --- where ---------------------------------------------------------------------------------------


def nearness(fact_place: Place, finding_place: Place) -> Nearness:
    """How near two places are, seen from the fact."""
    if fact_place.code == finding_place.code:
        return Nearness.SAME
    if fact_place.lies_in(finding_place):
        return Nearness.COUNTRY_WIDE if finding_place.is_country else Nearness.FACT_INSIDE
    if finding_place.lies_in(fact_place):
        return Nearness.FINDING_INSIDE
    if fact_place.regions & finding_place.regions:
        return Nearness.SAME_REGION
    return Nearness.FAR


_WHERE_REASON = {
    Nearness.SAME: "where-same",
    Nearness.FACT_INSIDE: "where-fact-inside",
    Nearness.FINDING_INSIDE: "where-finding-inside",
    Nearness.THROUGHOUT: "where-throughout",
    Nearness.SAME_REGION: "where-same-region",
    Nearness.COUNTRY_WIDE: "where-country-wide",
    Nearness.FAR: "where-far",
}


def where(fact: MaterialFact, places: Collection[Place], is_throughout: bool = False) -> CriterionResult:
    """Meets at the same place, inside the finding's place if smaller than the country, or around it.

    Inside the country it meets only if the finding holds throughout it.
    """

    def near_to(place: Place) -> Nearness:
        near = nearness(fact.place, place)
        return Nearness.THROUGHOUT if is_throughout and near is Nearness.COUNTRY_WIDE else near

    near, place = min(
        ((near_to(place), place) for place in places),
        key=lambda pair: (pair[0], pair[1].code),
        default=(Nearness.FAR, None),
    )
    answer = CriterionAnswer.MEETS if near.meets else CriterionAnswer.FAILS
    reason = Reason.of(_WHERE_REASON[near], place=place.code if place else "")
    return CriterionResult(Question.WHERE, answer, reason, nearness=near)


# --- when ----------------------------------------------------------------------------------------


def _possible(period: Period) -> Span:
    """Every day on which the fact may lie: an end not stated reaches as far as dates go."""
    return Span(period.first or date.min, period.last or date.max)


def _stated(period: Period) -> Span:
    """The days that the fact is stated to touch: its period or, with one end stated, that end."""
    if period.start and period.end:
        return Span(period.start.first, period.end.last)
    moment = period.start or period.end
    return Span(moment.first, moment.last) if moment else Span(date.min, date.max)


def when(fact: MaterialFact, span: Span, is_dated: bool, reaches_by_sources: bool = False) -> CriterionResult:
    """Meets where the periods overlap; not known where either is undated, within the edition's bounds."""
    by_sources = "-by-sources" if reaches_by_sources else ""
    dates = {"from": span.first.isoformat(), "to": span.last.isoformat()}

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(Question.WHEN, answer, Reason.of(code, **dates))

    if fact.period.is_undated:
        return result(CriterionAnswer.NOT_KNOWN, "when-fact-undated")
    if not span.overlaps(_possible(fact.period)):
        return result(CriterionAnswer.FAILS, "when-apart" if is_dated else "when-outside-bounds")
    if not is_dated:
        return result(CriterionAnswer.NOT_KNOWN, f"when-finding-undated{by_sources}")
    if not span.overlaps(_stated(fact.period)):
        return result(CriterionAnswer.NOT_KNOWN, "when-fact-open")
    return result(CriterionAnswer.MEETS, "when-overlaps")


# --- who -----------------------------------------------------------------------------------------


def _named(actors: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(a for a in set(actors) if a != UNKNOWN))


def who(
    fact: MaterialFact,
    actors: Collection[str],
    together: bool,
    vocabulary: Vocabulary,
    other_side: Collection[str] = (),
) -> CriterionResult:
    """Meets where an actor is the same or one contains the other; not known where nobody is named or identified.

    Kin leave it not known. A clash is met by those who stood on opposite sides of it.
    """

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(Question.WHO, answer, Reason.of(code, fact=_named(fact.actors), finding=_named(actors)))

    if not actors:
        return result(CriterionAnswer.NOT_KNOWN, "who-not-named-by-report")
    if not _named(actors):
        return result(CriterionAnswer.NOT_KNOWN, "who-not-identified-by-report")
    if not fact.actors:
        return result(CriterionAnswer.NOT_KNOWN, "who-not-named-by-applicant")
    if not _named(fact.actors):
        return result(CriterionAnswer.NOT_KNOWN, "who-not-identified-by-applicant")
    ours, theirs = _named(fact.actors), _named(actors)
    if other_side and vocabulary.events.is_within(fact.event, CLASH):
        return result(*_who_fought(ours, actors, other_side, vocabulary))
    if together:
        return result(*_who_together(ours, theirs, vocabulary))
    if _is_half_told(fact, ours, theirs, vocabulary):
        return result(CriterionAnswer.NOT_KNOWN, "who-only-one-side-named")
    if any(_are_same(a, b, vocabulary) for a in ours for b in theirs):
        same = set(ours) & set(theirs) - {OTHER}
        return result(CriterionAnswer.MEETS, "who-same" if same else "who-related")
    if UNKNOWN in actors:
        return result(CriterionAnswer.NOT_KNOWN, "who-not-identified-by-report")
    if any(_may_be_same(a, b, vocabulary) for a in ours for b in theirs):
        return result(CriterionAnswer.NOT_KNOWN, "who-kin")
    return result(CriterionAnswer.FAILS, "who-others")


Test = Callable[[str, str, Vocabulary], bool]


def _is_half_told(fact: MaterialFact, ours: Collection[str], theirs: Collection[str], vocabulary: Vocabulary) -> bool:
    """Of those who fought each other, as the applicant says, the report names some and leaves others out."""
    if len(ours) < 2 or not vocabulary.events.is_within(fact.event, CLASH):
        return False
    told = [any(_may_be_same(a, b, vocabulary) for b in theirs) for a in ours]
    return any(told) and not all(told)


def _are_same(one: str, other: str, vocabulary: Vocabulary) -> bool:
    return OTHER not in (one, other) and vocabulary.actors.is_related(one, other)


def _may_be_same(one: str, other: str, vocabulary: Vocabulary) -> bool:
    """The same, or kin: people may mean one by the name of the other."""
    return OTHER not in (one, other) and (
        vocabulary.actors.is_related(one, other) or vocabulary.are_kin_actors(one, other)
    )


def _all_matched(some: Iterable[str], others: Collection[str], test: Test, vocabulary: Vocabulary) -> bool:
    return all(any(test(a, b, vocabulary) for b in others) for a in some)


def _who_together(
    ours: Collection[str], theirs: Collection[str], vocabulary: Vocabulary
) -> tuple[CriterionAnswer, str]:
    """The finding is about all of its actors at once."""
    if not _all_matched(ours, theirs, _may_be_same, vocabulary):
        return CriterionAnswer.FAILS, "who-others"
    if not _all_matched(theirs, ours, _may_be_same, vocabulary):
        return CriterionAnswer.NOT_KNOWN, "who-only-some-named"
    if not (_all_matched(ours, theirs, _are_same, vocabulary) and _all_matched(theirs, ours, _are_same, vocabulary)):
        return CriterionAnswer.NOT_KNOWN, "who-kin"
    return CriterionAnswer.MEETS, "who-same"


def _who_fought(
    ours: Collection[str], actors: Collection[str], other_side: Collection[str], vocabulary: Vocabulary
) -> tuple[CriterionAnswer, str]:
    """The finding tells who stood on which side of a fight: those on one side did not fight each other."""
    sides = [set(actors) - set(other_side), set(actors) & set(other_side)]

    def has_both_sides(test: Test) -> bool:
        return all(any(test(a, b, vocabulary) for a in ours for b in side) for side in sides)

    if UNKNOWN in actors:  # anybody may have stood on that side
        return CriterionAnswer.NOT_KNOWN, "who-not-identified-by-report"
    if not _all_matched(ours, actors, _may_be_same, vocabulary):
        return CriterionAnswer.FAILS, "who-others"
    if not has_both_sides(_may_be_same):
        return (
            (CriterionAnswer.FAILS, "who-same-side")
            if len(ours) > 1
            else (CriterionAnswer.NOT_KNOWN, "who-only-some-named")
        )
    if not (_all_matched(ours, actors, _are_same, vocabulary) and has_both_sides(_are_same)):
        return CriterionAnswer.NOT_KNOWN, "who-kin"
    return CriterionAnswer.MEETS, "who-same"


# --- what ----------------------------------------------------------------------------------------

ETHNICITY = "ethnicity"
STATUS = "status"


def facets(targets: Iterable[str], vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """The targets by facet. Whether they are civilians is a facet of its own, which most traits imply."""
    found: dict[str, set[str]] = {}
    for target in targets:
        if target == OTHER:
            continue
        facet = vocabulary.facets.get(target, "")
        if facet != STATUS:
            found.setdefault(facet, set()).add(target)
        if target in vocabulary.civilian:
            found.setdefault(STATUS, set()).add("civilian" if vocabulary.civilian[target] else "not-civilian")
    return {facet: frozenset(values) for facet, values in found.items()}


def _event_answer(event: str, events: Collection[str], vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The reason and the finding's event that meets the fact's, closest first; None if none does."""
    if event == OTHER:
        return None
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("event-same", lambda other: event == other),
        ("event-wider", lambda other: vocabulary.events.is_within(event, other)),
        ("event-narrower", lambda other: vocabulary.events.is_within(other, event)),
        ("event-kin", lambda other: vocabulary.are_kin(event, other)),
    )
    for code, holds in tests:
        for other in sorted(events):
            if holds(other):
                return code, other
    return None


def what(
    fact: MaterialFact, events: Collection[str], targets: Collection[str], vocabulary: Vocabulary
) -> CriterionResult:
    """Meets where the event is the same, contains the other or is kin, and targets agree in every facet both name."""

    def result(answer: CriterionAnswer, code: str, facet: Iterable[str] = (), event: str = "") -> CriterionResult:
        reason = Reason.of(
            code,
            fact=fact.event,
            finding=event or tuple(sorted(events)),
            facet=tuple(facet),
            targets=tuple(sorted(targets)),
        )
        return CriterionResult(
            Question.WHAT, answer, reason, open_facets=tuple(facet) if answer is CriterionAnswer.NOT_KNOWN else ()
        )

    if not events:
        return result(CriterionAnswer.FAILS, "event-not-named-by-report")
    met = _event_answer(fact.event, events, vocabulary)
    if met is None:
        return result(CriterionAnswer.FAILS, "event-differs")
    code, event = met
    ours, theirs = facets(fact.targets, vocabulary), facets(targets, vocabulary)
    differing = [
        facet
        for facet in sorted(ours.keys() & theirs.keys())
        if not any(vocabulary.targets.is_related(a, b) for a in ours[facet] for b in theirs[facet])
    ]
    if differing:
        return result(CriterionAnswer.FAILS, "target-differs", differing, event)
    one_sided = sorted(ours.keys() ^ theirs.keys())
    if one_sided:
        return result(CriterionAnswer.NOT_KNOWN, code, one_sided, event)
    return result(CriterionAnswer.MEETS, code, (), event)


def four_questions(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> tuple[CriterionResult, ...]:
    """Every question put to the finding's own scope."""
    return (
        where(fact, finding.places, finding.is_throughout),
        when(fact, finding.span, finding.is_dated, finding.reaches_by_sources),
        who(fact, finding.actors, finding.together, vocabulary, finding.other_side),
        what(fact, finding.events, finding.targets, vocabulary),
    )


# --- does a denial cover the fact? ---------------------------------------------------------------


def where_denied(fact: MaterialFact, denies: Denies) -> CriterionResult:
    """Covered where the whole of the fact's place lies in what is denied, and in no place excepted."""

    def result(answer: CriterionAnswer, code: str, place: Place | None, near: Nearness) -> CriterionResult:
        return CriterionResult(
            Question.WHERE, answer, Reason.of(code, place=place.code if place else ""), nearness=near
        )

    around = [place for place in denies.places if fact.place.lies_in(place)]
    container = min(around, key=lambda place: (nearness(fact.place, place), place.code), default=None)
    if container is None:
        near = where(fact, denies.places)
        return CriterionResult(
            Question.WHERE,
            CriterionAnswer.FAILS,
            Reason.of("denied-elsewhere", place=near.reason.param("place")),
            nearness=near.nearness,
        )
    for excepted in denies.places_excepted:
        if fact.place.lies_in(excepted) or excepted.lies_in(fact.place) or _may_be_in(fact.place, excepted):
            return result(CriterionAnswer.FAILS, "denied-except-here", excepted, Nearness.FACT_INSIDE)
    return result(CriterionAnswer.MEETS, "denied-here", container, nearness(fact.place, container))


def _may_be_in(place: Place, other: Place) -> bool:
    """A place known only by its areas may be, or lie in, any place of those areas."""
    return not place.is_located and place.lineage - {place.code} <= other.lineage


def when_denied(fact: MaterialFact, denies: Denies) -> CriterionResult:
    """Covered where the whole period of the fact, both ends stated, lies in the denied one."""
    dates = {"from": denies.span.first.isoformat(), "to": denies.span.last.isoformat()}
    if not denies.span.overlaps(_possible(fact.period)):
        return CriterionResult(Question.WHEN, CriterionAnswer.FAILS, Reason.of("denied-other-time", **dates))
    if fact.period.start is None or fact.period.end is None:
        return CriterionResult(Question.WHEN, CriterionAnswer.NOT_KNOWN, Reason.of("denied-fact-undated", **dates))
    if not denies.span.contains(_stated(fact.period)):
        return CriterionResult(Question.WHEN, CriterionAnswer.FAILS, Reason.of("denied-part-of-time", **dates))
    return CriterionResult(Question.WHEN, CriterionAnswer.MEETS, Reason.of("denied-then", **dates))


def who_denied(fact: MaterialFact, denies: Denies, vocabulary: Vocabulary) -> CriterionResult:
    """Covered where every actor of the fact is one of those denied, or part of one."""

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(
            Question.WHO, answer, Reason.of(code, fact=_named(fact.actors), finding=_named(denies.actors))
        )

    if not denies.actors:
        return result(CriterionAnswer.MEETS, "denied-whoever")
    named = [actor for actor in fact.actors if actor not in (UNKNOWN, OTHER)]
    tree = vocabulary.actors

    def are_denied(test: Callable[[str, str], bool]) -> bool:
        return all(any(test(a, d) for d in denies.actors) for a in named)

    def may_be(actor: str, denied: str) -> bool:
        return tree.is_related(actor, denied) or vocabulary.are_kin_actors(actor, denied)

    if OTHER in fact.actors or not are_denied(may_be):
        return result(CriterionAnswer.FAILS, "denied-other-actor")
    if not fact.actors or UNKNOWN in fact.actors or not are_denied(tree.is_related):
        return result(CriterionAnswer.NOT_KNOWN, "denied-actor-not-known")
    if not are_denied(str.__eq__ if denies.as_named else tree.is_within):
        return result(CriterionAnswer.NOT_KNOWN, "denied-actor-wider")
    if denies.together and any(not any(tree.is_within(a, d) for a in named) for d in denies.actors):
        return result(CriterionAnswer.NOT_KNOWN, "denied-only-some-named")
    return result(CriterionAnswer.MEETS, "denied-actor")


def what_denied(fact: MaterialFact, denies: Denies, vocabulary: Vocabulary) -> CriterionResult:
    """Covered where the event is one of those denied or a part of one, and so is every target."""

    def result(answer: CriterionAnswer, code: str, facet: Iterable[str] = ()) -> CriterionResult:
        reason = Reason.of(
            code,
            fact=fact.event,
            finding=tuple(sorted(denies.events)),
            facet=tuple(facet),
            targets=tuple(sorted(denies.targets)),
        )
        return CriterionResult(Question.WHAT, answer, reason)

    tree = vocabulary.events
    if not any(tree.is_within(fact.event, event) for event in denies.events):
        wider = _event_answer(fact.event, denies.events, vocabulary)
        return (
            result(CriterionAnswer.NOT_KNOWN, "denied-event-wider")
            if wider
            else result(CriterionAnswer.FAILS, "denied-other-event")
        )
    ours, denied = facets(fact.targets, vocabulary), facets(denies.targets, vocabulary)

    def is_covered(value: str, facet: str) -> bool:
        return any(vocabulary.targets.is_within(value, other) for other in denied[facet])

    other = sorted(f for f in denied if f in ours and not all(is_covered(v, f) for v in ours[f]))
    if other:
        return result(CriterionAnswer.FAILS, "denied-other-target", other)
    unsaid = sorted(f for f in denied if f not in ours or (f == STATUS and _has_unsaid_status(fact, vocabulary)))
    # a fight between two groups is denied, not what the two did together to somebody else
    if unsaid or (denied and OTHER in fact.targets) or (denies.together and fact.targets and not denied):
        return result(CriterionAnswer.NOT_KNOWN, "denied-target-not-known", unsaid)
    return result(CriterionAnswer.MEETS, "denied-event")


def _has_unsaid_status(fact: MaterialFact, vocabulary: Vocabulary) -> bool:
    """A target is named by what they do or stand for, and that does not tell whether they are civilians."""
    return any(t not in vocabulary.civilian and vocabulary.facets.get(t) != ETHNICITY for t in fact.targets)


def four_denied(fact: MaterialFact, denies: Denies, vocabulary: Vocabulary) -> tuple[CriterionResult, ...]:
    """Every question put to what a finding rules out."""
    return (
        where_denied(fact, denies),
        when_denied(fact, denies),
        who_denied(fact, denies, vocabulary),
        what_denied(fact, denies, vocabulary),
    )
