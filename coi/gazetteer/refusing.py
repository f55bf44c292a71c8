"""The messages for a name that settles nothing: each offers a way on."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from coi.gazetteer.area_words import spellings
from coi.gazetteer.deciding import Decision, Index, area_label
from coi.gazetteer.hierarchy import AREAS, SETTLEMENTS, Ground, Kind
from coi.gazetteer.labels import candidates_of, other_names
from coi.gazetteer.results import AmbiguousPlace, Candidate, PlaceError, UnknownPlace
from coi.gazetteer.spelling import near, near_areas
from coi.gazetteer.typed import Typed
from coi.models import Place
from coi.text.collation import in_reading_order
from coi.text.folding import fold, name_key

MOST_LISTED = 12  # candidates named in a message


def _listed(candidates: Sequence[Candidate]) -> str:
    lines = [f"{c.label} ({c.hint})" if c.hint else c.label for c in candidates[:MOST_LISTED]]
    if len(candidates) > MOST_LISTED:
        lines.append(_("and %(count)d more") % {"count": len(candidates) - MOST_LISTED})
    return "; ".join(lines)


def ambiguous(typed: Typed, decision: Decision, country: str) -> AmbiguousPlace:
    """Several places bear the name; a region newer than the map that is held may be one of them."""
    keys = {name_key(name) for name in spellings([typed.name])}
    called = other_names(decision.asked, lambda _pk, key: key in keys)
    candidates = candidates_of(decision.asked, country=country, called=called)
    if decision.inside is not None:
        hint = _("newer region, not in the list of places: kept as typed in %(area)s") % {"area": decision.inside.name}
        candidates = (Candidate(_("%(name)s region") % {"name": typed.name}, "", hint), *candidates)
    message = _("“%(typed)s” may mean %(count)d places. Write one of these: %(candidates)s.") % {
        "typed": typed.text,
        "count": len(candidates),
        "candidates": _listed(candidates),
    }
    return AmbiguousPlace(message, candidates)


def unknown(typed: Typed, area: Place, elsewhere: Sequence[Place]) -> UnknownPlace:
    """The way on leads inside the area's country: its regions, then near spellings there.

    ``elsewhere`` are places of that name in other countries. The message names them last, and none is a candidate.
    """
    nation = Place.objects.get(code=area.country, kind=Kind.COUNTRY)
    near_by = near(typed.name, country=area.country)
    inside = _kept_as_typed(typed.name, nation)
    message = _("“%(name)s” is not in the list of places of %(country)s.") % {
        "name": typed.name,
        "country": nation.name,
    }
    message += " " + _("If it lies there, write one of these, and it is kept as typed: %(candidates)s.") % {
        "candidates": "; ".join(c.label for c in inside)
    }
    if near_by:
        message += " " + _("Near spellings: %(candidates)s.") % {"candidates": _listed(near_by)}
    if elsewhere:
        message += " " + _("In other countries: %(candidates)s.") % {
            "candidates": _listed(candidates_of(elsewhere, country=area.country))
        }
    return UnknownPlace(message, (*near_by, *inside))


def _kept_as_typed(name: str, nation: Place) -> tuple[Candidate, ...]:
    """The name with each region of the country; with the country alone if no region of it is held."""
    regions = in_reading_order(Place.objects.filter(country=nation.code, kind=Kind.REGION))
    hint = _("not in the list of places: kept as typed")
    return tuple(Candidate(f"{name}, {area.name}", "", hint) for area in regions or [nation])


def not_held(index: Index, typed: Typed, home: Place) -> UnknownPlace:
    """No area beside the name would help: what is near it, which area of those typed is held, and who loads places."""
    try:
        area = index.smallest_area(typed) if typed.areas else None
    except PlaceError:
        area = None
    country = index.ground.countries.get(area.country, home) if area else home
    candidates = near(typed.name, country=index.country)
    message = _("“%(name)s” is not in the list of places of %(country)s.") % {
        "name": typed.name,
        "country": country.name,
    }
    if candidates:
        message += " " + _("Near spellings: %(candidates)s.") % {"candidates": _listed(candidates)}
    message += " " + _(
        "Write a name that is held, or have the place loaded by whoever runs Footnote (import_places, or a fixture: "
        "docs/second-report.md). Held is %(area)s: name it only if the sentence is about all of it."
    ) % {"area": _listed(candidates_of([area or home], country=index.country))}
    return UnknownPlace(message, candidates)  # not the area: nobody should widen a statement by one click


def unknown_area(index: Index, typed: Typed) -> UnknownPlace:
    """A part after the name is no region, circle or country: which, and what is near it."""
    position, area = next((n, a) for n, a in enumerate(typed.areas) if not index.areas(a))
    written = [p.strip() for p in typed.text.split(",")[1:] if fold(p)][position]
    around = [p for p in index.bearers(area) if p.kind in SETTLEMENTS and p.country == index.country]
    holders = [next((a for a in index.ground.above(p) if a.kind in AREAS), None) for p in around]
    areas = list(dict.fromkeys([a for a in holders if a is not None] + near_areas(area, index.country)))[:5]
    labels = [f"{typed.name}, {area_label(Ground(areas), a)}" for a in areas]
    candidates = tuple(Candidate(label, "", "") for label in dict.fromkeys(labels))
    message = _("%(area)s is not a region or circle that is held.") % {"area": written}
    regions = in_reading_order(Place.objects.filter(country=index.country, kind=Kind.REGION))
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
