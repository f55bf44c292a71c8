"""The problems found in a case file, and the error that reports them."""

from dataclasses import dataclass

from coi import gazetteer as places


@dataclass(frozen=True)
class Problem:
    """A problem with one field: its path, the message and, for a place, the places to choose from."""

    path: str
    message: str
    candidates: tuple[places.Candidate, ...] = ()
    is_ambiguous: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BadCase(ValueError):
    """The document is not a case. ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
