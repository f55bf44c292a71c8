"""Facts of cases on which a change of the vocabulary may change what the COI says.

The library calls these functions as listeners. A fact is concerned if it names a code that the change relates to others
than before; only such facts are matched again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils import timezone

from assessments.models import CaseFact, FactAssessment
from assessments.models.codes import EDITABLE, State
from assessments.review.open_cases import fact_of
from coi import gazetteer as places
from coi.library import lookup
from coi.library.held_editions import Reading
from coi.proposals.case_listeners import Moved
from matching.facts import Place
from matching.match import match
from matching.trees import Tree, Vocabulary

MOST_COMPARED = 300  # facts of open cases, and as many of approved memos
AT_ONCE = 500
APPROVED = (State.APPROVED, State.RECALLED)
Pairs = Collection[frozenset[str]]


@dataclass(frozen=True)
class Touched:
    """The codes that a change relates to others than before. ``targets`` says that any fact with a target may move."""

    events: frozenset[str]
    actors: frozenset[str]
    targets: bool

    @classmethod
    def of(cls, before: Vocabulary, after: Vocabulary) -> "Touched":
        return cls(
            _touched(before.events, after.events, before.kin, after.kin),
            _touched(before.actors, after.actors, before.actor_kin, after.actor_kin),
            (before.targets.parents, before.facets, before.civilian)
            != (after.targets.parents, after.facets, after.civilian),
        )

    def concerns(self, row: CaseFact) -> bool:
        """Return whether the position of the fact may move."""
        return (
            row.event in self.events or not self.actors.isdisjoint(row.actors) or (self.targets and bool(row.targets))
        )


def _touched(before: Tree, after: Tree, kin_before: Pairs, kin_after: Pairs) -> frozenset[str]:
    """Return the codes that moved, those within and around them, and those that are kin to one of these."""
    codes = {*before.parents, *after.parents}
    moved = {code for code in codes if before.parents.get(code) != after.parents.get(code)}
    around = {each for code in moved for tree in (before, after) for each in (*tree.parts(code), *tree.lineage(code))}
    pairs = set(kin_before) ^ set(kin_after)
    pairs |= {pair for pair in {*kin_before, *kin_after} if not around.isdisjoint(pair)}
    kin = {each for pair in pairs for code in pair for tree in (before, after) for each in tree.parts(code)}
    return frozenset(around | kin)


def count(before: Vocabulary, after: Vocabulary) -> Moved:
    """Count the open cases and the approved memos with a fact whose position the change moves."""
    touched = Touched.of(before, after)
    open_cases, is_cut = _cases_moved(touched, EDITABLE, before, after)
    memos, is_cut_too = _cases_moved(touched, APPROVED, before, after)
    return Moved(len(open_cases), len(memos), is_cut or is_cut_too)


def mark(before: Vocabulary, after: Vocabulary) -> int:
    """Mark the assessed facts of open cases that the change concerns. Return how many.

    A marked fact is compared in full when it is opened; the mark is removed if nothing has changed.
    """
    touched = Touched.of(before, after)
    concerned = {(row.case_id, row.ident) for row in _concerned(touched, EDITABLE)}
    rows = FactAssessment.objects.filter(case__state__in=EDITABLE, answer_changed_at=None)
    pks = [pk for pk, *fact in rows.values_list("pk", "case", "fact_ident") if tuple(fact) in concerned]
    for start in range(0, len(pks), AT_ONCE):
        some = FactAssessment.objects.filter(pk__in=pks[start : start + AT_ONCE])
        some.update(answer_changed_at=timezone.now())
    return len(pks)


def _concerned(touched: Touched, states: Collection[str]) -> Iterator[CaseFact]:
    if not (touched.events or touched.actors or touched.targets):
        return
    rows = CaseFact.objects.filter(case__state__in=states).select_related("place", "case").order_by("case", "pk")
    yield from (row for row in rows.iterator(AT_ONCE) if touched.concerns(row))


def _cases_moved(
    touched: Touched, states: Collection[str], before: Vocabulary, after: Vocabulary
) -> tuple[set[int], bool]:
    """Return the cases with a fact at a listed place whose position moves, and whether some facts were left out."""
    rows: list[CaseFact] = []
    for row in _concerned(touched, states):
        if row.place is None:
            continue
        if len(rows) == MOST_COMPARED:
            return _moved(rows, before, after), True
        rows.append(row)
    return _moved(rows, before, after), False


def _moved(rows: list[CaseFact], before: Vocabulary, after: Vocabulary) -> set[int]:
    where = places.values_of({row.place for row in rows if row.place})
    countries = {row.case.country for row in rows}
    then = {c: lookup.read(lookup.editions_on([c])).with_vocabulary(before) for c in countries}
    now = {c: reading.with_vocabulary(after) for c, reading in then.items()}
    return {
        row.case_id
        for row in rows
        if row.place
        and _position(row, where[row.place.code], then[row.case.country])
        != _position(row, where[row.place.code], now[row.case.country])
    }


def _position(row: CaseFact, place: Place, reading: Reading) -> str:
    fact = fact_of(row, place)
    found = lookup.candidates(fact, reading).findings
    return match(fact, found, reading.frames, reading.vocabulary, on=timezone.localdate()).position
