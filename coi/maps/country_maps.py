"""Maps of a country's regions as numbers for an SVG: places are marked, figures are circles, nothing is shaded.

Does not use the database. A memo's maps do not use outlines that an office imported, so that they never change.
``country_map`` returns None if there are no outlines of a country, and the template then says so.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coi.maps.label_places import (
    AREA_LABEL,
    LABEL,
    NEIGHBOUR_LABEL,
    PLACE_LABEL,
    TextBox,
    best_of,
    centred,
    free_options,
    label_options,
    middle_of,
    options_around,
    rooms_in,
    text_box,
    text_width,
)
from coi.maps.outlines import NOTHING_IMPORTED, Frame, Ground, Imported, Point, Shape, bounds_of, ground_of, outlines_of
from coi.maps.svg_map import (
    WIDTH,
    Circle,
    Mark,
    NamedArea,
    Outline,
    SvgMap,
    Text,
    rounded,
    rounded_number,
    short,
)

LARGEST_CIRCLE = 36.0  # radius
SMALLEST_CIRCLE = 1.5


@dataclass(frozen=True)
class PlaceMark:
    """A place to mark. ``is_approximate`` if only its area is known."""

    label: str
    latitude: float
    longitude: float
    is_approximate: bool = False


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
    """Return the map of a country or of a part of it, or None if there are no outlines.

    ``here`` is the code of the region in question. ``within`` are codes of regions: the map shows these and the
    places, not the whole country. ``figures`` are numbers by code of region, drawn as circles of proportional area;
    ``largest`` is the number of the largest circle if several maps share a scale; ``of_part_year`` breaks the lines.
    ``links`` are addresses by code of region. ``named`` are codes of imported cercles that findings name.
    """
    outlines, around = outlines_of(country.upper(), imported)
    if not outlines:
        return None
    figures, links = figures or {}, links or {}
    given = list(places)
    wanted = [point for code, _name, rings in outlines if code in within for ring in rings for point in ring]
    part = bounds_of([*wanted, *((p.longitude, p.latitude) for p in given)]) if wanted else None
    ground = ground_of(outlines, around, part)
    is_part = part is not None
    by_code = {shape.code: shape for shape in ground.regions}
    points = [(p, ground.frame.at(p.longitude, p.latitude)) for p in given]
    points = [(p, at) for p, at in points if 0 <= at[0] <= WIDTH and 0 <= at[1] <= ground.height]
    taken = [TextBox(x - 5, y - 5, x + 5, y + 5) for _, (x, y) in points]

    circles = _circles(by_code, figures, taken, ground.height, largest)
    marks = []
    for place, (x, y) in points:
        label = best_of(options_around(place.label, x, y, 8, PLACE_LABEL), PLACE_LABEL, taken, ground.height)
        taken.append(text_box(label, PLACE_LABEL))
        marks.append(Mark(rounded_number(x), rounded_number(y), rounded(label), place.is_approximate))

    areas = [a for a in imported.cercles if not here or here in a.within]
    shapes = {a.code: Shape(a.code, a.name, _placed(a.rings, ground.frame)) for a in areas}
    told = _named_areas([shapes[a.code] for a in areas if a.code in named], taken, ground.height)

    labels = []
    for shape in sorted(ground.regions, key=lambda s: (s.code != here, s.code)):
        if here == shape.code and len(areas) > 1:  # a cercle often has the name of its region
            shape = replace(shape, name=_("Region of %(name)s") % {"name": shape.name})
        options = label_options(shape, circles.get(shape.code))
        if is_part and shape.code not in within and shape.code not in circles:
            options = free_options(options, LABEL, taken, ground.height, inside=shape)
        if options:
            label = best_of(options, LABEL, taken, ground.height)
            taken.append(text_box(label, LABEL))
            labels.append(rounded(centred(label, LABEL), is_here=shape.code == here))
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


def _drawn_regions(ground: Ground, here: str, links: Mapping[str, str]) -> tuple[Outline, ...]:
    """Return the regions, the one in question last, so that its outline covers the others."""
    drawn = [Outline(s.code, s.name, s.d, s.code == here, links.get(s.code, "")) for s in ground.regions]
    return tuple(sorted(drawn, key=lambda region: region.is_here))


def _neighbour_labels(ground: Ground, taken: list[TextBox]) -> tuple[Text, ...]:
    """Return the names of neighbouring countries where they cover nothing."""
    labels = []
    for shape in ground.neighbours:
        word = shape.name.upper()
        rooms = [r for r in rooms_in(shape, NEIGHBOUR_LABEL) if r[2] > text_width(word, NEIGHBOUR_LABEL) * 1.35]
        options = [Text(word, x, y + NEIGHBOUR_LABEL * 0.33) for x, y, _room in rooms[:12]]
        free = free_options(options, NEIGHBOUR_LABEL, taken, ground.height)
        if free:
            taken.append(text_box(free[0], NEIGHBOUR_LABEL))
            labels.append(rounded(free[0]))
    return tuple(labels)


def _source_words(imported: Imported, has_cercles: bool) -> str:
    """Return the source of the outlines."""
    if has_cercles and imported.source_of_cercles == imported.source_of_regions:
        return _("Outlines of regions and cercles: %(source)s, simplified.") % {"source": imported.source_of_cercles}
    if imported.regions:
        said = _("Outlines of the regions: %(source)s, simplified.") % {"source": imported.source_of_regions}
    else:
        said = _("Outlines: Natural Earth, simplified.")
    if has_cercles:
        said += " " + _("Borders of the cercles: %(source)s, simplified.") % {"source": imported.source_of_cercles}
    return said


def _placed(rings: Iterable[Iterable[Point]], frame: Frame) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple(frame.at(*point) for point in ring) for ring in rings)


def _inner_borders(shapes: Iterable[Shape]) -> str:
    """Return the lines that two cercles share, as one path. The edge of a region has only its own outline."""
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
            d += "" if is_open else f"M{short(one[0])} {short(one[1])}"
            d += f"L{short(two[0])} {short(two[1])}"
            is_open = True
    return d


def _named_areas(shapes: Iterable[Shape], taken: list[TextBox], height: float) -> tuple[NamedArea, ...]:
    """Return the cercles that findings name, each with its name inside."""
    found = []
    for shape in shapes:
        label = best_of(label_options(shape, None), AREA_LABEL, taken, height)
        taken.append(text_box(label, AREA_LABEL))
        found.append(NamedArea(shape.code, shape.name, shape.d, rounded(centred(label, AREA_LABEL))))
    return tuple(found)


def _area_labels(shapes: Iterable[Shape], taken: list[TextBox], height: float) -> tuple[Text, ...]:
    """Return the names of the other cercles, if there is room for them."""
    labels = []
    for shape in shapes:
        free = free_options(label_options(shape, None), NEIGHBOUR_LABEL, taken, height, inside=shape)
        if free:
            taken.append(text_box(free[0], NEIGHBOUR_LABEL))
            labels.append(rounded(centred(free[0], NEIGHBOUR_LABEL)))
    return tuple(labels)


def _circles(
    by_code: Mapping[str, Shape], figures: Mapping[str, int], taken: list[TextBox], height: float, largest: int
) -> dict[str, Circle]:
    """Return circles with an area in proportion to the number, and reserve their room."""
    largest = max([largest, *figures.values()])
    circles = {}
    for code, figure in sorted(figures.items(), key=lambda item: (-item[1], item[0])):
        if code not in by_code or figure < 0:
            continue
        x, y = middle_of(by_code[code])
        r = LARGEST_CIRCLE * math.sqrt(figure / largest) if largest else 0.0
        words = number_format(figure, use_l10n=True, force_grouping=True)
        is_inside = text_width(words, PLACE_LABEL) < 1.75 * r
        number = Text(words, x, y)
        if not is_inside:
            beside = [Text(words, x + r + 4, y + 4, "start"), Text(words, x - r - 4, y + 4, "end")]
            chosen = best_of(beside, PLACE_LABEL, taken, height)
            taken.append(text_box(chosen, PLACE_LABEL))
            number = Text(words, chosen.x, y, chosen.anchor)
        taken.append(TextBox(x - r, y - r, x + r, y + r))
        circles[code] = Circle(rounded_number(x), rounded_number(y), round(max(r, SMALLEST_CIRCLE), 2), rounded(number))
    return circles
