"""Why a file is not taken in: every reason at once, each knowing what it is about."""

from collections.abc import Sequence
from typing import Self


class Problem(str):
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


class ImportRefused(Exception):
    """The file was not loaded, and nothing changed. ``problems`` names every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)
