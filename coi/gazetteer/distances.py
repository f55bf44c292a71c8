"""Distance and direction from one place to another."""

import math

from django.utils.translation import gettext as _

from coi.models import Place


def distance_km(one: Place, other: Place) -> float:
    """Return kilometres along the earth's surface; infinite if either place has no coordinates."""
    start, end = _position(one), _position(other)
    if start is None or end is None:
        return math.inf
    (lat1, lon1), (lat2, lon2) = start, end
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


def bearing_words(start: Place, end: Place) -> str:
    """Return one of eight directions from ``start`` to ``end``. Raises ValueError if either has no coordinates."""
    from_here, to_there = _position(start), _position(end)
    if from_here is None or to_there is None:
        raise ValueError("a direction needs two places with coordinates")
    (lat1, lon1), (lat2, lon2) = from_here, to_there
    words = [
        _("north"), _("north-east"), _("east"), _("south-east"),
        _("south"), _("south-west"), _("west"), _("north-west"),
    ]  # fmt: skip
    x = math.sin(lon2 - lon1) * math.cos(lat2)
    y = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return words[round(math.degrees(math.atan2(x, y)) / 45) % 8]


def _position(place: Place) -> tuple[float, float] | None:
    """Return latitude and longitude in radians; None if the place has no coordinates."""
    if place.latitude is None or place.longitude is None:
        return None
    return math.radians(place.latitude), math.radians(place.longitude)
