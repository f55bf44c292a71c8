"""Listeners for changes to the library, which knows no applicants and calls the functions registered here."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class RelyingOn:
    """How many cases rely on a finding: those with an approved memo, and open ones."""

    approved: int = 0
    draft: int = 0


class Added(Protocol):
    """Called with the keys of findings that an edition adds. Returns how many approved memos they concern."""

    def __call__(self, findings: Collection[str]) -> int: ...


class Continue(Protocol):
    """Called outside a transaction to go on with what a publication stored: one step of it, or all of it."""

    def __call__(self, *, to_the_end: bool = False) -> None: ...


@dataclass(frozen=True)
class Published:
    """An edition that is being published, with the keys of findings and figures that cases may rely on.

    ``changes`` are what was changed or retired, in every earlier edition of the report: each a reason with its keys.
    """

    edition: str
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    gone: tuple[str, ...]  # the findings among the changes
    added: tuple[str, ...]  # new or changed, in this one


@dataclass(frozen=True)
class Comparing:
    """How many of the approved memos that rely on a change were compared with the edition."""

    done: int
    total: int
    is_interrupted: bool = False  # it goes on by itself later


on_published: list[Callable[[Published], int]] = []
on_continuing: list[Continue] = []
on_comparing: list[Callable[[str], Comparing | None]] = []
on_counting_added: list[Added] = []
on_counting: list[Callable[[Collection[str]], dict[str, RelyingOn]]] = []


def published(edition: Published) -> int:
    """Call the listeners, which mark facts of open cases and store what is done later. Return how many rows they wrote.

    Call it in the transaction of the publication.
    """
    return sum(tell(edition) for tell in on_published)


def go_on(*, to_the_end: bool = False) -> None:
    """Let the listeners go on with what publications stored. Call it after the transaction of the publication."""
    for tell in on_continuing:
        tell(to_the_end=to_the_end)


def comparing(edition: str) -> Comparing | None:
    """Return how far the comparison of approved memos with this edition is; None if all are compared."""
    return next((found for tell in on_comparing if (found := tell(edition)) is not None), None)


def count_of_memos_concerned(findings: Collection[str]) -> int:
    """Count the approved memos that these findings would concern and that do not rely on them. Writes nothing."""
    return sum(count(findings) for count in on_counting_added)


def counts_relying_on(findings: Collection[str]) -> dict[str, RelyingOn]:
    """Return how many cases rely on each finding. Counts only, because they are shown to people who see no case."""
    counts = [count(findings) for count in on_counting]
    return {
        key: RelyingOn(
            approved=sum(c[key].approved for c in counts if key in c),
            draft=sum(c[key].draft for c in counts if key in c),
        )
        for key in findings
    }
