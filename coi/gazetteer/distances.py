"""Distance and direction from one place to another."""

import math

from django.utils.translation import gettext as _

from coi.models import Place


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
