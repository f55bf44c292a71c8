"""python manage.py import_boundaries FILE: import outlines of regions or cercles for the maps, all or nothing."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi.maps import boundaries
from coi.maps.geojson import BadBoundaries

MOST_LISTED = 200  # problems printed


class Command(BaseCommand):
    help = "Imports OCHA COD-AB boundaries (GeoJSON, admin 1 or admin 2, matched by P-code) for the maps, all or nothing. Importing the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--source", default=boundaries.SOURCE, help="as the maps name it: “OCHA COD-AB Mali”")
        parser.add_argument("--dated", default="", help="day of the file, if the file gives none: 2019-04-23")
        parser.add_argument("--skip-unknown", action="store_true", help="skip P-codes that are not in the library")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dated = date.fromisoformat(options["dated"]) if options["dated"] else None
        except ValueError as error:
            raise CommandError(f"--dated {options['dated']}: write a day as 2019-04-23.") from error
        try:
            done = boundaries.import_boundaries(
                options["file"], source=options["source"], dated=dated, skip_unknown=options["skip_unknown"]
            )
        except BadBoundaries as error:
            listed = [str(problem) for problem in error.problems[:MOST_LISTED]]
            if more := len(error.problems) - len(listed):
                listed.append(f"… and {more} more")
            raise CommandError(f"{options['file']}: nothing was imported.\n" + "\n".join(listed)) from error
        self._report(done)

    def _report(self, done: boundaries.Done) -> None:
        dated = done.dated.isoformat() if done.dated else "date not stated"
        what = f"{done.country}, admin {done.level}: {done.read} boundaries, {done.points} points after simplifying"
        self.stdout.write(f"{what}; {done.source}, {dated}")
        self.stdout.write(f"  new or changed: {done.changed}" if done.changed else "  all as before: no change")
        if done.unknown:
            self.stdout.write(f"  skipped, not in the library: {', '.join(done.unknown)}")
