"""Bar charts and tables of an edition's figures, as numbers for an SVG. Pure: it reads nothing.

Bars start at zero and show their numbers. A part of a year is an outline with its months, never a bar like those of
full years. ``templates/coi/maps/chart.svg.html`` draws the chart with its table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coi.library.region_sheets import FigureCell, FigureSeries
from coi.models import FigureRow

WIDTH = 480.0
LONGEST_BAR = 320.0
FIRST_ROW, ROW, BAR_HEIGHT, NOTE_LINE = 10.0, 40.0, 24.0, 20.0
LETTER = 17 * 0.52  # greatest width of a letter, on a phone
NOTE_LETTER = 15 * 0.5
_PART = re.compile(r"(?P<year>[0-9]{4}) \((?P<part>[^)]+)\)")


@dataclass(frozen=True)
class Bar:
    """The bar of one period. ``note`` says which part of the year it is; full years have none."""

    label: str
    printed: str
    note: str
    is_part_year: bool
    y: float
    width: float
    height: float
    text_y: float
    value_x: float
    note_x: float
    note_y: float


@dataclass(frozen=True)
class BarChart:
    """Everything that the template draws, and the table of the same numbers."""

    title: str
    left: float
    width: float
    height: float
    bars: tuple[Bar, ...]
    series: FigureSeries

    @property
    def has_part_year(self) -> bool:
        return any(bar.is_part_year for bar in self.bars)

    @property
    def label_x(self) -> float:
        return self.left - 8

    @property
    def rows(self) -> tuple[tuple[FigureCell, str], ...]:
        """The rows of the table beside the chart: every number with its note."""
        return tuple((cell, cell_note(cell)) for cell in self.series.cells)


def part_words(period: str) -> tuple[str, str]:
    """Split a printed period into the year and its part: ``2021``, ``January to March only``."""
    found = _PART.fullmatch(period)
    if not found:
        return period, _("part of the year only")
    part = re.sub(r"\s*[-–]\s*", " " + _("to") + " ", found["part"])
    return found["year"], _("%(months)s only") % {"months": part}


def cell_note(cell: FigureCell) -> str:
    """Return the note for a number that is not that of a full year."""
    if cell.is_total:
        return _("sum of the periods above")
    return part_words(cell.period)[1] if cell.is_part_year else ""


def grouped(number: int) -> str:
    """Return a number as printed: ``3,201``."""
    return str(number_format(number, use_l10n=True, force_grouping=True))


def bar_chart(series: FigureSeries, *, title: str, largest: int = 0) -> BarChart:
    """Return the periods of a series as bars. ``largest`` gives several charts the same scale."""
    cells = series.parts
    top = max([largest, *(cell.fatalities for cell in cells)], default=0) or 1
    named = [part_words(cell.period) if cell.is_part_year else (cell.period, "") for cell in cells]
    left = max(56.0, max((len(label) for label, _note in named), default=0) * LETTER + 12)
    scale = min(LONGEST_BAR, WIDTH - left - 90) / top
    bars: list[Bar] = []
    y = FIRST_ROW
    for cell, (label, note) in zip(cells, named, strict=True):
        width = round(cell.fatalities * scale, 1)
        value_x = left + width + 8
        note_x = value_x + len(cell.printed) * LETTER + 8
        fits = note_x + len(note) * NOTE_LETTER <= WIDTH
        bars.append(
            Bar(
                label=label,
                printed=cell.printed,
                note=note,
                is_part_year=cell.is_part_year,
                y=y,
                width=max(width, 1.0) if cell.fatalities else 0.0,
                height=BAR_HEIGHT,
                text_y=y + 17,
                value_x=round(value_x, 1),
                note_x=round(note_x, 1) if fits else left,
                note_y=y + 17 if fits else y + BAR_HEIGHT + 15,
            )
        )
        y += ROW if fits or not note else ROW + NOTE_LINE
    return BarChart(title, round(left, 1), WIDTH, y - ROW + BAR_HEIGHT + FIRST_ROW, tuple(bars), series)


# --- a figure as a table ----------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A printed period; ``note`` marks a part of a year."""

    label: str
    note: str
    is_total: bool


@dataclass(frozen=True)
class TableRow:
    """A place and its printed numbers; an empty one is not in the figure."""

    label: str
    place_code: str
    is_region: bool
    cells: tuple[str, ...]
    is_total: bool


@dataclass(frozen=True)
class FigureTable:
    """Places by periods, in the order of the figure."""

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]

    @property
    def parts(self) -> tuple[TableRow, ...]:
        return tuple(row for row in self.rows if not row.is_total)

    @property
    def totals(self) -> tuple[TableRow, ...]:
        return tuple(row for row in self.rows if row.is_total)


def figure_table(rows: Iterable[FigureRow]) -> FigureTable:
    """Return the figure's rows as a table. The rows must be in order, with their places."""
    rows = list(rows)
    periods: dict[str, FigureRow] = {}
    places: dict[str, list[FigureRow]] = {}
    for row in rows:
        periods.setdefault(row.period_label, row)
        places.setdefault(row.place_label, []).append(row)
    columns = tuple(
        Column(label, part_words(label)[1] if row.is_part_year and not is_sum(row, rows) else "", is_sum(row, rows))
        for label, row in periods.items()
    )
    table = []
    for label, found in places.items():
        by_period = {row.period_label: grouped(row.fatalities) for row in found}
        first = found[0]
        table.append(
            TableRow(
                label=label,
                place_code=first.place.code,
                is_region=first.place.kind == "region",
                cells=tuple(by_period.get(column.label, "") for column in columns),
                is_total=all(row.is_total for row in found),
            )
        )
    return FigureTable(columns, tuple(table))


def is_sum(row: FigureRow, rows: Iterable[FigureRow]) -> bool:
    """Return whether the row's column is a sum of periods, that is, all its numbers are totals."""
    return all(other.is_total for other in rows if other.period_label == row.period_label)
