"""The places that a typed name leads to, and the refusals that offer a way on."""

from dataclasses import dataclass
from enum import Enum

from coi.models import Place
from matching.facts import Place as PlaceValue


class Asks(Enum):
    """Whether a name that larger and smaller places share is asked about: a region, its circle and its town."""

    NEVER = "never"  # it means the largest, and ``also`` says what else bears it
    ALONE = "alone"  # asked about if no area is given with it, or if one that bears it lies elsewhere in that area
    ALWAYS = "always"


@dataclass(frozen=True)
class Candidate:
    """A place on offer. ``label``, typed again, means this place."""

    label: str
    code: str
    hint: str


@dataclass(frozen=True)
class Suggestion:
    """A line of a type-ahead list."""

    value: str
    label: str
    hint: str
    code: str

    def as_dict(self) -> dict[str, str]:
        """As the JSON view gives it."""
        return {"value": self.value, "label": self.label, "hint": self.hint}


@dataclass(frozen=True)
class Resolved:
    """A typed name and the place that it means.

    ``place`` is the area where ``located`` is false: the name is then kept as typed. ``also`` is
    what else bears the name, ``names`` runs from the place up to the country, ``region`` is empty
    where the place lies in none.
    """

    typed: str
    place: Place
    located: bool
    also: tuple[Place, ...]
    value: PlaceValue
    names: tuple[str, ...]
    region: str


class PlaceError(ValueError):
    """The typed place settles nothing; the message says what would be accepted."""

    def __init__(self, message: str, candidates: tuple[Candidate, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.candidates = candidates


class AmbiguousPlace(PlaceError):
    """Several places bear the name; ``candidates`` are all of them."""


class UnknownPlace(PlaceError):
    """No place bears the name; ``candidates`` are near spellings, and may be none."""
