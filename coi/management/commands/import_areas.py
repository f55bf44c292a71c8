"""python manage.py import_areas FILE [FILE] --country ER: import a country's regions and cercles, all or nothing."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi.management.commands.import_boundaries import MOST_LISTED
from coi.maps import boundaries
from coi.maps.country_areas import ADDED, CHANGED, SAME, Area, Done, File, import_areas
from coi.maps.geojson import BadBoundaries

HEADINGS = {1: "regions", 2: "cercles"}


class Command(BaseCommand):
    help = "Imports the regions and cercles of a country with their outlines from OCHA COD-AB boundaries (GeoJSON, admin 1 and admin 2), all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="admin 1, admin 2, or both")
        parser.add_argument("--country", required=True, metavar="ER", help="ISO 3166-1 alpha-2")
        parser.add_argument("--source", default=boundaries.SOURCE, help="as the maps name it: “OCHA COD-AB Eritrea”")
        parser.add_argument("--dated", default="", help="day of the file, if the file gives none: 2019-04-23")
        parser.add_argument("--dry-run", action="store_true", help="print what would change without writing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dated = date.fromisoformat(options["dated"]) if options["dated"] else None
        except ValueError as error:
            raise CommandError(f"--dated {options['dated']}: write a day as 2019-04-23.") from error
        try:
            done = import_areas(
                [File(path.name, boundaries.content_of(path)) for path in options["files"]],
                options["country"].strip().upper(), source=options["source"], dated=dated, by="import_areas",
                dry_run=options["dry_run"],
            )  # fmt: skip
        except BadBoundaries as error:
            listed = [str(problem) for problem in error.problems[:MOST_LISTED]]
            if more := len(error.problems) - len(listed):
                listed.append(f"… and {more} more")
            raise CommandError("Nothing was imported.\n" + "\n".join(listed)) from error
        self._report(done)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _report(self, done: Done) -> None:
        for level in done.levels:
            added, changed, same = (done.of(level, what) for what in (ADDED, CHANGED, SAME))
            counts = f"{len(added)} added, {len(changed)} changed, {len(same)} left alone"
            self.stdout.write(f"{done.country}, {HEADINGS[level]}: {counts}")
            for word, areas in (("added", added), ("changed", changed), ("left alone", same)):
                for area in areas:
                    self.stdout.write(f"  {word}: {_line(area)}")


def _line(area: Area) -> str:
    if area.parts:
        return f"{area.name} ({area.code}): {area.changes}"
    return f"{area.name} ({area.code}){'' if area.is_in_file else ', not in the file'}"
