"""python manage.py import_areas FILE [FILE] --country ER: import a country's regions and cercles, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coi.management import boundary_files
from coi.maps import boundaries
from coi.maps.country_areas import ADDED, CHANGED, SAME, Area, Done, File, import_areas
from coi.maps.geojson import BadBoundaries

HEADINGS = {1: "regions", 2: "cercles"}


class Command(BaseCommand):
    help = "Imports the regions and cercles of a country with their outlines from OCHA COD-AB boundaries (GeoJSON, admin 1 and admin 2), all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="admin 1, admin 2, or both")
        parser.add_argument("--country", required=True, metavar="ER", help="ISO 3166-1 alpha-2")
        boundary_files.add_source(parser, example="OCHA COD-AB Eritrea")
        parser.add_argument("--dry-run", action="store_true", help="print what would change without writing")

    def handle(self, *args: Any, **options: Any) -> None:
        dated = boundary_files.day_of(options)
        try:
            done = import_areas(
                [File(path.name, boundaries.content_of(path)) for path in options["files"]],
                options["country"].strip().upper(), source=options["source"], dated=dated, by="import_areas",
                dry_run=options["dry_run"],
            )  # fmt: skip
        except BadBoundaries as error:
            raise boundary_files.refusal(error, "Nothing was imported.") from error
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
