"""Messages for a name that does not resolve. Each offers a next step."""

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
    """Refuse a name of several places. A region newer than the stored map may be one of them."""
    keys = {name_key(name) for name in spellings([typed.name])}
    called = other_names(decision.asked, lambda _pk, key: key in keys)
    candidates = candidates_of(decision.asked, country=country, called=called)
    if decision.inside is not None:
        hint = _("newer region, not in the place list: kept as typed in %(area)s") % {"area": decision.inside.name}
        candidates = (Candidate(_("%(name)s region") % {"name": typed.name}, "", hint), *candidates)
    message = _("“%(typed)s” may mean %(count)d places. Write one of these: %(candidates)s.") % {
        "typed": typed.text,
        "count": len(candidates),
        "candidates": _listed(candidates),
    }
    return AmbiguousPlace(message, candidates)


def unknown(typed: Typed, area: Place, elsewhere: Sequence[Place]) -> UnknownPlace:
    """Refuse an unknown name. The message offers the regions of the area's country, then similar spellings there.

    ``elsewhere`` are places with that name in other countries. The message names them last; they are not candidates.
    """
    nation = Place.objects.get(code=area.country, kind=Kind.COUNTRY)
    near_by = near(typed.name, country=area.country)
    inside = _kept_as_typed(typed.name, nation)
    message = _("“%(name)s” is not in the place list for %(country)s.") % {
        "name": typed.name,
        "country": nation.name,
    }
    message += " " + _("If it is there, write one of these, and it is kept as typed: %(candidates)s.") % {
        "candidates": "; ".join(c.label for c in inside)
    }
    if near_by:
        message += " " + _("Similar spellings: %(candidates)s.") % {"candidates": _listed(near_by)}
    if elsewhere:
        message += " " + _("In other countries: %(candidates)s.") % {
            "candidates": _listed(candidates_of(elsewhere, country=area.country))
        }
    return UnknownPlace(message, (*near_by, *inside))


def _kept_as_typed(name: str, nation: Place) -> tuple[Candidate, ...]:
    """Return the name with each region of the country, or with the country alone if it has no regions here."""
    regions = in_reading_order(Place.objects.filter(country=nation.code, kind=Kind.REGION))
    hint = _("not in the place list: kept as typed")
    return tuple(Candidate(f"{name}, {area.name}", "", hint) for area in regions or [nation])


def not_held(index: Index, typed: Typed, home: Place) -> UnknownPlace:
    """Refuse a name that no area would help: give similar spellings, the known area among those typed, and who loads
    places.
    """
    try:
        area = index.smallest_area(typed) if typed.areas else None
    except PlaceError:
        area = None
    country = index.ground.countries.get(area.country, home) if area else home
    candidates = near(typed.name, country=index.country)
    message = _("“%(name)s” is not in the place list for %(country)s.") % {
        "name": typed.name,
        "country": country.name,
    }
    if candidates:
        message += " " + _("Similar spellings: %(candidates)s.") % {"candidates": _listed(candidates)}
    message += " " + _(
        "Write a name that is in the list, or ask the person who runs Footnote to load the place "
        "(import_places, or a fixture: docs/second-report.md). "
        "The list has %(area)s. Name it only if the sentence is about all of it."
    ) % {"area": _listed(candidates_of([area or home], country=index.country))}
    return UnknownPlace(message, candidates)  # not the area: nobody should widen a statement with one click


def unknown_area(index: Index, typed: Typed) -> UnknownPlace:
    """Refuse a part after the name that is not a region, cercle or country: name it and similar ones."""
    position, area = next((n, a) for n, a in enumerate(typed.areas) if not index.areas(a))
    written = [p.strip() for p in typed.text.split(",")[1:] if fold(p)][position]
    around = [p for p in index.bearers(area) if p.kind in SETTLEMENTS and p.country == index.country]
    holders = [next((a for a in index.ground.above(p) if a.kind in AREAS), None) for p in around]
    areas = list(dict.fromkeys([a for a in holders if a is not None] + near_areas(area, index.country)))[:5]
    labels = [f"{typed.name}, {area_label(Ground(areas), a)}" for a in areas]
    candidates = tuple(Candidate(label, "", "") for label in dict.fromkeys(labels))
    message = _("%(area)s is not a region or cercle in the place list.") % {"area": written}
    regions = in_reading_order(Place.objects.filter(country=index.country, kind=Kind.REGION))
    home = index.ground.countries[index.country].name
    if candidates:
        message += " " + _("Write one of these, or another region or cercle: %(candidates)s.") % {
            "candidates": _listed(candidates)
        }
    elif regions:
        message += " " + _("Regions of %(country)s in the list: %(regions)s.") % {
            "country": home,
            "regions": _listed([Candidate(region.name, region.code, "") for region in regions]),
        }
    else:
        message += " " + _(
            "The list has no regions of %(country)s. Write the name with the country only: %(name)s, %(country)s."
        ) % {
            "country": home,
            "name": typed.name,
        }
    return UnknownPlace(message, candidates)
