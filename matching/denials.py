"""The four questions that are put to a denial: does it cover the whole fact?

Each answer is *meets* (covered), *not known* or *fails*. Source of the rules: docs/matching.md.
"""

from collections.abc import Callable, Iterable

from matching.criteria import (
    ETHNICITY,
    STATUS,
    CriterionAnswer,
    CriterionResult,
    Nearness,
    Question,
    Reason,
    actors_reason,
    dated_reason,
    event_answer,
    event_reason,
    facets,
    nearness,
    where,
)
from matching.facts import OTHER, UNKNOWN, Denies, MaterialFact, Place
from matching.trees import Vocabulary


def where_denied(fact: MaterialFact, denies: Denies) -> CriterionResult:
    """Answer "where". It is covered if all of the fact's place is inside a denied place, and no part of it is excepted."""

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
    """Return whether the place may be inside the other. A place known only by its area may be anywhere in it."""
    return not place.is_located and place.lineage - {place.code} <= other.lineage


def when_denied(fact: MaterialFact, denies: Denies) -> CriterionResult:
    """Answer "when". It is covered if both ends of the fact are stated, and the whole period is inside the denied one."""

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(Question.WHEN, answer, dated_reason(code, denies.span))

    if not denies.span.overlaps(fact.period.possible_days):
        return result(CriterionAnswer.FAILS, "denied-other-time")
    if fact.period.start is None or fact.period.end is None:
        return result(CriterionAnswer.NOT_KNOWN, "denied-fact-undated")
    if not denies.span.contains(fact.period.stated_days):
        return result(CriterionAnswer.FAILS, "denied-part-of-time")
    return result(CriterionAnswer.MEETS, "denied-then")


def who_denied(fact: MaterialFact, denies: Denies, vocabulary: Vocabulary) -> CriterionResult:
    """Answer "who". It is covered if every actor of the fact is a denied actor, or part of one."""

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(Question.WHO, answer, actors_reason(code, fact, denies.actors))

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
    """Answer "what". It is covered if the event and every target are denied ones, or part of them."""

    def result(answer: CriterionAnswer, code: str, facet: Iterable[str] = ()) -> CriterionResult:
        return CriterionResult(Question.WHAT, answer, event_reason(code, fact, denies.events, denies.targets, facet))

    tree = vocabulary.events
    if not any(tree.is_within(fact.event, event) for event in denies.events):
        wider = event_answer(fact.event, denies.events, vocabulary)
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
    # A denied fight between two groups says nothing about what both did to somebody else.
    if unsaid or (denied and OTHER in fact.targets) or (denies.together and fact.targets and not denied):
        return result(CriterionAnswer.NOT_KNOWN, "denied-target-not-known", unsaid)
    return result(CriterionAnswer.MEETS, "denied-event")


def _has_unsaid_status(fact: MaterialFact, vocabulary: Vocabulary) -> bool:
    """Return whether a target, other than an ethnic group, does not imply being civilian or not."""
    return any(t not in vocabulary.civilian and vocabulary.facets.get(t) != ETHNICITY for t in fact.targets)


def four_denied(fact: MaterialFact, denies: Denies, vocabulary: Vocabulary) -> tuple[CriterionResult, ...]:
    """Put the four questions to what the finding rules out."""
    return (
        where_denied(fact, denies),
        when_denied(fact, denies),
        who_denied(fact, denies, vocabulary),
        what_denied(fact, denies, vocabulary),
    )
