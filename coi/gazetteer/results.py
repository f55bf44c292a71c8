"""The results of resolving a name: places, and refusals with a next step."""

from dataclasses import dataclass
from enum import Enum

from coi.models import Place
from matching.facts import Place as PlaceValue


class Asks(Enum):
    """Whether to ask about a name that larger and smaller places share: a region, its cercle and its town."""

    NEVER = "never"  # it means the largest; ``also`` lists the other places with the name
    ALONE = "alone"  # ask if no area is given with it, or if one with the name is elsewhere in that area
    ALWAYS = "always"


@dataclass(frozen=True)
class Candidate:
    """A place to choose. ``label``, if typed, means this place."""

    label: str
    code: str
    hint: str


@dataclass(frozen=True)
class Suggestion:
    """A line of the suggestions shown while a name is typed."""

    value: str
    label: str
    hint: str
    code: str

    def as_dict(self) -> dict[str, str]:
        """Return the line as the JSON view sends it."""
        return {"value": self.value, "label": self.label, "hint": self.hint}


@dataclass(frozen=True)
class Resolved:
    """A typed name and the place that it means.

    If ``located`` is false, ``place`` is the area and the name is kept as typed. ``also`` are other places with the
    name, ``names`` goes from the place up to the country, ``region`` is empty if the place is in none.
    """

    typed: str
    place: Place
    located: bool
    also: tuple[Place, ...]
    value: PlaceValue
    names: tuple[str, ...]
    region: str


class PlaceError(ValueError):
    """The typed text does not resolve. The message says what is accepted."""

    def __init__(self, message: str, candidates: tuple[Candidate, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.candidates = candidates


class AmbiguousPlace(PlaceError):
    """Several places have the name; ``candidates`` are all of them."""


class UnknownPlace(PlaceError):
    """No place has the name; ``candidates`` are similar spellings, if any."""
