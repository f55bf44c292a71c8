"""python manage.py import_places FILE: import the populated places of a GeoNames country dump, all or nothing.

The file is a country file from GeoNames' download page (``ML.txt`` from ``ML.zip``): UTF-8, 19 columns separated by
tabs, no header. The dump names its divisions in lines of their own (ADM1, ADM2). A place is put into the region and
cercle of the place list that have the name of its division, else into its country. Nothing is guessed from
coordinates. Existing places do not change, but a place of an earlier dump is put into its region or cercle once the
place list has it.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from audit.record import record
from coi.gazetteer.divisions import Division, Divisions
from coi.gazetteer.storing import (
    LONGEST_NAME,
    Row,
    UnknownArea,
    add,
    areas_of,
    move_into_smaller_areas,
    other_names,
    written,
)
from coi.library import lookup
from coi.models import Place
from coi.text import characters
from coi.text.folding import fold

COLUMNS = 19
LARGEST_FILE = 200 * 1024 * 1024  # bytes; the largest country's dump has about 130 MB
LONGEST_LINE = 64 * 1024  # bytes; alternate names may take 10,000 characters of up to four bytes
MOST_LINES = 3_000_000
LARGEST_NUMBER = 2_147_483_647  # the limit of the database column

# GeoNames admin1 code -> code of the region, where the names of a dump do not lead to the regions of the fixtures:
# Ménaka belongs to Gao and Taoudénit to Tombouctou.
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


@dataclass
class Dump:
    """What a file holds: its populated places with their divisions, and the names of the divisions."""

    places: list[tuple[Row, Division]] = field(default_factory=list)
    divisions: dict[Division, tuple[str, ...]] = field(default_factory=dict)

    @property
    def country(self) -> str:
        return self.places[0][0].country

    def rows(self, divisions: Divisions) -> list[Row]:
        """Return the places in their smallest known area."""
        return [replace(row, area=divisions.area(*division)) for row, division in self.places]


def division_of(fields: list[str]) -> tuple[Division, tuple[str, ...]] | None:
    """Return the division that a line names, with its names; None for any other line."""
    if len(fields) != COLUMNS or fields[6] != "A" or fields[7] not in ("ADM1", "ADM2"):
        return None
    division = (fields[10], fields[11] if fields[7] == "ADM2" else "")
    names = tuple(name for name in (fields[1], fields[2], *fields[3].split(",")) if name.strip())
    return division, names


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
        area=country,
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


def read(path: Path, country: str) -> Dump:
    """Read every populated place of the file. Raises CommandError with the number of the first wrong line."""
    dump = Dump()
    first_lines: dict[int, int] = {}
    for number, line in lines_of(path):
        if not line.strip():
            continue
        fields = line.split("\t")
        try:
            row = read_line(line)
            if row is None:
                if named := division_of(fields):
                    dump.divisions.setdefault(*named)
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
        dump.places.append((row, (fields[10], fields[11])))
    if not dump.places:
        raise CommandError(f"{path} has no populated place (feature class P in column 7). Nothing was imported.")
    return dump


class Command(BaseCommand):
    help = "Imports the populated places of a GeoNames country dump, all or nothing. Existing places do not change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the unpacked dump: ML.txt from ML.zip")
        parser.add_argument("--country", default="", metavar="ML", help="refuse the file if it is of another country")
        parser.add_argument(
            "--region", action="append", default=[], metavar="04=ER03", help="the region of an admin1 code of the dump"
        )
        parser.add_argument("--dry-run", action="store_true", help="check and count without writing")

    def handle(self, *args: Any, **options: Any) -> None:
        dump = read(options["file"], options["country"].strip().upper())
        known = REGIONS.get(dump.country, {}) | self._given(options["region"], dump.country)
        divisions = Divisions(dump.country, dump.divisions, known)
        try:
            with transaction.atomic():
                counts = self._write(dump, divisions)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except DatabaseError as error:
            raise CommandError(f"The database refused the import; nothing was imported. {error}") from error
        self._report(dump, divisions, counts)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    @staticmethod
    def _given(regions: list[str], country: str) -> dict[str, str]:
        """Return the regions by admin1 code that the command line gives."""
        given = {admin1: code for admin1, _sign, code in (text.strip().partition("=") for text in regions)}
        held = set(Place.objects.filter(country=country, kind=Place.Kind.REGION).values_list("code", flat=True))
        for admin1, code in given.items():
            if not admin1 or code not in held:
                raise CommandError(f"--region {admin1}={code}: write an admin1 code and the code of a region: 04=ER03.")
        return given

    def _write(self, dump: Dump, divisions: Divisions) -> Counter[str]:
        country = dump.country
        try:
            areas_of(country, {country, *divisions.codes.values()})
        except UnknownArea as error:
            raise CommandError(
                f"Not in the place list: {error}. Load the countries and regions first: "
                "loaddata places/countries.yaml places/ml.yaml places/neighbours.yaml. Nothing was imported."
            ) from error
        rows = dump.rows(divisions)
        counts = add(country, rows)
        moved = move_into_smaller_areas(country, rows)
        counts["moved"] = len(moved)
        lookup.look_up_anew(moved)
        if counts["towns"] or counts["villages"] or moved:
            record(by="import_places", action="import-places", object_type="country", object_id=country, **counts)
        return counts

    def _report(self, dump: Dump, divisions: Divisions, counts: Counter[str]) -> None:
        self.stdout.write(f"{dump.country}: {counts['read']} populated places read")
        self.stdout.write(f"  existing places, not changed: {counts['held'] - counts['moved']}")
        if counts["moved"]:
            self.stdout.write(f"  existing places, put into their cercle or region: {counts['moved']}")
        self.stdout.write(
            f"  new: {counts['towns']} towns, {counts['villages']} villages, {counts['names']} other names"
        )
        if not divisions.has_regions:
            self.stdout.write("  The place list has no regions of this country, so places are directly in the country.")
            return
        self.stdout.write(f"  of these without a known region, in the country only: {counts['country_only']}")
        self.stdout.write(f"  of these with a known cercle: {counts['in_cercles']}")
        unmatched = Counter(admin1 for _row, (admin1, _admin2) in dump.places if (admin1, "") not in divisions.codes)
        for admin1, n in sorted(unmatched.items()):
            name = dump.divisions.get((admin1, ""), ("not named in the dump",))[0]
            self.stdout.write(f"  no region for the admin1 code {admin1 or 'left empty'} ({name}): {n} places")
        if unmatched:
            self.stdout.write("  Give the region of a code with --region, such as --region 04=ER03.")
