"""What a verification of the audit record found."""

from dataclasses import dataclass, field

from audit.models import FIRST

MOST_TOLD = 20  # a wrong key breaks every row; twenty problems say as much as a million


@dataclass
class Result:
    """The result of a verification. ``problems`` are sentences that name the row; ``more`` counts further problems.

    ``notes`` are sentences on what could be checked in part only.
    """

    entries: int = 0
    checked: int = 0
    mac: str = FIRST
    problems: list[str] = field(default_factory=list)
    more: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.problems

    def add(self, problem: str) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
        else:
            self.more += 1
