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


def _are_kin(one: str, other: str, tree: Tree, kin: frozenset[frozenset[str]]) -> bool:
    return any(frozenset({a, b}) in kin for a in tree.lineage(one) for b in tree.lineage(other))


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

    def are_kin(self, event: str, other: str) -> bool:
        """Return whether the two kinds of event, or codes that contain them, are kin."""
        return _are_kin(event, other, self.events, self.kin)

    def are_kin_actors(self, actor: str, other: str) -> bool:
        """Return whether the two actors, or codes that contain them, are kin."""
        return _are_kin(actor, other, self.actors, self.actor_kin)

    def comparable_events(self, event: str) -> frozenset[str]:
        """Return all kinds of event that meet this one. Candidates are looked up under these codes."""
        return frozenset(
            other
            for other in set(self.events.parents) | {event}
            if self.events.is_related(event, other) or self.are_kin(event, other)
        )
