"""Places whose name is spelled nearly so."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from coi.gazetteer.hierarchy import RANK, Kind
from coi.gazetteer.labels import candidates_of
from coi.gazetteer.results import Candidate
from coi.models import Place, PlaceName
from coi.names import fold

NEAR_ENOUGH = 72  # of 100, rapidfuzz: "Ogossagu" is 94 to Ogossagou


def near_areas(folded: str, country: str) -> list[Place]:
    kinds = (Kind.REGION, Kind.CIRCLE)
    spellings = list(Place.objects.filter(country=country, kind__in=kinds).values_list("folded", "pk"))
    spellings += PlaceName.objects.filter(place__country=country, place__kind__in=kinds).values_list(
        "folded", "place_id"
    )
    return _closest(folded, spellings, 5)


def near(name: str, *, country: str, limit: int = 5) -> tuple[Candidate, ...]:
    """Places of the country whose name or other name is spelled nearly so, the nearest first."""
    return candidates_of(near_places(fold(name), country.upper(), limit), country=country)


def near_places(folded: str, country: str, limit: int) -> list[Place]:
    spellings = list(Place.objects.filter(country=country).order_by("pk").values_list("folded", "pk"))
    others = PlaceName.objects.filter(place__country=country).order_by("pk").values_list("folded", "place_id")
    return _closest(folded, [*spellings, *others], limit)


def _closest(folded: str, spellings: Sequence[tuple[str, int]], limit: int) -> list[Place]:
    hits = process.extract(
        folded, [s for s, _pk in spellings], scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=limit * 6
    )
    scores: dict[int, float] = {}
    for _spelling, score, position in hits:
        scores.setdefault(spellings[position][1], score)
    found = Place.objects.in_bulk(list(scores))
    order = sorted(found, key=lambda pk: (-scores[pk], RANK[Kind(found[pk].kind)], found[pk].name, found[pk].code))
    return [found[pk] for pk in order[:limit]]
