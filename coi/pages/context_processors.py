"""The age of the COI, for every page that uses it."""

from collections import Counter
from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from coi.gazetteer import area_names
from coi.library import lookup
from coi.text.words import coi_age_line
from matching.periods import months_between


def coi_age(request: HttpRequest) -> dict[str, object]:
    """Add one sentence for each current edition, read from the database only if a page prints them."""

    def lines() -> list[str]:
        user = getattr(request, "user", None)
        return age_lines() if user is not None and user.is_authenticated else []

    return {"coi_age_lines": SimpleLazyObject(lines)}


def age_lines() -> list[str]:
    """Return ``Mali: information up to 17 April 2021, 5 years 7 months old``, by country, oldest information first."""
    editions = lookup.all_current_editions()
    if not editions:
        return []
    today = timezone.localdate()
    reports = Counter(edition.report.country for edition in editions)
    names = country_names(reports)
    lines = []
    for edition in editions:
        country = names.get(edition.report.country, edition.report.country)
        if reports[edition.report.country] > 1:  # two lines on the same country must be distinguishable
            country = f"{country} ({edition.report.title})"
        lines.append(coi_age_line(country, edition.cut_off, months_between(edition.cut_off, today)))
    return lines


def country_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of countries by code."""
    names = area_names()
    return {code: names[code] for code in codes if code in names}
