"""Decide what findings together say about one fact: the position, its reasons and the open points.

Nothing here concludes anything about a person or a claim. Source of the rules: docs/matching.md.
"""

from collections.abc import Collection
from datetime import date, timedelta

from matching.criteria import Nearness, Question, Reason, dated_reason
from matching.facts import EditionFrame, FactKind, Kind, MaterialFact
from matching.outcome import EditionOutcome, FindingMatch, Level, Position, Relation, best_level, is_about_others
from matching.periods import merged
from matching.relation import covers_a_part, lasted_through, level_of, things_in_the_way
from matching.scope import first_day_not_covered, outside_coverage
from matching.trees import Vocabulary


def position_of(
    fact: MaterialFact,
    matches: Collection[FindingMatch],
    frames: Collection[EditionFrame],
    vocabulary: Vocabulary,
    on: date,
) -> tuple[Position, tuple[Reason, ...], date | None]:
    """Return the position, its reasons, and the day from which the fact is not covered (None if it is covered)."""
    supporting = [m for m in matches if m.relation is Relation.SUPPORTS]
    contradicting = [m for m in matches if m.relation is Relation.CONTRADICTS and m.ruled_out_part is None]
    without_evidence = [m for m in matches if m.relation is Relation.NO_EVIDENCE]
    in_part = [m for m in matches if m.ruled_out_part and lasted_through(fact, m.ruled_out_part)]
    outside = outside_coverage(fact, frames, vocabulary)
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
        reasons.append(Reason.of("reports-" + best_level(supporting).value))
        reasons += _unnamed_perpetrator(supporting)
    reasons += _otherwise(contradicting)
    reasons += _in_part("reports-otherwise-in-part", in_part)
    if without_evidence:
        reasons.append(Reason.of("knows-of-none"))
    beside = [
        *_in_part("ruled-out-in-part", [m for m in matches if m.ruled_out_part and m not in in_part]),
        *_in_part_of_place(fact, matches),
        *(_also_reported_of_others(fact, matches) if supporting else _reported_of_others(matches)),
        *([] if supporting or contradicting or without_evidence or in_part else _only_context(matches)),
        *_of_the_whole_country(matches),
    ]
    if position is Position.OUT_OF_SCOPE and outside:
        reasons.append(outside)
    if position is Position.SILENT:
        reasons.append(Reason.of("context-only" if beside else "silent"))
    reasons += beside
    not_covered_from = first_day_not_covered(fact, frames, on) if position is not Position.OUT_OF_SCOPE else None
    if not_covered_from and fact.kind is FactKind.FUTURE_RISK:
        last_covered = not_covered_from - timedelta(days=1)
        reasons.insert(0, Reason.of("about-the-future", date=last_covered.isoformat()))
    elif not_covered_from:
        reasons.append(Reason.of("not-covered-from", date=not_covered_from.isoformat()))
    return position, tuple(reasons), not_covered_from


def _otherwise(contradicting: Collection[FindingMatch]) -> list[Reason]:
    """Say that the report says otherwise. If every denial is inferred, name the words that they follow from."""
    if not contradicting:
        return []
    words = {m.finding.denies.inferred_from for m in contradicting if m.finding.denies}
    if "" in words:
        return [Reason.of("reports-otherwise")]
    return [Reason.of("reports-otherwise-by-inference", word=sorted(words))]


def _in_part(code: str, found: Collection[FindingMatch]) -> list[Reason]:
    """Give one reason for each part of the fact's period that is ruled out."""
    return [dated_reason(code, span) for span in merged(m.ruled_out_part for m in found if m.ruled_out_part)]


def outcomes_by_edition(
    fact: MaterialFact,
    matches: Collection[FindingMatch],
    frames: Collection[EditionFrame],
    vocabulary: Vocabulary,
    on: date,
) -> tuple[EditionOutcome, ...]:
    """Return the position of each edition by itself, in the order of their codes."""
    found = []
    for frame in sorted(frames, key=lambda f: f.code):
        own = [m for m in matches if m.finding.edition == frame.code]
        if frame.country != fact.place.country and all(m.relation is Relation.CONTEXT for m in own):
            continue  # another country, and no finding supports or opposes
        position, reasons, _day = position_of(fact, own, [frame], vocabulary, on)
        supporting = [m for m in own if m.relation is Relation.SUPPORTS]
        found.append(EditionOutcome(frame.code, position, reasons, best_level(supporting) if supporting else None))
    return tuple(found)


def _leading(supporting: list[FindingMatch]) -> list[FindingMatch]:
    """Return the supports of the best level. The open points are those that they leave open."""
    level = best_level(supporting)
    return [m for m in supporting if m.level is level]


def _unnamed_perpetrator(supporting: list[FindingMatch]) -> list[Reason]:
    """Say that no report names who did it. If one leading support names somebody, say nothing.

    Only the leading supports decide, and the sentence says so, because other supports may name somebody.
    """
    codes = {m.result(Question.WHO).reason.code for m in _leading(supporting)}
    if codes - {"who-not-identified-by-report", "who-not-named-by-report"}:
        return []
    return [Reason.of(f"event-{code}") for code in sorted(codes)]


def _reported_of_others(matches: Collection[FindingMatch]) -> list[Reason]:
    """Say that such an event is reported, but by or between other actors."""
    others = [m for m in matches if is_about_others(m)]
    if not others:
        return []
    return [Reason.of("reported-of-others", actors=sorted({a for m in others for a in m.finding.actors}))]


def _also_reported_of_others(fact: MaterialFact, matches: Collection[FindingMatch]) -> list[Reason]:
    """Besides the supports: say that a finding on an event at the same place and time names other actors."""
    actors = {
        actor
        for m in matches
        if is_about_others(m)
        and m.finding.kind is Kind.OCCURRENCE
        and level_of(fact, m.finding, m.verdicts) is Level.THIS_EVENT
        for actor in m.finding.actors
    }
    return [Reason.of("also-told-of-others", actors=sorted(actors))] if actors else []


def _only_context(matches: Collection[FindingMatch]) -> list[Reason]:
    """Say which context there is, if no finding supports or opposes the fact."""
    fitting = [m for m in matches if not m.is_denial and not any(result.fails for result in m.verdicts)]
    kinds = sorted({m.finding.kind.value for m in fitting if not m.finding.kind.asserts})
    general = [m for m in fitting if m.finding.kind.asserts]
    short = [m for m in matches if m.is_denial and not m.is_listed_in_full and _nearly_covers(m)]
    found = [Reason.of("only-kinds", kinds=kinds)] if kinds else []
    return found + _counted("only-in-general", general) + _counted("denials-fall-short", short)


def _nearly_covers(m: FindingMatch) -> bool:
    """Return whether the denial is about these actors, this place and this time, with at most one thing in the way."""
    where, when, who, _what = m.verdicts
    is_then = not when.fails or when.reason.code == "denied-part-of-time"
    return where.meets and is_then and not who.fails and things_in_the_way(m.verdicts) <= 1


def _in_part_of_place(fact: MaterialFact, matches: Collection[FindingMatch]) -> list[Reason]:
    """Name the places inside the stated one for which exactly this is ruled out, for all or a part of the time."""
    places = {
        place.code
        for m in matches
        if m.is_denial and m.verdicts[0].nearness is Nearness.FINDING_INSIDE and covers_a_part(m.verdicts)
        for place in (m.finding.denies.places if m.finding.denies else ())
        if place.lies_in(fact.place)
    }
    return [Reason.of("ruled-out-in-part-of-place", place=sorted(places))] if places else []


def _of_the_whole_country(matches: Collection[FindingMatch]) -> list[Reason]:
    """Count the statements that are context only because they do not say where in the country they apply."""
    wide = [
        m
        for m in matches
        if m.kept_out_by is Question.WHERE and not m.is_denial and m.verdicts[0].nearness is Nearness.COUNTRY_WIDE
    ]
    return _counted("of-the-whole-country", wide)


def _counted(code: str, found: Collection[FindingMatch]) -> list[Reason]:
    # A finding that is listed twice counts once.
    return [Reason.of(code, count=str(len({m.finding.key for m in found})))] if found else []


def open_questions(fact: MaterialFact, supporting: list[FindingMatch]) -> tuple[Reason, ...]:
    """List what no leading support answers: who did it, when, who was targeted. For the future, "when" is not asked."""
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
