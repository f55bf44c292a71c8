"""The answer to one fact: which findings bear on it, how each does, and the position they give together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.criteria import CriterionResult, Question, Reason, dated_reason, is_wider_and_unnamed
from matching.facts import Finding, MaterialFact
from matching.origins import Origins
from matching.periods import Span


class Relation(StrEnum):
    """How one finding bears on one fact."""

    CONTRADICTS = "contradicts"
    NO_EVIDENCE = "no_evidence"
    SUPPORTS = "supports"
    CONTEXT = "context"


class Position(StrEnum):
    """What the COI says of one fact. Silence is not contradiction, and out of scope is not silence."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    MIXED = "mixed"
    NO_EVIDENCE = "no_evidence"
    SILENT = "silent"
    OUT_OF_SCOPE = "out_of_scope"


class Level(StrEnum):
    """Whether a support tells of this very event, of events of this kind, or of the whole country. Best first."""

    THIS_EVENT = "this-event"
    THIS_KIND = "this-kind"
    WHOLE_COUNTRY = "whole-country"


@dataclass(frozen=True)
class FindingMatch:
    """One finding that bears on a fact: how, and why.

    ``ruled_out_part`` holds the days of the fact that the finding rules out, if they are a part of them.
    For a circumstance that lasted it opposes; for an event it does not, and is listed in full all the same.
    ``sources_are_older`` says that everything cited for the finding was published before the fact's first day.
    """

    finding: Finding
    relation: Relation
    verdicts: tuple[CriterionResult, ...]
    level: Level | None = None  # of a support
    kept_out_by: Question | None = None  # of context: the one question that fails
    is_denial: bool = False  # the results are about what the finding rules out
    ruled_out_part: Span | None = None
    sources_are_older: bool = False

    @property
    def stands_in_full(self) -> bool:
        """Whoever reads of the fact must see it: it supports, opposes, or rules out a part of the time."""
        return self.relation is not Relation.CONTEXT or self.ruled_out_part is not None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why: first what keeps it from counting or what must be said of it, then question by question."""
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
    """How several reports on one country stand to each other on one fact. Silence agrees with nothing."""

    SAME_WAY = "same-way"  # those that speak of it have the same position
    NOT_THE_SAME = "not-the-same"  # they have not
    ONE_SPEAKS = "one-speaks"
    NONE_SPEAKS = "none-speaks"


@dataclass(frozen=True)
class EditionOutcome:
    """What one edition by itself says of the fact, by the same rules as all of them together."""

    edition: str
    position: Position
    reasons: tuple[Reason, ...]
    level: Level | None = None

    @property
    def is_context_only(self) -> bool:
        """As of the outcome of all editions."""
        return self.position is Position.SILENT and _is_context_only(self.reasons)

    @property
    def speaks(self) -> bool:
        """It supports or opposes; a report that is silent or could not say does neither."""
        return self.position not in (Position.SILENT, Position.OUT_OF_SCOPE)


@dataclass(frozen=True)
class Outcome:
    """The answer to one fact.

    ``open`` lists what the report leaves unanswered where it supports. ``event_origins`` counts the
    originators of the supports that tell of this very event, ``kind_origins`` of the others;
    ``independent_origins`` those of all supports together, ``opposing_origins`` of what opposes. A memo of
    rules 1.x has only the last two.
    ``not_covered_from`` is the first day of the fact that lies after every cut-off. ``by_edition`` has an
    entry for each edition on the fact's country, and for any other of which a finding counts.
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
        """Nothing supports or opposes, and yet statements that bear on the fact stand below: never call it silent."""
        return self.position is Position.SILENT and _is_context_only(self.reasons)

    @property
    def agreement(self) -> Agreement | None:
        """Whether the reports say the same; None where fewer than two could say anything."""
        if len(self.by_edition) < 2:
            return None
        positions = [e.position for e in self.by_edition if e.speaks]
        if len(positions) < 2:
            return Agreement.ONE_SPEAKS if positions else Agreement.NONE_SPEAKS
        return Agreement.SAME_WAY if len(set(positions)) == 1 else Agreement.NOT_THE_SAME

    @property
    def level(self) -> Level | None:
        """The best level of what supports; None where nothing does."""
        supporting = [m for m in self.matches if m.relation is Relation.SUPPORTS]
        return best_level(supporting) if supporting else None

    def related(self, *relations: Relation) -> tuple[FindingMatch, ...]:
        return tuple(m for m in self.matches if m.relation in relations)


def _is_context_only(reasons: Iterable[Reason]) -> bool:
    return any(reason.code == "context-only" for reason in reasons)


def best_level(supporting: list[FindingMatch]) -> Level:
    levels = {m.level for m in supporting}
    return next(level for level in Level if level in levels)


def is_told_of_others(m: FindingMatch) -> bool:
    """It tells of such an event there and then, but by or between others."""
    is_by_others = m.relation is Relation.CONTEXT and m.kept_out_by is Question.WHO
    return is_by_others and not m.is_denial and m.finding.kind.asserts
