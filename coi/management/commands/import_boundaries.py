"""python manage.py import_boundaries FILE: import outlines of regions or cercles for the maps, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coi.management import boundary_files
from coi.maps import boundaries
from coi.maps.geojson import BadBoundaries


class Command(BaseCommand):
    help = "Imports OCHA COD-AB boundaries (GeoJSON, admin 1 or admin 2, matched by P-code) for the maps, all or nothing. Importing the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        boundary_files.add_source(parser, example="OCHA COD-AB Mali")
        parser.add_argument("--skip-unknown", action="store_true", help="skip P-codes that are not in the library")

    def handle(self, *args: Any, **options: Any) -> None:
        dated = boundary_files.day_of(options)
        try:
            done = boundaries.import_boundaries(
                options["file"], source=options["source"], dated=dated, skip_unknown=options["skip_unknown"]
            )
        except BadBoundaries as error:
            raise boundary_files.refusal(error, f"{options['file']}: nothing was imported.") from error
        self._report(done)

    def _report(self, done: boundaries.Done) -> None:
        dated = done.dated.isoformat() if done.dated else "date not stated"
        what = f"{done.country}, admin {done.level}: {done.read} boundaries, {done.points} points after simplifying"
        self.stdout.write(f"{what}; {done.source}, {dated}")
        self.stdout.write(f"  new or changed: {done.changed}" if done.changed else "  all as before: no change")
        if done.unknown:
            self.stdout.write(f"  skipped, not in the library: {', '.join(done.unknown)}")
