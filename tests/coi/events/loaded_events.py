"""Event data loaded for tests, and its totals."""

from datetime import date

TODAY = date(2026, 11, 23)
RETRIEVED = date(2026, 11, 2)


def totals(dataset) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, deaths in dataset.months.values_list("place__code", "fatalities"):
        found[code] = found.get(code, 0) + deaths
    return found
