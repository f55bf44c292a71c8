"""The differences between two editions in the numbers that figures print, place by place.

A memo prints a figure's numbers for the regions of its case. Such a series is identified by the number of the figure
and the code of the place: ``figure:1:ML-5``. Codes of findings have no colon.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from coi.library import lookup
from coi.library.region_sheets import FigureSeries, figure_series_by_place
from coi.models import Edition, FigureRow
from coi.text.word_differences import Piece, pieces


@dataclass(frozen=True)
class NumberChanged:
    """A printed number that was added, changed or removed; a missing side is empty."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SeriesChanged:
    """A figure's numbers for one place; ``old`` or ``new`` is None if one of the editions has none."""

    code: str
    old: FigureSeries | None
    new: FigureSeries | None

    @property
    def name(self) -> str:
        """``Figure 1, Mopti``."""
        series = self.old or self.new
        return _("Figure %(n)d, %(place)s") % {"n": series.number, "place": series.label} if series else ""

    @cached_property
    def numbers(self) -> tuple[NumberChanged, ...]:
        """Return the numbers that differ, with their printed notes."""
        before, after = (dict(_numbers(series)) if series else {} for series in (self.old, self.new))
        return tuple(
            NumberChanged(name, pieces(before.get(name, ""), after.get(name, "")))
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        )

    @property
    def is_touched(self) -> bool:
        """Return whether the old edition printed it and the new one prints it differently or not at all."""
        return self.old is not None


def code_of(number: int, place: str) -> str:
    return f"figure:{number}:{place}"


def is_series(key: str) -> bool:
    """Return whether a key (edition/code) is that of a figure's numbers for a place, not of a finding."""
    return key.partition("/")[2].startswith("figure:")


def _numbers(series: FigureSeries) -> Iterable[tuple[str, str]]:
    for cell in series.cells:
        marks = [_("part of a year") if cell.is_part_year else "", _("total") if cell.is_total else ""]
        yield f"{series.label}, {cell.period}", "; ".join(filter(None, (cell.printed, *marks)))


def is_same(old: FigureSeries | None, new: FigureSeries | None) -> bool:
    """Return whether both print the same numbers, marks, title, unit, source and curator's queries."""
    return _printed(old) == _printed(new)


def _printed(series: FigureSeries | None) -> tuple[object, ...]:
    if series is None:
        return ()
    queries = tuple((query.date, str(query)) for query in series.queries)
    return (series.title, series.source, series.unit, tuple(_numbers(series)), queries)


def series_of(edition: Edition) -> dict[str, FigureSeries]:
    """Return the series by code, in the order of the edition."""
    return {code_of(s.number, place): s for (_number, place), s in figure_series_by_place([edition]).items()}


def changed(old: Edition, new: Edition) -> tuple[SeriesChanged, ...]:
    """Return the series that differ between the editions."""
    before, after = series_of(old), series_of(new)
    return tuple(
        SeriesChanged(code, before.get(code), after.get(code))
        for code in dict.fromkeys([*before, *after])
        if not is_same(before.get(code), after.get(code))
    )


def keys_of_earlier(edition: Edition, codes: Collection[str]) -> dict[str, list[str]]:
    """Return the keys (edition/code) of these series in the other published editions of the report."""
    rows = FigureRow.objects.filter(figure__edition__report=edition.report_id).exclude(figure__edition=edition)
    rows = rows.filter(figure__edition__publication__isnull=False)
    found: dict[str, list[str]] = {code: [] for code in codes}
    named = rows.values_list("figure__edition__code", "figure__number", "place__code").distinct()
    for published, number, place in named.order_by("figure__edition__code", "figure__number", "place__code"):
        if (code := code_of(number, place)) in found:
            found[code].append(f"{published}/{code}")
    return found


def today(keys: Collection[str]) -> dict[str, FigureSeries]:
    """Return the series that the current editions print, by their former keys."""
    now = lookup.key_today(keys)
    codes = {key.partition("/")[0] for key in now.values()}
    printed = {
        f"{edition.code}/{code}": series
        for edition in lookup.current_editions().filter(code__in=codes)
        for code, series in series_of(edition).items()
    }
    return {key: printed[then] for key, then in now.items() if then in printed}
