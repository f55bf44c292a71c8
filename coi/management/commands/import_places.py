"""python manage.py import_places FILE: import the populated places of a GeoNames country dump, all or nothing.

The file is a country file from GeoNames' download page (``ML.txt`` from ``ML.zip``): UTF-8, 19 columns separated by
tabs, no header. A place is put into the region of its admin1 code if the table below has the code, else into its
country. It gets no cercle, because a dump seldom gives one and the nearest would be a guess.
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from audit.record import record
from coi.gazetteer.storing import LONGEST_NAME, Row, UnknownArea, add, areas_of, other_names, written
from coi.text import characters
from coi.text.folding import fold

COLUMNS = 19
LARGEST_FILE = 200 * 1024 * 1024  # bytes; the largest country's dump has about 130 MB
LONGEST_LINE = 64 * 1024  # bytes; alternate names may take 10,000 characters of up to four bytes
MOST_LINES = 3_000_000
LARGEST_NUMBER = 2_147_483_647  # the limit of the database column

# GeoNames admin1 code -> code of the region, with the regions of the fixtures: Ménaka belongs to Gao and Taoudénit to
# Tombouctou. Places of a country that is not listed are directly inside the country.
REGIONS: dict[str, dict[str, str]] = {
    "ML": {
        "01": "ML-BKO",
        "03": "ML-1",
        "04": "ML-5",
        "05": "ML-4",
        "06": "ML-3",
        "07": "ML-2",
        "08": "ML-6",
        "09": "ML-7",
        "10": "ML-8",
        "12070575": "ML-6",
        "12070577": "ML-7",
    }
}


class Refused(Exception):
    """A line that cannot be imported; the message says why."""


def read_line(line: str) -> Row | None:
    """Read one line of the dump. Returns None if it is not a populated place. Raises Refused."""
    fields = line.split("\t")
    if len(fields) != COLUMNS:
        raise Refused(f"{len(fields)} columns; a GeoNames dump has {COLUMNS}, separated by tabs")
    number, name, ascii_name, others, latitude, longitude, feature_class, feature, country = fields[:9]
    if len(country) != 2 or not (country.isascii() and country.isalpha() and country.isupper()):
        raise Refused(f"{country[:20]!r} in column 9 is not a country code of two capital letters")
    geonames_id = _whole(number, "column 1, the GeoNames id", smallest=1)
    if feature_class != "P":
        return None
    name = written(name)
    if characters.undrawable(name):  # in a script that no memo can print
        name = written(ascii_name)
    if not fold(name) or not characters.accepts(name):
        raise Refused("column 2, the name, is empty or has an invisible character")
    if max(len(name), len(fold(name))) > LONGEST_NAME:
        raise Refused(f"column 2, the name, is longer than {LONGEST_NAME} characters")
    return Row(
        geonames_id=geonames_id,
        name=name,
        aliases=other_names(name, [ascii_name, *others.split(",")]),
        latitude=_degrees(latitude, "column 5, the latitude", 90),
        longitude=_degrees(longitude, "column 6, the longitude", 180),
        feature=feature,
        country=country,
        area=REGIONS.get(country, {}).get(fields[10], country),
        population=_whole(fields[14] or "0", "column 15, the population"),
    )


def _whole(text: str, what: str, smallest: int = 0) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and smallest <= int(text) <= LARGEST_NUMBER):
        raise Refused(f"{text[:20]!r} in {what}, is not a whole number from {smallest} to {LARGEST_NUMBER}")
    return int(text)


def _degrees(text: str, what: str, largest: int) -> float:
    try:
        degrees = float(text) if text.isascii() and len(text) <= 25 and "_" not in text else math.nan
    except ValueError:
        degrees = math.nan
    if not -largest <= degrees <= largest:
        raise Refused(f"{text[:20]!r} in {what}, is not a number from -{largest} to {largest}")
    return degrees


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, within the limits. Raises CommandError."""
    try:
        if not path.is_file():
            raise CommandError(f"{path} is not a file. Give a GeoNames country dump, such as ML.txt from ML.zip.")
        if path.stat().st_size > LARGEST_FILE:
            raise CommandError(
                f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MB, more than any country's dump."
            )
        with path.open("rb") as file:
            for number in range(1, MOST_LINES + 2):
                raw = file.readline(LONGEST_LINE + 1)
                if not raw:
                    return
                if number > MOST_LINES:
                    raise CommandError(f"{path} has more than {MOST_LINES} lines. Nothing was imported.")
                if len(raw) > LONGEST_LINE:
                    raise CommandError(f"Line {number} is longer than {LONGEST_LINE} bytes. Nothing was imported.")
                if number == 1:
                    raw = raw.removeprefix(b"\xef\xbb\xbf")
                try:
                    line = raw.decode("utf-8")
                except UnicodeDecodeError:
                    raise CommandError(f"Line {number} is not UTF-8 text. Nothing was imported.") from None
                yield number, line.rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def read(path: Path, country: str) -> list[Row]:
    """Read every populated place of the file. Raises CommandError with the number of the first wrong line."""
    rows: list[Row] = []
    first_lines: dict[int, int] = {}
    for number, line in lines_of(path):
        if not line.strip():
            continue
        try:
            row = read_line(line)
            if row is None:
                continue
            country = country or row.country
            if row.country != country:
                raise Refused(
                    f"a place in {row.country}, but this import is for {country}; import one country at a time"
                )
            if row.geonames_id in first_lines:
                raise Refused(f"the GeoNames id {row.geonames_id} is in line {first_lines[row.geonames_id]} as well")
        except Refused as error:
            raise CommandError(f"Line {number}: {error}. Nothing was imported.") from error
        first_lines[row.geonames_id] = number
        rows.append(row)
    if not rows:
        raise CommandError(f"{path} has no populated place (feature class P in column 7). Nothing was imported.")
    return rows


class Command(BaseCommand):
    help = "Imports the populated places of a GeoNames country dump, all or nothing. Existing places do not change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the unpacked dump: ML.txt from ML.zip")
        parser.add_argument("--country", default="", metavar="ML", help="refuse the file if it is of another country")
        parser.add_argument("--dry-run", action="store_true", help="check and count without writing")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = read(options["file"], options["country"].strip().upper())
        country = rows[0].country
        try:
            with transaction.atomic():
                counts = self._write(country, rows)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except DatabaseError as error:
            raise CommandError(f"The database refused the import; nothing was imported. {error}") from error
        self._report(country, counts, dry_run=options["dry_run"])

    def _write(self, country: str, rows: list[Row]) -> Counter[str]:
        try:
            areas_of(country, {country, *REGIONS.get(country, {}).values()})
        except UnknownArea as error:
            raise CommandError(
                f"Not in the place list: {error}. Load the countries and regions first: "
                "loaddata places/countries.yaml places/ml.yaml places/neighbours.yaml. Nothing was imported."
            ) from error
        counts = add(country, rows)
        if counts["towns"] or counts["villages"]:
            record(by="import_places", action="import-places", object_type="country", object_id=country, **counts)
        return counts

    def _report(self, country: str, counts: Counter[str], *, dry_run: bool) -> None:
        self.stdout.write(f"{country}: {counts['read']} populated places read")
        self.stdout.write(f"  existing places, not changed: {counts['held']}")
        self.stdout.write(
            f"  new: {counts['towns']} towns, {counts['villages']} villages, {counts['names']} other names"
        )
        if REGIONS.get(country):
            self.stdout.write(f"  of these without a known region, in the country only: {counts['country_only']}")
            self.stdout.write("  The dump does not give cercles, so places are directly in their region.")
        else:
            self.stdout.write("  The place list has no regions of this country, so places are directly in the country.")
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
