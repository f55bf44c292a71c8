"""Places whose name has a similar spelling."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from coi.gazetteer.hierarchy import RANK, Kind
from coi.gazetteer.labels import candidates_of, other_names
from coi.gazetteer.results import Candidate
from coi.models import Place, PlaceName
from coi.text.folding import name_key

NEAR_ENOUGH = 72  # of 100, rapidfuzz: "Ogossagu" is 94 to Ogossagou


def near_areas(name: str, country: str) -> list[Place]:
    kinds = (Kind.REGION, Kind.CERCLE)
    spellings = list(Place.objects.filter(country=country, kind__in=kinds).values_list("folded", "pk"))
    spellings += PlaceName.objects.filter(place__country=country, place__kind__in=kinds).values_list(
        "folded", "place_id"
    )
    return list(_closest(name_key(name), spellings, 5))


def near(name: str, *, country: str, limit: int = 5) -> tuple[Candidate, ...]:
    """Return places of the country with a similar name or other name, the closest first."""
    found = near_places(name, country.upper(), limit)
    return candidates_of(found, country=country, called=near_names(found))


def near_names(found: Mapping[Place, str]) -> dict[int, str]:
    """Return the other name that is similar for each place, if it is not its own name."""
    keys = {place.pk: key for place, key in found.items()}
    return other_names(found, lambda pk, key: keys[pk] == key)


def near_places(name: str, country: str, limit: int) -> dict[Place, str]:
    """Return the places, the closest first, each with the key of the similar name."""
    spellings = list(Place.objects.filter(country=country).order_by("pk").values_list("folded", "pk"))
    others = PlaceName.objects.filter(place__country=country).order_by("pk").values_list("folded", "place_id")
    return _closest(name_key(name), [*spellings, *others], limit)


def _closest(key: str, spellings: Sequence[tuple[str, int]], limit: int) -> dict[Place, str]:
    hits = process.extract(
        key, [s for s, _pk in spellings], scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=limit * 6
    )
    scores: dict[int, float] = {}
    keys: dict[int, str] = {}
    for spelling, score, position in hits:
        pk = spellings[position][1]
        scores.setdefault(pk, score)
        keys.setdefault(pk, spelling)
    found = Place.objects.in_bulk(list(scores))
    order = sorted(found, key=lambda pk: (-scores[pk], RANK[Kind(found[pk].kind)], found[pk].name, found[pk].code))
    return {found[pk]: keys[pk] for pk in order[:limit]}
