"""The vocabulary as trees: what contains what, and which words are kin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Tree:
    """Codes and the parent of each; a code without a parent is a root."""

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
        """``code`` is ``other`` or a part of it."""
        return code == other or other in self._lineages.get(code, frozenset())

    def is_related(self, code: str, other: str) -> bool:
        """The same, or one contains the other."""
        return self.is_within(code, other) or self.is_within(other, code)

    def lineage(self, code: str) -> frozenset[str]:
        """The code and everything that contains it."""
        return self._lineages.get(code, frozenset({code}))

    def parts(self, code: str) -> frozenset[str]:
        """The code and everything within it."""
        return frozenset(c for c in self.parents if self.is_within(c, code)) | {code}


def _are_kin(one: str, other: str, tree: Tree, kin: frozenset[frozenset[str]]) -> bool:
    return any(frozenset({a, b}) in kin for a in tree.lineage(one) for b in tree.lineage(other))


@dataclass(frozen=True)
class Vocabulary:
    """Everything that the criteria need to know of the words they compare.

    ``facets`` gives each target's facet (ethnicity, occupation, role, status); ``civilian`` says of
    some whether they are civilians. ``kin`` holds pairs of event kinds that people use for the same
    occurrence, ``actor_kin`` pairs of actors whom people may mean by each other's names.
    """

    actors: Tree
    events: Tree
    targets: Tree
    facets: Mapping[str, str]
    civilian: Mapping[str, bool]
    kin: frozenset[frozenset[str]] = field(default_factory=frozenset)
    actor_kin: frozenset[frozenset[str]] = field(default_factory=frozenset)

    def are_kin(self, event: str, other: str) -> bool:
        """The two, or what contains each, are named as kin."""
        return _are_kin(event, other, self.events, self.kin)

    def are_kin_actors(self, actor: str, other: str) -> bool:
        """The two, or what contains each, are named as kin."""
        return _are_kin(actor, other, self.actors, self.actor_kin)

    def comparable_events(self, event: str) -> frozenset[str]:
        """Every event code that meets this one: the keys under which candidates are looked up."""
        return frozenset(
            other
            for other in set(self.events.parents) | {event}
            if self.events.is_related(event, other) or self.are_kin(event, other)
        )
