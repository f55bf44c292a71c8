"""An import waits, is read once, and is reported if it is interrupted."""

import os
from datetime import date

import pytest
from django.urls import reverse

from audit.models import Entry
from coi.events import jobs
from coi.events.problems import BadFile
from coi.models import EventDataset, EventImport
from tests.browser_post import BrowserClient
from tests.coi.event_files import NEW, event, write
from tests.coi.pages.events.uploads_of_events import CODE, upload
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def waiting(admin, monkeypatch, tmp_path):
    """Return waiting(rows, code), which makes an import that is not being read yet."""

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
    for words in ("Import in progress", "Waiting for 0 earlier imports", "Check again", 'hx-trigger="every 1s"'):
        assert words in page
    assert address in client.get(reverse("events")).content.decode()
    EventImport.objects.update(state="running", rows=3000, about=9000)
    with jobs._lock():  # as the reading process does
        part = client.get(address, headers={"HX-Request": "true"})
    assert "3,000 rows of about 9,000 read" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    EventImport.objects.update(state="waiting")
    assert jobs.work() == 1
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "File imported" in page
    assert "hx-trigger" not in page
    assert reverse("figures-compare", args=[CODE, "given"]) in page


def test_an_import_whose_process_was_killed_is_reported_and_stores_nothing(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    EventImport.objects.update(state="running", rows=1, about=1)
    with jobs._lock():
        jobs.tend()
    assert EventImport.objects.get().state == "running"  # a living process holds the lock
    page = client.get(reverse("event-import", args=[job.uuid])).content.decode()
    assert "Nothing was saved" in page
    assert "Start again" in page
    assert not jobs.file_of(job).exists()
    assert not EventDataset.objects.exists()
    entry = Entry.objects.get(action="events.import-broken-off")
    assert entry.object_id == str(job.uuid)


def test_an_abandoned_import_stores_nothing(waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    EventImport.objects.update(state="broken-off")
    with pytest.raises(jobs.Interrupted):
        jobs._read(job)
    assert not EventDataset.objects.exists()
    jobs.file_of(job).unlink()


def test_an_import_that_fails_for_another_reason_counts_as_interrupted(waiting, monkeypatch, caplog):
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


def test_waiting_imports_are_limited_and_reserve_their_codes(waiting):
    for n in range(jobs.MOST_OPEN):
        waiting([event(n, date(2021, 1, 5))], f"given-{n}")
        if not n:
            with pytest.raises(BadFile, match="is waiting or being read"):
                waiting([event(9, date(2021, 1, 5))], "given-0")
    with pytest.raises(BadFile, match="3 imports of this country"):
        waiting([event(9, date(2021, 1, 5))], "another")
    assert jobs.work() == jobs.MOST_OPEN
    assert EventDataset.objects.count() == jobs.MOST_OPEN


def test_a_waiting_import_is_started_when_its_page_is_opened(client, waiting, monkeypatch):
    """The process that was to read it may have been killed before it started."""
    waiting([event(1, date(2021, 1, 5))])
    monkeypatch.setattr(jobs, "start", jobs.work)
    client.get(reverse("events"))
    assert EventImport.objects.get().state == "done"


def test_leftover_files_are_removed(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    left = jobs.folder() / "left.csv"
    for path in (left, jobs.file_of(job)):
        path.touch()
        os.utime(path, (0, 0))
    client.get(reverse("events"))
    assert not left.exists()
    assert jobs.work() == 1  # a waiting import is never too old


def test_a_form_from_elsewhere_is_refused(admin, tmp_path):
    strict = BrowserClient(enforce_csrf_checks=True)
    signed_in(admin, strict)
    assert upload(strict, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    token = strict.get(reverse("events")).context["csrf_token"]
    rows = [event(1, date(2021, 1, 5))]
    assert upload(strict, tmp_path, rows, csrfmiddlewaretoken=str(token)).status_code == 302
