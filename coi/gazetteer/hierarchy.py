"""Places and the areas around them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from coi.memory import kept_with_library
from coi.models import Place
from matching.facts import Place as PlaceValue

Kind = Place.Kind
SETTLEMENTS = (Kind.TOWN, Kind.VILLAGE)
AREAS = (Kind.CERCLE, Kind.REGION, Kind.MACRO_AREA, Kind.COUNTRY)
RANK = {Kind.COUNTRY: 0, Kind.MACRO_AREA: 1, Kind.REGION: 2, Kind.CERCLE: 3, Kind.TOWN: 4, Kind.VILLAGE: 5}


Parents = dict[int, list[int]]  # the direct parents of a place, by their primary keys


@dataclass(frozen=True)
class Areas:
    """The areas of some countries, every country, and their hierarchy."""

    by_id: dict[int, Place]
    parents: Parents


def areas_of(countries: Iterable[str]) -> Areas:
    """Return the areas of these countries, kept in memory until a place changes."""
    wanted = frozenset(countries)
    return kept_with_library(("areas", wanted), lambda: _read_areas(wanted), lambda areas: len(areas.by_id))


def _read_areas(countries: Collection[str]) -> Areas:
    rows = Place.objects.filter(kind__in=AREAS).filter(Q(country__in=countries) | Q(kind=Kind.COUNTRY))
    by_id = {p.pk: p for p in rows}
    return Areas(by_id, _parents([pk for pk, p in by_id.items() if p.kind != Kind.COUNTRY], by_id))


def _parents(children: Sequence[int], among: Collection[int]) -> Parents:
    found: Parents = defaultdict(list)
    through = Place.parents.through._default_manager
    for some in chunks(children):
        links = through.filter(from_place_id__in=some).values_list("from_place_id", "to_place_id")
        for child, parent in links.order_by("from_place_id", "to_place_id"):
            if parent in among:
                found[child].append(parent)
    return dict(found)


class Ground:
    """The areas of some countries, some settlements and their hierarchy, all in memory."""

    def __init__(self, places: Iterable[Place], countries: Iterable[str] = ()) -> None:
        given = {p.pk: p for p in places}
        areas = areas_of({c.upper() for c in countries} | {p.country for p in given.values()})
        self.by_id: dict[int, Place] = areas.by_id | given
        self.countries = {p.code: p for p in self.by_id.values() if p.kind == Kind.COUNTRY}
        self._parents = areas.parents | _parents([pk for pk in given if pk not in areas.by_id], self.by_id)

    def above(self, place: Place) -> list[Place]:
        """Return all areas around the place, the smallest first."""
        seen: set[int] = set()
        waiting = [place.pk]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in seen and parent != place.pk:
                    seen.add(parent)
                    waiting.append(parent)
        if place.kind != Kind.COUNTRY and place.country in self.countries:
            seen.add(self.countries[place.country].pk)
        return sorted((self.by_id[pk] for pk in seen), key=lambda p: (-RANK[Kind(p.kind)], p.name, p.code))

    def regions(self, place: Place) -> set[str]:
        """Return the regions that the place is, is in or, for a part of a country, partly covers."""
        if place.kind == Kind.COUNTRY:
            return set()
        regions = {p.code for p in [place, *self.above(place)] if p.kind == Kind.REGION}
        if place.kind == Kind.MACRO_AREA:
            for other in self.by_id.values():
                if other.kind in (Kind.REGION, Kind.CERCLE, Kind.MACRO_AREA):
                    line = [other, *self.above(other)]
                    if place in line:
                        regions |= {p.code for p in line if p.kind == Kind.REGION}
        return regions

    def value(self, place: Place) -> PlaceValue:
        above = self.above(place)
        # a settlement whose cercle is not known may be in any cercle of its region
        lacks_cercle = (
            place.kind in SETTLEMENTS
            and any(p.kind == Kind.REGION for p in above)
            and not any(p.kind == Kind.CERCLE for p in above)
        )
        return PlaceValue(
            code=place.code,
            name=place.name,
            country=place.country,
            lineage=frozenset({place.code, *(p.code for p in above)}),
            regions=frozenset(self.regions(place)),
            is_country=place.kind == Kind.COUNTRY,
            is_located=not lacks_cercle,
        )

    def names(self, place: Place) -> tuple[str, ...]:
        """Return its own name, then those of the areas around it, without parts of the country."""
        return (place.name, *(p.name for p in self.above(place) if p.kind != Kind.MACRO_AREA))

    def has_regions(self, country: str) -> bool:
        return any(p.country == country and p.kind == Kind.REGION for p in self.by_id.values())

    def region_name(self, place: Place) -> str:
        return next((p.name for p in [place, *self.above(place)] if p.kind == Kind.REGION), "")


def chunks(items: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def values_of(places: Iterable[Place]) -> dict[str, PlaceValue]:
    """Return the places as values for matching, by code, in about three queries."""
    places = list(places)
    ground = Ground(places)
    return {p.code: ground.value(p) for p in places}


def value_of(place: Place) -> PlaceValue:
    """Return the place as a value for matching."""
    return values_of([place])[place.code]


def area_names() -> Mapping[str, str]:
    """Return the names of all areas of all countries by code, kept in memory until a place changes."""
    return kept_with_library("area names", _read_area_names, len)


def _read_area_names() -> dict[str, str]:
    return dict(Place.objects.filter(kind__in=AREAS).values_list("code", "name"))


def is_country(code: str) -> bool:
    """Return whether this is the code of a country, in its exact case."""
    return code in kept_with_library("countries", _read_countries)


def _read_countries() -> frozenset[str]:
    return frozenset(Place.objects.filter(kind=Kind.COUNTRY).values_list("code", flat=True))


def has_regions(country: str) -> bool:
    return Place.objects.filter(country=country, kind=Kind.REGION).exists()
