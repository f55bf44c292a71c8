"""Uploads of event data, and the page that compares it."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coi.models import FigureRow
from matching.periods import Moment
from tests.coi.event_files import NEW, event, write

CODE = "sem-mali-2021-04"


def rows_like_the_figure():
    """Return events that match figure 1, with two more in the month after the last period."""
    printed = FigureRow.objects.filter(figure__edition__code=CODE, figure__number=1, is_total=False)
    rows = []
    for n, row in enumerate(printed.select_related("place")):
        last = Moment.parse(row.period_to).last
        day = date(2021, 4, 15) if last == date(2021, 3, 31) else Moment.parse(row.period_from).first
        rows.append(event(n, day + timedelta(days=0), row.place.name, row.fatalities))
    return [*rows, event(5000, date(2021, 8, 1), "Kayes", 1)]


def compare_page(dataset):
    return reverse("figures-compare", args=[CODE, dataset.code])


def upload(client, tmp_path, rows, columns=NEW, **more):
    path = write(tmp_path / "given.csv", columns, rows)
    given = {"country": "ML", "retrieved": "2026-11-02", "code": "given"} | more
    return client.post(reverse("events"), given | {"file": SimpleUploadedFile("given.csv", path.read_bytes())})
