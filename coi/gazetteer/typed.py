"""The parts of a typed place: its name and the areas given with it."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coi.gazetteer.results import UnknownPlace
from coi.text import characters
from coi.text.folding import fold

LONGEST = 400  # characters of a typed place: a name takes 200 at most, then its areas or code
MOST_AREAS = 4  # after the name: cercle, region, a part of the country, country
CODE_IN_BRACKETS = re.compile(r"^(?P<name>.*?)\s*\[(?P<code>[^\[\]]+)\]$", re.DOTALL)


@dataclass(frozen=True)
class Typed:
    text: str
    name: str
    areas: tuple[str, ...]  # folded
    code: str = ""

    @property
    def folded(self) -> str:
        return fold(self.name)


def read(text: object) -> Typed:
    """Return the parts of a typed place. Refuses characters that no place name has."""
    if not isinstance(text, str):
        raise UnknownPlace(_("Write a place as a name, as name, region, or as name, cercle, region."))
    if len(text) > LONGEST:
        raise UnknownPlace(_("A place may have at most %(count)d characters.") % {"count": LONGEST})
    text = " ".join(characters.cleaned(text).split())
    if problem := characters.problem_with(text):
        raise UnknownPlace(problem)
    if bracketed := CODE_IN_BRACKETS.match(text):
        return Typed(text, bracketed["name"], (), bracketed["code"].strip())
    name, *areas = (part.strip() for part in text.split(","))
    folded = tuple(f for f in map(fold, areas) if f)
    if len(folded) > MOST_AREAS:
        raise UnknownPlace(_("Write a name, then at most its cercle, region and country, separated by commas."))
    if not fold(name):
        raise UnknownPlace(_("Write the name of a place, or name, region, or name, cercle, region."))
    return Typed(text, name, folded)
