"""Problems of an event file."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_PROBLEMS = 20


@dataclass(frozen=True)
class EventProblem:
    """One problem, with its row (1 is the header) and column if they are known."""

    message: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        where = []
        if self.row is not None:
            where.append(_("row %(n)d") % {"n": self.row})
        if self.column:
            where.append(_("column %(name)s") % {"name": self.column})
        return f"{', '.join(where)}: {self.message}" if where else self.message


class BadFile(Exception):
    """The file cannot be read as event data. Nothing was stored."""

    def __init__(self, problems: list[EventProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
