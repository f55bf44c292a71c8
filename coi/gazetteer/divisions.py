"""The divisions of a GeoNames dump (admin1, admin2) as regions and cercles of the library, by their names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from coi.gazetteer.area_words import spellings
from coi.gazetteer.hierarchy import Kind
from coi.models import Place
from coi.text.folding import name_key

Division = tuple[str, str]  # admin1 code, and admin2 code or nothing


def name_keys(names: Iterable[str]) -> set[str]:
    """Return the keys of the names of an area, with and without a word for its kind: "Anseba region"."""
    return set(map(name_key, spellings(names)))


class Divisions:
    """The area of the library for each division that a dump names.

    A division is an area if exactly one of the country's areas has one of its names: among the regions, or among the
    cercles of its region. Nothing is guessed from coordinates. ``known`` are codes of regions by admin1 code; they
    need no name.
    """

    def __init__(self, country: str, stated: Mapping[Division, Iterable[str]], known: Mapping[str, str]) -> None:
        self.country, self.stated = country, stated
        areas = Place.objects.filter(country=country, kind__in=(Kind.REGION, Kind.CERCLE))
        self._named: dict[str, dict[str, Place]] = defaultdict(dict)
        self._parents: dict[str, set[str]] = {}
        self.codes: dict[Division, str] = {(admin1, ""): code for admin1, code in known.items()}
        for area in areas.prefetch_related("names", "parents"):
            self._parents[area.code] = {parent.code for parent in area.parents.all()}
            for key in name_keys([area.name, *(name.name for name in area.names.all())]):
                self._named[key][area.code] = area
        for division in sorted(stated):  # a region before its cercles
            if division not in self.codes and (code := self._code(division)):
                self.codes[division] = code
        self.has_regions = any(area.kind == Kind.REGION for named in self._named.values() for area in named.values())

    def _code(self, division: Division) -> str:
        admin1, admin2 = division
        region = self.codes.get((admin1, ""), "")
        kind = Kind.CERCLE if admin2 else Kind.REGION
        found = {
            code
            for key in name_keys(self.stated[division])
            for code, area in self._named.get(key, {}).items()
            if area.kind == kind
        }
        if admin2:
            found = {code for code in found if region in self._parents[code]}
        return found.pop() if len(found) == 1 else ""

    def area(self, admin1: str, admin2: str) -> str:
        """Return the code of the smallest area known for a place: its cercle, its region, or its country."""
        region = self.codes.get((admin1, ""), "")
        return (region and self.codes.get((admin1, admin2))) or region or self.country
