"""Stores the populated places of a file in bulk. Existing places do not change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coi.gazetteer.deciding import IMPORTED
from coi.gazetteer.hierarchy import RANK, SETTLEMENTS, Kind, chunks
from coi.models import Place, PlaceName
from coi.text import characters
from coi.text.folding import fold, name_key

LONGEST_NAME = 200  # characters
MOST_ALIASES = 60  # a place
TOWN_POPULATION = 5_000
TOWN_CODES = {"PPLC", "PPLA", "PPLA2"}  # capital, seats of regions and of cercles
BATCH = 1_000


class UnknownArea(Exception):
    """The file has places in unknown areas; ``codes`` are those of the areas."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))


@dataclass(frozen=True)
class Row:
    """A populated place of a file; ``area`` is the code of the smallest known area around it."""

    geonames_id: int
    name: str
    aliases: tuple[str, ...]
    latitude: float
    longitude: float
    feature: str
    country: str
    area: str
    population: int

    @property
    def code(self) -> str:
        return f"gn-{self.geonames_id}"

    @property
    def kind(self) -> str:
        is_town = self.feature in TOWN_CODES or self.population >= TOWN_POPULATION
        return Kind.TOWN if is_town else Kind.VILLAGE

    def as_place(self) -> Place:
        return Place(
            code=self.code,
            name=self.name,
            folded=name_key(self.name),  # bulk_create sends no signal
            kind=self.kind,
            country=self.country,
            latitude=self.latitude,
            longitude=self.longitude,
            population=self.population,
            geonames_id=self.geonames_id,
            source=IMPORTED,
        )


def written(name: str) -> str:
    """Return a name as it is stored: cleaned, with single spaces."""
    return " ".join(characters.cleaned(name).split())


def other_names(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return other names that a search would not find by the name itself, without unusable ones."""
    found: dict[str, str] = {}
    for other in others:
        alias = written(other)
        key = name_key(alias) if len(alias) <= LONGEST_NAME and characters.accepts(alias) else ""
        if key and len(fold(alias)) <= LONGEST_NAME and key != name_key(name):
            found.setdefault(key, alias)
    return tuple(found.values())[:MOST_ALIASES]


def areas_of(country: str, codes: Iterable[str]) -> dict[str, Place]:
    """Return the areas of the country by their codes. Raises UnknownArea."""
    wanted = set(codes)
    areas = {p.code: p for p in Place.objects.filter(code__in=wanted, country=country)}
    if missing := sorted(wanted - set(areas)):
        raise UnknownArea(missing)
    return areas


def add(country: str, rows: Sequence[Row]) -> Counter[str]:
    """Store new places and return their number. Raises UnknownArea. Call it in a transaction."""
    areas = areas_of(country, {row.area for row in rows})
    held = set(Place.objects.exclude(geonames_id=None).values_list("geonames_id", flat=True))
    codes = set(Place.objects.filter(code__startswith="gn-").values_list("code", flat=True))
    new = [r for r in rows if r.geonames_id not in held and r.code not in codes]
    places = Place.objects.bulk_create((row.as_place() for row in new), batch_size=BATCH)
    _link(zip(places, (areas[row.area] for row in new), strict=True))
    names = [
        PlaceName(place=place, name=alias, folded=name_key(alias))
        for place, row in zip(places, new, strict=True)
        for alias in row.aliases
    ]
    PlaceName.objects.bulk_create(names, batch_size=BATCH)
    return Counter(
        read=len(rows),
        held=len(rows) - len(new),
        towns=sum(p.kind == Kind.TOWN for p in places),
        villages=sum(p.kind == Kind.VILLAGE for p in places),
        names=len(names),
        country_only=sum(areas[row.area].kind == Kind.COUNTRY for row in new),
        in_cercles=sum(areas[row.area].kind == Kind.CERCLE for row in new),
    )


def move_into_smaller_areas(country: str, rows: Sequence[Row]) -> list[Place]:
    """Move imported places into the area that the file gives, if they are only in larger ones. Returns those moved."""
    areas = areas_of(country, {row.area for row in rows})
    area_of = {row.code: areas[row.area] for row in rows}
    link = Place.parents.through._default_manager
    held = link.filter(from_place__country=country, from_place__source=IMPORTED, from_place__kind__in=SETTLEMENTS)
    smallest: dict[str, int] = {}
    for code, kind in held.values_list("from_place__code", "to_place__kind"):
        smallest[code] = max(smallest.get(code, 0), RANK[Kind(kind)])
    codes = [code for code, rank in smallest.items() if code in area_of and rank < RANK[Kind(area_of[code].kind)]]
    moved = [place for some in chunks(sorted(codes)) for place in Place.objects.filter(code__in=some)]
    for some in chunks(moved):
        link.filter(from_place__in=some).delete()
    _link((place, area_of[place.code]) for place in moved)
    return moved


def _link(pairs: Iterable[tuple[Place, Place]]) -> None:
    link = Place.parents.through
    link._default_manager.bulk_create(
        (link(from_place=place, to_place=parent) for place, parent in pairs), batch_size=BATCH
    )
