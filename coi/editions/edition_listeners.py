"""What hangs onto the library: it knows no applicants, and calls whoever registered here."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class RelyingOn:
    """How many cases rest on a finding: with an approved memo, and without one yet."""

    approved: int = 0
    draft: int = 0


class Changed(Protocol):
    """Findings, by their keys, are no longer what they were; gives back how many memos were recalled."""

    def __call__(self, findings: Collection[str], reason: str) -> int: ...


class Added(Protocol):
    """Findings, by their keys, that an edition brings; gives back how many approved memos they bear on."""

    def __call__(self, findings: Collection[str]) -> int: ...


@dataclass(frozen=True)
class Published:
    """An edition in the act of being published, by the keys of findings that cases may rest on."""

    edition: str
    gone: tuple[str, ...]  # changed or retired, in every earlier edition of the report
    added: tuple[str, ...]  # new or changed, in this one


on_published: list[Callable[[Published], int]] = []
on_finding_changed: list[Changed] = []
on_finding_added: list[Added] = []
on_counting_added: list[Added] = []
on_counting: list[Callable[[Collection[str]], dict[str, RelyingOn]]] = []


def findings_changed(findings: Collection[str], reason: str) -> int:
    """To be called in the transaction of the change: tells all who registered, and counts what was recalled."""
    return sum(tell(findings, reason) for tell in on_finding_changed)


def findings_added(findings: Collection[str]) -> int:
    """To be called in the transaction of the publication: tells all who registered, and counts the memos concerned."""
    return sum(tell(findings) for tell in on_finding_added)


def published(edition: Published) -> int:
    """To be called in the transaction of the publication: counts the facts of cases under way that were marked."""
    return sum(tell(edition) for tell in on_published)


def count_of_memos_concerned(findings: Collection[str]) -> int:
    """On how many approved memos these findings would bear although none rests on them. A count only, and no write."""
    return sum(count(findings) for count in on_counting_added)


def counts_relying_on(findings: Collection[str]) -> dict[str, RelyingOn]:
    """How many cases rest on each of the findings; counts only, for they are shown to people who see no case."""
    counts = [count(findings) for count in on_counting]
    return {
        key: RelyingOn(
            approved=sum(c[key].approved for c in counts if key in c),
            draft=sum(c[key].draft for c in counts if key in c),
        )
        for key in findings
    }
