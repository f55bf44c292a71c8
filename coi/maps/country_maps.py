"""Maps of a country's regions as numbers for an SVG: places are marked, figures are circles, nothing is shaded.

Pure: reads the shipped outlines once, knows no database. Outlines that an office imported are handed in;
a memo is drawn without them, so that it stays as it was. ``country_map`` answers None where there are no
outlines of a country, and the template then says so. Drawn by ``templates/coi/maps/map.svg.html``.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

WIDTH = 400.0
MARGIN = 0.4  # degrees of latitude around the country
MARGIN_OF_PART = 0.08  # of the larger side, around a part of it
SMALLEST_PART = 2.4  # wide, as degrees of latitude: Bamako alone would show nothing of what lies around it
FLATTEST, TALLEST = 0.62, 1.1  # height by width of the map of a part
LARGEST_CIRCLE = 36.0  # radius
SMALLEST_CIRCLE = 1.5
LABEL, PLACE_LABEL, NEIGHBOUR_LABEL, AREA_LABEL = 13.0, 14.0, 11.0, 12.0  # sizes of letters, as in app.css
SCAN_LINES = 40

Point = tuple[float, float]
Ring = list[Point]


# --- what goes in -----------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceMark:
    """A place to mark. ``is_approximate`` where only its area is known."""

    label: str
    latitude: float
    longitude: float
    is_approximate: bool = False


@dataclass(frozen=True)
class Area:
    """An outline that was imported: closed rings in WGS 84, and the codes of what the area lies in."""

    code: str
    name: str
    rings: tuple[tuple[Point, ...], ...]
    within: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Imported:
    """The outlines that an office imported for a country, and where they are from."""

    regions: tuple[Area, ...] = ()
    circles: tuple[Area, ...] = ()
    source_of_regions: str = ""
    source_of_circles: str = ""


NOTHING_IMPORTED = Imported()


# --- what comes out ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Outline:
    """The outline of a region or a neighbour; ``href`` is where a region leads."""

    code: str
    name: str
    d: str
    is_here: bool = False
    href: str = ""


@dataclass(frozen=True)
class Text:
    """Words at a point; ``anchor`` is start, middle or end."""

    text: str
    x: float
    y: float
    anchor: str = "middle"
    is_here: bool = False


@dataclass(frozen=True)
class Mark:
    """A marked place."""

    x: float
    y: float
    label: Text
    is_approximate: bool


@dataclass(frozen=True)
class Circle:
    """A figure as a circle of proportional area, with its number in it or beside it."""

    x: float
    y: float
    r: float
    number: Text

    @property
    def dashes(self) -> str:
        """How its line is broken where it stands for a part of a year; a small one would fall apart."""
        return "6 4" if self.r > 8 else "2 1.5"


@dataclass(frozen=True)
class NamedArea:
    """A circle that findings name: its outline, and its name where there is room."""

    code: str
    name: str
    d: str
    label: Text


@dataclass(frozen=True)
class SvgMap:
    """Everything that the template draws, in the order in which it is drawn."""

    country: str
    title: str
    width: float
    height: float
    neighbours: tuple[Outline, ...]
    neighbour_labels: tuple[Text, ...]
    regions: tuple[Outline, ...]
    labels: tuple[Text, ...]
    circles: tuple[Circle, ...] = ()
    marks: tuple[Mark, ...] = ()
    has_links: bool = False
    inner_borders: str = ""  # between circles, as one path
    area_labels: tuple[Text, ...] = ()
    named: tuple[NamedArea, ...] = ()
    of_part_year: bool = False  # what the circles of figures are
    source: str = ""

    @property
    def has_approximate(self) -> bool:
        return any(mark.is_approximate for mark in self.marks)

    @property
    def has_here(self) -> bool:
        """Whether the map is of one region."""
        return any(region.is_here for region in self.regions)


# --- the shipped outlines ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    code: str
    name: str
    rings: tuple[tuple[Point, ...], ...]

    @property
    def d(self) -> str:
        return "".join(
            "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in ring[:-1]) + "Z" for ring in self.rings if ring
        )


@dataclass(frozen=True)
class _Frame:
    """Which part of the world the picture shows, and where a coordinate stands in it."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def at(self, longitude: float, latitude: float) -> Point:
        return ((longitude - self.west) * self.scale_x, (self.north - latitude) * self.scale_y)


@dataclass(frozen=True)
class _Ground:
    """Outlines in the units of the map, and the frame in which they stand."""

    frame: _Frame
    regions: tuple[_Shape, ...]
    neighbours: tuple[_Shape, ...]

    @property
    def height(self) -> float:
        return self.frame.height


Features = tuple[tuple[str, str, tuple[tuple[Point, ...], ...]], ...]  # code, name, rings
Box = tuple[float, float, float, float]  # west, south, east, north


def has_map(country: str) -> bool:
    """Whether outlines are shipped for the country."""
    return bool(_shipped(country.upper())[0])


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "fixtures" / "places"


@lru_cache(maxsize=16)
def _shipped(country: str) -> tuple[Features, Features]:
    """The shipped outlines of a country's regions and of its neighbours; both empty where there are none."""
    path = _folder() / f"{country.lower()}-regions.geojson"
    if not (len(country) == 2 and country.isascii() and country.isalpha() and path.is_file()):
        return (), ()
    around = _folder() / "neighbours.geojson"
    neighbours = [f for f in _features(around) if f[0] != country] if around.is_file() else []
    return _frozen(_features(path)), _frozen(neighbours)


def _frozen(features: Iterable[tuple[str, str, list[Ring]]]) -> Features:
    return tuple((code, name, tuple(map(tuple, rings))) for code, name, rings in features)


def _outlines(country: str, imported: Imported) -> tuple[Features, Features]:
    """The outlines to draw: of the regions those that were imported, if any, else the shipped ones."""
    regions, neighbours = _shipped(country)
    if imported.regions:
        regions = tuple((area.code, area.name, area.rings) for area in imported.regions)
    return regions, neighbours


def _box_of(points: Collection[Point]) -> Box:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _framed(box: Box, margin: float) -> _Frame:
    """The frame around a box, with a margin in degrees of latitude."""
    west, south, east, north = box
    shrink = _shrink(south, north)
    west, east = west - margin / shrink, east + margin / shrink
    south, north = south - margin, north + margin
    scale_x = WIDTH / (east - west)
    scale_y = scale_x / shrink
    return _Frame(west, north, scale_x, scale_y, (north - south) * scale_y)


def _shrink(south: float, north: float) -> float:
    """How much shorter a degree of longitude is than one of latitude."""
    return max(0.05, math.cos(math.radians((south + north) / 2)))


def _part(box: Box) -> _Frame:
    """The frame of a part of the country: not too near, neither flat nor tall."""
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
def _ground(regions: Features, neighbours: Features, part: Box | None) -> _Ground:
    """The outlines as they stand in the picture of the country, or of the part of it in a box."""
    whole = _framed(_box_of([p for _code, _name, rings in regions for ring in rings for p in ring]), MARGIN)
    frame = whole
    if part is not None:
        near = _part(part)
        frame = near if near.scale_x > whole.scale_x else whole

    def drawn(features: Features) -> tuple[_Shape, ...]:
        shapes = []
        for code, name, rings in features:
            cut = [_cut([frame.at(*point) for point in ring], WIDTH, frame.height) for ring in rings]
            if any(cut):
                shapes.append(_Shape(code, name, tuple(tuple(ring) for ring in cut if ring)))
        return tuple(shapes)

    return _Ground(frame, drawn(regions), drawn(neighbours))


def _features(path: Path) -> list[tuple[str, str, list[Ring]]]:
    found = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings = [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
        found.append((feature["properties"]["code"], feature["properties"]["name"], rings))
    return found


def _cut(ring: Ring, width: float, height: float, beyond: float = 3.0) -> Ring:
    """The part of a closed ring inside the picture (and a little beyond, so that no edge shows)."""
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


# --- room for words ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "_Box") -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def outside(self, width: float, height: float) -> float:
        whole = (self.right - self.left) * (self.bottom - self.top)
        return whole - self.overlap(_Box(2, 2, width - 2, height - 2))


def _text_width(text: str, size: float) -> float:
    return len(text) * size * 0.54


def _box(text: Text, size: float) -> _Box:
    wide = _text_width(text.text, size)
    left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
    return _Box(left, text.y - 0.8 * size, left + wide, text.y + 0.25 * size)


def _centred(text: Text, size: float) -> Text:
    """The same words at the same place, given by their middle: the stylesheet centres names of regions."""
    box = _box(text, size)
    return Text(text.text, (box.left + box.right) / 2, text.y)


def _rooms(rings: Sequence[Sequence[Point]], size: float) -> list[tuple[float, float, float]]:
    """Where words of this size stand inside the outline: x of the middle, y of the line, width; widest first."""
    ys = [y for ring in rings for _, y in ring]
    top, bottom = min(ys), max(ys)
    found = []
    for n in range(1, SCAN_LINES):
        y = top + (bottom - top) * n / SCAN_LINES
        spans = [_spans(rings, y + dy) for dy in (-size * 0.5, 0, size * 0.4)]
        for left, right in spans[1]:
            for others in (spans[0], spans[2]):
                middle = (left + right) / 2
                around = [s for s in others if s[0] < middle < s[1]]
                if not around:
                    break
                left, right = max(left, around[0][0]), min(right, around[0][1])
            else:
                found.append(((left + right) / 2, y, right - left))
    centre = (top + bottom) / 2
    return sorted(found, key=lambda room: abs(room[1] - centre) * 0.5 - room[2])


def _spans(rings: Sequence[Sequence[Point]], y: float) -> list[tuple[float, float]]:
    crossings = []
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 <= y) != (y2 <= y):
                crossings.append(x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    crossings.sort()
    return list(zip(crossings[::2], crossings[1::2], strict=False))


def _holds(shape: _Shape, box: _Box) -> bool:
    """Whether the middle of the box lies inside the outline."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return any(left <= x <= right for left, right in _spans(shape.rings, y))


def _middle(shape: _Shape) -> Point:
    """A point well inside the outline."""
    rooms = _rooms(shape.rings, 4)
    if rooms:
        return rooms[0][0], rooms[0][1]
    ring = shape.rings[0]
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def _best(options: Sequence[Text], size: float, taken: Sequence[_Box], height: float) -> Text:
    """The first option that overlaps nothing, else the one that overlaps least."""

    def badness(option: Text) -> float:
        box = _box(option, size)
        return sum(box.overlap(other) for other in taken) + 2 * box.outside(WIDTH, height)

    return min(options, key=badness)


def _around(text: str, x: float, y: float, gap: float, size: float) -> list[Text]:
    """Places for words around a point, the preferred first."""
    middle = y + size * 0.33
    return [
        Text(text, x + gap, middle, "start"),
        Text(text, x - gap, middle, "end"),
        Text(text, x, y - gap - 1, "middle"),
        Text(text, x, y + gap + size * 0.75, "middle"),
        Text(text, x + gap * 0.7, y - gap * 0.7 - 1, "start"),
        Text(text, x + gap * 0.7, y + gap * 0.7 + size * 0.7, "start"),
        Text(text, x - gap * 0.7, y - gap * 0.7 - 1, "end"),
        Text(text, x - gap * 0.7, y + gap * 0.7 + size * 0.7, "end"),
    ]


# --- the map ----------------------------------------------------------------------------------


def country_map(
    country: str,
    *,
    title: str,
    here: str = "",
    within: Collection[str] = (),
    places: Iterable[PlaceMark] = (),
    figures: Mapping[str, int] | None = None,
    largest: int = 0,
    of_part_year: bool = False,
    links: Mapping[str, str] | None = None,
    imported: Imported = NOTHING_IMPORTED,
    named: Collection[str] = (),
) -> SvgMap | None:
    """The map of a country or of a part of it, or None where there are no outlines.

    ``here`` is the code of the region in question. ``within`` are codes of regions: the map shows these
    and the places, not the whole country. ``figures`` are numbers by code of region, drawn as circles of
    proportional area, ``largest`` the number of the largest circle where several maps have one scale;
    ``of_part_year`` draws them broken. ``links`` are addresses by code of region. ``named`` are codes of
    imported circles that findings name.
    """
    outlines, around = _outlines(country.upper(), imported)
    if not outlines:
        return None
    figures, links = figures or {}, links or {}
    given = list(places)
    wanted = [point for code, _name, rings in outlines if code in within for ring in rings for point in ring]
    part = _box_of([*wanted, *((p.longitude, p.latitude) for p in given)]) if wanted else None
    ground = _ground(outlines, around, part)
    is_part = part is not None
    by_code = {shape.code: shape for shape in ground.regions}
    points = [(p, ground.frame.at(p.longitude, p.latitude)) for p in given]
    points = [(p, at) for p, at in points if 0 <= at[0] <= WIDTH and 0 <= at[1] <= ground.height]
    taken = [_Box(x - 5, y - 5, x + 5, y + 5) for _, (x, y) in points]

    circles = _circles(by_code, figures, taken, ground.height, largest)
    marks = []
    for place, (x, y) in points:
        label = _best(_around(place.label, x, y, 8, PLACE_LABEL), PLACE_LABEL, taken, ground.height)
        taken.append(_box(label, PLACE_LABEL))
        marks.append(Mark(_round(x), _round(y), _rounded(label), place.is_approximate))

    areas = [a for a in imported.circles if not here or here in a.within]
    shapes = {a.code: _Shape(a.code, a.name, _placed(a.rings, ground.frame)) for a in areas}
    told = _named_areas([shapes[a.code] for a in areas if a.code in named], taken, ground.height)

    labels = []
    for shape in sorted(ground.regions, key=lambda s: (s.code != here, s.code)):
        if here == shape.code and len(areas) > 1:  # a circle often bears the name of its region
            shape = replace(shape, name=_("Region of %(name)s") % {"name": shape.name})
        options = _label_options(shape, circles.get(shape.code))
        if is_part and shape.code not in within and shape.code not in circles:
            options = _free(options, LABEL, taken, ground.height, inside=shape)
        if options:
            label = _best(options, LABEL, taken, ground.height)
            taken.append(_box(label, LABEL))
            labels.append(_rounded(_centred(label, LABEL), is_here=shape.code == here))
    others = [shape for code, shape in shapes.items() if code not in named]
    area_labels = _area_labels(others if here and len(areas) > 1 else [], taken, ground.height)

    return SvgMap(
        country=country.upper(),
        title=title,
        width=WIDTH,
        height=round(ground.height),
        neighbours=tuple(Outline(s.code, s.name, s.d) for s in ground.neighbours),
        neighbour_labels=_neighbour_labels(ground, taken),
        regions=_drawn_regions(ground, here, links),
        labels=tuple(labels),
        circles=tuple(circles.values()),
        marks=tuple(marks),
        has_links=any(shape.code in links for shape in ground.regions),
        inner_borders=_inner_borders(shapes.values()),
        area_labels=area_labels,
        named=told,
        of_part_year=of_part_year and bool(circles),
        source=_source_words(imported, bool(shapes)),
    )


def _drawn_regions(ground: _Ground, here: str, links: Mapping[str, str]) -> tuple[Outline, ...]:
    """The regions, the one in question last: its outline lies over those of the others."""
    drawn = [Outline(s.code, s.name, s.d, s.code == here, links.get(s.code, "")) for s in ground.regions]
    return tuple(sorted(drawn, key=lambda region: region.is_here))


def _neighbour_labels(ground: _Ground, taken: list[_Box]) -> tuple[Text, ...]:
    """Names of the countries around, where they cover nothing."""
    labels = []
    for shape in ground.neighbours:
        word = shape.name.upper()
        rooms = [r for r in _rooms(shape.rings, NEIGHBOUR_LABEL) if r[2] > _text_width(word, NEIGHBOUR_LABEL) * 1.35]
        options = [Text(word, x, y + NEIGHBOUR_LABEL * 0.33) for x, y, _room in rooms[:12]]
        free = _free(options, NEIGHBOUR_LABEL, taken, ground.height)
        if free:
            taken.append(_box(free[0], NEIGHBOUR_LABEL))
            labels.append(_rounded(free[0]))
    return tuple(labels)


def _free(
    options: Iterable[Text], size: float, taken: Sequence[_Box], height: float, inside: _Shape | None = None
) -> list[Text]:
    """The options that lie in the picture and cover nothing; and that stand inside a shape, where one is given."""
    boxes = [(option, _box(option, size)) for option in options]
    return [
        option
        for option, box in boxes
        if box.outside(WIDTH, height) <= 0
        and not any(box.overlap(other) for other in taken)
        and (inside is None or _holds(inside, box))
    ]


def _source_words(imported: Imported, has_circles: bool) -> str:
    """Where the outlines are from."""
    if has_circles and imported.source_of_circles == imported.source_of_regions:
        return _("Outlines of regions and circles: %(source)s, simplified.") % {"source": imported.source_of_circles}
    if imported.regions:
        said = _("Outlines of the regions: %(source)s, simplified.") % {"source": imported.source_of_regions}
    else:
        said = _("Outlines: Natural Earth, simplified.")
    if has_circles:
        said += " " + _("Borders of the circles: %(source)s, simplified.") % {"source": imported.source_of_circles}
    return said


# --- imported circles -------------------------------------------------------------------------


def _placed(rings: Iterable[Iterable[Point]], frame: _Frame) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple(frame.at(*point) for point in ring) for ring in rings)


def _inner_borders(shapes: Iterable[_Shape]) -> str:
    """The lines that two circles share, as one path. At the edge of a region its own outline stands alone."""
    rings = [ring for shape in shapes for ring in shape.rings]
    shared = Counter(frozenset(edge) for ring in rings for edge in pairwise(ring))
    drawn: set[frozenset[Point]] = set()
    d = ""
    for ring in rings:
        is_open = False
        for one, two in pairwise(ring):
            edge = frozenset((one, two))
            if shared[edge] < 2 or edge in drawn:
                is_open = False
                continue
            drawn.add(edge)
            d += "" if is_open else f"M{_short(one[0])} {_short(one[1])}"
            d += f"L{_short(two[0])} {_short(two[1])}"
            is_open = True
    return d


def _named_areas(shapes: Iterable[_Shape], taken: list[_Box], height: float) -> tuple[NamedArea, ...]:
    """The circles that findings name, each with its name in it."""
    found = []
    for shape in shapes:
        label = _best(_label_options(shape, None), AREA_LABEL, taken, height)
        taken.append(_box(label, AREA_LABEL))
        found.append(NamedArea(shape.code, shape.name, shape.d, _rounded(_centred(label, AREA_LABEL))))
    return tuple(found)


def _area_labels(shapes: Iterable[_Shape], taken: list[_Box], height: float) -> tuple[Text, ...]:
    """Names of the other circles, where there is room for them."""
    labels = []
    for shape in shapes:
        free = _free(_label_options(shape, None), NEIGHBOUR_LABEL, taken, height, inside=shape)
        if free:
            taken.append(_box(free[0], NEIGHBOUR_LABEL))
            labels.append(_rounded(_centred(free[0], NEIGHBOUR_LABEL)))
    return tuple(labels)


# --- figures, and names of regions ------------------------------------------------------------


def _circles(
    by_code: Mapping[str, _Shape], figures: Mapping[str, int], taken: list[_Box], height: float, largest: int
) -> dict[str, Circle]:
    """Circles whose area is in proportion to the figure; takes the room that they need."""
    largest = max([largest, *figures.values()])
    circles = {}
    for code, figure in sorted(figures.items(), key=lambda item: (-item[1], item[0])):
        if code not in by_code or figure < 0:
            continue
        x, y = _middle(by_code[code])
        r = LARGEST_CIRCLE * math.sqrt(figure / largest) if largest else 0.0
        words = number_format(figure, use_l10n=True, force_grouping=True)
        is_inside = _text_width(words, PLACE_LABEL) < 1.75 * r
        number = Text(words, x, y)
        if not is_inside:
            beside = [Text(words, x + r + 4, y + 4, "start"), Text(words, x - r - 4, y + 4, "end")]
            chosen = _best(beside, PLACE_LABEL, taken, height)
            taken.append(_box(chosen, PLACE_LABEL))
            number = Text(words, chosen.x, y, chosen.anchor)
        taken.append(_Box(x - r, y - r, x + r, y + r))
        circles[code] = Circle(_round(x), _round(y), round(max(r, SMALLEST_CIRCLE), 2), _rounded(number))
    return circles


def _label_options(shape: _Shape, circle: Circle | None) -> list[Text]:
    if circle is not None:
        gap = max(circle.r + 4, 9.0)
        above = Text(shape.name, circle.x, circle.y - gap)
        below = Text(shape.name, circle.x, circle.y + gap + LABEL * 0.75)
        left = Text(shape.name, circle.x - gap, circle.y + LABEL * 0.33, "end")
        options = [below, above, left, *_around(shape.name, circle.x, circle.y, gap, LABEL)]
        own = [option for option in options if _holds(shape, _box(option, LABEL))]
        return own or [above, below, left]
    wide = _text_width(shape.name, LABEL)
    rooms = _rooms(shape.rings, LABEL)
    inside = [Text(shape.name, x, y + LABEL * 0.33) for x, y, room in rooms if room > wide]
    if inside:
        return inside
    x, y = _middle(shape)
    xs, ys = ([point[axis] for ring in shape.rings for point in ring] for axis in (0, 1))
    beside = _around(shape.name, x, y, max(xs) - x + 3, LABEL)
    if max(ys) - min(ys) < 2 * LABEL:  # words would hide it
        return beside
    return [*(Text(shape.name, x, y + LABEL * 0.33) for x, y, _room in rooms), *beside]


def _round(value: float) -> float:
    return round(value, 1)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rounded(text: Text, is_here: bool = False) -> Text:
    return Text(text.text, _round(text.x), _round(text.y), text.anchor, is_here)
