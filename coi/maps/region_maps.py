"""The map of a region with the places that findings name, on shipped or imported outlines."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from coi.maps import boundaries, country_maps, svg_map
from coi.models import Edition, Place

SETTLEMENTS = (Place.Kind.TOWN, Place.Kind.VILLAGE)


def region_map(region: Place, country_name: str, editions: Collection[Edition]) -> svg_map.SvgMap | None:
    """Return the map cropped to the region. A cercle that findings name is drawn by its imported outline.

    Without an outline, it is marked at its seat as approximate.
    """
    imported = boundaries.imported(region.country)
    outlined = {area.code for area in imported.cercles}
    told = _told_of(region, editions)
    return country_maps.country_map(
        region.country,
        title=_("%(country)s, with the region of %(region)s") % {"country": country_name, "region": region.name},
        here=region.code,
        within=[region.code],
        places=[
            country_maps.PlaceMark(place.name, place.latitude, place.longitude, place.kind not in SETTLEMENTS)
            for place in told
            if place.latitude is not None and place.longitude is not None and place.code not in outlined
        ],
        imported=imported,
        named=[place.code for place in told if place.code in outlined],
    )


def _told_of(region: Place, editions: Collection[Edition]) -> list[Place]:
    """Return places inside the region that a finding names."""
    inside = Q(parents=region) | Q(parents__parents=region)
    return list(Place.objects.filter(inside, findings__edition__in=editions).distinct().order_by("name", "code"))
