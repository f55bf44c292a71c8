"""The maps of a memo: the places of the case in the country, and in the region of a sheet."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from assessments.answer.answer import Answer
from coi.gazetteer import Resolved
from coi.library.region_sheets import RegionSheet
from coi.maps.country_maps import PlaceMark, country_map
from coi.maps.svg_map import SvgMap


def claim_map(answer: Answer) -> SvgMap | None:
    """The places of the case on a map of their regions. Places known only by their area are marked as approximate."""
    stated = _stated_places(answer)
    within = {code for resolved in stated if not resolved.value.is_country for code in resolved.value.regions}
    return country_map(answer.case.country, title=_("Places of the case"), within=sorted(within), places=_marks(stated))


def region_map(answer: Answer, sheet: RegionSheet) -> SvgMap | None:
    """The region of a sheet with the case's places in it.

    It uses the outlines shipped with the release, so a memo that is rendered years later does not change with
    later imports."""
    inside = [resolved for resolved in _stated_places(answer) if sheet.code in resolved.value.regions]
    title = _("Region of %(region)s, with the places of the case in it") % {"region": sheet.name}
    return country_map(answer.case.country, title=title, here=sheet.code, within=[sheet.code], places=_marks(inside))


def _stated_places(answer: Answer) -> list[Resolved]:
    return [p.place for p in answer.case.places] + [f.place for f in answer.case.facts]


def _marks(stated: Iterable[Resolved]) -> tuple[PlaceMark, ...]:
    """Each place once; no mark for the country or a part of it."""
    marks: dict[str, PlaceMark] = {}
    for resolved in stated:
        place = resolved.place
        if place.latitude is None or place.longitude is None or place.kind in ("country", "macro-area"):
            continue
        # the map already names its regions
        name = "" if place.kind == "region" and resolved.located else resolved.value.name
        approximate = not resolved.located or place.kind in ("region", "circle")
        marks.setdefault(resolved.value.code, PlaceMark(name, place.latitude, place.longitude, approximate))
    return tuple(marks.values())
