"""The pages of event data: importing, a report's figures beside it, and newer data on region sheets."""

import html
import os
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import Role
from audit.models import Entry
from coi.events import figure_queries, jobs
from coi.events.comparing import compare
from coi.events.problems import BadFile
from coi.events.storing import import_events
from coi.library import region_sheets
from coi.models import CuratorQuery, Edition, EventDataset, EventImport, EventMonth, FigureRow, Place
from matching.periods import Moment
from tests.browser_post import BrowserClient
from tests.coi.event_files import GED, NEW, event, ged, write
from tests.factories import copied
from tests.factories import published as publish
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
CODE = "sem-mali-2021-04"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Where a file lies while it is read: empty after every test."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    settings.VAR_DIR = tmp_path
    yield folder
    assert list(folder.iterdir()) == []
    assert list(tmp_path.glob("imports/*.csv")) == []


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """What the process of its own does, in this one: another would not see this test's transaction."""
    monkeypatch.setattr(jobs, "start", jobs.work)


@pytest.fixture
def admin(make_user, office, client):
    user = make_user(Role.COI_ADMIN, office)
    signed_in(user, client)
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


def job_page(client):
    return client.get(reverse("event-import", args=[EventImport.objects.get().uuid])).content.decode()


def upload(client, tmp_path, rows, columns=NEW, **more):
    path = write(tmp_path / "given.csv", columns, rows)
    given = {"country": "ML", "retrieved": "2026-11-02", "code": "given"} | more
    return client.post(reverse("events"), given | {"file": SimpleUploadedFile("given.csv", path.read_bytes())})


# --- importing ----------------------------------------------------------------------------------


def test_everyone_reads_and_only_coi_admins_import(client, caseworker, supervisor, tmp_path):
    assert client.get(reverse("events")).status_code == 302
    for user in (caseworker, supervisor):
        signed_in(user, client)
        page = client.get(reverse("events"))
        assert page.status_code == 200
        assert "No event data is held" in page.content.decode()
        assert "Import a file" not in page.content.decode()
        assert upload(client, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    assert not EventDataset.objects.exists()


def test_a_code_that_is_none_is_refused_in_words_that_say_what_one_is(admin, client, tmp_path):
    answer = upload(client, tmp_path, [event(1, date(2021, 1, 5))], code="my data")
    assert answer.status_code == 422
    assert "A code has letters from a to z, digits, hyphens and underscores" in answer.content.decode()


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
    assert upload(client, tmp_path, bad).status_code == 302
    page = job_page(client)
    assert "The file was not imported" in page
    assert "=HYPERLINK(&quot;https" in page
    assert "&lt;script&gt;" in page
    assert "<code>fatalities</code>" in page
    assert "<code>event_date</code>" in page
    assert ">2</td>" in page
    assert not EventDataset.objects.exists()
    assert Entry.objects.get(action="events.import-refused").details == {"problems": 4}
    again = client.get(reverse("events"), {"again": str(EventImport.objects.get().uuid)}).content.decode()
    for typed in ('value="given"', 'value="2 November 2026"', '<option value="ML" selected>'):
        assert typed in again  # what was typed stays
    assert client.get(reverse("events"), {"again": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"retrieved": "yesterday"}, "“yesterday” is not a date. Write"),
        ({"retrieved": "2099-01-01"}, "lies in the future"),
        ({"retrieved": "2199-01-01"}, "years from 1900 to 2100"),
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


def event_file(*rows, columns=NEW) -> bytes:
    """A good file, or one with other columns."""
    with TemporaryDirectory() as folder:
        return write(Path(folder) / "made-up.csv", columns, rows or [event(1, date(2021, 1, 5))]).read_bytes()


def workbook() -> bytes:
    stream = BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


HEADER = ",".join(NEW).encode()
WEEKS = b"week,region,country,admin1,event_type,sub_event_type,events,fatalities,population_exposure,disorder_type,id\n"
MONTHS = b"country,month,year,events,fatalities\nMali,May,2019,12,30\n"
# What was sent, and what the message says; retrieved on 2 November 2026.
BAD_FILES = {
    "nothing": (lambda: b"", "The file is empty."),
    "a mark of its encoding alone": (lambda: b"\xef\xbb\xbf", "The file is empty."),
    "a header alone": (lambda: HEADER + b"\r\n", "column names and no event"),
    "a header without its line end": (lambda: HEADER, "column names and no event"),
    "a header and tags": (lambda: event_file({name: f"#{name}" for name in NEW}), "column names and no event"),
    "line ends of old Macintoshes": (lambda: event_file().replace(b"\r\n", b"\r"), "carriage return"),
    "a carriage return in a column name": (lambda: event_file().replace(b"year", b"ye\rar", 1), "carriage return"),
    "the same between quotation marks": (lambda: event_file().replace(b"year", b'"ye\rar"', 1), "carriage return"),
    "a line break in a column name": (lambda: event_file().replace(b"year", b'"ye\nar"', 1), "none that are known"),
    "an Excel workbook": (workbook, "This is an Excel workbook."),
    "an old Excel workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an Excel workbook."),
    "a PDF": (lambda: b"%PDF-1.7", "This is a PDF."),
    "JSON": (lambda: b'\n{"data": []}', "This is JSON."),
    "a page that says no": (lambda: b"<!doctype html><p>Sign in</p>", "This is a web page"),
    "UTF-16": (lambda: event_file().decode().encode("utf-16"), "This is UTF-16."),
    "Latin-1": (lambda: event_file(event(1, date(2021, 1, 5), "Ségou")).decode().encode("latin-1"), "not UTF-8"),
    "weekly sums": (lambda: WEEKS + b"2021-01-02,Western Africa,Mali,Mopti,Battles,Armed clash,3,9,100,Political violence,1\n", "sums by week, month or year"),
    "monthly sums": (lambda: MONTHS, "sums by week, month or year"),
    "no header": (lambda: event_file().partition(b"\n")[2], "no column names in the first line"),
    "semicolons": (lambda: event_file().replace(b",", b";"), "separated by semicolons"),
    "tabs": (lambda: event_file().replace(b",", b"\t"), "separated by tabs"),
    "bars": (lambda: event_file().replace(b",", b"|"), "separated by vertical bars"),
    "another table": (lambda: b"a,b\n1,2\n", "none that are known"),
    "another country": (lambda: event_file(*(event(n, date(2021, 1, 5), country="Malli") for n in range(3))), "Malli: 3 rows"),
    "an event after the retrieval": (lambda: event_file(event(1, date(2026, 11, 3))), "after the date of retrieval"),
    "an id in two countries": (lambda: event_file(event(1, date(2021, 1, 5)), event(1, date(2021, 1, 5), country="Niger")), "with another country"),
    "an id of two kinds": (lambda: event_file(event(1, date(2021, 1, 5)), event(1, date(2021, 1, 5), event_type="Riots")), "something else in this column"),
    "an open quotation": (lambda: event_file().replace(b'for a test."', b"for a test."), "breaks off"),
    "a bare carriage return in a row": (lambda: event_file(*(event(n, date(2021, 1, 5), notes="one") for n in range(2))).replace(b"one", b"o\rne", 1), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_for_what_it_is_by_page_and_by_command(admin, client, tmp_path, name):
    make, said = BAD_FILES[name]
    content = make()
    given = {"country": "ML", "retrieved": "2026-11-02", "code": "given"}
    answer = client.post(reverse("events"), given | {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        page = answer.content.decode()
    else:
        page = client.get(answer.headers["Location"]).content.decode()
        assert "The file was not imported" in page
    if content:  # of an empty one the form speaks before it is looked at
        assert said in html.unescape(page)
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("import_events", str(path), retrieved="2026-11-02")
    assert said in str(refused.value)
    assert "nothing was imported" in str(refused.value)
    assert not EventDataset.objects.exists()


def test_rows_of_unknown_countries_are_listed_after_a_good_import(admin, client, tmp_path, capsys):
    rows = [event(1, date(2021, 1, 5)), *(event(n, date(2021, 1, 5), country="Malli") for n in range(2, 5))]
    assert upload(client, tmp_path, rows).status_code == 302
    page = job_page(client)
    assert "The file is imported" in page
    assert "Malli: 3 rows" in page
    call_command("import_events", str(write(tmp_path / "again.csv", NEW, [*rows, event(9, date(2021, 1, 6))])), retrieved="2026-11-02")  # fmt: skip
    assert "Malli: 3 rows" in capsys.readouterr().out


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
    assert upload(client, tmp_path, rows, code="other").status_code == 302
    job = EventImport.objects.get(code="other")
    assert job.state == "refused"
    assert "imported already" in str(job.problems)
    assert upload(client, tmp_path, rows).status_code == 422  # the code is seen before the file is read


# --- progress -----------------------------------------------------------------------------------


@pytest.fixture
def waiting(admin, monkeypatch, tmp_path):
    """waiting(rows, code): an import that nobody has begun to read."""

    def begin(rows, code="given", **more):
        monkeypatch.setattr(jobs, "start", lambda: None)
        path = write(tmp_path / "made-up.csv", NEW, rows)
        given = {"country": "ML", "retrieved_on": date(2026, 11, 2), "today": date(2026, 11, 23)} | more
        return jobs.begin(path, code=code, by=admin, **given)

    return begin


def test_an_import_waits_is_read_and_is_found_again(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    assert (job.state, jobs.file_of(job).stat().st_mode & 0o777) == ("waiting", 0o600)
    address = reverse("event-import", args=[job.uuid])
    page = client.get(address).content.decode()
    for words in ("The import is under way", "0 imports are before it", "Look again", 'hx-trigger="every 1s"'):
        assert words in page
    assert address in client.get(reverse("events")).content.decode()
    EventImport.objects.update(state="running", rows=3000, about=9000)
    with jobs._lock():  # as the process that reads holds it
        part = client.get(address, headers={"HX-Request": "true"})
    assert "3,000 rows of about 9,000 read" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    EventImport.objects.update(state="waiting")
    assert jobs.work() == 1
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "The file is imported" in page
    assert "hx-trigger" not in page
    assert reverse("figures-compare", args=[CODE, "given"]) in page


def test_an_import_whose_process_was_killed_is_told_of_and_keeps_nothing(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    EventImport.objects.update(state="running", rows=1, about=1)
    with jobs._lock():
        jobs.tend()
    assert EventImport.objects.get().state == "running"  # somebody holds the lock, and lives
    page = client.get(reverse("event-import", args=[job.uuid])).content.decode()
    assert "Nothing was kept" in page
    assert "Start again" in page
    assert not jobs.file_of(job).exists()
    assert not EventDataset.objects.exists()
    entry = Entry.objects.get(action="events.import-broken-off")
    assert entry.object_id == str(job.uuid)


def test_an_import_given_up_stores_nothing_after_all(waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    EventImport.objects.update(state="broken-off")
    with pytest.raises(jobs.Interrupted):
        jobs._read(job)
    assert not EventDataset.objects.exists()
    jobs.file_of(job).unlink()


def test_an_import_that_fails_for_another_reason_has_broken_off(waiting, monkeypatch, caplog):
    job = waiting([event(1, date(2021, 1, 5), notes="a sentence of the provider")])

    def fails(*args, **kwargs):
        raise MemoryError("a sentence of the provider")

    monkeypatch.setattr(jobs.storing, "read", fails)
    assert jobs.work() == 1
    assert EventImport.objects.get().state == "broken-off"
    assert not jobs.file_of(job).exists()
    assert "sentence" not in caplog.text


def test_only_one_process_reads(waiting):
    waiting([event(1, date(2021, 1, 5))])
    with jobs._lock():
        assert jobs.work() == 0
    assert jobs.work() == 1


def test_what_waits_is_limited_and_its_codes_are_taken(waiting):
    for n in range(jobs.MOST_OPEN):
        waiting([event(n, date(2021, 1, 5))], f"given-{n}")
        if not n:
            with pytest.raises(BadFile, match="waits or is being read"):
                waiting([event(9, date(2021, 1, 5))], "given-0")
    with pytest.raises(BadFile, match="3 imports of this country"):
        waiting([event(9, date(2021, 1, 5))], "another")
    assert jobs.work() == jobs.MOST_OPEN
    assert EventDataset.objects.count() == jobs.MOST_OPEN


def test_what_waits_is_begun_by_whoever_looks(client, waiting, monkeypatch):
    """The process that was to read it may have been killed before it began."""
    waiting([event(1, date(2021, 1, 5))])
    monkeypatch.setattr(jobs, "start", jobs.work)
    client.get(reverse("events"))
    assert EventImport.objects.get().state == "done"


def test_files_that_were_left_lying_are_swept_away(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    left = jobs.folder() / "left.csv"
    for path in (left, jobs.file_of(job)):
        path.touch()
        os.utime(path, (0, 0))
    client.get(reverse("events"))
    assert not left.exists()
    assert jobs.work() == 1  # what waits is not old


def test_a_form_from_elsewhere_is_refused(admin, tmp_path):
    strict = BrowserClient(enforce_csrf_checks=True)
    signed_in(admin, strict)
    assert upload(strict, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    token = strict.get(reverse("events")).context["csrf_token"]
    rows = [event(1, date(2021, 1, 5))]
    assert upload(strict, tmp_path, rows, csrfmiddlewaretoken=str(token)).status_code == 302


# --- comparing ----------------------------------------------------------------------------------


def test_the_page_sets_print_beside_the_data(client, caseworker, dataset, django_assert_max_num_queries):
    signed_in(caseworker, client)
    with django_assert_max_num_queries(40):
        page = client.get(compare_page(dataset))
    text = page.content.decode()
    assert page.status_code == 200
    for words in (dataset.sha256, "2 November 2026", "ACLED’s terms", "Narrow:", "Wide:", "15 April 2021"):
        assert words in text
    assert "data-copy-text=" in text
    assert "Add to the draft" not in text


def test_what_is_not_there_is_not_found(client, caseworker, dataset):
    signed_in(caseworker, client)
    for edition, code in ((CODE, "none"), ("none", "made-up")):
        assert client.get(reverse("figures-compare", args=[edition, code])).status_code == 404
    copied(Edition.objects.get(code=CODE), code="a-draft", label="A draft")
    assert client.get(reverse("figures-compare", args=["a-draft", "made-up"])).status_code == 404
    EventDataset.objects.update(country="NE")
    assert client.get(compare_page(dataset)).status_code == 404


def first_difference(dataset):
    return next(figure_queries.differences(compare(Edition.objects.get(code=CODE), dataset)))


def test_where_no_end_fits_the_page_says_so_and_offers_no_query_on_it(admin, client, tmp_path):
    rows = [event(n, date(2018, 12, 5) + timedelta(days=3 * n), deaths=2) for n in range(320)]
    path = write(tmp_path / "unrelated.csv", NEW, rows)
    retrieved, today = date(2026, 11, 2), date(2026, 11, 23)
    unrelated = import_events(path, code="unrelated", country="ML", retrieved_on=retrieved, today=today)
    page = client.get(compare_page(unrelated)).content.decode()
    assert page.count("no end of the period fits. The regions print") == len(compare_fits(unrelated))
    assert "lies closest to the events" not in page


def compare_fits(dataset):
    return compare(Edition.objects.get(code=CODE), dataset).fits


def test_a_difference_goes_into_a_draft_by_one_click(admin, client, dataset):
    draft = copied(Edition.objects.get(code=CODE), code="a-draft", label="A draft")
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
    publish(draft)
    assert client.post(address, body).status_code == 409  # published meanwhile
    assert client.get(address).status_code == 405


def test_a_draft_is_begun_beside_the_difference(admin, client, dataset, caseworker):
    page = client.get(compare_page(dataset)).content.decode()
    assert 'href="#begin-draft"' in page
    address = reverse("figures-draft", args=[CODE, dataset.code])
    refused = client.post(address, {"code": CODE, "label": "Invented, with queries."})
    assert refused.status_code == 422
    assert "#id_code" in refused.content.decode()
    assert 'value="Invented, with queries."' in refused.content.decode()  # what was typed stays
    answer = client.post(address, {"code": "with-queries", "label": "Invented, with queries."})
    assert answer.headers["Location"] == compare_page(dataset)
    draft = Edition.objects.get(code="with-queries")
    assert draft.draft_work.begun_by == admin
    page = client.get(compare_page(dataset)).content.decode()
    assert "Add to the draft" in page
    assert "begin-draft" not in page
    signed_in(caseworker, client)
    assert client.post(address, {"code": "another", "label": "Invented."}).status_code == 403


def test_a_published_edition_takes_no_query(admin, client, dataset, caseworker):
    address = reverse("figures-query", args=[CODE, dataset.code])
    body = {"difference": first_difference(dataset).key, "draft": CODE}
    before = CuratorQuery.objects.count()
    assert "there is no draft of this report" in client.get(compare_page(dataset)).content.decode()
    assert client.post(address, body).status_code == 409
    signed_in(caseworker, client)
    assert client.post(address, body).status_code == 403
    assert CuratorQuery.objects.count() == before


# --- region sheets ------------------------------------------------------------------------------


def test_a_region_sheet_shows_newer_data_beside_the_figure_with_its_date(client, caseworker, dataset):
    signed_in(caseworker, client)
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
    found = region_sheets.newer_data(place)
    assert [data.dataset.code for data in found] == ["d1", "d2"]
    full, part = found[0].sums
    assert (full.is_full_year, full.events, full.fatalities) == (True, 0, 0)
    assert (part.is_full_year, part.last, part.fatalities) == (False, date(2021, 3, 9), 11)
