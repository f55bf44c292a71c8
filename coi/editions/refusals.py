"""Problems of a file or an edition, each naming what it is about, and the refusal that lists all of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


class FileProblem(str):
    """One reason, as a sentence that names what it is about.

    ``entry`` counts the entries of the file from 1, ``item`` names a part of the edition as the checks do,
    ``within`` a part of that, ``field`` one of its fields; what is not known is empty. ``said`` is the
    sentence without any of them. Whoever knows the file puts its own place instead.
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
    """One thing that does not hold, and where; ``within`` names a part of it, ``field`` the field, if it is one's."""

    where: str
    message: str
    field: str = ""
    within: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"

    def as_reason(self) -> FileProblem:
        """As a reason for which a file is refused."""
        return FileProblem(str(self), said=self.message, item=self.where, within=self.within, field=self.field)


class ImportRefused(Exception):
    """The file was not loaded, and nothing changed. ``problems`` names every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)
