"""Decide whether one finding supports or opposes one fact, or is context. Source of the rules: docs/matching.md."""

from dataclasses import replace

from matching.criteria import CriterionAnswer, CriterionResult, Nearness, four_questions, is_wider_and_unnamed
from matching.denials import four_denied
from matching.facts import FactKind, Finding, Kind, MaterialFact
from matching.outcome import FindingMatch, Level, Relation
from matching.periods import Span
from matching.trees import Vocabulary

# An occurrence dated to a month is about "that time" of a fact dated to a day.
ONE_MONTH = 31  # days


def relate(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Return how the finding relates to the fact; None if it does not match.

    A finding does not match if two or more questions fail, unless it denies something at this place and time.
    """
    denial = _relate_denial(fact, finding, vocabulary)
    if denial and denial.relation is not Relation.CONTEXT and denial.ruled_out_part is None:
        return denial
    scope = _relate_scope(fact, finding, vocabulary)
    if scope and scope.relation is Relation.SUPPORTS:
        return replace(scope, ruled_out_part=denial.ruled_out_part) if denial else scope
    return denial if scope is None or (denial and _says_more_than_context(denial.verdicts)) else scope


def _says_more_than_context(denied: tuple[CriterionResult, ...]) -> bool:
    """Return whether the denial is about this place and time, covers a part, or has no question that fails."""
    return is_there_and_then(denied) or covers_a_part(denied) or not any(result.fails for result in denied)


def _sources_are_older(fact: MaterialFact, finding: Finding) -> bool:
    """Return whether everything cited was published before the fact's first day, and so cannot describe it."""
    newest, first = finding.newest_source, fact.period.first
    return newest is not None and first is not None and newest < first


def is_there_and_then(denied: tuple[CriterionResult, ...]) -> bool:
    """Return whether the denial is about the fact's time and place, or an area around it smaller than the country."""
    where, when = denied[0], denied[1]
    is_there = where.meets and where.nearness in (Nearness.SAME, Nearness.FACT_INSIDE)
    return is_there and (not when.fails or when.reason.code == "denied-part-of-time")


def _relate_denial(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Return how the finding's denial relates to the fact; None if it does not match.

    It contradicts only if it covers the place, the period, every actor, the event and every target. If it
    covers all but a part of the period, it opposes only a circumstance that lasted.
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
        opposed = Relation.CONTRADICTS if lasted_through(fact, part) else Relation.CONTEXT
        return replace(found, relation=opposed, ruled_out_part=part)
    if len(failing) == 1:
        found = replace(found, kept_out_by=failing[0].question)
    if is_there_and_then(results) or covers_a_part(results):
        return found
    return None if things_in_the_way(results) > 1 or results[0].nearness is Nearness.FAR else found


def things_in_the_way(denied: tuple[CriterionResult, ...]) -> int:
    """Count the questions that fail. Answers that are not known count as one together."""
    return sum(result.fails for result in denied) + any(result.answer is CriterionAnswer.NOT_KNOWN for result in denied)


def covers_a_part(denied: tuple[CriterionResult, ...]) -> bool:
    """Return whether it denies exactly this for all or a part of the place, and for all or a part of the time."""
    where, when, who, what = denied
    is_there = where.meets or where.nearness is Nearness.FINDING_INSIDE
    is_then = when.meets or when.reason.code == "denied-part-of-time"
    return is_there and is_then and who.meets and what.meets


def _ruled_out_part(fact: MaterialFact, finding: Finding, denied: tuple[CriterionResult, ...]) -> Span | None:
    """Return the days of the fact that are ruled out, if the denial covers everything except the other days."""
    when = denied[1]
    if finding.denies is None or finding.kind is Kind.NO_EVIDENCE or when.reason.code != "denied-part-of-time":
        return None
    if not all(result.meets for result in denied if result is not when):
        return None
    return finding.denies.span.shared_with(fact.period.possible_days)


def lasted_through(fact: MaterialFact, part: Span) -> bool:
    """Return whether the fact is a circumstance that lasted for certain on at least one of these days."""
    surely = fact.period.certain_days
    return fact.kind is FactKind.CIRCUMSTANCE and surely is not None and surely.overlaps(part)


def _relate_scope(fact: MaterialFact, finding: Finding, vocabulary: Vocabulary) -> FindingMatch | None:
    """Return how the statement of the finding relates to the fact; None if it does not match.

    It supports if no question fails. It is context if only one thing is in the way: one question, or its kind.
    """
    if not finding.places:
        return None
    results: tuple[CriterionResult, ...] = ()
    failing: list[CriterionResult] = []
    for result in four_questions(fact, finding, vocabulary):
        if result.nearness is Nearness.FAR or (result.fails and (failing or not finding.kind.asserts)):
            return None
        results += (result,)
        failing += [result] if result.fails else []
    is_older = _sources_are_older(fact, finding) and not results[1].fails
    found = FindingMatch(finding, Relation.CONTEXT, results, sources_are_older=is_older)
    if failing:
        return replace(found, kept_out_by=failing[0].question)
    states_enough = finding.actors or finding.is_dated
    if not finding.kind.asserts or not states_enough or is_wider_and_unnamed(results):
        return found
    level = level_of(fact, finding, results)
    if is_older and level is Level.THIS_EVENT:
        level = Level.THIS_KIND
    return replace(found, relation=Relation.SUPPORTS, level=level)


def level_of(fact: MaterialFact, finding: Finding, results: tuple[CriterionResult, ...]) -> Level:
    """Return the level of a support.

    "This event" is an occurrence or a condition at this place and time. A long occurrence counts only if the
    fact's period contains it.
    """
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
