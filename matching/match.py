"""What a set of findings says of one material fact.

Deterministic and explainable: the same values give the same outcome, whatever their order. Nothing
here concludes anything about a person or a claim. Source of the rules: docs/matching.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from matching import origins
from matching.criteria import (
    Answer,
    Nearness,
    Question,
    Reason,
    Verdict,
    four_denied,
    four_questions,
)
from matching.facts import OTHER, Coverage, EditionFrame, FactKind, Finding, Kind, MaterialFact
from matching.periods import Span
from matching.trees import Vocabulary

RULES_VERSION = "1.1"
# An occurrence told to the month is told "at that time" of a fact told to the day.
ONE_MONTH = 31  # days


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
    """Whether a support tells of this very event or of events of this kind."""

    THIS_EVENT = "this-event"
    THIS_KIND = "this-kind"


@dataclass(frozen=True)
class FindingMatch:
    """One finding that bears on a fact: how, and why."""

    finding: Finding
    relation: Relation
    verdicts: tuple[Verdict, ...]
    level: Level | None = None  # of a support
    kept_out_by: Question | None = None  # of context: the one question that fails
    is_denial: bool = False  # the verdicts are about what the finding rules out

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, question by question; for context, first what keeps it from counting."""
        reasons = tuple(v.reason for v in self.verdicts)
        if self.relation is not Relation.CONTEXT:
            return reasons
        return (self._why_context(), *reasons)

    def _why_context(self) -> Reason:
        if self.is_denial:
            return Reason.of("context-denial-falls-short")
        if self.kept_out_by is not None:
            return Reason.of("context-one-question-fails", question=self.kept_out_by.value)
        if not self.finding.kind.asserts:
            return Reason.of("context-kind", kind=self.finding.kind.value)
        return Reason.of("context-states-neither-actor-nor-period")

    def verdict(self, question: Question) -> Verdict:
        return next(v for v in self.verdicts if v.question is question)


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
    def speaks(self) -> bool:
        """It supports or opposes; a report that is silent or could not say does neither."""
        return self.position not in (Position.SILENT, Position.OUT_OF_SCOPE)


@dataclass(frozen=True)
class Outcome:
    """The answer to one fact.

    ``open`` lists what the report leaves unanswered where it supports. ``independent_origins`` counts
    the supporting findings, ``opposing_origins`` the others that stand in full.
    ``not_covered_from`` is the first day of the fact that lies after every cut-off. ``by_edition`` has an
    entry for each edition on the fact's country, and for any other of which a finding counts.
    """

    fact: MaterialFact
    position: Position
    reasons: tuple[Reason, ...]
    open: tuple[Reason, ...]
    matches: tuple[FindingMatch, ...]
    independent_origins: origins.Origins
    opposing_origins: origins.Origins
    not_covered_from: date | None = None
    by_edition: tuple[EditionOutcome, ...] = ()

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
        return _best_level(supporting) if supporting else None

    def related(self, *relations: Relation) -> tuple[FindingMatch, ...]:
        return tuple(m for m in self.matches if m.relation in relations)


def match(
    fact: MaterialFact,
    candidates: Iterable[Finding],
    frames: Collection[EditionFrame],
    vocabulary: Vocabulary,
    *,
    on: date,
) -> Outcome:
    """Match one fact to the candidate findings; ``frames`` bound the editions that take part, ``on`` is today."""
    matches = tuple(sorted(filter(None, (relate(fact, f, vocabulary) for f in candidates)), key=_closeness))
    supporting = [m for m in matches if m.relation is Relation.SUPPORTS]
    opposing = [m for m in matches if m.relation in (Relation.CONTRADICTS, Relation.NO_EVIDENCE)]
    position, reasons, not_covered_from = _said(fact, matches, frames, vocabulary, on)
    return Outcome(
        fact=fact,
        position=position,
        reasons=reasons,
        open=_open_questions(fact, supporting),
        matches=matches,
        independent_origins=origins.count(m.finding for m in supporting),
        opposing_origins=origins.count(m.finding for m in opposing),
        not_covered_from=not_covered_from,
        by_edition=_by_edition(fact, matches, frames, vocabulary, on),
    )


def _said(
    fact: MaterialFact,
    matches: Collection[FindingMatch],
    frames: Collection[EditionFrame],
    vocabulary: Vocabulary,
    on: date,
) -> tuple[Position, tuple[Reason, ...], date | None]:
    """What these findings of these editions together say: the position, its reasons, from when it is not covered."""
    supporting = [m for m in matches if m.relation is Relation.SUPPORTS]
    contradicting = [m for m in matches if m.relation is Relation.CONTRADICTS]
    without_evidence = [m for m in matches if m.relation is Relation.NO_EVIDENCE]
    if supporting and (contradicting or without_evidence):
        position = Position.MIXED
    elif supporting:
        position = Position.SUPPORTS
    elif contradicting:
        position = Position.CONTRADICTS
    elif without_evidence:
        position = Position.NO_EVIDENCE
    else:
        outside = _outside(fact, frames, vocabulary)
        position = Position.OUT_OF_SCOPE if outside else Position.SILENT
    reasons: list[Reason] = []
    if supporting:
        reasons.append(Reason.of("reports-" + _best_level(supporting).value))
        reasons += _unnamed_perpetrator(supporting)
    if contradicting:
        reasons.append(Reason.of("reports-otherwise"))
    if without_evidence:
        reasons.append(Reason.of("knows-of-none"))
    if position is Position.OUT_OF_SCOPE:
        reasons.append(outside or Reason.of("outside-topic"))
    if position is Position.SILENT:
        reasons.append(Reason.of("silent"))
    if not supporting:
        reasons += _told_of_others(matches)
    not_covered_from = _not_covered_from(fact, frames, on) if position is not Position.OUT_OF_SCOPE else None
    if not_covered_from and fact.kind is FactKind.FUTURE_RISK:
        last_covered = not_covered_from - timedelta(days=1)
        reasons.insert(0, Reason.of("about-the-future", date=last_covered.isoformat()))
    elif not_covered_from:
        reasons.append(Reason.of("not-covered-from", date=not_covered_from.isoformat()))
    return position, tuple(reasons), not_covered_from


def _by_edition(
    fact: MaterialFact,
    matches: Collection[FindingMatch],
    frames: Collection[EditionFrame],
    vocabulary: Vocabulary,
    on: date,
) -> tuple[EditionOutcome, ...]:
    """The same question to each edition by itself, in the order of their codes."""
    found = []
    for frame in sorted(frames, key=lambda f: f.code):
        own = [m for m in matches if m.finding.edition == frame.code]
        if frame.country != fact.place.country and all(m.relation is Relation.CONTEXT for m in own):
            continue  # of another country, and nothing in it counts
        position, reasons, _day = _said(fact, own, [frame], vocabulary, on)
        supporting = [m for m in own if m.relation is Relation.SUPPORTS]
        found.append(EditionOutcome(frame.code, position, reasons, _best_level(supporting) if supporting else None))
    return tuple(found)


def relate(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """How one finding bears on a fact; None where two questions or more fail."""
    denial = _relate_denial(fact, finding, vocabulary)
    if denial and denial.relation is not Relation.CONTEXT:
        return denial
    scope = _relate_scope(fact, finding, vocabulary)
    if scope is None or (denial and denial.kept_out_by is None and scope.relation is Relation.CONTEXT):
        return denial  # short only by what is not known: it says more of the fact than something told nearby
    return scope


def _relate_denial(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Contradicts only where the denial covers place, period, every actor, event and every target."""
    if finding.denies is None:
        return None
    verdicts = four_denied(fact, finding.denies, vocabulary)
    if all(v.meets for v in verdicts):
        opposed = Relation.NO_EVIDENCE if finding.kind is Kind.NO_EVIDENCE else Relation.CONTRADICTS
        return FindingMatch(finding, opposed, verdicts, is_denial=True)
    failing = [v for v in verdicts if v.fails]
    # short by one question, or by what is not known; both at once are two things in the way
    short = len(failing) + any(v.answer is Answer.NOT_KNOWN for v in verdicts)
    if short > 1 or verdicts[0].nearness is Nearness.FAR:
        return None
    kept_out_by = failing[0].question if failing else None
    return FindingMatch(finding, Relation.CONTEXT, verdicts, kept_out_by=kept_out_by, is_denial=True)


def _relate_scope(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Supports where nothing fails; context where one thing only, a question or its kind, is in the way."""
    if not finding.places:
        return None
    verdicts = four_questions(fact, finding, vocabulary)
    failing = [v for v in verdicts if v.fails]
    if verdicts[0].nearness is Nearness.FAR or len(failing) > 1:
        return None
    if failing:
        if not finding.kind.asserts:
            return None
        return FindingMatch(finding, Relation.CONTEXT, verdicts, kept_out_by=failing[0].question)
    if not finding.kind.asserts or not (finding.actors or finding.is_dated):
        return FindingMatch(finding, Relation.CONTEXT, verdicts)
    return FindingMatch(finding, Relation.SUPPORTS, verdicts, level=_level(fact, finding, verdicts))


def _level(fact: MaterialFact, finding: Finding, verdicts: tuple[Verdict, ...]) -> Level:
    """This event: an occurrence or condition at that place and time. Else events of this kind."""
    here, then = verdicts[0], verdicts[1]
    if finding.kind is Kind.PATTERN or here.nearness is not Nearness.SAME or not then.meets:
        return Level.THIS_KIND
    if finding.kind is Kind.CONDITION or finding.span.days <= ONE_MONTH:
        return Level.THIS_EVENT
    first, last = fact.period.first, fact.period.last
    is_within = first is not None and last is not None and Span(first, last).contains(finding.span)
    return Level.THIS_EVENT if is_within else Level.THIS_KIND


def _best_level(supporting: list[FindingMatch]) -> Level:
    return Level.THIS_EVENT if any(m.level is Level.THIS_EVENT for m in supporting) else Level.THIS_KIND


def _leading(supporting: list[FindingMatch]) -> list[FindingMatch]:
    """The supports of the best level: what they leave open is what the position leaves open."""
    level = _best_level(supporting)
    return [m for m in supporting if m.level is level]


def _unnamed_perpetrator(supporting: list[FindingMatch]) -> list[Reason]:
    """Where nobody is named for the event in any report: one finding that names somebody is enough to say nothing.

    It speaks of the supports of the best level, and so does its sentence: others may name somebody.
    """
    codes = {m.verdict(Question.WHO).reason.code for m in _leading(supporting)}
    if codes - {"who-not-identified-by-report", "who-not-named-by-report"}:
        return []
    return [Reason.of(f"event-{code}") for code in sorted(codes)]


def is_told_of_others(m: FindingMatch) -> bool:
    """It tells of such an event there and then, but by or between others."""
    is_by_others = m.relation is Relation.CONTEXT and m.kept_out_by is Question.WHO
    return is_by_others and not m.is_denial and m.finding.kind.asserts


def _told_of_others(matches: Collection[FindingMatch]) -> list[Reason]:
    """Where such an event is reported, but by somebody else, say exactly that."""
    others = [m for m in matches if is_told_of_others(m)]
    if not others:
        return []
    return [Reason.of("reported-of-others", actors=sorted({a for m in others for a in m.finding.actors}))]


def _open_questions(fact: MaterialFact, supporting: list[FindingMatch]) -> tuple[Reason, ...]:
    """What no leading support answers: who did it, when, or who was targeted. Of the future nobody can say when."""
    if not supporting:
        return ()
    leading = _leading(supporting)
    asked = (Question.WHO,) if fact.kind is FactKind.FUTURE_RISK else (Question.WHO, Question.WHEN)
    found = [
        Reason.of(f"open-{question.value}") for question in asked if not any(m.verdict(question).meets for m in leading)
    ]
    facets = set.intersection(*(set(m.verdict(Question.WHAT).open_facets) for m in leading))
    if facets:
        found.append(Reason.of("open-target", facet=sorted(facets)))
    return tuple(found)


# --- scope ---------------------------------------------------------------------------------------


def _outside(fact: MaterialFact, frames: Collection[EditionFrame], vocabulary: Vocabulary) -> Reason | None:
    """Why no coverage row holds the fact's place, event and part of its period; None if one does."""
    rows = [row for frame in frames if frame.country == fact.place.country for row in frame.coverage]
    if not rows:
        return Reason.of("outside-country", country=fact.place.country)
    rows = [row for row in rows if fact.event != OTHER and _has_topic(row, fact, vocabulary)]
    if not rows:
        return Reason.of("outside-topic", event=fact.event)
    rows = [row for row in rows if fact.place.lies_in(row.place)]
    if not rows:
        return Reason.of("outside-place", place=fact.place.code)
    first, last = fact.period.first or date.min, fact.period.last or date.max
    if any(row.span.overlaps(Span(first, last)) for row in rows):
        return None
    if all(first > row.span.last for row in rows):
        return Reason.of("outside-time-after", date=max(row.span.last for row in rows).isoformat())
    return Reason.of("outside-time-before", date=min(row.span.first for row in rows).isoformat())


def _has_topic(row: Coverage, fact: MaterialFact, vocabulary: Vocabulary) -> bool:
    return any(vocabulary.events.is_within(fact.event, event) for event in row.events)


def _not_covered_from(fact: MaterialFact, frames: Collection[EditionFrame], on: date) -> date | None:
    """The first day after the newest cut-off, for a fact that runs past it; an open end runs to today.

    A fear of the future always does, dated or not.
    """
    cut_offs = [frame.cut_off for frame in frames if frame.country == fact.place.country]
    if not cut_offs or (fact.period.is_undated and fact.kind is not FactKind.FUTURE_RISK):
        return None
    newest = max(cut_offs)
    last = fact.period.last or on
    return newest + timedelta(days=1) if last > newest else None


def _closeness(m: FindingMatch) -> tuple[object, ...]:
    """An order for reading, not a score: opposing and supporting first, near before far, precise before wide."""
    order = [Relation.SUPPORTS, Relation.CONTRADICTS, Relation.NO_EVIDENCE, Relation.CONTEXT]
    where = m.verdicts[0]
    return (
        order.index(m.relation),
        m.level is not Level.THIS_EVENT,
        not m.is_denial,
        where.nearness if where.nearness is not None else Nearness.FAR,
        sum(not v.meets for v in m.verdicts),
        m.finding.span.days,
        m.finding.edition,
        m.finding.position,
        m.finding.key,
    )
