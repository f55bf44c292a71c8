"""What people meet when something breaks: 503 that says what to do, nothing acknowledged lost, nothing half-done.

Everything runs in real processes, on SQLite and PostgreSQL.
"""

import json
import random
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from tests.faults.installation import Installation, installed, until

pytestmark = pytest.mark.slow
KILLS = 5
BETWEEN = (0.4, 1.2)  # seconds of work between two kills


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(request, tmp_path_factory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("faults"), on_postgresql=request.param == "postgresql") as made:
        yield made


def refused(at: Installation, writing, words: str) -> str:
    """Check that a page and an autosave are refused with advice. Return what the page says."""
    save, page = writing.save(words), at.ask("/")
    assert save.is_unavailable, (save.status, save.body[:500])
    assert "Your text is still here" in json.loads(save.body)["message"] or "Nothing was done" in save.body
    assert page.is_unavailable, (page.status, page.body[:500])
    assert "Work that you saved before is unchanged" in page.body
    return page.body


def works_again(at: Installation, writing, words: str) -> None:
    """Check that the same save is now accepted, and stored."""
    said = until(lambda: (said := writing.save(words)).status == 200 and said)
    assert json.loads(said.body)["saved"]
    assert words in at.reasonings().values()
    at.verify()


def test_a_save_that_waits_too_long_for_another_is_refused_and_can_be_sent_again(installation):
    writing = installation.fact(installation.cases[0])
    assert writing.save("Before the lock.").status == 200
    if installation.is_postgresql:
        holder = psycopg.connect(
            host=str(installation.database.parent), user="postgres", dbname=installation.environment["POSTGRES_DB"]
        )
        holder.execute("LOCK TABLE assessments_case")
    else:
        holder = sqlite3.connect(installation.database / "db.sqlite3", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
    with closing(holder):
        save = writing.save("While another one held the database.")
        assert save.is_unavailable, (save.status, save.body[:500])
        assert "Your text is still here" in json.loads(save.body)["message"]
        holder.rollback()
    works_again(installation, writing, "While another one held the database.")


def test_while_the_database_is_away_everything_is_refused_and_afterwards_it_works(installation):
    writing = installation.fact(installation.cases[1])
    away = installation.database.with_name("away")
    installation.database.rename(away)
    try:
        assert "The database does not answer" in refused(installation, writing, "While it was away.")
    finally:
        away.rename(installation.database)
    works_again(installation, writing, "While it was away.")


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)  # PostgreSQL: tests/accounts holds its error
def test_on_a_full_disk_nothing_is_saved_and_with_room_it_is(installation):
    writing = installation.fact(installation.cases[2])
    for process in installation.web_processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        save = writing.save("On a full disk.")
        assert save.is_unavailable, (save.status, save.body[:500])
        assert "On a full disk." not in installation.reasonings().values()
    finally:
        for process in installation.web_processes:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    works_again(installation, writing, "On a full disk.")


def test_work_goes_on_without_the_anchor_and_the_record_says_that_it_is_missing(installation):
    writing = installation.fact(installation.cases[3])
    away = installation.anchor.with_name("anchor-away")
    installation.anchor.rename(away)
    try:
        assert writing.save("Without the anchor.").status == 200
    finally:
        away.rename(installation.anchor)
    works_again(installation, writing, "With the anchor again.")


def test_an_import_that_is_killed_leaves_nothing_half_done(installation):
    file = "fixtures/coi/ml/sem-mali-2021-04.yaml"
    before = counted(installation)
    for seconds in (1.5, 3.0, 4.5):
        process = installation.started("manage.py", "load_coi", file, "--because", "Invented for a test.")
        time.sleep(seconds)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        assert counted(installation) == before
    installation.verify()


def counted(at: Installation) -> dict[str, int]:
    return at.shell(
        "from coi.models import Edition, Finding, FindingKey\n"
        "print(json.dumps({m.__name__: m.objects.count() for m in (Edition, Finding, FindingKey)}))"
    )


def test_nothing_acknowledged_is_lost_when_all_processes_are_killed_under_load(installation, record_property):
    over = threading.Event()
    sent: dict[str, list[str]] = {case: [] for case in installation.cases}
    acknowledged: dict[str, list[str]] = {case: [] for case in installation.cases}
    problems: list[str] = []

    def type_into(case: str) -> None:
        number = 0
        writing = None
        while not over.is_set():
            try:
                writing = writing or installation.fact(case)
                number += 1
                sent[case].append(words := f"Sentence {number} of {case}.")
                said = writing.save(words)
            except (OSError, AssertionError):  # killed while it answered
                writing = None
                time.sleep(0.05)
                continue
            if said.status == 200:
                acknowledged[case].append(words)
            elif said.is_unavailable or said.status == 409:  # a save arrived whose answer did not
                writing = None
            else:
                problems.append(f"{said.status} {said.body[:300]}")

    people = [threading.Thread(target=type_into, args=(case,), daemon=True) for case in installation.cases]
    for person in people:
        person.start()
    chance = random.Random(11)
    for _kill in range(KILLS):
        so_far = sum(map(len, acknowledged.values()))
        until(lambda so_far=so_far: sum(map(len, acknowledged.values())) > so_far + 5)
        time.sleep(chance.uniform(*BETWEEN))
        installation.kill()
        installation.start()
    until(lambda: all(acknowledged.values()))
    over.set()
    for person in people:
        person.join(60)
    stored, lost = installation.reasonings(), []
    for case in installation.cases:
        # what is stored is the last that was acknowledged, or one sent later whose answer was cut off
        last = sent[case].index(acknowledged[case][-1])
        if stored[case] not in sent[case][last:]:
            lost.append(case)
    total = sum(map(len, acknowledged.values()))
    figures = {"kills": KILLS, "sent": sum(map(len, sent.values())), "acknowledged": total, "lost": len(lost)}
    record_property("figures", figures)
    print(f"\n{'PostgreSQL' if installation.is_postgresql else 'SQLite'}: {figures}")
    assert (problems, lost) == ([], [])
    installation.verify()


def test_a_worker_that_is_killed_leaves_its_job_to_the_next(installation):
    file = f"/cases/{installation.cases[4]}/memo.pdf"
    first = installation.started("manage.py", "run_worker")
    workers = "from jobs.models import Worker\nprint(Worker.objects.count())"
    until(lambda: installation.shell(workers))
    assert installation.ask(file).status == 202
    state = "from assessments.models import Rendering as R\nprint(json.dumps(list(R.objects.values_list('state', flat=True))))"
    until(lambda: installation.shell(state) != ["waiting"])
    first.kill()
    first.wait()
    installation.shell(
        "from assessments.models import Rendering as R\nfrom django.utils import timezone\n"
        "print(R.objects.filter(state='running').update(lease_until=timezone.now()))"
    )
    second = installation.started("manage.py", "run_worker")
    try:
        until(lambda: installation.ask(file).status == 200)
    finally:
        second.terminate()
        assert second.wait(60) == 0
