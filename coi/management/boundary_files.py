"""What the commands that import boundary files share: the source, the day of the file, and the list of problems."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from coi.maps import boundaries
from coi.maps.geojson import BadBoundaries

MOST_LISTED = 200  # problems printed


def add_source(parser: CommandParser, *, example: str) -> None:
    """Add the options that say where a file is from."""
    parser.add_argument("--source", default=boundaries.SOURCE, help=f"as the maps name it: “{example}”")
    parser.add_argument("--dated", default="", help="day of the file, if the file gives none: 2019-04-23")


def day_of(options: dict[str, Any]) -> date | None:
    """Return the day given with ``--dated``, or None if there is none. Raises CommandError for anything else."""
    try:
        return date.fromisoformat(options["dated"]) if options["dated"] else None
    except ValueError as error:
        raise CommandError(f"--dated {options['dated']}: write a day as 2019-04-23.") from error


def refusal(error: BadBoundaries, said: str) -> CommandError:
    """Return the error of the command: the sentence and the problems, a line each."""
    listed = [str(problem) for problem in error.problems[:MOST_LISTED]]
    if more := len(error.problems) - len(listed):
        listed.append(f"… and {more} more")
    return CommandError(f"{said}\n" + "\n".join(listed))
