"""Problems in a file or an edition, each with its place, and the refusal that lists all problems of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


class FileProblem(str):
    """One reason for refusing a file: a sentence that names its place.

    ``entry`` counts the entries of the file from 1, ``item`` names a part of the edition as the checks do,
    ``within`` a part of that, ``field`` one of its fields; an unknown one is empty. ``said`` is the sentence
    without the place, so that a reader of spreadsheets can name sheet and row instead.
    """

    entry: int
    item: str
    within: str
    field: str
    said: str

    def __new__(
        cls, text: str, *, said: str = "", entry: int = 0, item: str = "", within: str = "", field: str = ""
    ) -> Self:
        problem = super().__new__(cls, text)
        problem.said = said or text
        problem.entry, problem.item, problem.within, problem.field = entry, item, within, field
        return problem


@dataclass(frozen=True)
class EditionProblem:
    """One problem of an edition and its place. ``within`` names a part of the item, ``field`` its field, if there is
    one.
    """

    where: str
    message: str
    field: str = ""
    within: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"

    def as_reason(self) -> FileProblem:
        """Return the problem as a reason for refusing a file."""
        return FileProblem(str(self), said=self.message, item=self.where, within=self.within, field=self.field)


class ImportRefused(Exception):
    """The file was not loaded, and nothing changed. ``problems`` names every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)
