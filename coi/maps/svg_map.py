"""The values that ``templates/coi/maps/map.svg.html`` draws, in the units of the picture."""

from dataclasses import dataclass

WIDTH = 400.0


@dataclass(frozen=True)
class Outline:
    """The outline of a region or a neighbour; ``href`` is the link of a region."""

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
        """The dash pattern for a part of a year, adapted so that small circles stay recognisable."""
        return "6 4" if self.r > 8 else "2 1.5"


@dataclass(frozen=True)
class NamedArea:
    """A cercle that findings name: its outline, and its name if there is room."""

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
    inner_borders: str = ""  # between cercles, as one path
    area_labels: tuple[Text, ...] = ()
    named: tuple[NamedArea, ...] = ()
    of_part_year: bool = False  # the circles are numbers of a part of a year
    source: str = ""

    @property
    def has_approximate(self) -> bool:
        return any(mark.is_approximate for mark in self.marks)

    @property
    def has_here(self) -> bool:
        """Whether the map highlights one region."""
        return any(region.is_here for region in self.regions)


def rounded_number(value: float) -> float:
    return round(value, 1)


def short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def rounded(text: Text, is_here: bool = False) -> Text:
    return Text(text.text, rounded_number(text.x), rounded_number(text.y), text.anchor, is_here)
