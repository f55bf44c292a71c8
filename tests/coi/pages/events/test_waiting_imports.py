"""An import waits, is read once by a worker or a process of its own, and is reported if it is interrupted."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from coi.events import jobs
from coi.events.problems import BadFile
from coi.models import EventDataset, EventFilePart, EventImport
from jobs import kinds, queue
from jobs.models import Worker
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


def taken(by: str = "a process") -> EventImport:
    return queue.take(EventImport, by=by, most=1, lease=jobs.LEASE)


def killed() -> None:
    """Simulate a killed process whose lease has run out."""
    EventImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_import_waits_is_read_and_is_found_again(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    address = reverse("event-import", args=[job.uuid])
    page = client.get(address).content.decode()
    for words in ("Import in progress", "Waiting for 0 earlier imports", "Check again", 'hx-trigger="every 1s"'):
        assert words in page
    assert address in client.get(reverse("events")).content.decode()
    queue.renew(taken(), jobs.LEASE, rows=3000, about=9000)
    part = client.get(address, headers={"HX-Request": "true"})
    assert "3,000 rows of about 9,000 read" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    killed()
    assert jobs.KIND.work("worker")
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "File imported" in page
    assert "hx-trigger" not in page
    assert reverse("figures-compare", args=[CODE, "given"]) in page
    assert not EventFilePart.objects.exists()


def test_a_file_is_kept_in_parts_and_read_as_one(waiting, monkeypatch):
    monkeypatch.setattr(jobs, "A_PART", 100)
    job = waiting([event(n, date(2021, 1, 5)) for n in range(20)])
    assert job.parts.count() > 20
    jobs.work_all()
    assert EventDataset.objects.get().events == 20


def test_an_upload_that_is_killed_is_never_read_and_counts_as_interrupted(waiting, monkeypatch):
    monkeypatch.setattr(jobs, "A_PART", 100)
    with monkeypatch.context() as patch:
        patch.setattr(queue, "put_back", lambda job: 1 / 0)  # once every part is stored
        with pytest.raises(ZeroDivisionError):
            waiting([event(n, date(2021, 1, 5)) for n in range(20)])
    assert EventFilePart.objects.exists()
    assert not jobs.KIND.work("worker")  # it is still held
    killed()
    assert not jobs.KIND.work("worker")
    assert EventImport.objects.get().state == "failed"
    assert not EventFilePart.objects.exists()
    assert [entry.action for entry in Entry.objects.order_by("pk")][-2:] == [
        "events.import-begun",
        "events.import-broken-off",
    ]


def test_each_part_is_stored_in_a_transaction_of_its_own(waiting, monkeypatch):
    monkeypatch.setattr(jobs, "A_PART", 100)
    renew, inside, outside = queue.renew, [], list(connection.savepoint_ids)

    def renewed(job, lease):
        inside.append(connection.savepoint_ids != outside)
        renew(job, lease)

    monkeypatch.setattr(queue, "renew", renewed)
    waiting([event(n, date(2021, 1, 5)) for n in range(20)])
    assert len(inside) > 20
    assert not any(inside)


def test_a_worker_reads_it_and_the_page_starts_no_process(client, waiting, monkeypatch):
    job = waiting([event(1, date(2021, 1, 5))])
    monkeypatch.setattr(jobs, "start", lambda: pytest.fail("a worker is alive"))
    queue.sign("worker")
    client.get(reverse("event-import", args=[job.uuid]))
    assert jobs.KIND in kinds.KINDS
    assert jobs.KIND.work("worker")
    assert (EventImport.objects.get().state, EventImport.objects.get().taken_by) == ("done", "worker")


def test_a_worker_that_reads_for_long_counts_as_alive(waiting):
    waiting([event(1, date(2021, 1, 5))])
    queue.sign("worker")
    job = taken("worker")
    Worker.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    assert not queue.a_worker_lives(jobs.LEASE)
    queue.renew(job, jobs.LEASE)
    assert queue.a_worker_lives(jobs.LEASE)


def test_what_a_killed_process_read_is_read_again_and_it_stores_nothing_later(waiting, uploads, tmp_path):
    waiting([event(1, date(2021, 1, 5))])
    dead = taken("the dead")
    jobs.tend()  # its lease runs, so no other process is started
    killed()
    living = taken("the living")
    with pytest.raises(queue.Interrupted), jobs._file_of(dead):
        pytest.fail("the file was read")
    (uploads / f"{jobs.COPY}left").touch()
    with pytest.raises(queue.Interrupted):
        jobs._read(dead, write(tmp_path / "the-same.csv", NEW, [event(1, date(2021, 1, 5))]))
    assert not EventDataset.objects.exists()
    with jobs._file_of(living) as path:
        jobs._read(living, path)
    assert EventDataset.objects.count() == 1


def test_an_import_that_ends_every_process_is_given_up_and_reported(client, waiting):
    job = waiting([event(1, date(2021, 1, 5))])
    for n in range(queue.MOST_ATTEMPTS):
        taken(f"worker {n}")
        killed()
    assert not jobs.KIND.work("worker")
    page = client.get(reverse("event-import", args=[job.uuid])).content.decode()
    assert "Nothing was saved" in page
    assert "Start again" in page
    assert not EventFilePart.objects.exists()
    assert not EventDataset.objects.exists()
    entry = Entry.objects.get(action="events.import-broken-off")
    assert entry.object_id == str(job.uuid)


def test_an_import_that_fails_for_another_reason_counts_as_interrupted(waiting, monkeypatch, caplog):
    waiting([event(1, date(2021, 1, 5), notes="a sentence of the provider")])

    def fails(*args, **kwargs):
        raise MemoryError("a sentence of the provider")

    monkeypatch.setattr(jobs.storing, "read", fails)
    assert jobs.KIND.work("worker")
    assert EventImport.objects.get().state == "failed"
    assert not EventFilePart.objects.exists()
    assert Entry.objects.filter(action="events.import-broken-off").count() == 1
    assert "sentence" not in caplog.text


def test_only_one_process_reads(waiting):
    for code in ("first", "second"):
        waiting([event(1, date(2021, 1, 5))], code)
    taken()
    assert not jobs.KIND.work("worker")


def test_waiting_imports_are_limited_and_reserve_their_codes(waiting):
    for n in range(jobs.MOST_OPEN):
        waiting([event(n, date(2021, 1, 5))], f"given-{n}")
        if not n:
            with pytest.raises(BadFile, match="is waiting or being read"):
                waiting([event(9, date(2021, 1, 5))], "given-0")
    with pytest.raises(BadFile, match="3 imports of this country"):
        waiting([event(9, date(2021, 1, 5))], "another")
    jobs.work_all()
    assert EventDataset.objects.count() == jobs.MOST_OPEN


def test_a_waiting_import_is_started_when_its_page_is_opened(client, waiting, monkeypatch):
    """The process that was to read it may have been killed before it started."""
    waiting([event(1, date(2021, 1, 5))])
    monkeypatch.setattr(jobs, "start", jobs.work_all)
    client.get(reverse("events"))
    assert EventImport.objects.get().state == "done"


def test_a_form_from_elsewhere_is_refused(admin, tmp_path):
    strict = BrowserClient(enforce_csrf_checks=True)
    signed_in(admin, strict)
    assert upload(strict, tmp_path, [event(1, date(2021, 1, 5))]).status_code == 403
    token = strict.get(reverse("events")).context["csrf_token"]
    rows = [event(1, date(2021, 1, 5))]
    assert upload(strict, tmp_path, rows, csrfmiddlewaretoken=str(token)).status_code == 302
