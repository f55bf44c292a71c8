"""Facts of open cases on which an edition that is being published may change what the COI says.

The number of queries does not grow with the number of cases, because not every fact can be matched again. A marked
fact is compared in full when it is opened; the mark is removed if nothing has changed.
"""

from collections.abc import Collection, Iterable

from django.utils import timezone

from assessments.models import CaseFact, FactAssessment
from assessments.models.codes import EDITABLE
from assessments.review.new_matches import facts_to_match, values_of
from coi import gazetteer as places
from coi.editions.edition_listeners import Published
from coi.library import finding_values, lookup, word_trees
from matching.facts import FactKind, MaterialFact, Place
from matching.match import match
from matching.outcome import Position, Relation
from matching.periods import Period
from matching.trees import Vocabulary

AT_ONCE = 500  # facts in memory at a time
NOT_ADDRESSED = [position for position in Position if not position.addresses_fact]
Fact = tuple[int, str]  # the case, and the id of the fact


def edition_published(published: Published) -> int:
    """Mark the assessed facts that the edition may affect. Return how many. The library calls this as a listener."""
    touched, words = set(published.gone), word_trees.vocabulary()
    concerned = _facts_concerned(published.added, words)
    open_rows = FactAssessment.objects.filter(case__state__in=EDITABLE, answer_changed_at=None)
    pks = list(open_rows.order_by("pk").values_list("pk", flat=True))
    marked = 0
    for start in range(0, len(pks), AT_ONCE):
        rows = FactAssessment.objects.filter(pk__in=pks[start : start + AT_ONCE])
        some = list(rows.values_list("pk", "case", "fact_ident", "answer_seen"))
        found = {pk for pk, case, ident, was in some if (case, ident) in concerned or touched & set(_findings(was))}
        asked = {(case, ident): (pk, was["position"]) for pk, case, ident, was in some if _is_not_addressed(was)}
        found |= set(_moved(asked, words))
        marked += FactAssessment.objects.filter(pk__in=found).update(answer_changed_at=timezone.now()) if found else 0
    return marked


def _findings(was: dict[str, dict[str, str] | None]) -> Collection[str]:
    return was.get("findings") or ()


def _is_not_addressed(was: dict[str, str]) -> bool:
    return was.get("position", "") in NOT_ADDRESSED


def _facts_concerned(findings: Collection[str], words: Vocabulary) -> set[Fact]:
    """Return the facts that a finding supports or opposes, and those at unlisted places that it may support or oppose."""
    found = set()
    for asked in facts_to_match(values_of(findings), words, EDITABLE) if findings else ():
        if asked.place is None:
            found.add((asked.row.case_id, asked.row.ident))
            continue
        outcome = match(fact_of(asked.row, asked.place), asked.findings, (), words, on=timezone.localdate())
        if any(m.relation is not Relation.CONTEXT for m in outcome.matches):
            found.add((asked.row.case_id, asked.row.ident))
    return found


def _moved(asked: dict[Fact, tuple[int, str]], words: Vocabulary) -> Iterable[int]:
    """Yield the facts that no report addressed and that now are covered by a report, or are no longer."""
    if not asked:
        return
    frames = finding_values.frames(lookup.current_editions())
    of_cases = CaseFact.objects.filter(case__in={case for case, _ident in asked}).exclude(place=None)
    rows = [
        (row, row.place) for row in of_cases.select_related("place") if row.place and (row.case_id, row.ident) in asked
    ]
    where = places.values_of({place for _row, place in rows})
    for row, place in rows:
        pk, position = asked[row.case_id, row.ident]
        outcome = match(fact_of(row, where[place.code]), (), frames, words, on=timezone.localdate())
        if outcome.position != position:
            yield pk


def fact_of(row: CaseFact, place: Place) -> MaterialFact:
    """Return a stored fact as a value for matching."""
    return MaterialFact(
        id=row.ident,
        place=place,
        event=row.event,
        period=Period.parse(row.period_from, row.period_to),
        actors=tuple(row.actors),
        targets=tuple(row.targets),
        kind=FactKind(row.kind),
    )
