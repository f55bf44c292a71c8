"""The vocabulary as trees: which code contains which, and which codes are kin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Tree:
    """Codes and the parent of each. A code without a parent is a root."""

    parents: Mapping[str, str | None]

    @cached_property
    def _lineages(self) -> dict[str, frozenset[str]]:
        return {code: frozenset(self._climb(code)) for code in self.parents}

    def _climb(self, code: str) -> Iterable[str]:
        seen: set[str] = set()
        current: str | None = code
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self.parents.get(current)

    def is_within(self, code: str, other: str) -> bool:
        """Return whether ``code`` is ``other`` or a part of it."""
        return code == other or other in self._lineages.get(code, frozenset())

    def is_related(self, code: str, other: str) -> bool:
        """Return whether the codes are the same, or one contains the other."""
        return self.is_within(code, other) or self.is_within(other, code)

    def lineage(self, code: str) -> frozenset[str]:
        """Return the code and all codes that contain it."""
        return self._lineages.get(code, frozenset({code}))

    def parts(self, code: str) -> frozenset[str]:
        """Return the code and all codes within it."""
        return frozenset(c for c in self.parents if self.is_within(c, code)) | {code}


@dataclass(frozen=True)
class _Kinship:
    """Which codes of a tree are kin: those of a pair, and all codes within them."""

    tree: Tree
    pairs: frozenset[frozenset[str]]

    @cached_property
    def _partners(self) -> dict[str, frozenset[str]]:
        """The other code of each pair, by code."""
        named = frozenset(code for pair in self.pairs for code in pair)
        # a pair of one code says that the parts of this code are kin
        return {
            code: frozenset(other for pair in self.pairs if code in pair for other in (pair - {code} or {code}))
            for code in named
        }

    def holds(self, one: str, other: str) -> bool:
        """Return whether the two codes, or codes that contain them, are kin."""
        around = self.tree.lineage(other)
        partners = self._partners
        return any(code in partners and not partners[code].isdisjoint(around) for code in self.tree.lineage(one))


@dataclass(frozen=True)
class Vocabulary:
    """The codes that the criteria compare, and how they relate.

    ``facets`` gives the facet of each target (ethnicity, occupation, role, status). ``civilian`` says for
    some targets whether they are civilians. ``kin`` holds pairs of kinds of event that people use for the
    same occurrence. ``actor_kin`` holds pairs of actors that people call by each other's names.
    """

    actors: Tree
    events: Tree
    targets: Tree
    facets: Mapping[str, str]
    civilian: Mapping[str, bool]
    kin: frozenset[frozenset[str]] = field(default_factory=frozenset)
    actor_kin: frozenset[frozenset[str]] = field(default_factory=frozenset)

    @cached_property
    def _kin_events(self) -> _Kinship:
        return _Kinship(self.events, self.kin)

    @cached_property
    def _kin_actors(self) -> _Kinship:
        return _Kinship(self.actors, self.actor_kin)

    def are_kin(self, event: str, other: str) -> bool:
        """Return whether the two kinds of event, or codes that contain them, are kin."""
        return self._kin_events.holds(event, other)

    def are_kin_actors(self, actor: str, other: str) -> bool:
        """Return whether the two actors, or codes that contain them, are kin."""
        return self._kin_actors.holds(actor, other)

    def comparable_events(self, event: str) -> frozenset[str]:
        """Return all kinds of event that meet this one. Candidates are looked up under these codes."""
        return frozenset(
            other
            for other in set(self.events.parents) | {event}
            if self.events.is_related(event, other) or self.are_kin(event, other)
        )
