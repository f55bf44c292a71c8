"""Match one material fact to the findings of the library.

The same values always give the same outcome, in whatever order they come. Nothing here concludes
anything about a person or a claim. Source of the rules: docs/matching.md.
"""

from collections.abc import Collection, Iterable
from datetime import date

from matching import origins
from matching.criteria import Nearness
from matching.facts import EditionFrame, Finding, MaterialFact
from matching.outcome import FindingMatch, Level, Outcome, Relation
from matching.position import open_questions, outcomes_by_edition, position_of
from matching.relation import relate
from matching.trees import Vocabulary

RULES_VERSION = "2.0"


def match(
    fact: MaterialFact,
    candidates: Iterable[Finding],
    frames: Collection[EditionFrame],
    vocabulary: Vocabulary,
    *,
    on: date,
) -> Outcome:
    """Match one fact with the candidate findings. ``frames`` are the editions asked, ``on`` is today's date."""
    matches = tuple(sorted(filter(None, (relate(fact, f, vocabulary) for f in candidates)), key=_closeness))
    supporting = [m for m in matches if m.relation is Relation.SUPPORTS]
    opposing = [m for m in matches if m.relation in (Relation.CONTRADICTS, Relation.NO_EVIDENCE)]
    position, reasons, not_covered_from = position_of(fact, matches, frames, vocabulary, on)
    return Outcome(
        fact=fact,
        position=position,
        reasons=reasons,
        open=open_questions(fact, supporting),
        matches=matches,
        independent_origins=origins.count(m.finding for m in supporting),
        event_origins=origins.count(m.finding for m in supporting if m.level is Level.THIS_EVENT),
        kind_origins=origins.count(m.finding for m in supporting if m.level is not Level.THIS_EVENT),
        opposing_origins=origins.count(m.finding for m in opposing),
        not_covered_from=not_covered_from,
        by_edition=outcomes_by_edition(fact, matches, frames, vocabulary, on),
    )


_LEVELS = tuple(Level)


def _closeness(m: FindingMatch) -> tuple[object, ...]:
    """Return the sort key for the list of findings, which is an order for reading and not a score."""
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
