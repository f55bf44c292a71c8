"""Places for words on a map: inside an outline or around a point, without covering anything."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coi.maps.outlines import Point, Room, Shape
from coi.maps.svg_map import WIDTH, Circle, Text

LABEL, PLACE_LABEL, NEIGHBOUR_LABEL, AREA_LABEL = 13.0, 14.0, 11.0, 12.0  # sizes of letters, as in app.css
SCAN_LINES = 40


@dataclass(frozen=True)
class TextBox:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "TextBox") -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def outside(self, width: float, height: float) -> float:
        whole = (self.right - self.left) * (self.bottom - self.top)
        return whole - self.overlap(TextBox(2, 2, width - 2, height - 2))


def text_width(text: str, size: float) -> float:
    return len(text) * size * 0.54


def text_box(text: Text, size: float) -> TextBox:
    wide = text_width(text.text, size)
    left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
    return TextBox(left, text.y - 0.8 * size, left + wide, text.y + 0.25 * size)


def centred(text: Text, size: float) -> Text:
    """Return the same label positioned by its middle, because the stylesheet centres names of regions."""
    box = text_box(text, size)
    return Text(text.text, (box.left + box.right) / 2, text.y)


def rooms_in(shape: Shape, size: float) -> list[Room]:
    """Return places for words of this size inside the outline, widest first. They are looked for once."""
    if size not in shape.rooms:
        shape.rooms[size] = _rooms_in(shape.rings, size)
    return shape.rooms[size]


def _rooms_in(rings: Sequence[Sequence[Point]], size: float) -> list[Room]:
    ys = [y for ring in rings for _, y in ring]
    top, bottom = min(ys), max(ys)
    found = []
    lines = [top + (bottom - top) * n / SCAN_LINES for n in range(1, SCAN_LINES)]
    offsets = (-size * 0.5, 0, size * 0.4)
    spans_at = _spans_at(rings, {y + dy for y in lines for dy in offsets})
    for y in lines:
        spans = [spans_at[y + dy] for dy in offsets]
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


def _spans_at(rings: Sequence[Sequence[Point]], heights: Collection[float]) -> dict[float, list[tuple[float, float]]]:
    """Return, for each height, where a line at that height is inside the outline. Each side is visited only once."""
    lines = sorted(heights)
    crossings: list[list[float]] = [[] for _y in lines]
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            low, high = (y1, y2) if y1 < y2 else (y2, y1)
            for n in range(bisect_left(lines, low), bisect_left(lines, high)):
                crossings[n].append(x1 + (lines[n] - y1) / (y2 - y1) * (x2 - x1))
    for found in crossings:
        found.sort()
    return {y: list(zip(xs[::2], xs[1::2], strict=False)) for y, xs in zip(lines, crossings, strict=True)}


def holds(shape: Shape, box: TextBox) -> bool:
    """Return whether the middle of the box is inside the outline."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    crossings = [
        x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        for ring in shape.rings
        for (x1, y1), (x2, y2) in pairwise(ring)
        if y1 <= y < y2 or y2 <= y < y1
    ]
    crossings.sort()
    return any(left <= x <= right for left, right in zip(crossings[::2], crossings[1::2], strict=False))


def middle_of(shape: Shape) -> Point:
    """Return a point well inside the outline."""
    rooms = rooms_in(shape, 4)
    if rooms:
        return rooms[0][0], rooms[0][1]
    ring = shape.rings[0]
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def best_of(options: Sequence[Text], size: float, taken: Sequence[TextBox], height: float) -> Text:
    """Return the first option that overlaps nothing, else the one that overlaps least."""

    def badness(option: Text) -> float:
        box = text_box(option, size)
        return sum(box.overlap(other) for other in taken) + 2 * box.outside(WIDTH, height)

    return min(options, key=badness)


def free_options(
    options: Iterable[Text], size: float, taken: Sequence[TextBox], height: float, inside: Shape | None = None
) -> list[Text]:
    """Return the options that are in the picture and cover nothing, and are inside a shape if one is given."""
    boxes = [(option, text_box(option, size)) for option in options]
    return [
        option
        for option, box in boxes
        if box.outside(WIDTH, height) <= 0
        and not any(box.overlap(other) for other in taken)
        and (inside is None or holds(inside, box))
    ]


def options_around(text: str, x: float, y: float, gap: float, size: float) -> list[Text]:
    """Return places for words around a point, the preferred ones first."""
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


def label_options(shape: Shape, circle: Circle | None) -> list[Text]:
    if circle is not None:
        gap = max(circle.r + 4, 9.0)
        above = Text(shape.name, circle.x, circle.y - gap)
        below = Text(shape.name, circle.x, circle.y + gap + LABEL * 0.75)
        left = Text(shape.name, circle.x - gap, circle.y + LABEL * 0.33, "end")
        options = [below, above, left, *options_around(shape.name, circle.x, circle.y, gap, LABEL)]
        own = [option for option in options if holds(shape, text_box(option, LABEL))]
        return own or [above, below, left]
    wide = text_width(shape.name, LABEL)
    rooms = rooms_in(shape, LABEL)
    inside = [Text(shape.name, x, y + LABEL * 0.33) for x, y, room in rooms if room > wide]
    if inside:
        return inside
    x, y = middle_of(shape)
    xs, ys = ([point[axis] for ring in shape.rings for point in ring] for axis in (0, 1))
    beside = options_around(shape.name, x, y, max(xs) - x + 3, LABEL)
    if max(ys) - min(ys) < 2 * LABEL:  # words would hide it
        return beside
    return [*(Text(shape.name, x, y + LABEL * 0.33) for x, y, _room in rooms), *beside]
