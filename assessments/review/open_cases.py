"""Facts of cases under way on which an edition that is being published may change what the COI says.

Worked out in a number of queries that does not grow with the cases: a list could not match every fact again. What is
marked here is compared in full when the fact is opened, and the mark goes if nothing changed after all.
"""

from collections.abc import Collection, Iterable

from django.utils import timezone

from assessments.models import CaseFact, FactAssessment
from assessments.models.codes import EDITABLE
from assessments.review.new_matches import facts_to_ask, values_of
from coi import gazetteer as places
from coi.editions.edition_listeners import Published
from coi.library import finding_values, lookup, word_trees
from matching.facts import FactKind, MaterialFact, Place
from matching.match import match
from matching.outcome import Position, Relation
from matching.periods import Period
from matching.trees import Vocabulary

AT_ONCE = 500  # facts in memory at a time
NOT_ADDRESSED = (Position.SILENT, Position.OUT_OF_SCOPE)
Fact = tuple[int, str]  # a case, and the id of a fact in it


def edition_published(published: Published) -> int:
    """Mark the facts on which officers wrote: the library calls this through its hook. Gives back how many."""
    touched, words = set(published.gone), word_trees.vocabulary()
    bearing = _on_which_bear(published.added, words)
    open_rows = FactAssessment.objects.filter(case__state__in=EDITABLE, answer_changed_at=None)
    pks = list(open_rows.order_by("pk").values_list("pk", flat=True))
    marked = 0
    for start in range(0, len(pks), AT_ONCE):
        rows = FactAssessment.objects.filter(pk__in=pks[start : start + AT_ONCE])
        some = list(rows.values_list("pk", "case", "fact_ident", "answer_seen"))
        found = {pk for pk, case, ident, was in some if (case, ident) in bearing or touched & set(_findings(was))}
        asked = {(case, ident): (pk, was["position"]) for pk, case, ident, was in some if _is_not_addressed(was)}
        found |= set(_moved(asked, words))
        marked += FactAssessment.objects.filter(pk__in=found).update(answer_changed_at=timezone.now()) if found else 0
    return marked


def _findings(was: dict[str, dict[str, str] | None]) -> Collection[str]:
    return was.get("findings") or ()


def _is_not_addressed(was: dict[str, str]) -> bool:
    return was.get("position", "") in NOT_ADDRESSED


def _on_which_bear(findings: Collection[str], words: Vocabulary) -> set[Fact]:
    """Facts that one of the findings supports or opposes; of unlisted places those that it might."""
    found = set()
    for asked in facts_to_ask(values_of(findings), words, EDITABLE) if findings else ():
        if asked.place is None:
            found.add((asked.row.case_id, asked.row.ident))
            continue
        outcome = match(_fact(asked.row, asked.place), asked.findings, (), words, on=timezone.localdate())
        if any(m.relation is not Relation.CONTEXT for m in outcome.matches):
            found.add((asked.row.case_id, asked.row.ident))
    return found


def _moved(asked: dict[Fact, tuple[int, str]], words: Vocabulary) -> Iterable[int]:
    """Of facts that no report addressed, those that came into a report's coverage, or fell out of it."""
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
        outcome = match(_fact(row, where[place.code]), (), frames, words, on=timezone.localdate())
        if outcome.position != position:
            yield pk


def _fact(row: CaseFact, place: Place) -> MaterialFact:
    return MaterialFact(
        id=row.ident,
        place=place,
        event=row.event,
        period=Period.parse(row.period_from, row.period_to),
        actors=tuple(row.actors),
        targets=tuple(row.targets),
        kind=FactKind(row.kind),
    )
