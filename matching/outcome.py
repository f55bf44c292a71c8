"""The values that matching returns: the position on a fact, and the findings that match it, with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.criteria import CriterionResult, Question, Reason, dated_reason, is_wider_and_unnamed
from matching.facts import Finding, MaterialFact
from matching.origins import Origins
from matching.periods import Span


class Relation(StrEnum):
    """Whether a finding supports or opposes a fact, or is context."""

    CONTRADICTS = "contradicts"
    NO_EVIDENCE = "no_evidence"
    SUPPORTS = "supports"
    CONTEXT = "context"


class Position(StrEnum):
    """What the COI says about one fact. Silence is not contradiction, and out of scope is not silence."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    MIXED = "mixed"
    NO_EVIDENCE = "no_evidence"
    SILENT = "silent"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def addresses_fact(self) -> bool:
        """The reports support or oppose the fact. A report that is silent or out of scope does neither."""
        return self not in (Position.SILENT, Position.OUT_OF_SCOPE)


class Level(StrEnum):
    """Whether a support is about this event, about events of this kind, or about the whole country. Best first."""

    THIS_EVENT = "this-event"
    THIS_KIND = "this-kind"
    WHOLE_COUNTRY = "whole-country"


@dataclass(frozen=True)
class FindingMatch:
    """One finding that matches a fact: its relation to the fact, and the reasons.

    ``ruled_out_part`` holds the days that the finding rules out, if they are only a part of the fact's period.
    Such a finding opposes a circumstance that lasted. It does not oppose an event, but is listed in full.
    ``sources_are_older`` is true if everything cited for the finding was published before the fact's first day.
    """

    finding: Finding
    relation: Relation
    verdicts: tuple[CriterionResult, ...]
    level: Level | None = None  # only of a support
    kept_out_by: Question | None = None  # only of context: the one question that fails
    is_denial: bool = False  # the results are about what the finding rules out
    ruled_out_part: Span | None = None
    sources_are_older: bool = False

    @property
    def is_listed_in_full(self) -> bool:
        """The finding supports, opposes, or rules out a part of the time, so readers must always see it."""
        return self.relation is not Relation.CONTEXT or self.ruled_out_part is not None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons: first why it is context or what readers must know about it, then question by question."""
        found = []
        if self.ruled_out_part:
            found.append(dated_reason("rules-out-a-part", self.ruled_out_part))
        elif self.relation is Relation.CONTEXT:
            found.append(self._why_context())
        denies = self.finding.denies
        if denies and denies.is_inferred and (self.is_denial or self.ruled_out_part):
            found.append(Reason.of("denied-by-inference", word=denies.inferred_from))
        found += [result.reason for result in self.verdicts]
        if self.sources_are_older and self.finding.newest_source:
            found.append(Reason.of("sources-older-than-fact", date=self.finding.newest_source.isoformat()))
        return tuple(found)

    def _why_context(self) -> Reason:
        if self.is_denial:
            is_short = not all(result.meets for result in self.verdicts)
            return Reason.of("context-denial-falls-short" if is_short else "context-sources-older")
        if self.kept_out_by is not None:
            return Reason.of("context-one-question-fails", question=self.kept_out_by.value)
        if not self.finding.kind.asserts:
            return Reason.of("context-kind", kind=self.finding.kind.value)
        if is_wider_and_unnamed(self.verdicts):
            return Reason.of("context-wider-event-and-nobody-named")
        return Reason.of("context-states-neither-actor-nor-period")

    def result(self, question: Question) -> CriterionResult:
        return next(result for result in self.verdicts if result.question is question)


class Agreement(StrEnum):
    """Whether several reports on one country have the same position on a fact. Silence agrees with nothing."""

    SAME_WAY = "same-way"  # the reports that address the fact have the same position
    NOT_THE_SAME = "not-the-same"  # they have different positions
    ONE_SPEAKS = "one-speaks"
    NONE_SPEAKS = "none-speaks"


@dataclass(frozen=True)
class EditionOutcome:
    """What one edition says about the fact, by the same rules as all editions together."""

    edition: str
    position: Position
    reasons: tuple[Reason, ...]
    level: Level | None = None

    @property
    def is_context_only(self) -> bool:
        """No finding of this edition supports or opposes the fact, but there is context."""
        return self.position is Position.SILENT and _is_context_only(self.reasons)


@dataclass(frozen=True)
class Outcome:
    """The answer to one fact.

    ``open`` lists the open points if findings support the fact. ``event_origins`` counts the originators of
    the supports about this event, and ``kind_origins`` those of the other supports. ``independent_origins``
    counts those of all supports, and ``opposing_origins`` those of the opposing findings. A memo of rules 1.x
    has only the last two. ``not_covered_from`` is the first day of the fact after the newest cut-off date.
    ``by_edition`` has an entry for each edition on the fact's country, and for any other edition with a
    finding that supports or opposes the fact.
    """

    fact: MaterialFact
    position: Position
    reasons: tuple[Reason, ...]
    open: tuple[Reason, ...]
    matches: tuple[FindingMatch, ...]
    independent_origins: Origins
    opposing_origins: Origins
    not_covered_from: date | None = None
    by_edition: tuple[EditionOutcome, ...] = ()
    event_origins: Origins | None = None
    kind_origins: Origins | None = None

    @property
    def is_context_only(self) -> bool:
        """No finding supports or opposes the fact, but there is context. Never call this position silent."""
        return self.position is Position.SILENT and _is_context_only(self.reasons)

    @property
    def agreement(self) -> Agreement | None:
        """Whether the reports have the same position; None if fewer than two take part."""
        if len(self.by_edition) < 2:
            return None
        positions = [e.position for e in self.by_edition if e.position.addresses_fact]
        if len(positions) < 2:
            return Agreement.ONE_SPEAKS if positions else Agreement.NONE_SPEAKS
        return Agreement.SAME_WAY if len(set(positions)) == 1 else Agreement.NOT_THE_SAME

    @property
    def level(self) -> Level | None:
        """The best level of the supports; None if there are none."""
        supporting = [m for m in self.matches if m.relation is Relation.SUPPORTS]
        return best_level(supporting) if supporting else None

    def related(self, *relations: Relation) -> tuple[FindingMatch, ...]:
        return tuple(m for m in self.matches if m.relation in relations)


def _is_context_only(reasons: Iterable[Reason]) -> bool:
    return any(reason.code == "context-only" for reason in reasons)


def best_level(supporting: list[FindingMatch]) -> Level:
    levels = {m.level for m in supporting}
    return next(level for level in Level if level in levels)


def is_about_others(m: FindingMatch) -> bool:
    """Return whether the finding describes such an event at this place and time, but by or between other actors."""
    is_by_others = m.relation is Relation.CONTEXT and m.kept_out_by is Question.WHO
    return is_by_others and not m.is_denial and m.finding.kind.asserts
