"""Checks of figures: values are printed or described, and rows and columns add up to their totals."""

from collections.abc import Iterator

from coi.editions.refusals import EditionProblem
from coi.models import Edition, Figure, FigureRow
from matching.periods import Period

MOST_FATALITIES = 10_000_000  # in one cell: a higher number is a typing mistake in any war


def check_figures(edition: Edition) -> Iterator[EditionProblem]:
    for figure in edition.figures.prefetch_related("rows__place"):
        where = f"figure {figure.number}"
        rows = list(figure.rows.all())
        if figure.values_available and not rows:
            yield EditionProblem(where, "it has no rows; if its values are not in the text, say so")
        if not figure.values_available and rows:
            message = "it has rows although its values are said not to be in the text"
            yield EditionProblem(where, message, "values_available")
        if not figure.values_available and not figure.text_says:
            yield EditionProblem(where, "write what the text says about it", "text_says")
        for message, field, row in _rows(figure):
            yield EditionProblem(where, message, field, row)


def _rows(figure: Figure) -> Iterator[tuple[str, str, str]]:
    """Check that rows add up to their total over the periods, and columns to the total over the places.

    Returns messages, each with its field and row.
    """
    cells: dict[tuple[str, str], FigureRow] = {}
    for row in figure.rows.all():
        before = cells.setdefault((row.place_label, row.period_label), row)
        if before is not row:
            message = f"{row.place_label}, {row.period_label}: row {before.position} already prints this cell"
            yield message, "period_label", f"row {row.position}"
    parts = [row for row in cells.values() if not row.is_total]
    places_with_parts = {row.place_label for row in parts}
    periods_with_parts = {row.period_label for row in parts}
    for row in figure.rows.all():
        if row.fatalities > MOST_FATALITIES:
            message = (
                f"{row.place_label}, {row.period_label}: {row.fatalities:,} fatalities are more than any figure prints"
            )
            yield message, "fatalities", f"row {row.position}"
    for (place, period), row in cells.items():
        if not Period.parse(row.period_from, row.period_to).is_possible:
            yield f"{place}, {period}: ends before it begins", "period_to", f"row {row.position}"
        if not row.is_total:
            continue
        wanted = [
            part
            for part in parts
            if (part.place_label == place or place not in places_with_parts)
            and (part.period_label == period or period not in periods_with_parts)
        ]
        total = sum(part.fatalities for part in wanted)
        if total != row.fatalities:
            message = f"{place}, {period}: printed {row.fatalities}, adds up to {total}"
            yield message, "fatalities", f"row {row.position}"
