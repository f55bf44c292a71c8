"""Names to places: what a person types is resolved, never guessed.

``resolve`` takes ``name``, ``name, region``, ``name, circle`` or ``name, circle, region``, with or
without accents, and a country at the end where wanted. One hit is taken; several are offered; where
there is none, near spellings are. A region comes before all else that bears its bare name, and a
circle, once its area is given, before a town inside it. Reads only; nothing is cached.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, product
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from coi.models import Place, PlaceName
from coi.names import fold
from coi.text import characters
from matching.facts import Place as PlaceValue

# What import_places writes as the source. A place that an import brought never takes a bare name
# away from one that was there before it: it is asked about.
IMPORTED = "GeoNames country dump (CC BY 4.0)"

LONGEST = 400  # characters of a typed place: a name takes 200 at most, then its areas or code
MOST_AREAS = 4  # after the name: circle, region, a part of the country, country
MOST_LISTED = 12  # candidates named in a message
NEAR_ENOUGH = 72  # of 100, rapidfuzz: "Ogossagu" is 94 to Ogossagou

Kind = Place.Kind
SETTLEMENTS = (Kind.TOWN, Kind.VILLAGE)
AREAS = (Kind.CIRCLE, Kind.REGION, Kind.MACRO_AREA, Kind.COUNTRY)
_RANK = {Kind.COUNTRY: 0, Kind.MACRO_AREA: 1, Kind.REGION: 2, Kind.CIRCLE: 3, Kind.TOWN: 4, Kind.VILLAGE: 5}
_CODE_IN_BRACKETS = re.compile(r"^(?P<name>.*?)\s*\[(?P<code>[^\[\]]+)\]$", re.DOTALL)
_GEONAMES = re.compile(r"(?:gn-)?([0-9]{1,9})", re.IGNORECASE)


# --- what comes out ---------------------------------------------------------------------------


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


# --- the ground: places and what they lie in --------------------------------------------------


class _Ground:
    """The areas of some countries, some settlements, and how they hang together; all in memory."""

    def __init__(self, places: Iterable[Place], countries: Iterable[str] = ()) -> None:
        given = {p.pk: p for p in places}
        wanted = {c.upper() for c in countries} | {p.country for p in given.values()}
        areas = Place.objects.filter(kind__in=AREAS).filter(Q(country__in=wanted) | Q(kind=Kind.COUNTRY))
        self.by_id: dict[int, Place] = {p.pk: p for p in areas} | given
        self.countries = {p.code: p for p in self.by_id.values() if p.kind == Kind.COUNTRY}
        self._parents: dict[int, list[int]] = defaultdict(list)
        through = Place.parents.through._default_manager
        for some in _chunks([pk for pk, p in self.by_id.items() if p.kind != Kind.COUNTRY]):
            links = through.filter(from_place_id__in=some).values_list("from_place_id", "to_place_id")
            for child, parent in links.order_by("from_place_id", "to_place_id"):
                if parent in self.by_id:
                    self._parents[child].append(parent)

    def above(self, place: Place) -> list[Place]:
        """All that it lies in, the smallest first."""
        seen: set[int] = set()
        waiting = [place.pk]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in seen and parent != place.pk:
                    seen.add(parent)
                    waiting.append(parent)
        if place.kind != Kind.COUNTRY and place.country in self.countries:
            seen.add(self.countries[place.country].pk)
        return sorted((self.by_id[pk] for pk in seen), key=lambda p: (-_RANK[Kind(p.kind)], p.name, p.code))

    def regions(self, place: Place) -> set[str]:
        """The regions that it is, lies in or, for a part of a country, reaches into."""
        if place.kind == Kind.COUNTRY:
            return set()
        regions = {p.code for p in [place, *self.above(place)] if p.kind == Kind.REGION}
        if place.kind == Kind.MACRO_AREA:
            for other in self.by_id.values():
                if other.kind in (Kind.REGION, Kind.CIRCLE, Kind.MACRO_AREA):
                    line = [other, *self.above(other)]
                    if place in line:
                        regions |= {p.code for p in line if p.kind == Kind.REGION}
        return regions

    def value(self, place: Place) -> PlaceValue:
        above = self.above(place)
        # a settlement of a region whose circle is not held may lie in any circle of it
        lacks_circle = (
            place.kind in SETTLEMENTS
            and any(p.kind == Kind.REGION for p in above)
            and not any(p.kind == Kind.CIRCLE for p in above)
        )
        return PlaceValue(
            code=place.code,
            name=place.name,
            country=place.country,
            lineage=frozenset({place.code, *(p.code for p in above)}),
            regions=frozenset(self.regions(place)),
            is_country=place.kind == Kind.COUNTRY,
            is_located=not lacks_circle,
        )

    def names(self, place: Place) -> tuple[str, ...]:
        """Its own name, then those of what it lies in; parts of the country are left out."""
        return (place.name, *(p.name for p in self.above(place) if p.kind != Kind.MACRO_AREA))

    def has_regions(self, country: str) -> bool:
        return any(p.country == country and p.kind == Kind.REGION for p in self.by_id.values())

    def region_name(self, place: Place) -> str:
        return next((p.name for p in [place, *self.above(place)] if p.kind == Kind.REGION), "")


def _chunks(items: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def values_of(places: Iterable[Place]) -> dict[str, PlaceValue]:
    """The values that matching works on, by code; three queries or so, however many places."""
    places = list(places)
    ground = _Ground(places)
    return {p.code: ground.value(p) for p in places}


def value_of(place: Place) -> PlaceValue:
    """The value that matching works on."""
    return values_of([place])[place.code]


# --- reading what was typed -------------------------------------------------------------------


@dataclass(frozen=True)
class _Typed:
    text: str
    name: str
    areas: tuple[str, ...]  # folded
    code: str = ""

    @property
    def folded(self) -> str:
        return fold(self.name)


def _read(text: object) -> _Typed:
    """The parts of a typed place; refuses what no place name holds."""
    if not isinstance(text, str):
        raise UnknownPlace(_("A place is written as a name, as name, region, or as name, circle, region."))
    if len(text) > LONGEST:
        raise UnknownPlace(_("A place is written in at most %(count)d characters.") % {"count": LONGEST})
    text = " ".join(characters.cleaned(text).split())
    if problem := characters.problem_with(text):
        raise UnknownPlace(problem)
    if bracketed := _CODE_IN_BRACKETS.match(text):
        return _Typed(text, bracketed["name"], (), bracketed["code"].strip())
    name, *areas = (part.strip() for part in text.split(","))
    folded = tuple(f for f in map(fold, areas) if f)
    if len(folded) > MOST_AREAS:
        raise UnknownPlace(_("Write a name, then at most its circle, region and country, with commas between them."))
    if not fold(name):
        raise UnknownPlace(_("Write the name of a place, or name, region, or name, circle, region."))
    return _Typed(text, name, folded)


# --- deciding ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Decision:
    """Either the place taken, or those to ask about, or neither."""

    taken: Place | None = None
    also: tuple[Place, ...] = ()
    asked: tuple[Place, ...] = ()


class _Index:
    """All places that bear any of some names, with their ground; decides among them."""

    def __init__(self, names: Iterable[str], country: str) -> None:
        self.country = country.upper()
        names = {n for n in names if n}
        codes = {form for n in names for form in (n, n.upper(), n.replace(" ", "-"), n.replace(" ", "-").upper())}
        self._bearers: dict[str, set[int]] = defaultdict(set)
        aliases: dict[int, set[str]] = defaultdict(set)
        hits: dict[int, Place] = {}
        for some in _chunks(sorted(names)):
            for pk, folded in PlaceName.objects.filter(folded__in=some).values_list("place_id", "folded"):
                aliases[pk].add(folded)
            hits |= {p.pk: p for p in Place.objects.filter(folded__in=some)}
        for some in _chunks(sorted(set(aliases) - set(hits))):
            hits |= {p.pk: p for p in Place.objects.filter(pk__in=some)}
        for some in _chunks(sorted(codes)):
            hits |= {p.pk: p for p in Place.objects.filter(Q(code__in=some) | Q(kind__in=AREAS, pcode__in=some))}
        for pk, place in hits.items():
            for folded in aliases[pk] | {place.folded}:
                self._bearers[folded].add(pk)
            # "ml", "ml 5" and "ml05" are as good as the name of an area
            for code in {place.code, place.pcode} if place.kind in AREAS else {place.code}:
                self._bearers[f"code {fold(code)}"].add(pk)
        self.ground = _Ground(hits.values(), [self.country])

    def bearers(self, folded: str) -> list[Place]:
        """Who bears the name, the largest first."""
        found = (self.ground.by_id[pk] for pk in self._bearers.get(folded, ()))
        return sorted(found, key=lambda p: (_RANK[Kind(p.kind)], -p.population, p.code))

    def coded(self, folded: str) -> list[Place]:
        """Whose code it is."""
        return [self.ground.by_id[pk] for pk in sorted(self._bearers.get(f"code {folded}", ()))]

    def areas(self, folded: str) -> list[Place]:
        """The areas of that name or code."""
        found = {p.pk: p for p in [*self.bearers(folded), *self.coded(folded)] if p.kind in AREAS}
        return list(found.values())

    def decide(self, typed: _Typed) -> _Decision:
        if typed.areas:
            return self._decide_within(typed)
        return self._decide_bare(typed)

    def _decide_bare(self, typed: _Typed) -> _Decision:
        found = self.bearers(typed.folded)
        found += [p for p in self.coded(typed.folded) if p not in found and _is_code(typed.name, p)]
        home = [p for p in found if p.country == self.country]
        # "the north" said of one country is not the north of another
        abroad = [p for p in found if p.country != self.country and p.kind != Kind.MACRO_AREA]
        if home:
            if all(p.source == IMPORTED for p in home):
                home += [p for p in abroad if p.source != IMPORTED]
            return self._pick(home)
        if not self.holds_places():
            abroad = [p for p in abroad if p.kind == Kind.COUNTRY]
        if len({p.country for p in abroad}) > 1:
            return _Decision(asked=tuple(abroad))
        decision = self._pick(abroad)
        if decision.taken is not None and decision.taken.source == IMPORTED:
            return _Decision(asked=tuple(abroad))
        return decision

    def _decide_within(self, typed: _Typed) -> _Decision:
        found = [p for p in self.bearers(typed.folded) if self.lies_within(p, typed.areas)]
        home = [p for p in found if p.country == self.country]
        if not home and not self.known_at_home(typed.areas):
            home = [p for p in found if p.country != self.country]
        circles = [p for p in home if p.kind == Kind.CIRCLE]
        inside = [p for p in home if p.kind in SETTLEMENTS and any(c in self.ground.above(p) for c in circles)]
        decision = self._pick([p for p in home if p not in inside])
        if decision.taken is not None:
            return _Decision(taken=decision.taken, also=(*decision.also, *inside))
        return _Decision(asked=(*decision.asked, *inside) if decision.asked else ())

    @staticmethod
    def _pick(places: Sequence[Place]) -> _Decision:
        """The one; or the one region, else the one larger part, among them; or none of them."""
        if len(places) == 1:
            return _Decision(taken=places[0])
        for kinds in ((Kind.REGION,), (Kind.MACRO_AREA, Kind.COUNTRY)):
            large = [p for p in places if p.kind in kinds]
            if len(large) == 1 and all(p.country == large[0].country for p in places):
                return _Decision(taken=large[0], also=tuple(p for p in places if p is not large[0]))
            if large:
                break
        return _Decision(asked=tuple(places))

    def lies_within(self, place: Place, areas: Sequence[str]) -> bool:
        """Each area named is another one of those that it lies in: "Gao, Gao, Gao" is the town."""
        above = self.ground.above(place)
        options = [[p.pk for p in self.areas(a) if p in above] for a in areas]
        if not all(options) or len(areas) > len(above):
            return False
        return any(len(set(chosen)) == len(chosen) for chosen in product(*options))

    def known_at_home(self, areas: Sequence[str]) -> bool:
        """Whether every area named is one of the case's country."""
        return all(any(p.country == self.country for p in self.areas(a)) for a in areas)

    def holds_places(self) -> bool:
        """Whether anything is held of the case's country besides itself."""
        if any(p.country == self.country and p.kind != Kind.COUNTRY for p in self.ground.by_id.values()):
            return True
        return Place.objects.filter(country=self.country).exclude(kind=Kind.COUNTRY).exists()

    def smallest_area(self, typed: _Typed) -> Place | None:
        """The area meant by the parts after the name; None where a part is no area.

        Raises UnknownPlace where the parts do not lie in each other, AmbiguousPlace where several
        chains of areas fit and none of them ends in a region.
        """
        options = [self.areas(a) for a in typed.areas]
        at_home = [[p for p in some if p.country == self.country] for some in options]
        for some in (at_home, options):
            if not all(some):
                continue
            ends = {}
            for chain in product(*some):
                ordered = sorted(chain, key=lambda p: -_RANK[Kind(p.kind)])
                if len(set(ordered)) == len(ordered) and all(
                    larger in self.ground.above(smaller) for smaller, larger in pairwise(ordered)
                ):
                    ends[ordered[0].pk] = ordered[0]
            decision = self._pick(list(ends.values()))
            if decision.taken is not None:
                return decision.taken
            if decision.asked:
                raise AmbiguousPlace(
                    _("“%(areas)s” may mean several areas. Give the circle and the region.")
                    % {"areas": ", ".join(typed.text.split(",")[1:]).strip()},
                    tuple(Candidate(f"{typed.name}, {_area_label(self.ground, p)}", p.code, "") for p in ends.values()),
                )
        if all(options):
            raise UnknownPlace(
                _("The areas in “%(text)s” do not lie in each other. Write name, region or name, circle, region.")
                % {"text": typed.text}
            )
        return None


def _is_code(text: str, place: Place) -> bool:
    """A code counts as typed only in its own letters, so that a village "Ne" is not Niger."""
    return text in (place.code, place.pcode) or (place.code.startswith("gn-") and text.lower() == place.code)


def _area_label(ground: _Ground, area: Place) -> str:
    return ", ".join(ground.names(area)[:-1]) or area.name


# --- labels and hints -------------------------------------------------------------------------


class _Describer:
    """Labels that mean one place each, and the hints beside them; a few queries for a whole list."""

    def __init__(self, places: Sequence[Place], country: str) -> None:
        self.country = country.upper()
        ground = _Ground(places, [self.country])
        self._forms = {p.pk: self._forms_of(p, ground) for p in places}
        parts = {fold(part) for forms in self._forms.values() for form in forms for part in form}
        self.index = _Index(parts, self.country)
        self.ground = ground
        self._towns: list[Place] | None = None
        self._countries = {p.country for p in places}

    def _forms_of(self, place: Place, ground: _Ground) -> list[tuple[str, ...]]:
        """The ways to write it, the best first."""
        above = [p for p in ground.above(place) if p.kind != Kind.MACRO_AREA]
        inner = tuple(p.name for p in above if p.kind in (Kind.CIRCLE, Kind.REGION))
        nation = tuple(p.name for p in above if p.kind == Kind.COUNTRY)
        forms = [(place.name, *inner), (place.name, *inner, *nation)]
        return forms if place.country == self.country or place.kind == Kind.COUNTRY else forms[::-1]

    def label(self, place: Place) -> str:
        """Typed again it resolves to this place; ``Farabougou [gn-2457674]`` where no words can."""
        for form in self._forms[place.pk]:
            text = ", ".join(form)
            try:
                decision = self.index.decide(_read(text))
            except PlaceError:
                continue
            if decision.taken == place:
                return text
        return f"{place.name} [{place.code}]"

    def hint(self, place: Place) -> str:
        """``village, Niono circle, Ségou region, 42 km north of Niono``."""
        above = self.ground.above(place)
        parts = [str(Kind(place.kind).label)]
        circles = [p for p in above if p.kind == Kind.CIRCLE]
        regions = [p for p in above if p.kind == Kind.REGION]
        parts += [_("%(name)s circle") % {"name": p.name} for p in circles]
        parts += [_("%(name)s region") % {"name": p.name} for p in regions]
        if place.kind in SETTLEMENTS and regions and not circles:
            parts.append(_("circle not known"))
        if place.kind in SETTLEMENTS and not regions and self.ground.has_regions(place.country):
            parts.append(_("region not known"))
        if place.kind != Kind.COUNTRY and place.country != self.country:
            parts += [p.name for p in above if p.kind == Kind.COUNTRY]
        if place.kind in SETTLEMENTS and (where := self._where(place)):
            parts.append(where)
        return ", ".join(parts)

    def _where(self, place: Place) -> str:
        if self._towns is None:
            self._towns = list(Place.objects.filter(country__in=self._countries, kind=Kind.TOWN).exclude(latitude=None))
        others = [
            (distance_km(place, town), town.code, town)
            for town in self._towns
            if town.country == place.country
            and town.pk != place.pk
            and (place.kind != Kind.TOWN or town.population > place.population)
        ]
        if place.latitude is None or place.longitude is None or not others:
            return ""
        distance, _code, town = min(others)
        if distance < 1:
            return _("next to %(town)s") % {"town": town.name}
        return _("%(km)d km %(direction)s of %(town)s") % {
            "km": round(distance),
            "direction": bearing_words(town, place),
            "town": town.name,
        }

    def candidate(self, place: Place) -> Candidate:
        return Candidate(self.label(place), place.code, self.hint(place))


def candidates_of(places: Iterable[Place], *, country: str) -> tuple[Candidate, ...]:
    """Each place with a label that means it, and only it, in a case of that country."""
    places = list(places)
    if not places:
        return ()
    describer = _Describer(places, country)
    return tuple(describer.candidate(p) for p in places)


def label_of(place: Place, *, country: str = "") -> str:
    """What to type for this place in a case of that country; of its own if none is given."""
    return _Describer([place], country or place.country).label(place)


def distance_km(one: Place, other: Place) -> float:
    """Kilometres along the earth's surface; infinite where either has no coordinates."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return math.inf
    lat1, lon1, lat2, lon2 = map(math.radians, (one.latitude, one.longitude, other.latitude, other.longitude))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


def bearing_words(start: Place, end: Place) -> str:
    """In which of eight directions ``end`` lies, seen from ``start``."""
    words = [
        _("north"), _("north-east"), _("east"), _("south-east"),
        _("south"), _("south-west"), _("west"), _("north-west"),
    ]  # fmt: skip
    lat1, lon1, lat2, lon2 = map(math.radians, (start.latitude, start.longitude, end.latitude, end.longitude))
    x = math.sin(lon2 - lon1) * math.cos(lat2)
    y = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return words[round(math.degrees(math.atan2(x, y)) / 45) % 8]


# --- resolving --------------------------------------------------------------------------------


def resolve(text: str | Mapping[str, object], *, country: str, held: bool = False) -> Resolved:
    """The place that a typed text means in a case of this country (ISO 3166-1 alpha-2).

    A name that is not held is kept in the area given with it; with ``held``, as the library's own items need it,
    it is refused. An object ``{"gazetteer_id": …}`` is looked up as ``by_id`` does. Raises AmbiguousPlace with the
    candidates, UnknownPlace with near spellings.
    """
    if isinstance(text, Mapping):
        return by_id(text)
    typed = _read(text)
    if typed.code:
        found = by_id(typed.code, typed=typed.text)
        names = {found.place.folded, *found.place.names.values_list("folded", flat=True)}
        if fold(typed.name.split(",")[0]) not in names:
            raise UnknownPlace(
                _("%(code)s is %(name)s, not %(typed)s. Write the name alone, or %(name)s [%(code)s].")
                % {"code": found.place.code, "name": found.place.name, "typed": typed.name},
                candidates_of([found.place], country=country),
            )
        return found
    index = _Index({typed.folded, *typed.areas, fold(country)}, country)
    home = index.ground.countries.get(index.country)
    if home is None:
        raise UnknownPlace(_("%(code)s is not the code of a country (ISO 3166-1).") % {"code": country})
    decision = index.decide(typed)
    if decision.taken is not None:
        return _located(index.ground, decision.taken, typed.text, decision.also)
    if decision.asked:
        raise _ambiguous(typed, decision.asked, index.country)
    if held:
        raise _not_held(index, typed, home)
    return _not_located(index, typed, home)


def _located(ground: _Ground, place: Place, typed: str, also: tuple[Place, ...] = ()) -> Resolved:
    return Resolved(
        typed=typed,
        place=place,
        located=True,
        also=also,
        value=ground.value(place),
        names=ground.names(place),
        region=ground.region_name(place),
    )


def _not_located(index: _Index, typed: _Typed, home: Place) -> Resolved:
    """The name as typed, inside the area given with it; a country does only where it has no regions."""
    name = typed.name
    area: Place | None = None
    if typed.areas:
        area = index.smallest_area(typed)
        if area is None and not index.holds_places():
            area, name = home, typed.text
        if area is None:
            raise _unknown_area(index, typed)
    elif not index.holds_places():
        area = home
    if area is None or (area.kind == Kind.COUNTRY and _has_regions(area.country)):
        raise _unknown(typed, (area or home).code, (area or home).name)
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


def _has_regions(country: str) -> bool:
    return Place.objects.filter(country=country, kind=Kind.REGION).exists()


def by_id(value: object, *, typed: str = "") -> Resolved:
    """The place with this GeoNames id (``2452421``, ``gn-2452421``), code, P-code or ISO 3166-2 code.

    Takes the object of a case file, ``{"gazetteer_id": …}``, as well.
    """
    wanted = value.get("gazetteer_id") if isinstance(value, Mapping) and set(value) == {"gazetteer_id"} else value
    text = "" if isinstance(wanted, bool) or not isinstance(wanted, int | str) else str(wanted).strip()
    place: Place | None = None
    if geonames := _GEONAMES.fullmatch(text):
        if geonames[1].isascii():
            place = Place.objects.filter(geonames_id=int(geonames[1])).first()
    elif text and len(text) <= 60 and fold(text):
        codes = Q(code__iexact=text) | Q(pcode__iexact=text) | Q(iso_code__iexact=text)
        place = Place.objects.filter(codes).order_by("code").first()
    if place is None:
        raise UnknownPlace(
            _(
                "No place has the identifier %(value)s. Give a GeoNames id such as gn-2452421, "
                "the P-code of a circle such as ML0502, or the code of a region such as ML-5."
            )
            % {"value": text[:60] or _("given here")}
        )
    return _located(_Ground([place]), place, typed or text)


def is_name_of(typed: str, place: Place) -> bool:
    """The first part of what was typed is a name or alias of this place."""
    name = _CODE_IN_BRACKETS.sub(lambda found: found["name"], typed).split(",")[0]
    return fold(name) in {place.folded, *place.names.values_list("folded", flat=True)}


# --- refusing, with a way on ------------------------------------------------------------------


def _listed(candidates: Sequence[Candidate]) -> str:
    lines = [f"{c.label} ({c.hint})" if c.hint else c.label for c in candidates[:MOST_LISTED]]
    if len(candidates) > MOST_LISTED:
        lines.append(_("and %(count)d more") % {"count": len(candidates) - MOST_LISTED})
    return "; ".join(lines)


def _ambiguous(typed: _Typed, places: Sequence[Place], country: str) -> AmbiguousPlace:
    candidates = candidates_of(places, country=country)
    if len(candidates) == 1:
        message = _("“%(typed)s” is held for another country only. Write this if it is meant: %(candidates)s.")
    else:
        message = _("“%(typed)s” may mean %(count)d places. Write one of these: %(candidates)s.")
    return AmbiguousPlace(
        message % {"typed": typed.text, "count": len(candidates), "candidates": _listed(candidates)}, candidates
    )


def _unknown(typed: _Typed, country: str, country_name: str) -> UnknownPlace:
    candidates = near(typed.name, country=country)
    message = _("No place called %(name)s is held for %(country)s.") % {"name": typed.name, "country": country_name}
    if candidates:
        message += " " + _("Near spellings: %(candidates)s.") % {"candidates": _listed(candidates)}
    if _has_regions(country):
        message += " " + _("Write a name that is held, or give the region or circle: %(name)s, region.") % {
            "name": typed.name
        }
    else:
        message += " " + _("Write a name that is held, or give the country: %(name)s, %(country)s.") % {
            "name": typed.name,
            "country": country_name,
        }
    return UnknownPlace(message, candidates)


def _not_held(index: _Index, typed: _Typed, home: Place) -> UnknownPlace:
    """No area beside the name would help: what is near it, which area of those typed is held, and who loads places."""
    try:
        area = index.smallest_area(typed) if typed.areas else None
    except PlaceError:
        area = None
    country = index.ground.countries.get(area.country, home) if area else home
    candidates = near(typed.name, country=index.country)
    message = _("No place called %(name)s is held for %(country)s.") % {"name": typed.name, "country": country.name}
    if candidates:
        message += " " + _("Near spellings: %(candidates)s.") % {"candidates": _listed(candidates)}
    message += " " + _(
        "Write a name that is held, or have the place loaded by whoever runs Footnote (import_places, or a fixture: "
        "docs/second-report.md). Held is %(area)s: name it only if the sentence is about all of it."
    ) % {"area": _listed(candidates_of([area or home], country=index.country))}
    return UnknownPlace(message, candidates)  # not the area: nobody should widen a statement by one click


def _unknown_area(index: _Index, typed: _Typed) -> UnknownPlace:
    """A part after the name is no region, circle or country: which, and what is near it."""
    position, area = next((n, a) for n, a in enumerate(typed.areas) if not index.areas(a))
    written = [p.strip() for p in typed.text.split(",")[1:] if fold(p)][position]
    around = [p for p in index.bearers(area) if p.kind in SETTLEMENTS and p.country == index.country]
    holders = [next((a for a in index.ground.above(p) if a.kind in AREAS), None) for p in around]
    areas = list(dict.fromkeys([a for a in holders if a is not None] + _near_areas(area, index.country)))[:5]
    labels = [f"{typed.name}, {_area_label(_Ground(areas), a)}" for a in areas]
    candidates = tuple(Candidate(label, "", "") for label in dict.fromkeys(labels))
    message = _("%(area)s is not a region or circle that is held.") % {"area": written}
    regions = list(Place.objects.filter(country=index.country, kind=Kind.REGION).order_by("name"))
    home = index.ground.countries[index.country].name
    if candidates:
        message += " " + _("Write one of these, or another region or circle: %(candidates)s.") % {
            "candidates": _listed(candidates)
        }
    elif regions:
        message += " " + _("Regions of %(country)s that are held: %(regions)s.") % {
            "country": home,
            "regions": _listed([Candidate(region.name, region.code, "") for region in regions]),
        }
    else:
        message += " " + _("None of %(country)s is; write the name with the country alone: %(name)s, %(country)s.") % {
            "country": home,
            "name": typed.name,
        }
    return UnknownPlace(message, candidates)


def _near_areas(folded: str, country: str) -> list[Place]:
    kinds = (Kind.REGION, Kind.CIRCLE)
    spellings = list(Place.objects.filter(country=country, kind__in=kinds).values_list("folded", "pk"))
    spellings += PlaceName.objects.filter(place__country=country, place__kind__in=kinds).values_list(
        "folded", "place_id"
    )
    return _closest(folded, spellings, 5)


def near(name: str, *, country: str, limit: int = 5) -> tuple[Candidate, ...]:
    """Places of the country whose name or other name is spelled nearly so, the nearest first."""
    return candidates_of(_near_places(fold(name), country.upper(), limit), country=country)


def _near_places(folded: str, country: str, limit: int) -> list[Place]:
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
    order = sorted(found, key=lambda pk: (-scores[pk], _RANK[Kind(found[pk].kind)], found[pk].name, found[pk].code))
    return [found[pk] for pk in order[:limit]]


# --- type-ahead -------------------------------------------------------------------------------


def search(q: str, *, country: str, limit: int = 10) -> list[Suggestion]:
    """Places to offer while a name is typed: exact names, then beginnings, then near spellings.

    Those of the case's country come first. Every ``value`` resolves to its own place.
    """
    try:
        typed = _read(q)
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
    describer = _Describer(places, country)
    return [Suggestion(value=describer.label(p), label=p.name, hint=describer.hint(p), code=p.code) for p in places]


def _beginning(typed: _Typed, country: str, limit: int) -> list[Place]:
    name = typed.folded
    begins = Q(folded__startswith=name) if not typed.areas else Q(folded=name)
    named = PlaceName.objects.filter(begins).values("place_id")
    found = Place.objects.filter(begins | Q(pk__in=named))
    exact = {*PlaceName.objects.filter(folded=name).values_list("place_id", flat=True)}

    def closeness(place: Place) -> tuple[object, ...]:
        is_exact = place.folded == name or place.pk in exact
        rank = 0 if place.kind in SETTLEMENTS and not is_exact else _RANK[Kind(place.kind)]
        return (not is_exact, place.kind in SETTLEMENTS, rank, -place.population, place.name, place.code)

    home = list(found.filter(country=country))
    abroad = list(
        found.exclude(country=country).exclude(kind=Kind.MACRO_AREA).exclude(source=IMPORTED)
        if not typed.areas
        else found.exclude(country=country)
    )
    if typed.areas:
        ground = _Ground([*home, *abroad], [country])
        home, abroad = ([p for p in some if _begins_within(ground.above(p), typed.areas)] for some in (home, abroad))
    places = [*sorted(home, key=closeness), *sorted(abroad, key=closeness)][:limit]
    if not places and len(name) >= 3 and not typed.areas:
        places = _near_places(name, country, limit)
    return places


def _begins_within(above: Sequence[Place], areas: Sequence[str]) -> bool:
    """Each part typed so far begins the name of another area that the place lies in."""
    if len(areas) > len(above):
        return False
    return any(
        all(area.folded.startswith(part) for area, part in zip(chosen, areas, strict=True))
        for chosen in permutations(above, len(areas))
    )
