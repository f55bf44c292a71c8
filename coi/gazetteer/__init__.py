"""Names to places: a typed name is resolved, never guessed.

``resolve`` takes ``name``, ``name, region``, ``name, circle`` or ``name, circle, region``, with or
without accents, and a country at the end where wanted. One hit is taken; several are offered; where
there is none, near spellings are. A region comes before all else that bears its bare name, and a
circle, once its area is given, before a town inside it. Reads only; the areas are kept in memory until a place changes.
"""

from coi.gazetteer.deciding import IMPORTED
from coi.gazetteer.distances import bearing_words, distance_km
from coi.gazetteer.hierarchy import AREAS, SETTLEMENTS, area_names, value_of, values_of
from coi.gazetteer.labels import candidates_of, label_of
from coi.gazetteer.resolving import by_id, is_name_of, located, resolve
from coi.gazetteer.results import AmbiguousPlace, Asks, Candidate, PlaceError, Resolved, Suggestion, UnknownPlace
from coi.gazetteer.spelling import NEAR_ENOUGH, near
from coi.gazetteer.suggesting import search
from coi.gazetteer.typed import LONGEST

__all__ = [
    "AREAS",
    "IMPORTED",
    "LONGEST",
    "NEAR_ENOUGH",
    "SETTLEMENTS",
    "AmbiguousPlace",
    "Asks",
    "Candidate",
    "PlaceError",
    "Resolved",
    "Suggestion",
    "UnknownPlace",
    "area_names",
    "bearing_words",
    "by_id",
    "candidates_of",
    "distance_km",
    "is_name_of",
    "label_of",
    "located",
    "near",
    "resolve",
    "search",
    "value_of",
    "values_of",
]
