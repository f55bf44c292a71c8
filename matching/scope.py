"""Decide whether the reports set out to cover a fact, and up to which day. Source of the rules: docs/matching.md."""

from collections.abc import Collection
from datetime import date, timedelta

from matching.criteria import Reason
from matching.facts import OTHER, Coverage, EditionFrame, FactKind, MaterialFact
from matching.periods import merged
from matching.trees import Vocabulary


def outside_coverage(fact: MaterialFact, frames: Collection[EditionFrame], vocabulary: Vocabulary) -> Reason | None:
    """Return why no coverage row includes the fact's place, event and a part of its period; None if one does."""
    rows = [row for frame in frames if frame.country == fact.place.country for row in frame.coverage]
    if not rows:
        return Reason.of("outside-country", country=fact.place.country)
    rows = [row for row in rows if fact.event != OTHER and _has_topic(row, fact, vocabulary)]
    if not rows:
        return Reason.of("outside-topic", event=fact.event)
    rows = [row for row in rows if fact.place.lies_in(row.place)]
    if not rows:
        return Reason.of("outside-place", place=fact.place.code)
    possible = fact.period.possible_days
    if any(row.span.overlaps(possible) for row in rows):
        return None
    if all(possible.first > row.span.last for row in rows):
        return Reason.of("outside-time-after", date=max(row.span.last for row in rows).isoformat())
    if all(possible.last < row.span.first for row in rows):
        return Reason.of("outside-time-before", date=min(row.span.first for row in rows).isoformat())
    covered = [f"{s.first.isoformat()}/{s.last.isoformat()}" for s in merged(row.span for row in rows)]
    return Reason.of("outside-time-between", covered=covered)


def _has_topic(row: Coverage, fact: MaterialFact, vocabulary: Vocabulary) -> bool:
    return any(vocabulary.events.is_within(fact.event, event) for event in row.events)


def first_day_not_covered(fact: MaterialFact, frames: Collection[EditionFrame], on: date) -> date | None:
    """Return the day after the newest cut-off date, if the fact goes past that date; None if it does not.

    A fact with an open end goes on to today. A fear of the future always goes past the cut-off date.
    """
    cut_offs = [frame.cut_off for frame in frames if frame.country == fact.place.country]
    if not cut_offs or (fact.period.is_undated and fact.kind is not FactKind.FUTURE_RISK):
        return None
    newest = max(cut_offs)
    last = fact.period.last or on
    return newest + timedelta(days=1) if last > newest else None
