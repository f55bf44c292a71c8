"""The outlines of regions and neighbours, shipped or imported, fitted to the picture of a country or a part of it.

Reads the shipped outlines once and uses no database. Callers pass in an office's imported outlines.
"""

import json
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from django.conf import settings

from coi.maps.svg_map import WIDTH, short

MARGIN = 0.4  # degrees of latitude around the country
MARGIN_OF_PART = 0.08  # of the larger side, around a part of it
SMALLEST_PART = 2.4  # least width, in degrees of latitude: Bamako alone would show nothing around it
FLATTEST, TALLEST = 0.62, 1.1  # height by width of the map of a part
Point = tuple[float, float]
Ring = list[Point]
Features = tuple[tuple[str, str, tuple[tuple[Point, ...], ...]], ...]  # code, name, rings
Bounds = tuple[float, float, float, float]  # west, south, east, north
Room = tuple[float, float, float]  # x of the middle, y of the line, width


@dataclass(frozen=True)
class Area:
    """An imported outline: closed rings in WGS 84, and the codes of the areas around it."""

    code: str
    name: str
    rings: tuple[tuple[Point, ...], ...]
    within: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Imported:
    """The outlines that an office imported for a country, and their source."""

    regions: tuple[Area, ...] = ()
    cercles: tuple[Area, ...] = ()
    source_of_regions: str = ""
    source_of_cercles: str = ""


NOTHING_IMPORTED = Imported()


@dataclass(frozen=True)
class Shape:
    """An outline in the units of the map. ``rooms`` are places for words in it, by their size, once they are known."""

    code: str
    name: str
    rings: tuple[tuple[Point, ...], ...]
    rooms: dict[float, list[Room]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def d(self) -> str:
        return "".join(
            "M" + "L".join(f"{short(x)} {short(y)}" for x, y in ring[:-1]) + "Z" for ring in self.rings if ring
        )


@dataclass(frozen=True)
class Frame:
    """The part of the world in the picture. Converts coordinates to positions in it."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def at(self, longitude: float, latitude: float) -> Point:
        return ((longitude - self.west) * self.scale_x, (self.north - latitude) * self.scale_y)


@dataclass(frozen=True)
class Ground:
    """Outlines in the units of the map, and their frame."""

    frame: Frame
    regions: tuple[Shape, ...]
    neighbours: tuple[Shape, ...]

    @property
    def height(self) -> float:
        return self.frame.height


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "fixtures" / "places"


@lru_cache(maxsize=16)
def _shipped(country: str) -> tuple[Features, Features]:
    """Return the shipped outlines of a country's regions and of its neighbours; both empty if there are none."""
    path = _folder() / f"{country.lower()}-regions.geojson"
    if not (len(country) == 2 and country.isascii() and country.isalpha() and path.is_file()):
        return (), ()
    around = _folder() / "neighbours.geojson"
    neighbours = [f for f in _features(around) if f[0] != country] if around.is_file() else []
    return _frozen(_features(path)), _frozen(neighbours)


def _frozen(features: Iterable[tuple[str, str, list[Ring]]]) -> Features:
    return tuple((code, name, tuple(map(tuple, rings))) for code, name, rings in features)


def outlines_of(country: str, imported: Imported) -> tuple[Features, Features]:
    """Return the outlines to draw: for regions the imported ones, if any, else the shipped ones."""
    regions, neighbours = _shipped(country)
    if imported.regions:
        regions = tuple((area.code, area.name, area.rings) for area in imported.regions)
    return regions, neighbours


def bounds_of(points: Collection[Point]) -> Bounds:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _framed(box: Bounds, margin: float) -> Frame:
    """Return the frame around a box, with a margin in degrees of latitude."""
    west, south, east, north = box
    shrink = _shrink(south, north)
    west, east = west - margin / shrink, east + margin / shrink
    south, north = south - margin, north + margin
    scale_x = WIDTH / (east - west)
    scale_y = scale_x / shrink
    return Frame(west, north, scale_x, scale_y, (north - south) * scale_y)


def _shrink(south: float, north: float) -> float:
    """Return how much shorter a degree of longitude is than one of latitude."""
    return max(0.05, math.cos(math.radians((south + north) / 2)))


def _part(box: Bounds) -> Frame:
    """Return the frame of a part of the country: not too close, neither too flat nor too tall."""
    west, south, east, north = box
    shrink = _shrink(south, north)
    margin = MARGIN_OF_PART * max((east - west) * shrink, north - south)
    wide, high = (east - west) * shrink + 2 * margin, north - south + 2 * margin
    wide = max(wide, SMALLEST_PART, high / TALLEST)
    high = max(high, wide * FLATTEST)
    across, along = (east + west) / 2, (north + south) / 2
    return _framed(
        (across - wide / shrink / 2, along - high / 2, across + wide / shrink / 2, along + high / 2), margin=0.0
    )


@lru_cache(maxsize=32)
def ground_of(regions: Features, neighbours: Features, part: Bounds | None) -> Ground:
    """Return the outlines as drawn in the picture of the country, or of the part of it in a box."""
    whole = _framed(bounds_of([p for _code, _name, rings in regions for ring in rings for p in ring]), MARGIN)
    frame = whole
    if part is not None:
        near = _part(part)
        frame = near if near.scale_x > whole.scale_x else whole

    def drawn(features: Features) -> tuple[Shape, ...]:
        shapes = []
        for code, name, rings in features:
            cut = [_cut([frame.at(*point) for point in ring], WIDTH, frame.height) for ring in rings]
            if any(cut):
                shapes.append(Shape(code, name, tuple(tuple(ring) for ring in cut if ring)))
        return tuple(shapes)

    return Ground(frame, drawn(regions), drawn(neighbours))


def _features(path: Path) -> list[tuple[str, str, list[Ring]]]:
    found = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings = [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
        found.append((feature["properties"]["code"], feature["properties"]["name"], rings))
    return found


def _cut(ring: Ring, width: float, height: float, beyond: float = 3.0) -> Ring:
    """Return the part of a closed ring inside the picture (and slightly beyond, so that no edge shows)."""
    low, high_x, high_y = -beyond, width + beyond, height + beyond
    for axis, limit, sign in ((0, low, 1), (0, high_x, -1), (1, low, 1), (1, high_y, -1)):
        kept: Ring = []
        for one, two in zip(ring, [*ring[1:], ring[0]] if ring else [], strict=True):
            inside_one, inside_two = (sign * (p[axis] - limit) >= 0 for p in (one, two))
            if inside_one:
                kept.append(one)
            if inside_one != inside_two:
                share = (limit - one[axis]) / (two[axis] - one[axis])
                kept.append((one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1])))
        ring = kept
    return [*ring, ring[0]] if ring else []
