"""Wording of curator's queries on differences between printed numbers and event data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.record import record
from coi.drafts import draft_rows, refused
from coi.events.comparing import Cell, Comparison, Fit
from coi.models import CuratorQuery, Edition
from coi.text.dates import day_words


class CannotAddError(Exception):
    """The query cannot be added to that draft; the message says why."""


@dataclass(frozen=True)
class Difference:
    """One difference, with a key that is stable for the same edition and data."""

    key: str
    figure: int
    wording: str


def cell_key(cell: Cell) -> str:
    return f"{cell.figure}/{cell.place}/{cell.period}"


def fit_key(fit: Fit) -> str:
    return f"{fit.figure}//{fit.period}"


def differences(found: Comparison) -> Iterator[Difference]:
    """Return all differences between data and print, worded for use in an edition."""
    data = {"provider": found.dataset.provider, "day": day_words(found.dataset.retrieved_on)}
    for cell in found.cells:
        if cell.difference:
            yield Difference(cell_key(cell), cell.figure, _cell_words(cell, data))
    for fit in found.fits:
        if fit.another_end_fits_better:
            yield Difference(fit_key(fit), fit.figure, _fit_words(fit, data))


def _cell_words(cell: Cell, data: dict[str, str]) -> str:
    text = _(
        "Figure %(figure)d prints %(printed)s for %(place)s, “%(period)s”. Events recorded by %(provider)s, as "
        "retrieved on %(day)s, add up to %(recomputed)s in the same period (difference: %(difference)s)."
    )
    return text % {
        **data,
        "figure": cell.figure,
        "printed": f"{cell.printed:,}",
        "place": cell.place_label,
        "period": cell.period,
        "recomputed": f"{cell.recomputed:,}",
        "difference": f"{cell.difference:+,}",
    }


def _fit_words(fit: Fit, data: dict[str, str]) -> str:
    text = _(
        "The column “%(period)s” of figure %(figure)d is closest to the events recorded by %(provider)s, as retrieved on %(data_day)s, if these are counted up to %(best_end)s, not %(printed_end)s. The differences of the regions then add up to %(best_distance)s instead of %(distance)s."
    )
    return text % {
        "provider": data["provider"],
        "data_day": data["day"],
        "figure": fit.figure,
        "period": fit.period,
        "best_end": day_words(fit.best_end),
        "printed_end": day_words(fit.printed_end),
        "best_distance": f"{fit.best_distance:,}",
        "distance": f"{fit.distance:,}",
    }


def find(found: Comparison, key: str) -> Difference | None:
    """Return the difference with that key. Its wording is made here, never taken from a request."""
    return next((one for one in differences(found) if one.key == key), None)


def drafts_of(edition: Edition) -> QuerySet[Edition]:
    """Return unpublished editions of the same report, the newest first."""
    return Edition.objects.filter(report_id=edition.report_id, publication=None).order_by("-cut_off", "-pk")


def add(draft: Edition, difference: Difference, *, today: date, by: Any) -> CuratorQuery:
    """Add the wording as a query on the draft's figure with the same number. Raises CannotAddError."""
    with transaction.atomic():
        try:
            draft = draft_rows.locked(draft)
        except refused.ChangedSince as error:
            raise CannotAddError(str(error)) from error
        figure = draft.figures.filter(number=difference.figure).first()
        if figure is None:
            raise CannotAddError(_("The draft has no figure %(n)d.") % {"n": difference.figure})
        if figure.queries.filter(remark=difference.wording).exists():
            raise CannotAddError(_("This query is already in the draft."))
        taken = set(draft.queries.values_list("code", flat=True))
        code = next(c for n in range(1, len(taken) + 2) if (c := f"event-data-{n}") not in taken)
        query = draft.queries.create(code=code, remarked_on=today, remark=difference.wording)
        query.figures.add(figure)
        draft_rows.is_written_by(draft, by)
        record(by=str(by.pk), action="coi.query-added", object_type="edition", object_id=draft.code, query=code)
    return query
