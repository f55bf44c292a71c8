"""Resolves a typed name to the place that it means."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from coi.gazetteer.area_words import without_kind_word
from coi.gazetteer.deciding import Decision, Index
from coi.gazetteer.hierarchy import Ground, Kind, has_regions
from coi.gazetteer.labels import candidates_of
from coi.gazetteer.refusing import ambiguous, not_held, unknown, unknown_area
from coi.gazetteer.results import Asks, Resolved, UnknownPlace
from coi.gazetteer.typed import CODE_IN_BRACKETS, Typed, read
from coi.memory import all_kept_with_library, kept_with_library
from coi.models import Place, PlaceName
from coi.text.folding import fold, name_key
from matching.facts import Place as PlaceValue

_GEONAMES = re.compile(r"(?:gn-)?([0-9]{1,9})", re.IGNORECASE)


def index_of(texts: Iterable[str], country: str) -> Index:
    """Read at once what ``resolve`` needs for all of these texts in a case of this country."""
    names = {fold(country)}
    for text in texts:
        with suppress(UnknownPlace):  # resolve says what is wrong with it
            typed = read(text)
            names |= {typed.folded, *typed.areas}
    return Index(names, country)


def resolve(
    text: str | Mapping[str, object],
    *,
    country: str,
    held: bool = False,
    asks: Asks = Asks.NEVER,
    index: Index | None = None,
) -> Resolved:
    """Return the place that a typed text means in a case of this country (ISO 3166-1 alpha-2).

    An unknown name is kept in the area given with it; with ``held``, which the library's own items need, it is
    refused. ``asks`` says whether the user is asked about a shared name. An object ``{"gazetteer_id": …}`` is looked
    up by ``by_id``. ``index`` is that of ``index_of`` if several are resolved. Raises AmbiguousPlace with the candidates,
    UnknownPlace with similar spellings.
    """
    if isinstance(text, Mapping):
        return by_id(text)
    typed = read(text)
    if typed.code:
        found = by_id(typed.code, typed=typed.text)
        if not is_name_of(typed.name, found.place):
            raise UnknownPlace(
                _("%(code)s is %(name)s, not %(typed)s. Write the name alone, or %(name)s [%(code)s].")
                % {"code": found.place.code, "name": found.place.name, "typed": typed.name},
                candidates_of([found.place], country=country),
            )
        return found
    index = index or index_of([typed.text], country)
    home = index.ground.countries.get(index.country)
    if home is None:
        raise UnknownPlace(_("%(code)s is not the code of a country (ISO 3166-1).") % {"code": country})
    decision = index.decide(typed)
    if (
        held and decision.inside is not None and len(decision.asked) == 1
    ):  # a region that is not in the place list is no choice here
        decision = Decision(taken=decision.asked[0])
    if decision.taken is not None and index.is_shared(decision, typed, asks):
        raise ambiguous(typed, Decision(asked=(decision.taken, *decision.also)), index.country)
    if decision.taken is not None:
        return _located(index.ground, decision.taken, typed.text, decision.also)
    if decision.asked:
        raise ambiguous(typed, decision, index.country)
    if held:
        raise not_held(index, typed, home)
    if decision.inside is not None:
        return _kept_inside(index, typed, typed.name, decision.inside)
    return _not_located(index, typed, home, decision.elsewhere)


def _located(ground: Ground, place: Place, typed: str, also: tuple[Place, ...] = ()) -> Resolved:
    return Resolved(
        typed=typed,
        place=place,
        located=True,
        also=also,
        value=ground.value(place),
        names=ground.names(place),
        region=ground.region_name(place),
    )


def _not_located(index: Index, typed: Typed, home: Place, elsewhere: tuple[Place, ...]) -> Resolved:
    """Return the name as typed, inside its given area. A country is accepted only if it has no regions here."""
    name = typed.name
    area: Place | None = None
    if typed.areas:
        area = index.smallest_area(typed)
        if area is None and not index.holds_places():
            area, name = home, typed.text
        if area is None:
            raise unknown_area(index, typed)
    elif not index.holds_places():
        area = home
    if area is None or (area.kind == Kind.COUNTRY and has_regions(area.country)):
        raise unknown(typed, area or home, elsewhere)
    return _kept_inside(index, typed, name, area)


def _kept_inside(index: Index, typed: Typed, name: str, area: Place) -> Resolved:
    """Return the name as typed. It is matched by its area."""
    ground = index.ground
    inner = ground.value(area)
    code = f"typed:{fold(name)}@{area.code}"
    return Resolved(
        typed=typed.text,
        place=area,
        located=False,
        also=tuple(p for p in index.bearers(typed.folded) if p.country == area.country),
        value=PlaceValue(
            code=code,
            name=name,
            country=area.country,
            lineage=inner.lineage | {code},
            regions=inner.regions,
            is_located=False,
        ),
        names=(name, *(ground.names(area)[area.kind == Kind.MACRO_AREA :])),
        region=ground.region_name(area),
    )


def by_id(value: object, *, typed: str = "") -> Resolved:
    """Return the place with this GeoNames id (``2452421``, ``gn-2452421``), code, P-code or ISO 3166-2 code.

    Also accepts the object of a case file, ``{"gazetteer_id": …}``.
    """
    wanted = value.get("gazetteer_id") if isinstance(value, Mapping) and set(value) == {"gazetteer_id"} else value
    text = "" if isinstance(wanted, bool) or not isinstance(wanted, int | str) else str(wanted).strip()
    try:
        place = kept_with_library(("a place by", text), lambda: _by_code(text))
    except Place.DoesNotExist as error:
        raise UnknownPlace(
            _(
                "No place has the identifier %(value)s. Give a GeoNames id such as gn-2452421, "
                "the P-code of a cercle such as ML0502, or the code of a region such as ML-5."
            )
            % {"value": text[:60] or _("given here")}
        ) from error
    return replace(_known([place])[place.pk].found, typed=typed or text)


def _by_code(text: str) -> Place:
    """Raises Place.DoesNotExist if no place has this identifier."""
    places = Place.objects.none()
    if geonames := _GEONAMES.fullmatch(text):
        if geonames[1].isascii():
            places = Place.objects.filter(geonames_id=int(geonames[1]))
    elif text and len(text) <= 60 and fold(text):
        codes = Q(code__iexact=text) | Q(pcode__iexact=text) | Q(iso_code__iexact=text)
        places = Place.objects.filter(codes).order_by("code")
    place: Place | None = places.first()
    if place is None:
        raise Place.DoesNotExist
    return place


@dataclass(frozen=True)
class _Known:
    """The part of a resolved place that does not depend on the typed text.

    It depends on the library alone and is cached.
    """

    found: Resolved
    keys: frozenset[str]  # of its names


def _known(places: Iterable[Place]) -> dict[int, _Known]:
    given = {place.pk: place for place in places}

    def read(missing: list[int]) -> dict[int, _Known]:
        ground = Ground([given[pk] for pk in missing])
        keys: dict[int, set[str]] = {pk: {given[pk].folded} for pk in missing}
        for pk, folded in PlaceName.objects.filter(place__in=missing).values_list("place_id", "folded"):
            keys[pk].add(folded)
        return {pk: _Known(_located(ground, given[pk], ""), frozenset(keys[pk])) for pk in missing}

    return all_kept_with_library("a place", list(given), read)


def located(places: Iterable[tuple[Place, str]]) -> list[Resolved]:
    """Return the places that texts were resolved to earlier, each with its text.

    Each place is read once for all cases.
    """
    pairs = list(places)
    known = _known(place for place, _text in pairs)
    return [replace(known[place.pk].found, typed=text) for place, text in pairs]


def is_name_of(typed: str, place: Place) -> bool:
    """Return whether the first part of the typed text is a name or alias of this place."""
    name = CODE_IN_BRACKETS.sub(lambda found: found["name"], typed).split(",")[0]
    keys = _known([place])[place.pk].keys
    bare = [name for name, kinds in without_kind_word(name) if place.kind in kinds]
    return any(name_key(n) in keys for n in (name, *bare))
