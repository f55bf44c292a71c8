"""Finds the library's regions by the names in an event file."""

from collections.abc import Mapping

from coi.gazetteer.area_words import NEWER_REGIONS, without_kind_word
from coi.models import Place
from coi.text.folding import name_key


def region_names(country: str) -> dict[str, str]:
    """Return the codes of regions by the key of every name that a file may use."""
    regions = Place.objects.filter(kind=Place.Kind.REGION, country=country).prefetch_related("names")
    codes = {}
    for region in regions:
        for name in (region.name, *(n.name for n in region.names.all())):
            codes[name_key(name)] = region.code
    newer: Mapping[str, str] = NEWER_REGIONS.get(country, {})
    areas = Place.objects.filter(code__in=newer.values()).prefetch_related("parents")
    region_of = {area.code: code for area in areas for code in _regions(area)}
    for key, area in newer.items():
        if key not in codes and area in region_of:
            codes[key] = region_of[area]
    return codes


def _regions(area: Place) -> list[str]:
    return [p.code for p in (area, *area.parents.all()) if p.kind == Place.Kind.REGION]


def region_code(typed: str, names: dict[str, str]) -> str | None:
    """Return the code of the region that a file names; None if it is unknown."""
    readings = [typed, *(name for name, kinds in without_kind_word(typed) if Place.Kind.REGION in kinds)]
    return next((names[key] for key in map(name_key, readings) if key in names), None)
