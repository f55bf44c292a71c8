"""What the library says otherwise since a memo was submitted: to be known before it is approved.

Publishing an edition recalls the approved memos that rest on what changed. One that waits for its review is
asked about here instead, for it can still be returned and built anew.
"""

from dataclasses import dataclass

from assessments.answer import Answer, CitedMatch, answer
from assessments.models import MemoVersion
from coi import library
from coi.cards import FindingCard, cards_by_key
from coi.models import Edition
from coi.redline import redline
from matching.match import Relation


@dataclass(frozen=True)
class FindingSince:
    """A finding that the memo rests on, and what became of it; ``now`` is None where it was retired."""

    then: FindingCard
    now: FindingCard | None


@dataclass(frozen=True)
class MatchSince:
    """A finding that would support or oppose a fact today, and is not in the memo."""

    fact: str
    match: CitedMatch


@dataclass(frozen=True)
class Since:
    """All that is different; false where nothing is."""

    changed: tuple[FindingSince, ...] = ()
    new: tuple[MatchSince, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.new)

    @property
    def codes(self) -> tuple[str, ...]:
        """The findings that it is about, each once."""
        return tuple(dict.fromkeys([*(f.then.code for f in self.changed), *(m.match.card.code for m in self.new)]))


NOTHING = Since()


def since(version: MemoVersion, then: Answer) -> Since:
    """The library now, beside the answer that was frozen in the version. One query where no edition was published."""
    countries = {then.case.country} | {f.stated.place.value.country for f in then.facts}
    current = library.current_editions().filter(report__country__in=countries)
    if {e.code for e in then.editions} == set(current.values_list("code", flat=True)):
        return NOTHING
    return Since(_changed(version), _new(then))


def _changed(version: MemoVersion) -> tuple[FindingSince, ...]:
    relied = set(version.reliances.filter(omitted=False).values_list("finding", flat=True))
    today = library.key_today(relied)
    pairs = {(key.partition("/")[0], now.partition("/")[0]) for key, now in today.items()}
    editions = Edition.objects.in_bulk({code for pair in pairs for code in pair}, field_name="code")
    touched = {key for old, new in pairs if old != new for key in redline(editions[old], editions[new]).touched}
    keys = sorted(relied & touched)
    old, new = cards_by_key(keys), cards_by_key([today[key] for key in keys])
    return tuple(FindingSince(old[key], new.get(today[key])) for key in keys)


def _new(then: Answer) -> tuple[MatchSince, ...]:
    """Matched again as the facts were stated; a finding is known by its report's code of it, whatever the edition."""
    known = {(f.stated.id, m.card.code, m.relation) for f in then.facts for m in f.matches}
    return tuple(
        MatchSince(f.stated.id, m)
        for f in answer(then.case).facts
        for m in f.matches
        if m.relation is not Relation.CONTEXT and (f.stated.id, m.card.code, m.relation) not in known
    )
