"""Suggestions of places while a name is typed."""

from collections.abc import Sequence
from functools import partial
from itertools import permutations

from django.db.models import Q
from django.utils.translation import gettext as _

from coi.gazetteer.area_words import newer_region, without_kind_word
from coi.gazetteer.deciding import IMPORTED
from coi.gazetteer.hierarchy import RANK, Ground, Kind, chunks
from coi.gazetteer.labels import Describer, other_names
from coi.gazetteer.resolving import by_id
from coi.gazetteer.results import PlaceError, Suggestion
from coi.gazetteer.spelling import near_names, near_places
from coi.gazetteer.typed import Typed, read
from coi.models import Place, PlaceName
from coi.text.collation import reading_order
from coi.text.folding import name_key

SHORTEST_NEAR = 3  # from this many letters on, similar spellings are offered


def search(q: str, *, country: str, limit: int = 10) -> list[Suggestion]:
    """Suggest places while a name is typed: exact names, then beginnings, then similar spellings.

    Those of the case's country come first. A place that is suggested by another of its names says which. Every
    ``value`` resolves to its own place.
    """
    try:
        typed = read(q)
        if typed.code:
            places, newer = {by_id(typed.code).place: ""}, []
        else:
            places, newer = _offered(typed, country.upper(), limit), _newer(typed, country.upper())
    except PlaceError:
        return []
    if not places:
        return newer
    describer = Describer(list(places), country)
    return newer + [
        Suggestion(
            value=describer.label(place),
            label=_("%(name)s, also called %(other)s") % {"name": place.name, "other": other} if other else place.name,
            hint=describer.hint(place),
            code=place.code,
        )
        for place, other in places.items()
    ]


def _newer(typed: Typed, country: str) -> list[Suggestion]:
    """Suggest a region newer than the stored map, once its name is complete."""
    area = _older_area(typed, country)
    if area is None or newer_region(area.name, country) == area.code:  # the area is the region and is suggested itself
        return []
    value = typed.name if without_kind_word(typed.name) else _("%(name)s region") % {"name": typed.name}
    hint = _("newer region, not in the place list: kept as typed in %(area)s") % {"area": area.name}
    return [Suggestion(value, typed.name, hint, "")]


def _older_area(typed: Typed, country: str) -> Place | None:
    code = newer_region(typed.name, country) if not typed.areas else ""
    return Place.objects.filter(code=code).first() if code else None


def _offered(typed: Typed, country: str, limit: int) -> dict[Place, str]:
    """Return places in the order of suggestion, each with the other name that led to it, if any."""
    for name, kinds in [(typed.name, tuple(Kind)), *without_kind_word(typed.name)]:
        key = name_key(name)
        if key and (found := _beginning(key, kinds, typed.areas, country, limit)):
            others = other_names(found, partial(_begins_with, key))
            return {place: others.get(place.pk, "") for place in found}
    if area := _older_area(typed, country):
        return {area: ""} if newer_region(area.name, country) == area.code else {}
    if len(typed.folded) < SHORTEST_NEAR or typed.areas:
        return {}
    near = near_places(typed.name, country, limit)
    others = near_names(near)
    return {place: others.get(place.pk, "") for place in near}


def _begins_with(key: str, _pk: int, name: str) -> bool:
    return name.startswith(key)


def _beginning(key: str, kinds: Sequence[Kind], areas: Sequence[str], country: str, limit: int) -> list[Place]:
    """Return places with a name that starts with the key, or is the key if areas are given; the closest first."""
    fits = Q(folded=key) if areas else Q(folded__startswith=key)
    by_other_name = dict.fromkeys(PlaceName.objects.filter(fits).values_list("place_id", flat=True), False)
    by_other_name |= dict.fromkeys(PlaceName.objects.filter(folded=key).values_list("place_id", flat=True), True)
    found = [*Place.objects.filter(fits, kind__in=kinds)]
    held = {p.pk for p in found}
    for some in chunks([pk for pk in by_other_name if pk not in held]):
        found += Place.objects.filter(pk__in=some, kind__in=kinds)
    if areas:
        ground = Ground(found, [country])
        found = [p for p in found if _begins_within(ground.above(p), areas)]
    else:
        found = [p for p in found if p.country == country or (p.kind != Kind.MACRO_AREA and p.source != IMPORTED)]

    def closeness(place: Place) -> tuple[object, ...]:
        is_own, is_exact = place.folded.startswith(key), place.folded == key or by_other_name.get(place.pk, False)
        return (
            place.country != country,
            not is_exact,
            place.folded != key if is_exact else not is_own,
            RANK[Kind(place.kind)],
            -place.population,
            len(place.folded) if is_own else 0,
            reading_order(place.name),
            place.code,
        )

    return sorted(found, key=closeness)[:limit]


def _begins_within(above: Sequence[Place], areas: Sequence[str]) -> bool:
    """Return whether each typed part is the beginning of the name of a different area around the place."""
    if len(areas) > len(above):
        return False
    return any(
        all(area.folded.startswith(name_key(part)) for area, part in zip(chosen, areas, strict=True))
        for chosen in permutations(above, len(areas))
    )
