"""Reads a GeoJSON file of boundaries: limits before parsing, problems by feature and field, then simplification.

Pure: it uses no database. It reads the layouts of OCHA's common operational datasets (COD-AB), admin 1 or admin 2,
whose features name their P-code in a property such as ``ADM1_PCODE`` or ``adm2_pcode``.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise
from typing import Any

from django.utils.translation import gettext as _

from coi.maps.area_properties import Stated, stated

LARGEST_FILE = 50 * 1024 * 1024  # bytes
DEEPEST = 12  # brackets within brackets; a MultiPolygon in a collection needs eight
MOST_FEATURES = 5_000
MOST_POINTS = 1_000_000
MEMBERS_A_FEATURE = 60  # names and values; such files have about twenty
LEVELS = (1, 2)

# A region fills a map of 400 units and is three degrees wide or more: a hundredth of a degree is about one unit.
TOLERANCE = 0.01  # degrees
MOST_LOOKS = 200  # at each point while a line is simplified; one that splits evenly needs about 20
DECIMALS = 3
SMALLEST_RING = 0.03  # degrees; anything smaller is invisible, such as an islet in a river

# Possessive, and an unfinished string runs to the end: no backtracking, so linear for any file.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_PCODE = re.compile(r"adm(?:in)?([0-9])_?p_?code", re.IGNORECASE)
_DATE_FIELDS = ("validon", "valid_on", "date")
_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class BoundaryProblem:
    """One problem in a file of boundaries, with the number of the feature in the file and the field."""

    message: str
    feature: int = 0
    field: str = ""

    def __str__(self) -> str:
        where = [_("feature %(n)d") % {"n": self.feature}] if self.feature else []
        where += [self.field] if self.field else []
        return f"{', '.join(where)}: {self.message}" if where else self.message


class BadBoundaries(ValueError):
    """The file was refused as a whole; ``problems`` are all that were found."""

    def __init__(self, problems: Sequence[BoundaryProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Outline:
    """One feature: its P-code, the field with the P-code, its number in the file, its closed rings, what it states."""

    pcode: str
    field: str
    feature: int
    rings: tuple[Ring, ...]
    stated: Stated

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        xs = [x for ring in self.rings for x, _y in ring]
        ys = [y for ring in self.rings for _x, y in ring]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Boundaries:
    """The content of a file: outlines of one level (1 or 2), and its date if it gives one."""

    level: int
    outlines: tuple[Outline, ...]
    dated: date | None


def read(content: bytes) -> Boundaries:
    """Return the simplified boundaries of a file. Raises BadBoundaries with every problem found."""
    _within_limits(content)
    document = _parsed(content)
    features = document["features"]
    level = _level(features)
    problems: list[BoundaryProblem] = []
    found = []
    seen: dict[str, int] = {}
    points = 0
    for number, feature in enumerate(features, start=1):
        outline, wrong = _outline(feature, number, level)
        if outline and outline.pcode in seen:
            names = {"pcode": outline.pcode, "n": seen[outline.pcode]}
            wrong = [BoundaryProblem(_("%(pcode)s is in feature %(n)d as well.") % names, number, outline.field)]
        problems += wrong
        if outline:
            seen.setdefault(outline.pcode, number)
            points += sum(map(len, outline.rings))
            found.append(outline)
    if problems:
        raise BadBoundaries(problems)
    if points > MOST_POINTS:
        raise BadBoundaries([_too_many_points()])
    simple = simplified([outline.rings for outline in found])
    outlines = tuple(replace(outline, rings=rings) for outline, rings in zip(found, simple, strict=True))
    return Boundaries(level, outlines, _date_of(features))


# --- limits, before anything is parsed ----------------------------------------------------------


def _within_limits(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise BadBoundaries(
            [BoundaryProblem(_("The file is larger than %(n)d MB.") % {"n": LARGEST_FILE // 1024 // 1024})]
        )
    too_much = BoundaryProblem(_("The file has more values than the boundaries of a country need."))
    if content.count(b'"') > 4 * MEMBERS_A_FEATURE * MOST_FEATURES:
        raise BadBoundaries([too_much])
    bare = _STRING.sub(b"", content)
    if bare.count(b"[") > MOST_POINTS + 10 * MOST_FEATURES:
        raise BadBoundaries([_too_many_points()])
    if bare.count(b"{") > 3 * MOST_FEATURES + 10:
        raise BadBoundaries([BoundaryProblem(_("The file has more than %(n)d features.") % {"n": MOST_FEATURES})])
    if bare.count(b",") > 4 * MOST_POINTS + MEMBERS_A_FEATURE * MOST_FEATURES:
        raise BadBoundaries([too_much])
    brackets = bare.translate(None, _NOT_BRACKETS)
    steps = (1 if bracket in b"[{" else -1 for bracket in brackets)
    if max(accumulate(steps), default=0) > DEEPEST:
        names = {"n": DEEPEST}
        raise BadBoundaries(
            [BoundaryProblem(_("Brackets are nested more than %(n)d deep. Boundaries need eight.") % names)]
        )


def _too_many_points() -> BoundaryProblem:
    return BoundaryProblem(_("The file has more than %(n)d points. Use a simplified one.") % {"n": MOST_POINTS})


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        is_archive = content.startswith(b"PK")
        said = _("The file is a ZIP archive. Unpack it first.") if is_archive else _("The file is not UTF-8 text.")
        raise BadBoundaries([BoundaryProblem(said)]) from None
    except (ValueError, RecursionError) as error:
        raise BadBoundaries([BoundaryProblem(_("The file is not JSON: %(why)s") % {"why": error})]) from None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BadBoundaries([BoundaryProblem(_("This is not a GeoJSON FeatureCollection."), field="type")])
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise BadBoundaries([BoundaryProblem(_("The list of features is missing or empty."), field="features")])
    if len(features) > MOST_FEATURES:
        raise BadBoundaries([BoundaryProblem(_("The file has more than %(n)d features.") % {"n": MOST_FEATURES})])
    crs = document.get("crs")
    if crs is not None and not any(known in str(crs)[:300] for known in _WGS84):
        said = _("Coordinates must be WGS 84, longitude and latitude in degrees. The file names another system.")
        raise BadBoundaries([BoundaryProblem(said, field="crs")])
    return document


def _no_number(name: str) -> None:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


# --- the properties of a feature ------------------------------------------------------------------------


def _fields(feature: Any) -> Iterator[tuple[str, int, Any]]:
    """Return the P-codes of a feature: field, level, value."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    for name, value in properties.items() if isinstance(properties, dict) else ():
        match = _PCODE.fullmatch(name)
        if match:
            yield name, int(match[1]), value


def _level(features: Sequence[Any]) -> int:
    """Return the lowest administrative level that the features name: 1 or 2."""
    levels = {level for feature in features for _name, level, _value in _fields(feature)}
    if not levels & set(LEVELS):
        said = _("No feature has a P-code of admin 1 or admin 2. Expected names: ADM1_PCODE, adm2_pcode, admin1Pcode.")
        raise BadBoundaries([BoundaryProblem(said, field="properties")])
    if max(levels) not in LEVELS:
        said = _("The file is of admin %(n)d. Use the file of admin 1 or admin 2.") % {"n": max(levels)}
        raise BadBoundaries([BoundaryProblem(said, field="properties")])
    return max(levels)


def _outline(feature: Any, number: int, level: int) -> tuple[Outline | None, list[BoundaryProblem]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return None, [BoundaryProblem(_("This is not a GeoJSON Feature."), number, "type")]
    wrong: list[BoundaryProblem] = []
    codes = [(name, value) for name, at, value in _fields(feature) if at == level]
    field, pcode = codes[0] if codes else (f"adm{level}_pcode", None)
    if len(codes) > 1:
        wrong.append(BoundaryProblem(_("The P-code is in two fields."), number, codes[1][0]))
    if not (isinstance(pcode, str) and re.fullmatch(r"[A-Za-z0-9]{2,20}", pcode.strip())):
        wrong.append(BoundaryProblem(_("The P-code is missing. Write it as ML05 or ML0501."), number, field))
    rings = tuple(_rings(feature.get("geometry"), number, wrong))
    if wrong:
        return None, wrong
    return Outline(str(pcode).strip().upper(), field, number, rings, stated(feature["properties"], level)), []


def _rings(geometry: Any, number: int, wrong: list[BoundaryProblem]) -> Iterator[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        wrong.append(BoundaryProblem(_("An outline must be a Polygon or a MultiPolygon."), number, "geometry.type"))
        return
    polygons = geometry.get("coordinates")
    at = "geometry.coordinates"
    if kind == "Polygon":
        polygons = [polygons]
    if not isinstance(polygons, list) or not polygons:
        wrong.append(BoundaryProblem(_("There are no coordinates."), number, at))
        return
    for n, polygon in enumerate(polygons):
        here = f"{at}[{n}]" if kind == "MultiPolygon" else at
        if not isinstance(polygon, list) or not polygon:
            wrong.append(BoundaryProblem(_("There are no coordinates."), number, here))
            continue
        for m, ring in enumerate(polygon):
            problem = _ring_problem(ring, number, f"{here}[{m}]")
            if problem:
                wrong.append(problem)
            else:
                yield tuple((float(x), float(y)) for x, y, *_height in ring)


def _ring_problem(ring: Any, number: int, field: str) -> BoundaryProblem | None:
    """Return the first problem of a ring."""
    if not isinstance(ring, list):
        return BoundaryProblem(_("A ring must be a list of points."), number, field)
    for n, point in enumerate(ring):
        if not _is_point(point):
            said = _("%(point)s is not a longitude from -180 to 180 with a latitude from -90 to 90.")
            return BoundaryProblem(said % {"point": str(point)[:60]}, number, f"{field}[{n}]")
    if len(ring) < 4 or ring[0][:2] != ring[-1][:2]:
        said = _("A ring must have at least four points and end at its first point.")
        return BoundaryProblem(said, number, field)
    if len({tuple(point[:2]) for point in ring}) < 3:
        return BoundaryProblem(_("The ring encloses nothing."), number, field)
    return None


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) not in (2, 3):
        return False
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in point):
        return False
    return bool(-180 <= point[0] <= 180 and -90 <= point[1] <= 90)  # an infinite number is outside too


def _date_of(features: Sequence[Any]) -> date | None:
    """Return the newest date in the features; None if they have no readable one."""
    for wanted in _DATE_FIELDS:
        days = []
        for feature in features:
            for name, value in feature["properties"].items():
                if name.lower() == wanted and isinstance(value, str):
                    try:
                        days.append(date.fromisoformat(value[:10]))
                    except ValueError:
                        return None
        if days:
            return max(days)
    return None


# --- simplification, with the same line on both sides of a border -------------------------


def simplified(outlines: Iterable[Sequence[Ring]]) -> list[tuple[Ring, ...]]:
    """Return the rings of each outline with the points that a map needs.

    Lines are cut where three borders meet, and each piece is simplified in one direction, so that shared borders stay
    shared.
    """
    rounded = [[_rounded(ring) for ring in rings] for rings in outlines]
    beside: dict[Point, set[Point]] = defaultdict(set)
    for rings in rounded:
        for ring in rings:
            for one, two in pairwise(ring):
                beside[one].add(two)
                beside[two].add(one)
    return [_simple_outline(rings, beside) for rings in rounded]


def _rounded(ring: Ring) -> Ring:
    """Return the ring rounded, without repeated points; unchanged if nothing would be left."""
    points: list[Point] = []
    for x, y in ring:
        point = (round(x, DECIMALS), round(y, DECIMALS))
        if not points or points[-1] != point:
            points.append(point)
    return tuple(points) if len(points) >= 4 else ring


def _simple_outline(rings: Sequence[Ring], beside: Mapping[Point, set[Point]]) -> tuple[Ring, ...]:
    largest = max(rings, key=_extent)
    return tuple(_simple_ring(ring, beside) for ring in rings if ring is largest or _extent(ring) >= SMALLEST_RING)


def _extent(ring: Ring) -> float:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _simple_ring(ring: Ring, beside: Mapping[Point, set[Point]]) -> Ring:
    open_ring = ring[:-1]
    cuts = [n for n, point in enumerate(open_ring) if len(beside[point]) > 2]
    start = cuts[0] if cuts else min(range(len(open_ring)), key=open_ring.__getitem__)
    turned = (*open_ring[start:], *open_ring[:start], open_ring[start])
    ends = [n - start for n in cuts if n > start]
    if not ends:  # a piece that ends where it begins is cut once more, far from there
        ends = [max(range(1, len(turned) - 1), key=lambda n: (math.dist(turned[n], turned[0]), turned[n]))]
    simple: list[Point] = [turned[0]]
    for one, two in pairwise([0, *ends, len(turned) - 1]):
        simple += _simple_line(turned[one : two + 1])[1:]
    return tuple(simple) if len(simple) >= 4 else ring


def _simple_line(line: Sequence[Point]) -> list[Point]:
    """Simplify by Douglas and Peucker, from the lesser end to the greater, so that both sides of a border agree."""
    is_turned = line[0] > line[-1]
    points = list(reversed(line)) if is_turned else list(line)
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    work = 0
    while waiting:
        first, last = waiting.pop()
        work += last - first
        if work > MOST_LOOKS * len(points):  # a coast splits evenly; only a made-up zigzag does not
            raise BadBoundaries([BoundaryProblem(_("An outline has more turns than any border."))])
        if last - first < 2:
            continue
        far, at = max((_distance(points[n], points[first], points[last]), n) for n in range(first + 1, last))
        if far > TOLERANCE:
            kept.add(at)
            waiting += [(first, at), (at, last)]
    found = [points[n] for n in sorted(kept)]
    return found[::-1] if is_turned else found


def _distance(point: Point, one: Point, two: Point) -> float:
    """Return the distance from a point to the segment between two others, in degrees."""
    dx, dy = two[0] - one[0], two[1] - one[1]
    length = dx * dx + dy * dy
    share = ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return math.dist(point, (one[0] + share * dx, one[1] + share * dy))
