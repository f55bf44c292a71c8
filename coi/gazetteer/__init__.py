"""The gazetteer: resolves a typed name to a place and never guesses.

``resolve`` accepts ``name``, ``name, region``, ``name, cercle`` or ``name, cercle, region``, with or without accents
and with an optional country at the end. A single match is taken. Several are offered. Without a match, similar
spellings are offered. A region takes precedence over other places with the same name and, once its area is given, a
cercle over a town inside it. Reads only; the areas are kept in memory until a place changes.
"""

from coi.gazetteer.deciding import IMPORTED, Index
from coi.gazetteer.distances import bearing_words, distance_km
from coi.gazetteer.hierarchy import AREAS, SETTLEMENTS, area_names, chunks, is_country, value_of, values_of
from coi.gazetteer.labels import candidates_of, label_of
from coi.gazetteer.resolving import by_id, index_of, is_name_of, located, resolve
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
    "Index",
    "PlaceError",
    "Resolved",
    "Suggestion",
    "UnknownPlace",
    "area_names",
    "bearing_words",
    "by_id",
    "candidates_of",
    "chunks",
    "distance_km",
    "index_of",
    "is_country",
    "is_name_of",
    "label_of",
    "located",
    "near",
    "resolve",
    "search",
    "value_of",
    "values_of",
]
