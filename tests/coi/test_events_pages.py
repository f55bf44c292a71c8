"""The pages of event data: importing, a report's figures beside it, and newer data on region sheets."""

from datetime import date, timedelta

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from audit.models import Entry
from coi import fixture, sheets
from coi.events import figure_queries
from coi.events.comparing import compare
from coi.events.storing import import_events
from coi.models import CuratorQuery, Edition, EventDataset, EventMonth, FigureRow, Place, Publication
from matching.periods import Moment
from tests.coi.event_files import GED, NEW, event, ged, write

pytestmark = pytest.mark.usefixtures("library")
BACKEND = "django.contrib.auth.backends.ModelBackend"
CODE = "sem-mali-2021-04"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Where a file lies while it is read: empty after every test."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def admin(make_user, office, client):
    user = make_user(Role.COI_ADMIN, office)
    client.force_login(user, backend=BACKEND)
    return user


def rows_like_the_figure():
    """Events that give what figure 1 prints, but two more in the last period's following month."""
    printed = FigureRow.objects.filter(figure__edition__code=CODE, figure__number=1, is_total=False)
    rows = []
    for n, row in enumerate(printed.select_related("place")):
        last = Moment.parse(row.period_to).last
        day = date(2021, 4, 15) if last == date(2021, 3, 31) else Moment.parse(row.period_from).first
        rows.append(event(n, day + timedelta(days=0), row.place.name, row.fatalities))
    return [*rows, event(5000, date(2021, 8, 1), "Kayes", 1)]


@pytest.fixture
def dataset(tmp_path):
    path = write(tmp_path / "made-up.csv", NEW, rows_like_the_figure())
    today = date(2026, 11, 23)
    return import_events(path, code="made-up", country="ML", retrieved_on=date(2026, 11, 2), today=today)


def compare_page(dataset):
    return reverse("figures-compare", args=[CODE, dataset.code])


def upload(client, tmp_path, rows, columns=NEW, **more):
    path = write(tmp_path / "given.csv", columns, rows)
    given = {"country": "ML", "retrieved": "2026-11-02", "code": "given"} | more
    return client.post(reverse("events"), given | {"file": SimpleUploadedFile("given.csv", path.read_bytes())})


# --- importing ----------------------------------------------------------------------------------


def test_everyone_reads_and_only_coi_admins_import(client, caseworker, supervisor, tmp_path):
    assert client.get(reverse("events")).status_code == 302
    for user in (caseworker, supervisor):
        client.force_login(user, backend=BACKEND)
        page = client.get(reverse("events"))
        assert page.status_code == 200
        assert "No event data is held" in page.content.decode()
        assert "Import a file" not in page.content.decode()
        assert upload(client, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    assert not EventDataset.objects.exists()


def test_an_import_keeps_sums_and_says_so(admin, client, tmp_path):
    answer = upload(client, tmp_path, [event(1, date(2021, 1, 5)), event(2, date(2021, 2, 5))])
    assert answer.status_code == 302
    row = EventDataset.objects.get()
    assert (row.code, row.imported_by, row.events) == ("given", admin, 2)
    assert Entry.objects.get(action="events.import").actor == str(admin.pk)
    page = client.get(reverse("events")).content.decode()
    assert row.sha256 in page
    assert compare_page(row) in page
    assert "2 events" in page


def test_a_large_file_goes_through_the_disk_and_geds_layout_too(admin, client, tmp_path):
    rows = [ged(n, date(2021, 1, 5)) for n in range(30_000)]
    assert upload(client, tmp_path, rows, GED, code="").status_code == 302
    assert EventDataset.objects.get().code == "events-ml-2026-11-02"


def test_every_problem_is_shown_with_row_and_column_and_cells_as_text(admin, client, tmp_path):
    bad = [
        event(1, date(2021, 1, 5), admin1='=HYPERLINK("https://x")'),
        event(2, date(2021, 1, 5), deaths=-4),
        event(3, date(2021, 1, 5), deaths="<script>"),
        event(4, date(2021, 1, 5), event_date="1899-01-01"),
    ]
    answer = upload(client, tmp_path, bad)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "=HYPERLINK(&quot;https" in page
    assert "&lt;script&gt;" in page
    assert "<code>fatalities</code>" in page
    assert "<code>event_date</code>" in page
    assert ">2</td>" in page
    assert 'value="given"' in page  # what was typed stays
    assert not EventDataset.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"retrieved": "yesterday"}, "Write the day as"),
        ({"retrieved": "2199-01-01"}, "lies in the future"),
        ({"retrieved": "\x00"}, "Retrieved on"),
        ({"country": "XX"}, "Country"),
        ({"code": "a b/../c"}, "Code"),
        ({"code": "x" * 51}, "Code"),
        ({"code": "a\x00"}, "Code"),
    ],
)
def test_bad_fields_are_named(admin, client, tmp_path, change, words):
    answer = upload(client, tmp_path, [event(1, date(2021, 1, 5))], **change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not EventDataset.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xe9\xe8", b"PK\x03\x04zip", b"a,b\n1,2\n", b"%PDF-1.7"])
def test_files_that_are_no_event_data_end_in_a_message(admin, client, content):
    given = {"country": "ML", "retrieved": "2026-11-02", "file": SimpleUploadedFile("x.csv", content)}
    assert client.post(reverse("events"), given).status_code == 422
    assert client.post(reverse("events"), given | {"file": "text"}).status_code == 422
    assert client.post(reverse("events"), {}).status_code == 422
    assert not EventDataset.objects.exists()


def test_a_file_over_the_limit_is_stopped(admin, client, tmp_path, settings):
    settings.EVENTS_LARGEST_UPLOAD = 1000
    answer = upload(client, tmp_path, [event(n, date(2021, 1, 5)) for n in range(2000)])
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not EventDataset.objects.exists()
    assert configured.EVENTS_LARGEST_UPLOAD == 1000


def test_the_same_file_again_is_refused(admin, client, tmp_path):
    rows = [event(1, date(2021, 1, 5))]
    assert upload(client, tmp_path, rows).status_code == 302
    again = upload(client, tmp_path, rows, code="other")
    assert again.status_code == 422
    assert "imported already" in again.content.decode()


def test_a_form_from_elsewhere_is_refused(admin, tmp_path):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin, backend=BACKEND)
    assert upload(strict, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    token = strict.get(reverse("events")).context["csrf_token"]
    rows = [event(1, date(2021, 1, 5))]
    assert upload(strict, tmp_path, rows, csrfmiddlewaretoken=str(token)).status_code == 302


# --- comparing ----------------------------------------------------------------------------------


def test_the_page_sets_print_beside_the_data(client, caseworker, dataset, django_assert_max_num_queries):
    client.force_login(caseworker, backend=BACKEND)
    with django_assert_max_num_queries(40):
        page = client.get(compare_page(dataset))
    text = page.content.decode()
    assert page.status_code == 200
    for words in (dataset.sha256, "2 November 2026", "ACLED’s terms", "Narrow:", "Wide:", "15 April 2021"):
        assert words in text
    assert "data-copy-text=" in text
    assert "Add to the draft" not in text


def test_what_is_not_there_is_not_found(client, caseworker, dataset):
    client.force_login(caseworker, backend=BACKEND)
    for edition, code in ((CODE, "none"), ("none", "made-up")):
        assert client.get(reverse("figures-compare", args=[edition, code])).status_code == 404
    fixture.copy(Edition.objects.get(code=CODE), code="a-draft", label="A draft")
    assert client.get(reverse("figures-compare", args=["a-draft", "made-up"])).status_code == 404
    EventDataset.objects.update(country="NE")
    assert client.get(compare_page(dataset)).status_code == 404


def first_difference(dataset):
    return next(figure_queries.differences(compare(Edition.objects.get(code=CODE), dataset)))


def test_a_difference_goes_into_a_draft_by_one_click(admin, client, dataset):
    draft = fixture.copy(Edition.objects.get(code=CODE), code="a-draft", label="A draft")
    published = CuratorQuery.objects.filter(edition__code=CODE).count()
    text = client.get(compare_page(dataset)).content.decode()
    assert "Add to the draft" in text
    one = first_difference(dataset)
    address = reverse("figures-query", args=[CODE, dataset.code])
    body = {"difference": one.key, "draft": "a-draft", "wording": "Not taken from here."}
    assert client.post(address, body).status_code == 302
    query = draft.queries.get(code="event-data-1")
    assert query.remark == one.wording
    assert [f.number for f in query.figures.all()] == [one.figure]
    assert CuratorQuery.objects.filter(edition__code=CODE).count() == published
    entry = Entry.objects.get(action="coi.query-added")
    assert (entry.object_id, entry.details) == ("a-draft", {"query": "event-data-1"})
    assert client.post(address, body).status_code == 409  # it stands there already
    assert client.post(address, body | {"difference": "9/x/y"}).status_code == 422
    draft.figures.get(number=one.figure).queries.clear()
    draft.queries.filter(code="event-data-1").delete()
    Publication.objects.create(edition=draft, published_at="2026-11-23")
    assert client.post(address, body).status_code == 409  # published meanwhile
    assert client.get(address).status_code == 405


def test_a_published_edition_takes_no_query(admin, client, dataset, caseworker):
    address = reverse("figures-query", args=[CODE, dataset.code])
    body = {"difference": first_difference(dataset).key, "draft": CODE}
    before = CuratorQuery.objects.count()
    assert "there is no draft of this report" in client.get(compare_page(dataset)).content.decode()
    assert client.post(address, body).status_code == 409
    client.force_login(caseworker, backend=BACKEND)
    assert client.post(address, body).status_code == 403
    assert CuratorQuery.objects.count() == before


# --- region sheets ------------------------------------------------------------------------------


def test_a_region_sheet_shows_newer_data_beside_the_figure_with_its_date(client, caseworker, dataset):
    client.force_login(caseworker, backend=BACKEND)
    text = client.get(reverse("region", args=["ML-1"])).content.decode()
    report = text.index("as printed in figure")
    newer = text.index("Event data of ACLED, retrieved 2 November 2026")
    assert report < newer
    assert "1 January 2021 to 1 August 2021 only" in text
    assert "replace none" in text
    EventDataset.objects.all().delete()
    assert "Event data of" not in client.get(reverse("region", args=["ML-1"])).content.decode()


def test_of_each_provider_only_what_was_retrieved_last():
    place = Place.objects.get(code="ML-5")
    numbers = {"country": "ML", "rows": 1, "events": 1, "first_day": date(2020, 1, 1), "last_day": date(2021, 3, 9)}
    for n, (provider, day) in enumerate(
        [("ACLED", date(2025, 1, 1)), ("ACLED", date(2026, 1, 1)), ("UCDP", date(2024, 1, 1))]
    ):
        data = EventDataset.objects.create(code=f"d{n}", sha256=str(n), provider=provider, retrieved_on=day, **numbers)
        EventMonth.objects.create(
            dataset=data, place=place, month=date(2021, 2, 1), event_type="x", against_civilians=False,
            actor_group="y", events=2, fatalities=10 + n,
        )  # fmt: skip
    found = sheets.newer_data(place)
    assert [data.dataset.code for data in found] == ["d1", "d2"]
    full, part = found[0].sums
    assert (full.is_full_year, full.events, full.fatalities) == (True, 0, 0)
    assert (part.is_full_year, part.last, part.fatalities) == (False, date(2021, 3, 9), 11)
