"""Places to offer while a name is typed."""

from collections.abc import Sequence
from itertools import permutations

from django.db.models import Q

from coi.gazetteer.deciding import IMPORTED
from coi.gazetteer.hierarchy import RANK, SETTLEMENTS, Ground, Kind
from coi.gazetteer.labels import Describer
from coi.gazetteer.resolving import by_id
from coi.gazetteer.results import PlaceError, Suggestion
from coi.gazetteer.spelling import near_places
from coi.gazetteer.typed import Typed, read
from coi.models import Place, PlaceName


def search(q: str, *, country: str, limit: int = 10) -> list[Suggestion]:
    """Places to offer while a name is typed: exact names, then beginnings, then near spellings.

    Those of the case's country come first. Every ``value`` resolves to its own place.
    """
    try:
        typed = read(q)
    except PlaceError:
        return []
    if typed.code:
        try:
            places = [by_id(typed.code).place]
        except PlaceError:
            return []
    else:
        places = _beginning(typed, country.upper(), limit)
    if not places:
        return []
    describer = Describer(places, country)
    return [Suggestion(value=describer.label(p), label=p.name, hint=describer.hint(p), code=p.code) for p in places]


def _beginning(typed: Typed, country: str, limit: int) -> list[Place]:
    name = typed.folded
    begins = Q(folded__startswith=name) if not typed.areas else Q(folded=name)
    named = PlaceName.objects.filter(begins).values("place_id")
    found = Place.objects.filter(begins | Q(pk__in=named))
    exact = {*PlaceName.objects.filter(folded=name).values_list("place_id", flat=True)}

    def closeness(place: Place) -> tuple[object, ...]:
        is_exact = place.folded == name or place.pk in exact
        rank = 0 if place.kind in SETTLEMENTS and not is_exact else RANK[Kind(place.kind)]
        return (not is_exact, place.kind in SETTLEMENTS, rank, -place.population, place.name, place.code)

    home = list(found.filter(country=country))
    abroad = list(
        found.exclude(country=country).exclude(kind=Kind.MACRO_AREA).exclude(source=IMPORTED)
        if not typed.areas
        else found.exclude(country=country)
    )
    if typed.areas:
        ground = Ground([*home, *abroad], [country])
        home, abroad = ([p for p in some if _begins_within(ground.above(p), typed.areas)] for some in (home, abroad))
    places = [*sorted(home, key=closeness), *sorted(abroad, key=closeness)][:limit]
    if not places and len(name) >= 3 and not typed.areas:
        places = near_places(name, country, limit)
    return places


def _begins_within(above: Sequence[Place], areas: Sequence[str]) -> bool:
    """Each part typed so far begins the name of another area that the place lies in."""
    if len(areas) > len(above):
        return False
    return any(
        all(area.folded.startswith(part) for area, part in zip(chosen, areas, strict=True))
        for chosen in permutations(above, len(areas))
    )
