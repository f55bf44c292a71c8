"""Stores totals in the database, all or nothing, with a row in the audit record."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.record import record
from coi.events.geography import region_names
from coi.events.problems import BadFile, EventProblem
from coi.events.reading import Told, read
from coi.events.sums import Sums, Unknown
from coi.models import EventDataset, EventDay, EventMonth, FigureRow, Place, PlaceName
from matching.periods import Moment

Stored = Callable[[EventDataset], None]
BEFORE, AFTER = 31, 62  # days stored around the end of a period that a report prints


def import_events(
    path: Path,
    *,
    code: str,
    country: str,
    retrieved_on: date,
    today: date,
    by: Any = None,
    on_progress: Told = lambda progress: None,
    on_stored: Stored = lambda dataset: None,
    on_unknown: Callable[[Unknown], None] = lambda unknown: None,
) -> EventDataset:
    """Read the file and store its totals. Raises BadFile with every problem found; then nothing is stored.

    ``on_stored`` is called in the storing transaction, and an exception from it rolls that back. ``on_unknown`` is
    called before with the rows that were ignored because their country is not in the library.
    """
    place = check(code=code, country=country, retrieved_on=retrieved_on, today=today)
    names = [place.name, *place.names.values_list("name", flat=True)]
    regions = region_names(country)
    sums = read(
        path, country=country, country_names=names, regions=regions, today=today, on_progress=on_progress,
        other_countries=_country_names(),
    )  # fmt: skip
    if sums.last > retrieved_on:
        said = _("The newest event is of %(day)s, after the retrieval date. Correct that date.")
        raise BadFile([EventProblem(said % {"day": sums.last.isoformat()}, column="retrieved")])
    on_unknown(sums.unknown)
    same = EventDataset.objects.filter(sha256=sums.sha256, country=country).first()
    if same is not None:
        raise BadFile([EventProblem(_("This file is already imported as “%(code)s”.") % {"code": same.code})])
    with transaction.atomic():
        dataset = _store(sums, code, country, retrieved_on, by)
        on_stored(dataset)
        record(
            by=str(by.pk) if by else "import_events", action="events.import", object_type="event-dataset",
            object_id=dataset.code, sha256=sums.sha256, events=sums.events,
        )  # fmt: skip
    return dataset


def _country_names() -> frozenset[str]:
    """Return every folded name of a country in the library."""
    countries = Place.objects.filter(kind=Place.Kind.COUNTRY)
    names = PlaceName.objects.filter(place__in=countries).values_list("folded", flat=True)
    return frozenset([*countries.values_list("folded", flat=True), *names])


def check(*, code: str, country: str, retrieved_on: date, today: date) -> Place:
    """Check what can be refused before the file is read, and return the country."""
    place: Place | None = Place.objects.filter(kind=Place.Kind.COUNTRY, code=country).first()
    if place is None or not region_names(country):
        raise BadFile([EventProblem(_("The library has no regions of “%(code)s”.") % {"code": country})])
    if retrieved_on > today:
        raise BadFile([EventProblem(_("The retrieval date is in the future."), column="retrieved")])
    if EventDataset.objects.filter(code=code).exists():
        raise BadFile([EventProblem(_("Event data with the code “%(code)s” already exist.") % {"code": code})])
    return place


def _store(sums: Sums, code: str, country: str, retrieved_on: date, by: Any) -> EventDataset:
    dataset = EventDataset.objects.create(
        code=code, provider=sums.layout.provider, layout=sums.layout.name, country=country, retrieved_on=retrieved_on,
        sha256=sums.sha256, rows=sums.rows, events=sums.events, repeated=sums.repeated, elsewhere=sums.elsewhere,
        first_day=sums.first, last_day=sums.last, imported_by=by,
    )  # fmt: skip
    places = Place.objects.in_bulk({m.region for m in sums.months}, field_name="code")
    EventMonth.objects.bulk_create(
        (
            EventMonth(
                dataset=dataset, place=places[m.region], month=m.month, event_type=m.event_type,
                against_civilians=m.against_civilians, actor_group=m.actor_group, events=n, fatalities=deaths,
            )
            for m, (n, deaths) in sums.months.items()
        ),
        batch_size=500,
    )  # fmt: skip
    near = _days_near(period_ends(country))
    EventDay.objects.bulk_create(
        (
            EventDay(dataset=dataset, place=places[region], day=day, events=n, fatalities=deaths)
            for (region, day), (n, deaths) in sums.days.items()
            if day in near
        ),
        batch_size=500,
    )
    return dataset


def period_ends(country: str) -> set[date]:
    """Return the last days of the periods that figures on the country print."""
    printed = FigureRow.objects.filter(figure__edition__report__country=country, is_total=False)
    return {Moment.parse(text).last for text in printed.values_list("period_to", flat=True).distinct()}


def _days_near(ends: Iterable[date]) -> set[date]:
    return {end + timedelta(days=n) for end in ends for n in range(-BEFORE, AFTER + 1)}
