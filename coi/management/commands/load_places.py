"""python manage.py load_places: load the gazetteers that Footnote ships, all or nothing.

A gazetteer is ``fixtures/places/<country>-gazetteer.csv.gz``: a country's populated places with region and cercle.
Existing places do not change. A place that ``import_places`` brought without a cercle gets one.
Loading again changes nothing.
"""

import csv
import gzip
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from audit.record import record
from coi.gazetteer.storing import Row, UnknownArea, add, move_into_smaller_areas, other_names
from coi.library import lookup

FOLDER = settings.BASE_DIR / "fixtures" / "places"
SUFFIX = "-gazetteer.csv.gz"


def read(path: Path) -> tuple[str, list[Row]]:
    """Return the country of a gazetteer and its places. Raises CommandError."""
    country = path.name.removesuffix(SUFFIX).upper()
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return country, [_row(fields, country) for fields in csv.DictReader(file, strict=True)]
    except (OSError, EOFError, ValueError, KeyError, AttributeError, csv.Error) as error:
        raise CommandError(f"{path} is not a readable gazetteer ({error}). Nothing was loaded.") from error


def _row(fields: dict[str, str], country: str) -> Row:
    return Row(
        geonames_id=int(fields["geonameid"]),
        name=fields["name"],
        aliases=other_names(fields["name"], [fields["asciiname"], *fields["alternatenames"].split(",")]),
        latitude=float(fields["latitude"]),
        longitude=float(fields["longitude"]),
        feature=fields["fcode"],
        country=country,
        area=fields["adm2_pcode"] or country,
        population=int(fields["pop"]),
    )


class Command(BaseCommand):
    help = "Loads the gazetteers that Footnote ships. Existing places do not change."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted(FOLDER.glob(f"*{SUFFIX}")):
            country, rows = read(path)
            try:
                with transaction.atomic():
                    counts = self._load(country, rows)
            except UnknownArea as error:
                raise CommandError(
                    f"{path.name}: areas not in the place list: {error}. Load the countries, regions and cercles first: "
                    "loaddata places/countries places/ml places/neighbours. Nothing was loaded."
                ) from error
            except DatabaseError as error:
                raise CommandError(f"The database refused {path.name}; nothing was loaded. {error}") from error
            if options["verbosity"]:
                self.stdout.write(
                    f"{country}: {counts['read']} places read, {counts['held']} existing, "
                    f"{counts['towns'] + counts['villages']} added, {counts['moved']} put into their cercle or region"
                )

    @staticmethod
    def _load(country: str, rows: list[Row]) -> Counter[str]:
        counts = add(country, rows)
        moved = move_into_smaller_areas(country, rows)
        counts["moved"] = len(moved)
        lookup.look_up_anew(moved)
        if counts["towns"] or counts["villages"] or moved:
            record(by="load_places", action="import-places", object_type="country", object_id=country, **counts)
        return counts
