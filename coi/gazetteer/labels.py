"""Labels: what to type to mean exactly one place, and hints on where it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.gazetteer.deciding import Index
from coi.gazetteer.distances import bearing_words, distance_km
from coi.gazetteer.hierarchy import SETTLEMENTS, Ground, Kind
from coi.gazetteer.results import Candidate, PlaceError
from coi.gazetteer.typed import read
from coi.models import Place, PlaceName
from coi.text.folding import fold

# Forms that distinguish a region, a cercle, a town and a village with the same name; area_words.py reads them.
_KIND_WORDS = {
    Kind.REGION: gettext_lazy("%(name)s region"),
    Kind.CERCLE: gettext_lazy("%(name)s cercle"),
    Kind.TOWN: gettext_lazy("%(name)s town"),
    Kind.VILLAGE: gettext_lazy("%(name)s village"),
}


class Describer:
    """Creates labels that mean one place each, and hints, in a few queries for a whole list."""

    def __init__(self, places: Sequence[Place], country: str) -> None:
        self.country = country.upper()
        ground = Ground(places, [self.country])
        self._forms = {p.pk: self._forms_of(p, ground) for p in places}
        parts = {fold(part) for forms in self._forms.values() for form in forms for part in form}
        self.index = Index(parts, self.country)
        self.ground = ground
        self._towns: list[Place] | None = None
        self._countries = {p.country for p in places}

    def _forms_of(self, place: Place, ground: Ground) -> list[tuple[str, ...]]:
        """Return the ways to write the place, the best first."""
        above = [p for p in ground.above(place) if p.kind != Kind.MACRO_AREA]
        inner = tuple(p.name for p in above if p.kind in (Kind.CERCLE, Kind.REGION))
        nation = tuple(p.name for p in above if p.kind == Kind.COUNTRY)
        kind_word = _KIND_WORDS.get(Kind(place.kind))
        names = [place.name, *([kind_word % {"name": place.name}] if kind_word else [])]
        short, long = [(name, *inner) for name in names], [(name, *inner, *nation) for name in names]
        return [*short, *long] if place.country == self.country or place.kind == Kind.COUNTRY else [*long, *short]

    def label(self, place: Place) -> str:
        """Return a label that resolves to this place only; ``Farabougou [gn-2457674]`` if no words do."""
        for form in self._forms[place.pk]:
            text = ", ".join(form)
            try:
                decision = self.index.decide(read(text))
            except PlaceError:
                continue
            if decision.taken == place and not decision.also:
                return text
        return f"{place.name} [{place.code}]"

    def hint(self, place: Place, called: str = "", beside: str = "") -> str:
        """Return ``village, Niono cercle, Ségou region, 42 km north of Niono``, after any other name that led to the
        place.

        The kind is omitted if the label ``beside`` the hint already says it: "Ségou region".
        """
        above = self.ground.above(place)
        parts = [_("also called %(name)s") % {"name": called}] if called else []
        kind_word = _KIND_WORDS.get(Kind(place.kind))
        if not kind_word or not beside.startswith(kind_word % {"name": place.name}):
            parts.append(str(Kind(place.kind).label))
        cercles = [p for p in above if p.kind == Kind.CERCLE]
        regions = [p for p in above if p.kind == Kind.REGION]
        parts += [_("%(name)s cercle") % {"name": p.name} for p in cercles]
        parts += [_("%(name)s region") % {"name": p.name} for p in regions]
        if place.kind in SETTLEMENTS and regions and not cercles:
            parts.append(_("cercle not known"))
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

    def candidate(self, place: Place, called: str = "") -> Candidate:
        label = self.label(place)
        return Candidate(label, place.code, self.hint(place, called, beside=label))


def candidates_of(
    places: Iterable[Place], *, country: str, called: Mapping[int, str] = MappingProxyType({})
) -> tuple[Candidate, ...]:
    """Return each place with a label that means only this place in a case of that country.

    ``called`` is the result of ``other_names``.
    """
    places = list(places)
    if not places:
        return ()
    describer = Describer(places, country)
    return tuple(describer.candidate(p, called.get(p.pk, "")) for p in places)


def other_names(places: Iterable[Place], fits: Callable[[int, str], bool]) -> dict[int, str]:
    """Return, by primary key, the other name that led to each place whose own name does not fit.

    ``fits`` is called with the primary key of a place and the key of a name.
    """
    wanted = [p.pk for p in places if not fits(p.pk, p.folded)]
    found: dict[int, str] = {}
    names = PlaceName.objects.filter(place__in=wanted).order_by("pk") if wanted else PlaceName.objects.none()
    for pk, name, key in names.values_list("place_id", "name", "folded"):
        if fits(pk, key):
            found.setdefault(pk, name)
    return found


def label_of(place: Place, *, country: str = "") -> str:
    """Return what to type for this place in a case of that country (by default its own)."""
    return Describer([place], country or place.country).label(place)
