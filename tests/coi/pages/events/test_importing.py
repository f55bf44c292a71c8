"""Event data is imported on a page, and messages name every problem."""

import html
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook

from audit.models import Entry
from coi.models import EventDataset, EventImport
from tests.coi.event_files import GED, NEW, event, ged, write
from tests.coi.pages.events.uploads_of_events import compare_page, upload
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def job_page(client):
    return client.get(reverse("event-import", args=[EventImport.objects.get().uuid])).content.decode()


def test_everyone_reads_and_only_coi_admins_import(client, caseworker, supervisor, tmp_path):
    assert client.get(reverse("events")).status_code == 302
    for user in (caseworker, supervisor):
        signed_in(user, client)
        page = client.get(reverse("events"))
        assert page.status_code == 200
        assert "No event data yet" in page.content.decode()
        assert "Import a file" not in page.content.decode()
        assert upload(client, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    assert not EventDataset.objects.exists()


def test_an_invalid_code_is_refused_with_what_is_accepted(admin, client, tmp_path):
    answer = upload(client, tmp_path, [event(1, date(2021, 1, 5))], code="my data")
    assert answer.status_code == 422
    assert "A code may have only letters from a to z, digits, hyphens and underscores" in answer.content.decode()


def test_an_import_stores_totals_and_says_so(admin, client, tmp_path):
    answer = upload(client, tmp_path, [event(1, date(2021, 1, 5)), event(2, date(2021, 2, 5))])
    assert answer.status_code == 302
    row = EventDataset.objects.get()
    assert (row.code, row.imported_by, row.events) == ("given", admin, 2)
    assert Entry.objects.get(action="events.import").actor == str(admin.pk)
    page = client.get(reverse("events")).content.decode()
    assert row.sha256 in page
    assert compare_page(row) in page
    assert "2 events" in page


def test_a_large_upload_is_stored_on_disk_also_in_the_ged_layout(admin, client, tmp_path):
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
    assert "File not imported" in page
    assert "=HYPERLINK(&quot;https" in page
    assert "&lt;script&gt;" in page
    assert "<code>fatalities</code>" in page
    assert "<code>event_date</code>" in page
    assert ">2</td>" in page
    assert not EventDataset.objects.exists()
    assert Entry.objects.get(action="events.import-refused").details == {"problems": 4}
    again = client.get(reverse("events"), {"again": str(EventImport.objects.get().uuid)}).content.decode()
    for typed in ('value="given"', 'value="2 November 2026"', '<option value="ML" selected>'):
        assert typed in again  # the typed text stays
    assert client.get(reverse("events"), {"again": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"retrieved": "yesterday"}, "“yesterday” is not a date. Write"),
        ({"retrieved": "2099-01-01"}, "is in the future"),
        ({"retrieved": "2199-01-01"}, "year must be from 1900 to 2100"),
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
    """Return a valid file, or one with other columns."""
    with TemporaryDirectory() as folder:
        return write(Path(folder) / "made-up.csv", columns, rows or [event(1, date(2021, 1, 5))]).read_bytes()


def workbook() -> bytes:
    stream = BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


HEADER = ",".join(NEW).encode()
WEEKS = b"week,region,country,admin1,event_type,sub_event_type,events,fatalities,population_exposure,disorder_type,id\n"
MONTHS = b"country,month,year,events,fatalities\nMali,May,2019,12,30\n"
# The file and the message; retrieved on 2 November 2026.
BAD_FILES = {
    "nothing": (lambda: b"", "The file is empty."),
    "a mark of its encoding alone": (lambda: b"\xef\xbb\xbf", "The file is empty."),
    "a header alone": (lambda: HEADER + b"\r\n", "column names but no events"),
    "a header without its line end": (lambda: HEADER, "column names but no events"),
    "a header and tags": (lambda: event_file({name: f"#{name}" for name in NEW}), "column names but no events"),
    "line ends of old Macintoshes": (lambda: event_file().replace(b"\r\n", b"\r"), "carriage return"),
    "a carriage return in a column name": (lambda: event_file().replace(b"year", b"ye\rar", 1), "carriage return"),
    "the same between quotation marks": (lambda: event_file().replace(b"year", b'"ye\rar"', 1), "carriage return"),
    "a line break in a column name": (lambda: event_file().replace(b"year", b'"ye\nar"', 1), "not those of a known format"),
    "an Excel workbook": (workbook, "This is an Excel workbook."),
    "an old Excel workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an Excel workbook."),
    "a PDF": (lambda: b"%PDF-1.7", "This is a PDF."),
    "JSON": (lambda: b'\n{"data": []}', "This is JSON."),
    "a page that says no": (lambda: b"<!doctype html><p>Sign in</p>", "This is a web page"),
    "UTF-16": (lambda: event_file().decode().encode("utf-16"), "This is UTF-16."),
    "Latin-1": (lambda: event_file(event(1, date(2021, 1, 5), "Ségou")).decode().encode("latin-1"), "not UTF-8"),
    "weekly sums": (lambda: WEEKS + b"2021-01-02,Western Africa,Mali,Mopti,Battles,Armed clash,3,9,100,Political violence,1\n", "totals by week, month or year"),
    "monthly sums": (lambda: MONTHS, "totals by week, month or year"),
    "no header": (lambda: event_file().partition(b"\n")[2], "first line has no column names"),
    "semicolons": (lambda: event_file().replace(b",", b";"), "separated by semicolons"),
    "tabs": (lambda: event_file().replace(b",", b"\t"), "separated by tabs"),
    "bars": (lambda: event_file().replace(b",", b"|"), "separated by vertical bars"),
    "another table": (lambda: b"a,b\n1,2\n", "not those of a known format"),
    "another country": (lambda: event_file(*(event(n, date(2021, 1, 5), country="Malli") for n in range(3))), "Malli: 3 rows"),
    "an event after the retrieval": (lambda: event_file(event(1, date(2026, 11, 3))), "after the retrieval date"),
    "an id in two countries": (lambda: event_file(event(1, date(2021, 1, 5)), event(1, date(2021, 1, 5), country="Niger")), "with another country"),
    "an id of two kinds": (lambda: event_file(event(1, date(2021, 1, 5)), event(1, date(2021, 1, 5), event_type="Riots")), "a different value in this column"),
    "an open quotation": (lambda: event_file().replace(b'for a test."', b"for a test."), "is incomplete"),
    "a bare carriage return in a row": (lambda: event_file(*(event(n, date(2021, 1, 5), notes="one") for n in range(2))).replace(b"one", b"o\rne", 1), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_page_and_command_say_what_a_bad_file_is(admin, client, tmp_path, name):
    make, said = BAD_FILES[name]
    content = make()
    given = {"country": "ML", "retrieved": "2026-11-02", "code": "given"}
    answer = client.post(reverse("events"), given | {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        page = answer.content.decode()
    else:
        page = client.get(answer.headers["Location"]).content.decode()
        assert "File not imported" in page
    if content:  # the form itself refuses an empty file
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
    assert "File imported" in page
    assert "Malli: 3 rows" in page
    call_command("import_events", str(write(tmp_path / "again.csv", NEW, [*rows, event(9, date(2021, 1, 6))])), retrieved="2026-11-02")  # fmt: skip
    assert "Malli: 3 rows" in capsys.readouterr().out


def test_a_file_over_the_limit_is_stopped(admin, client, tmp_path, settings, monkeypatch):
    settings.EVENTS_LARGEST_UPLOAD = 1000
    stored = []
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", lambda self, data, start: stored.append(data))
    answer = upload(client, tmp_path, [event(n, date(2021, 1, 5)) for n in range(2000)])
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not EventDataset.objects.exists()
    assert stored == []
    assert configured.EVENTS_LARGEST_UPLOAD == 1000


def test_the_same_file_again_is_refused(admin, client, tmp_path):
    rows = [event(1, date(2021, 1, 5))]
    assert upload(client, tmp_path, rows).status_code == 302
    assert upload(client, tmp_path, rows, code="other").status_code == 302
    job = EventImport.objects.get(code="other")
    assert job.state == "refused"
    assert "already imported" in str(job.problems)
    assert upload(client, tmp_path, rows).status_code == 422  # the code is checked before the file is read
