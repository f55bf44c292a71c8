"""The officer's assessment of a case, as frozen values for the workspace, the memo, its snapshot and the review."""

from dataclasses import dataclass, field
from datetime import date

from assessments.models.codes import Bearing, Conclusion, Outcome, QuestionTo
from coi.library.cited_findings import FindingCard
from coi.text.word_differences import Piece, pieces
from matching.periods import Period, months_between


@dataclass(frozen=True)
class IndicatorWritten:
    """One indicator that the officer opened. Its codes are those of vocabulary.py."""

    indicator: str
    words: str
    view: str = ""
    relies_on: tuple[str, ...] = ()  # keys of findings; an own source is own:<id>
    expected: str = ""


@dataclass(frozen=True)
class FactWritten:
    """The officer's part of one fact."""

    fact: str
    reasoning: str = ""
    outcome: str = Outcome.NOT_ASSESSED.value
    outcome_reasons: str = ""
    explanation_asked: str = ""
    explanation: str = ""
    indicators: tuple[IndicatorWritten, ...] = ()
    version: int = 0

    @property
    def is_assessed(self) -> bool:
        """Whether the officer came to an outcome or wrote why there is none."""
        return self.outcome != Outcome.NOT_ASSESSED or bool(self.outcome_reasons)

    def indicator(self, code: str) -> IndicatorWritten | None:
        return next((i for i in self.indicators if i.indicator == code), None)


@dataclass(frozen=True)
class OwnSourceWritten:
    """A source that the officer added."""

    id: int
    fact: str  # empty if it is about a place of relocation
    place: str
    citation: str
    published: str
    url: str
    says: str
    bearing: str

    @property
    def key(self) -> str:
        """The key that an indicator uses."""
        return f"own:{self.id}"

    @property
    def supports(self) -> bool:
        return self.bearing == Bearing.SUPPORTS

    def age_months(self, on: date) -> int:
        """The age of the information in months, from the earliest day that its date allows."""
        first = Period.parse(self.published, self.published).first
        return months_between(first, on) if first else 0


@dataclass(frozen=True)
class OmissionWritten:
    """A finding that is not relied on for a fact, with the reason.

    In memos submitted under rules 1 an omission has no fact and holds for every fact.
    """

    finding: str
    reason: str
    version: int = 0
    fact: str = ""


@dataclass(frozen=True)
class ConclusionWritten:
    """The conclusion on one test of internal protection at one place."""

    place: str
    test: str
    conclusion: str = Conclusion.NOT_ASSESSED.value
    reasons: str = ""
    version: int = 0


@dataclass(frozen=True)
class QuestionWritten:
    """A question about an open point."""

    id: int
    fact: str
    to: str
    words: str


@dataclass(frozen=True)
class Undecided:
    """A decision to make again, because the current edition changed or retired the finding. See carry_over.py."""

    what: str  # what was decided about: omission, context or indicator
    then: FindingCard
    now: FindingCard | None  # None if it was retired
    fact: str = ""
    indicator: str = ""
    reason: str = ""  # of an omission
    version: int = 0  # of an omission
    why_retired: str = ""  # in the COI admin's words

    @property
    def finding(self) -> str:
        """The finding's key at the time of the decision."""
        return self.then.key

    @property
    def today(self) -> str:
        """Its key in the current edition; empty if it was retired."""
        return self.now.key if self.now else ""

    @property
    def statement(self) -> tuple[Piece, ...]:
        """The old and the new statement, word by word."""
        return pieces(self.then.statement, self.now.statement if self.now else "")


@dataclass(frozen=True)
class Assessment:
    """The officer's whole assessment of a case."""

    facts: tuple[FactWritten, ...] = ()
    omissions: tuple[OmissionWritten, ...] = ()
    context_taken: frozenset[tuple[str, str]] = field(default_factory=frozenset)  # fact, finding
    own_sources: tuple[OwnSourceWritten, ...] = ()
    tests: tuple[ConclusionWritten, ...] = ()
    questions: tuple[QuestionWritten, ...] = ()
    old_coi_justification: str = ""
    undecided: tuple[Undecided, ...] = ()  # a memo with any cannot be submitted

    def of(self, fact: str) -> FactWritten:
        """Return the officer's part of a fact; a blank one if nothing was written."""
        return next((f for f in self.facts if f.fact == fact), FactWritten(fact))

    def omissions_on(self, fact: str) -> dict[str, OmissionWritten]:
        """Return the findings that are not relied on for a fact, by key."""
        return {o.finding: o for o in self.omissions if o.fact in ("", fact)}

    def context_on(self, fact: str) -> frozenset[str]:
        """Return the keys of the context added to the memo for a fact."""
        return frozenset(key for of, key in self.context_taken if of == fact)

    def undecided_on(self, what: str, finding: str, fact: str) -> bool:
        """Return whether such a decision on the finding must be made again.

        The finding is named by its old or new key.
        """
        return any((u.what, u.fact) == (what, fact) and finding in (u.finding, u.today) for u in self.undecided)

    def sources_on(self, fact: str) -> tuple[OwnSourceWritten, ...]:
        return tuple(s for s in self.own_sources if s.fact == fact)

    def sources_on_place(self, place: str) -> tuple[OwnSourceWritten, ...]:
        return tuple(s for s in self.own_sources if not s.fact and s.place == place)

    def test(self, place: str, test: str) -> ConclusionWritten:
        found = (t for t in self.tests if (t.place, t.test) == (place, test))
        return next(found, ConclusionWritten(place, test))

    def questions_to(self, to: QuestionTo) -> tuple[QuestionWritten, ...]:
        return tuple(q for q in self.questions if q.to == to)
