"""Listeners for changes to the library, which knows no applicants and calls the functions registered here."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class RelyingOn:
    """How many cases rely on a finding: those with an approved memo, and open ones."""

    approved: int = 0
    draft: int = 0


class Changed(Protocol):
    """Called with the keys of findings that changed or were retired. Returns how many memos were recalled."""

    def __call__(self, findings: Collection[str], reason: str) -> int: ...


class Added(Protocol):
    """Called with the keys of findings that an edition adds. Returns how many approved memos they concern."""

    def __call__(self, findings: Collection[str]) -> int: ...


@dataclass(frozen=True)
class Published:
    """An edition that is being published, with the keys of findings that cases may rely on."""

    edition: str
    gone: tuple[str, ...]  # changed or retired, in every earlier edition of the report
    added: tuple[str, ...]  # new or changed, in this one


on_published: list[Callable[[Published], int]] = []
on_finding_changed: list[Changed] = []
on_finding_added: list[Added] = []
on_counting_added: list[Added] = []
on_counting: list[Callable[[Collection[str]], dict[str, RelyingOn]]] = []


def findings_changed(findings: Collection[str], reason: str) -> int:
    """Call the listeners and count the recalled memos. Call it in the transaction of the change."""
    return sum(tell(findings, reason) for tell in on_finding_changed)


def findings_added(findings: Collection[str]) -> int:
    """Call the listeners and count the memos concerned. Call it in the transaction of the publication."""
    return sum(tell(findings) for tell in on_finding_added)


def published(edition: Published) -> int:
    """Call the listeners and count the marked facts of open cases. Call it in the transaction of the publication."""
    return sum(tell(edition) for tell in on_published)


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
