"""What a set of findings says of one material fact.

Deterministic and explainable: the same values give the same outcome, whatever their order. Nothing
here concludes anything about a person or a claim. Source of the rules: docs/matching.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from matching import origins
from matching.criteria import (
    CriterionAnswer,
    CriterionResult,
    Nearness,
    Question,
    Reason,
    four_denied,
    four_questions,
)
from matching.facts import OTHER, Coverage, EditionFrame, FactKind, Finding, Kind, MaterialFact
from matching.periods import Span, merged
from matching.trees import Vocabulary

RULES_VERSION = "2.0"
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
            found.append(_dated("rules-out-a-part", self.ruled_out_part))
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
    independent_origins: origins.Origins
    opposing_origins: origins.Origins
    not_covered_from: date | None = None
    by_edition: tuple[EditionOutcome, ...] = ()
    event_origins: origins.Origins | None = None
    kind_origins: origins.Origins | None = None

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
        event_origins=origins.count(m.finding for m in supporting if m.level is Level.THIS_EVENT),
        kind_origins=origins.count(m.finding for m in supporting if m.level is not Level.THIS_EVENT),
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
    contradicting = [m for m in matches if m.relation is Relation.CONTRADICTS and m.ruled_out_part is None]
    without_evidence = [m for m in matches if m.relation is Relation.NO_EVIDENCE]
    in_part = [m for m in matches if m.ruled_out_part and _lasted_through(fact, m.ruled_out_part)]
    outside = _outside(fact, frames, vocabulary)
    if (supporting and (contradicting or without_evidence)) or (in_part and not contradicting):
        position = Position.MIXED
    elif supporting:
        position = Position.SUPPORTS
    elif contradicting:
        position = Position.CONTRADICTS
    elif without_evidence:
        position = Position.NO_EVIDENCE
    else:
        position = Position.OUT_OF_SCOPE if outside else Position.SILENT
    reasons: list[Reason] = []
    if supporting:
        reasons.append(Reason.of("reports-" + _best_level(supporting).value))
        reasons += _unnamed_perpetrator(supporting)
    reasons += _otherwise(contradicting)
    reasons += _in_part("reports-otherwise-in-part", in_part)
    if without_evidence:
        reasons.append(Reason.of("knows-of-none"))
    beside = [
        *_in_part("ruled-out-in-part", [m for m in matches if m.ruled_out_part and m not in in_part]),
        *_in_part_of_place(fact, matches),
        *(_also_told_of_others(fact, matches) if supporting else _told_of_others(matches)),
        *([] if supporting or contradicting or without_evidence or in_part else _only_context(matches)),
        *_of_the_whole_country(matches),
    ]
    if position is Position.OUT_OF_SCOPE and outside:
        reasons.append(outside)
    if position is Position.SILENT:
        reasons.append(Reason.of("context-only" if beside else "silent"))
    reasons += beside
    not_covered_from = _not_covered_from(fact, frames, on) if position is not Position.OUT_OF_SCOPE else None
    if not_covered_from and fact.kind is FactKind.FUTURE_RISK:
        last_covered = not_covered_from - timedelta(days=1)
        reasons.insert(0, Reason.of("about-the-future", date=last_covered.isoformat()))
    elif not_covered_from:
        reasons.append(Reason.of("not-covered-from", date=not_covered_from.isoformat()))
    return position, tuple(reasons), not_covered_from


def _is_context_only(reasons: Iterable[Reason]) -> bool:
    return any(reason.code == "context-only" for reason in reasons)


def _dated(code: str, span: Span) -> Reason:
    return Reason.of(code, **{"from": span.first.isoformat(), "to": span.last.isoformat()})


def _otherwise(contradicting: Collection[FindingMatch]) -> list[Reason]:
    """That the report says otherwise; and if it never does so in so many words, what that is inferred from."""
    if not contradicting:
        return []
    words = {m.finding.denies.inferred_from for m in contradicting if m.finding.denies}
    if "" in words:
        return [Reason.of("reports-otherwise")]
    return [Reason.of("reports-otherwise-by-inference", word=sorted(words))]


def _in_part(code: str, found: Collection[FindingMatch]) -> list[Reason]:
    """One reason for each stretch of the fact's time that is ruled out."""
    return [_dated(code, span) for span in merged(m.ruled_out_part for m in found if m.ruled_out_part)]


def _lasted_through(fact: MaterialFact, part: Span) -> bool:
    """It is a circumstance, and stated to have lasted on at least one of these days."""
    surely = fact.period.surely
    return fact.kind is FactKind.CIRCUMSTANCE and surely is not None and surely.overlaps(part)


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
    """How one finding bears on a fact; None if two questions or more fail, unless it denies something there and then."""
    denial = _relate_denial(fact, finding, vocabulary)
    if denial and denial.relation is not Relation.CONTEXT and denial.ruled_out_part is None:
        return denial
    scope = _relate_scope(fact, finding, vocabulary)
    if scope and scope.relation is Relation.SUPPORTS:
        return replace(scope, ruled_out_part=denial.ruled_out_part) if denial else scope
    return denial if scope is None or (denial and _says_more_than_context(denial.verdicts)) else scope


def _says_more_than_context(denied: tuple[CriterionResult, ...]) -> bool:
    """There and then, of a part of the fact, or short only by what is not known: more than something told nearby."""
    return is_there_and_then(denied) or covers_a_part(denied) or not any(result.fails for result in denied)


def _sources_are_older(fact: MaterialFact, finding: Finding) -> bool:
    """Everything cited was published before the fact's first day: it cannot tell of what came after it."""
    newest, first = finding.newest_source, fact.period.first
    return newest is not None and first is not None and newest < first


def is_there_and_then(denied: tuple[CriterionResult, ...]) -> bool:
    """The denial is about the fact's place or an area around it, smaller than the country, and about its time."""
    where, when = denied[0], denied[1]
    is_there = where.meets and where.nearness in (Nearness.SAME, Nearness.FACT_INSIDE)
    return is_there and (not when.fails or when.reason.code == "denied-part-of-time")


def _relate_denial(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Contradicts only if the denial covers place, period, every actor, event and every target.

    For a circumstance that lasted, it opposes the part of the time that it covers.
    """
    if finding.denies is None:
        return None
    results = four_denied(fact, finding.denies, vocabulary)
    is_older = _sources_are_older(fact, finding)
    failing = [result for result in results if result.fails]
    if not is_older and all(result.meets for result in results):
        opposed = Relation.NO_EVIDENCE if finding.kind is Kind.NO_EVIDENCE else Relation.CONTRADICTS
        return FindingMatch(finding, opposed, results, is_denial=True)
    found = FindingMatch(finding, Relation.CONTEXT, results, is_denial=True)
    found = replace(found, sources_are_older=is_older and not results[1].fails)
    part = _ruled_out_part(fact, finding, results)
    if part and not is_older:
        opposed = Relation.CONTRADICTS if _lasted_through(fact, part) else Relation.CONTEXT
        return replace(found, relation=opposed, ruled_out_part=part)
    if len(failing) == 1:
        found = replace(found, kept_out_by=failing[0].question)
    if is_there_and_then(results) or covers_a_part(results):
        return found
    return None if _things_in_the_way(results) > 1 or results[0].nearness is Nearness.FAR else found


def _things_in_the_way(denied: tuple[CriterionResult, ...]) -> int:
    """Each question that fails is one; all that is not known is one more."""
    return sum(result.fails for result in denied) + any(result.answer is CriterionAnswer.NOT_KNOWN for result in denied)


def covers_a_part(denied: tuple[CriterionResult, ...]) -> bool:
    """It denies just this, but only of a place inside the one stated, of a part of the time, or of both."""
    where, when, who, what = denied
    is_there = where.meets or where.nearness is Nearness.FINDING_INSIDE
    is_then = when.meets or when.reason.code == "denied-part-of-time"
    return is_there and is_then and who.meets and what.meets


def _ruled_out_part(fact: MaterialFact, finding: Finding, denied: tuple[CriterionResult, ...]) -> Span | None:
    """The days of the fact that the finding rules out if it covers everything but the rest of its time."""
    when = denied[1]
    if finding.denies is None or finding.kind is Kind.NO_EVIDENCE or when.reason.code != "denied-part-of-time":
        return None
    if not all(result.meets for result in denied if result is not when):
        return None
    return finding.denies.span.shared_with(Span(fact.period.first or date.min, fact.period.last or date.max))


def is_wider_and_unnamed(results: tuple[CriterionResult, ...]) -> bool:
    """The report tells of a wider kind of event, and one side names nobody: too little in common to support."""
    who, what = results[2], results[3]
    return what.reason.code == "event-wider" and who.reason.code in _NOBODY_NAMED


_NOBODY_NAMED = frozenset(
    f"who-not-{named}-by-{side}" for named in ("named", "identified") for side in ("report", "applicant")
)


def _relate_scope(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Supports if nothing fails; context if one thing only, a question or its kind, is in the way."""
    if not finding.places:
        return None
    results = four_questions(fact, finding, vocabulary)
    failing = [result for result in results if result.fails]
    if results[0].nearness is Nearness.FAR or len(failing) > 1 or (failing and not finding.kind.asserts):
        return None
    is_older = _sources_are_older(fact, finding) and not results[1].fails
    found = FindingMatch(finding, Relation.CONTEXT, results, sources_are_older=is_older)
    if failing:
        return replace(found, kept_out_by=failing[0].question)
    states_enough = finding.actors or finding.is_dated
    if not finding.kind.asserts or not states_enough or is_wider_and_unnamed(results):
        return found
    level = _level(fact, finding, results)
    if is_older and level is Level.THIS_EVENT:
        level = Level.THIS_KIND
    return replace(found, relation=Relation.SUPPORTS, level=level)


def _level(fact: MaterialFact, finding: Finding, results: tuple[CriterionResult, ...]) -> Level:
    """This event: an occurrence or condition at that place and time. Else events of this kind, or the whole country."""
    here, then = results[0], results[1]
    if here.nearness is Nearness.THROUGHOUT:
        return Level.WHOLE_COUNTRY
    if finding.kind is Kind.PATTERN or here.nearness is not Nearness.SAME or not then.meets:
        return Level.THIS_KIND
    if finding.kind is Kind.CONDITION or finding.span.days <= ONE_MONTH:
        return Level.THIS_EVENT
    first, last = fact.period.first, fact.period.last
    is_within = first is not None and last is not None and Span(first, last).contains(finding.span)
    return Level.THIS_EVENT if is_within else Level.THIS_KIND


def _best_level(supporting: list[FindingMatch]) -> Level:
    levels = {m.level for m in supporting}
    return next(level for level in Level if level in levels)


def _leading(supporting: list[FindingMatch]) -> list[FindingMatch]:
    """The supports of the best level: what they leave open is what the position leaves open."""
    level = _best_level(supporting)
    return [m for m in supporting if m.level is level]


def _unnamed_perpetrator(supporting: list[FindingMatch]) -> list[Reason]:
    """Where nobody is named for the event in any report: one finding that names somebody is enough to say nothing.

    It speaks of the supports of the best level, and so does its sentence: others may name somebody.
    """
    codes = {m.result(Question.WHO).reason.code for m in _leading(supporting)}
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


def _also_told_of_others(fact: MaterialFact, matches: Collection[FindingMatch]) -> list[Reason]:
    """Beside what supports: another finding on an event at that very place and time names somebody else."""
    actors = {
        actor
        for m in matches
        if is_told_of_others(m)
        and m.finding.kind is Kind.OCCURRENCE
        and _level(fact, m.finding, m.verdicts) is Level.THIS_EVENT
        for actor in m.finding.actors
    }
    return [Reason.of("also-told-of-others", actors=sorted(actors))] if actors else []


def _only_context(matches: Collection[FindingMatch]) -> list[Reason]:
    """What bears on the fact although nothing supports or opposes it."""
    fitting = [m for m in matches if not m.is_denial and not any(result.fails for result in m.verdicts)]
    kinds = sorted({m.finding.kind.value for m in fitting if not m.finding.kind.asserts})
    general = [m for m in fitting if m.finding.kind.asserts]
    short = [m for m in matches if m.is_denial and not m.stands_in_full and _nearly_covers(m)]
    found = [Reason.of("only-kinds", kinds=kinds)] if kinds else []
    return found + _counted("only-in-general", general) + _counted("denials-fall-short", short)


def _nearly_covers(m: FindingMatch) -> bool:
    """A denial about those actors, that place and that time, with one thing at most in the way."""
    where, when, who, _what = m.verdicts
    is_then = not when.fails or when.reason.code == "denied-part-of-time"
    return where.meets and is_then and not who.fails and _things_in_the_way(m.verdicts) <= 1


def _in_part_of_place(fact: MaterialFact, matches: Collection[FindingMatch]) -> list[Reason]:
    """Places inside the one stated for which just this is ruled out, for all of the time or a part of it."""
    places = {
        place.code
        for m in matches
        if m.is_denial and m.verdicts[0].nearness is Nearness.FINDING_INSIDE and covers_a_part(m.verdicts)
        for place in (m.finding.denies.places if m.finding.denies else ())
        if place.lies_in(fact.place)
    }
    return [Reason.of("ruled-out-in-part-of-place", place=sorted(places))] if places else []


def _of_the_whole_country(matches: Collection[FindingMatch]) -> list[Reason]:
    """How many statements would support if they said where in the country, or that it holds throughout."""
    wide = [
        m
        for m in matches
        if m.kept_out_by is Question.WHERE and not m.is_denial and m.verdicts[0].nearness is Nearness.COUNTRY_WIDE
    ]
    return _counted("of-the-whole-country", wide)


def _counted(code: str, found: Collection[FindingMatch]) -> list[Reason]:
    # a finding that is given twice is one
    return [Reason.of(code, count=str(len({m.finding.key for m in found})))] if found else []


def _open_questions(fact: MaterialFact, supporting: list[FindingMatch]) -> tuple[Reason, ...]:
    """What no leading support answers: who did it, when, or who was targeted. Of the future nobody can say when."""
    if not supporting:
        return ()
    leading = _leading(supporting)
    asked = (Question.WHO,) if fact.kind is FactKind.FUTURE_RISK else (Question.WHO, Question.WHEN)
    found = [
        Reason.of(f"open-{question.value}") for question in asked if not any(m.result(question).meets for m in leading)
    ]
    facets = set.intersection(*(set(m.result(Question.WHAT).open_facets) for m in leading))
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
    if all(last < row.span.first for row in rows):
        return Reason.of("outside-time-before", date=min(row.span.first for row in rows).isoformat())
    covered = [f"{s.first.isoformat()}/{s.last.isoformat()}" for s in merged(row.span for row in rows)]
    return Reason.of("outside-time-between", covered=covered)


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


_LEVELS = tuple(Level)


def _closeness(m: FindingMatch) -> tuple[object, ...]:
    """An order for reading, not a score: opposing and supporting first, near before far, precise before wide."""
    order = [Relation.SUPPORTS, Relation.CONTRADICTS, Relation.NO_EVIDENCE, Relation.CONTEXT]
    where = m.verdicts[0]
    return (
        order.index(m.relation),
        _LEVELS.index(m.level) if m.level else len(_LEVELS),
        m.ruled_out_part is None,
        not m.is_denial,
        where.nearness if where.nearness is not None else Nearness.FAR,
        sum(not result.meets for result in m.verdicts),
        m.finding.span.days,
        m.finding.edition,
        m.finding.position,
        m.finding.key,
    )
