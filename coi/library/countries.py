"""Lists of countries, those with a report in the library first."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from coi.library import lookup
from coi.models import Place
from coi.text.collation import in_reading_order

Option = tuple[str, str]


def grouped(among: Iterable[str] | None = None) -> list[tuple[str, tuple[Option, ...]]]:
    """Return all countries, or those with these codes, in two groups for a choice field. Two queries."""
    countries = Place.objects.filter(kind=Place.Kind.COUNTRY)
    if among is not None:
        countries = countries.filter(code__in=list(among))
    with_coi = set(lookup.current_editions().order_by().values_list("report__country", flat=True))
    options = [(country.code, country.name) for country in in_reading_order(countries)]
    first = tuple(option for option in options if option[0] in with_coi)
    others = tuple(option for option in options if option[0] not in with_coi)
    groups = ((_("With COI in the library"), first), (_("Without COI in the library"), others))
    return [(label, found) for label, found in groups if found]
