"""The four questions that are put to a finding about a fact: where, when, who and what.

Each question has one function. Its answer is *meets*, *not known* or *fails*, with a reason. A reason is a
code with parameters: dates, and codes of places, actors, events and facets. The application turns it into a
sentence in the reader's language. Source of the rules: docs/matching.md.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from matching.facts import CLASH, OTHER, UNKNOWN, Finding, MaterialFact, Place
from matching.periods import Span
from matching.trees import Vocabulary


class Question(StrEnum):
    """The four questions that are put to every finding. Event and target are one question."""

    WHERE = "where"
    WHEN = "when"
    WHO = "who"
    WHAT = "what"


class CriterionAnswer(StrEnum):
    """The answer of a finding to a question."""

    MEETS = "meets"
    NOT_KNOWN = "not-known"
    FAILS = "fails"


@dataclass(frozen=True)
class Reason:
    """The reason for an answer: a code, and the codes and dates that its sentence needs."""

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
    """How near a finding's place is to the fact's. FAR is no match at all.

    Memos store these numbers. Memos of rules 1.x store a tenth of them, which can still be read.
    """

    SAME = 0
    FACT_INSIDE = 10
    FINDING_INSIDE = 20
    THROUGHOUT = 25  # about the whole country, and everywhere in it
    SAME_REGION = 30
    COUNTRY_WIDE = 40
    FAR = 50

    @classmethod
    def _missing_(cls, value: object) -> "Nearness | None":
        return cls(value * 10) if isinstance(value, int) and value in range(1, 6) else None

    @property
    def meets(self) -> bool:
        """A finding this near meets the question "where"."""
        return self <= Nearness.THROUGHOUT


@dataclass(frozen=True)
class CriterionResult:
    """The answer to one question, with the reason."""

    question: Question
    answer: CriterionAnswer
    reason: Reason
    nearness: Nearness | None = None  # only of the question "where"
    open_facets: tuple[str, ...] = ()  # only of "what": the target facets that one side alone names

    @property
    def fails(self) -> bool:
        return self.answer is CriterionAnswer.FAILS

    @property
    def meets(self) -> bool:
        return self.answer is CriterionAnswer.MEETS


def dated_reason(code: str, span: Span) -> Reason:
    """A reason whose sentence names the first and the last day of a span."""
    return Reason.of(code, **{"from": span.first.isoformat(), "to": span.last.isoformat()})


# --- where ---------------------------------------------------------------------------------------


def nearness(fact_place: Place, finding_place: Place) -> Nearness:
    """Return how near the finding's place is to the fact's."""
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
    """Answer "where". It meets if the places are the same, or one is inside the other.

    A fact inside a finding's country meets only if the finding is about everywhere in the country.
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


def when(fact: MaterialFact, span: Span, is_dated: bool, reaches_by_sources: bool = False) -> CriterionResult:
    """Answer "when". It meets if the periods overlap.

    It is not known if either is undated, or if they overlap only if the fact's open end goes far enough. An
    undated finding fails if the fact is outside its bounds.
    """
    by_sources = "-by-sources" if reaches_by_sources else ""

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(Question.WHEN, answer, dated_reason(code, span))

    if fact.period.is_undated:
        return result(CriterionAnswer.NOT_KNOWN, "when-fact-undated")
    if not span.overlaps(fact.period.possible_days):
        return result(CriterionAnswer.FAILS, "when-apart" if is_dated else "when-outside-bounds")
    if not is_dated:
        return result(CriterionAnswer.NOT_KNOWN, f"when-finding-undated{by_sources}")
    if not span.overlaps(fact.period.stated_days):
        return result(CriterionAnswer.NOT_KNOWN, "when-fact-open")
    return result(CriterionAnswer.MEETS, "when-overlaps")


# --- who -----------------------------------------------------------------------------------------


def _named(actors: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(a for a in set(actors) if a != UNKNOWN))


def actors_reason(code: str, fact: MaterialFact, actors: Iterable[str]) -> Reason:
    """A reason whose sentence names the actors of both sides, except those whom nobody could identify."""
    return Reason.of(code, fact=_named(fact.actors), finding=_named(actors))


def who(
    fact: MaterialFact,
    actors: Collection[str],
    together: bool,
    vocabulary: Vocabulary,
    other_side: Collection[str] = (),
) -> CriterionResult:
    """Answer "who". It meets if an actor is the same, or one contains the other.

    It is not known if one side names or identifies nobody, or if the actors are only kin. A finding about a
    clash meets if the actors were on opposite sides.
    """

    def result(answer: CriterionAnswer, code: str) -> CriterionResult:
        return CriterionResult(Question.WHO, answer, actors_reason(code, fact, actors))

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
    if _names_only_one_side(fact, ours, theirs, vocabulary):
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


def _names_only_one_side(
    fact: MaterialFact, ours: Collection[str], theirs: Collection[str], vocabulary: Vocabulary
) -> bool:
    """Return whether the report names only some of the actors who, the applicant says, fought each other."""
    if len(ours) < 2 or not vocabulary.events.is_within(fact.event, CLASH):
        return False
    named = [any(_may_be_same(a, b, vocabulary) for b in theirs) for a in ours]
    return any(named) and not all(named)


def _are_same(one: str, other: str, vocabulary: Vocabulary) -> bool:
    return OTHER not in (one, other) and vocabulary.actors.is_related(one, other)


def _may_be_same(one: str, other: str, vocabulary: Vocabulary) -> bool:
    """Return whether the actors are the same or kin, so that people may call one by the name of the other."""
    return OTHER not in (one, other) and (
        vocabulary.actors.is_related(one, other) or vocabulary.are_kin_actors(one, other)
    )


def _all_matched(some: Iterable[str], others: Collection[str], test: Test, vocabulary: Vocabulary) -> bool:
    return all(any(test(a, b, vocabulary) for b in others) for a in some)


def _who_together(
    ours: Collection[str], theirs: Collection[str], vocabulary: Vocabulary
) -> tuple[CriterionAnswer, str]:
    """Answer "who" for a finding that is about all of its actors at once."""
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
    """Answer "who" for a finding that gives the sides of a fight. Actors on the same side did not fight each other."""
    sides = [set(actors) - set(other_side), set(actors) & set(other_side)]

    def has_both_sides(test: Test) -> bool:
        return all(any(test(a, b, vocabulary) for a in ours for b in side) for side in sides)

    if UNKNOWN in actors:  # that side may have been anybody
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
    """Sort the targets by facet. Civilian or not is a facet of its own, which most targets imply."""
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


def event_answer(event: str, events: Collection[str], vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Return the reason and the event of the finding that is closest to the fact's; None if no event meets it."""
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


def event_reason(
    code: str, fact: MaterialFact, events: Iterable[str], targets: Iterable[str], facet: Iterable[str]
) -> Reason:
    """A reason whose sentence names the events of both sides, the finding's targets and the facets concerned."""
    return Reason.of(
        code,
        fact=fact.event,
        finding=tuple(sorted(events)),
        facet=tuple(facet),
        targets=tuple(sorted(targets)),
    )


def what(
    fact: MaterialFact, events: Collection[str], targets: Collection[str], vocabulary: Vocabulary
) -> CriterionResult:
    """Answer "what". It meets if the events meet and the targets agree in every facet that both sides name.

    Events meet if they are the same, one contains the other, or they are kin. The answer is not known if one
    side names a facet that the other does not.
    """

    def result(answer: CriterionAnswer, code: str, facet: Iterable[str] = (), event: str = "") -> CriterionResult:
        reason = event_reason(code, fact, [event] if event else events, targets, facet)
        return CriterionResult(
            Question.WHAT, answer, reason, open_facets=tuple(facet) if answer is CriterionAnswer.NOT_KNOWN else ()
        )

    if not events:
        return result(CriterionAnswer.FAILS, "event-not-named-by-report")
    met = event_answer(fact.event, events, vocabulary)
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


def four_questions(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> Iterator[CriterionResult]:
    """Put the four questions to what the finding states, one at a time: most findings are out after two."""
    yield where(fact, finding.places, finding.is_throughout)
    yield when(fact, finding.span, finding.is_dated, finding.reaches_by_sources)
    yield who(fact, finding.actors, finding.together, vocabulary, finding.other_side)
    yield what(fact, finding.events, finding.targets, vocabulary)


_NOBODY_NAMED = frozenset(
    f"who-not-{named}-by-{side}" for named in ("named", "identified") for side in ("report", "applicant")
)


def is_wider_and_unnamed(results: tuple[CriterionResult, ...]) -> bool:
    """Return whether the report describes a wider kind of event and one side names nobody: too little to support."""
    who, what = results[2], results[3]
    return what.reason.code == "event-wider" and who.reason.code in _NOBODY_NAMED
