"""The messages for a name that settles nothing: each offers a way on."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from coi.gazetteer.deciding import Index, area_label
from coi.gazetteer.hierarchy import AREAS, SETTLEMENTS, Ground, Kind, has_regions
from coi.gazetteer.labels import candidates_of
from coi.gazetteer.results import AmbiguousPlace, Candidate, PlaceError, UnknownPlace
from coi.gazetteer.spelling import near, near_areas
from coi.gazetteer.typed import Typed
from coi.models import Place
from coi.names import fold

MOST_LISTED = 12  # candidates named in a message


def _listed(candidates: Sequence[Candidate]) -> str:
    lines = [f"{c.label} ({c.hint})" if c.hint else c.label for c in candidates[:MOST_LISTED]]
    if len(candidates) > MOST_LISTED:
        lines.append(_("and %(count)d more") % {"count": len(candidates) - MOST_LISTED})
    return "; ".join(lines)


def ambiguous(typed: Typed, places: Sequence[Place], country: str) -> AmbiguousPlace:
    candidates = candidates_of(places, country=country)
    if len(candidates) == 1:
        message = _("“%(typed)s” is held for another country only. Write this if it is meant: %(candidates)s.")
    else:
        message = _("“%(typed)s” may mean %(count)d places. Write one of these: %(candidates)s.")
    return AmbiguousPlace(
        message % {"typed": typed.text, "count": len(candidates), "candidates": _listed(candidates)}, candidates
    )


def unknown(typed: Typed, country: str, country_name: str) -> UnknownPlace:
    candidates = near(typed.name, country=country)
    message = _("No place called %(name)s is held for %(country)s.") % {"name": typed.name, "country": country_name}
    if candidates:
        message += " " + _("Near spellings: %(candidates)s.") % {"candidates": _listed(candidates)}
    if has_regions(country):
        message += " " + _("Write a name that is held, or give the region or circle: %(name)s, region.") % {
            "name": typed.name
        }
    else:
        message += " " + _("Write a name that is held, or give the country: %(name)s, %(country)s.") % {
            "name": typed.name,
            "country": country_name,
        }
    return UnknownPlace(message, candidates)


def not_held(index: Index, typed: Typed, home: Place) -> UnknownPlace:
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
