"""A published edition as values: its findings and the keys by which they are looked up."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from coi.library.cited_findings import FindingCard
from coi.models import FindingKey
from matching import facts

Where = tuple[str, bool]  # the code of a place, and whether the finding names the place itself
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class Sought:
    """The findings to look up: those with a key of this aspect at one of these places.

    ``events`` and ``years`` (first and last) narrow the lookup; without them, any match.
    """

    aspect: FindingKey.Aspect
    where: frozenset[Where]
    events: frozenset[str] | None = None
    years: tuple[int, int] | None = None

    def as_query(self) -> Q:
        """Return the lookup as a condition on the table of keys."""
        codes = {here: {code for code, is_here in self.where if is_here is here} for here in (True, False)}
        asked = Q(aspect=self.aspect) & (
            Q(place__code__in=codes[True], here=True) | Q(place__code__in=codes[False], here=False)
        )
        if self.events is not None:
            asked &= Q(event__in=self.events)
        if self.years is not None:
            asked &= Q(year_from__lte=self.years[1], year_to__gte=self.years[0])
        return asked


@dataclass(frozen=True)
class Key:
    """A row of ``FindingKey`` as a value."""

    finding: int
    aspect: str
    event: str
    year_from: int
    year_to: int

    def answers(self, sought: Sought) -> bool:
        return (
            self.aspect == sought.aspect
            and (sought.events is None or self.event in sought.events)
            and (sought.years is None or (self.year_from <= sought.years[1] and self.year_to >= sought.years[0]))
        )


@dataclass(frozen=True)
class HeldFinding:
    """A finding as a value for matching and as a card to show."""

    value: facts.Finding
    card: FindingCard


class ReadWhenAsked(Mapping[K, V]):
    """Values by key. Each is parsed from its part of a text when first needed, and then cached."""

    def __init__(self, text: bytes, parts: Mapping[K, tuple[int, int]], read: Callable[[bytes], V]) -> None:
        self._text, self._parts, self._read = text, parts, read
        self._known: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._known:
            first, last = self._parts[key]
            self._known[key] = self._read(self._text[first:last])
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        return key in self._parts

    def __iter__(self) -> Iterator[K]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


@dataclass(frozen=True)
class HeldEdition:
    """A published edition: its scope, its findings by primary key in the order of the edition, and their keys.

    ``by_code`` has the primary keys by the findings' own keys, ``by_target`` those that name a target, ``places`` the
    names of the places that findings name, by code.
    """

    frame: facts.EditionFrame
    findings: Mapping[int, HeldFinding]
    keys: Mapping[Where, Sequence[Key]]
    by_code: Mapping[str, int]
    by_target: Mapping[str, Sequence[int]]
    places: Mapping[str, str]

    def answering(self, sought: Sought) -> set[int]:
        return {key.finding for where in sought.where for key in self.keys.get(where, ()) if key.answers(sought)}
