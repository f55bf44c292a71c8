"""Listeners for changes of words, which cases register. The library knows no applicants and shows counts only."""

from collections.abc import Callable
from dataclasses import dataclass

from matching.trees import Vocabulary


@dataclass(frozen=True)
class Moved:
    """How many open cases and approved memos have a fact whose position would be another.

    ``is_cut`` says that there are more facts than were compared.
    """

    open_cases: int = 0
    memos: int = 0
    is_cut: bool = False


on_counting: list[Callable[[Vocabulary, Vocabulary], Moved]] = []
on_changed: list[Callable[[Vocabulary, Vocabulary], int]] = []


def count_moved(before: Vocabulary, after: Vocabulary) -> Moved:
    """Count the cases whose positions the change of the vocabulary would move. Writes nothing."""
    found = [count(before, after) for count in on_counting]
    return Moved(sum(m.open_cases for m in found), sum(m.memos for m in found), any(m.is_cut for m in found))


def changed(before: Vocabulary, after: Vocabulary) -> int:
    """Call the listeners, which mark facts of open cases. Return how many. Call it in the change's transaction."""
    return sum(tell(before, after) for tell in on_changed)
