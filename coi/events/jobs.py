"""Reads uploaded files one at a time outside the requests, so that users can leave the page.

A worker reads them. If none is alive, the page starts a process that does. The file is in the database, so any process
on any machine can read it. The end of an import is written in the transaction that stores its totals: either it is
imported and says so, or nothing was stored.
"""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.record import record
from coi.events import file_checks, storing
from coi.events.problems import BadFile, EventProblem
from coi.events.reading import Progress
from coi.events.sums import Unknown, listed
from coi.models import EventFilePart, EventImport, Place
from jobs import queue
from jobs.kinds import Kind

MOST_OPEN = 3  # imports of one country that wait or are being read, with their files in the database
A_PART = 1024**2  # bytes
A_SIGN = 0.5  # seconds between two signs of life
LEASE = timedelta(minutes=1)  # from one sign of life to the next, before another process may take the import
BY_PROCESS = "import"
COPY = "event-import-"  # how the names of copies begin
State = EventImport.States


# --- starting ----------------------------------------------------------------------------------


def begin(path: Path, *, code: str, country: str, retrieved_on: date, today: date, by: Any) -> EventImport:
    """Store the uploaded file and have it read. Raises BadFile with problems that are visible at once."""
    storing.check(code=code, country=country, retrieved_on=retrieved_on, today=today)
    file_checks.look(path)
    with transaction.atomic():
        # the country is locked, so that two users who start at the same time do not both take the last place
        Place.objects.select_for_update().get(kind=Place.Kind.COUNTRY, code=country)
        waiting = EventImport.objects.filter(country=country, state__in=EventImport.OPEN)
        if len(waiting) >= MOST_OPEN:
            said = _(
                "%(n)d imports of this country are waiting or being read. Start this one when one of them is done."
            )
            raise BadFile([EventProblem(said % {"n": len(waiting)})])
        if any(other.code == code for other in waiting):
            raise BadFile(
                [EventProblem(_("An import with the code “%(code)s” is waiting or being read.") % {"code": code})]
            )
        job = EventImport.objects.create(code=code, country=country, retrieved_on=retrieved_on, begun_by=by, **_held())
        record(by=str(by.pk), action="events.import-begun", object_type="event-import", object_id=str(job.uuid), code=code)  # fmt: skip
    _store(path, job)
    tend()
    return job


def _held() -> dict[str, Any]:
    """Return the fields of an import that nobody can take yet. If its upload is killed, it counts as interrupted."""
    until, by = timezone.now() + LEASE, f"upload-{secrets.token_hex(4)}"
    return {"state": State.RUNNING, "taken_by": by, "attempts": queue.MOST_ATTEMPTS, "lease_until": until}


def _store(path: Path, job: EventImport) -> None:
    """Store the file in parts, each in a transaction of its own, so that others can save. Then let it be read."""
    with path.open("rb") as file:
        number = 0
        while content := file.read(A_PART):
            EventFilePart.objects.create(event_import=job, number=number, content=content)
            queue.renew(job, LEASE)
            number += 1
    queue.put_back(job)
    job.refresh_from_db()


class _Reader:
    """The process that this one started, if it did."""

    process: subprocess.Popen[bytes] | None = None


def tend() -> None:
    """Have waiting and interrupted imports read: by a worker or, if none is alive, by a process started here."""
    if not queue.is_waiting(EventImport) or queue.a_worker_lives(LEASE):
        return
    if not EventImport.objects.filter(state=State.RUNNING, lease_until__gt=timezone.now()).exists():
        start()


def start() -> None:
    """Start the process that reads waiting imports, unless this process's last one is still there."""
    if _Reader.process is not None and _Reader.process.poll() is None:
        return
    _Reader.process = subprocess.Popen(
        [sys.executable, "-m", "coi.events.work"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # continues when the server is restarted
    )


# --- reading, in a worker or the process started for it ------------------------------------------


def _do(job: EventImport) -> None:
    with _file_of(job) as path:
        _read(job, path)


def work_all() -> None:
    """Read the waiting imports one at a time."""
    while KIND.work(BY_PROCESS):
        pass


@contextmanager
def _file_of(job: EventImport) -> Iterator[Path]:
    """Return the path of a copy of the uploaded file, which only this process needs."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    for left in folder.glob(f"{COPY}*"):  # by a killed process, because one import is read at a time
        left.unlink(missing_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=COPY) as file:
        for content in job.parts.values_list("content", flat=True).order_by("number").iterator(chunk_size=1):
            file.write(content)
            queue.renew(job, LEASE)
        file.flush()
        yield Path(file.name)


def _break_off() -> None:
    """Delete the files of imports that have failed, and record each once."""
    for job in EventImport.objects.filter(state=State.FAILED, parts__number=0):
        with transaction.atomic():
            if job.parts.all().delete()[0]:
                record(by="import_events", action="events.import-broken-off", object_type="event-import", object_id=str(job.uuid))  # fmt: skip


def _read(job: EventImport, path: Path) -> None:
    left_out: list[dict[str, Any]] = []
    try:
        storing.import_events(
            path,
            code=job.code,
            country=job.country,
            retrieved_on=job.retrieved_on,
            today=timezone.localdate(),
            by=job.begun_by,
            on_progress=_signs(job),
            on_stored=lambda dataset: _end(job, State.DONE, dataset=dataset, problems=left_out),
            on_unknown=lambda unknown: left_out.extend(_by_name(unknown)),
        )
    except BadFile as bad:
        _refuse(job, bad.problems)
    except IntegrityError:
        _refuse(job, [EventProblem(_("Someone else imported the same data in the meantime."))])


def _by_name(unknown: Unknown) -> Iterator[dict[str, Any]]:
    """Return problems to show for a finished import: rows of countries that are not in the library."""
    for name, rows in sorted(unknown.items(), key=lambda item: (-item[1], item[0])):
        yield {"message": listed({name: rows}), "row": None, "column": "country"}


def _signs(job: EventImport) -> Callable[[Progress], None]:
    last = 0.0

    def sign(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= A_SIGN:
            last = time.monotonic()
            queue.renew(job, LEASE, rows=progress.rows, about=progress.about)

    return sign


def _end(job: EventImport, state: str, **more: Any) -> None:
    """Write how the import ended and delete its file. Call it in a transaction."""
    queue.end(job, state, **more)
    job.parts.all().delete()


def _refuse(job: EventImport, problems: list[EventProblem]) -> None:
    listed = [{"message": str(p.message), "row": p.row, "column": p.column} for p in problems]
    with transaction.atomic():
        _end(job, State.REFUSED, problems=listed)
        record(by=str(job.begun_by_id), action="events.import-refused", object_type="event-import", object_id=str(job.uuid), problems=len(listed))  # fmt: skip


def problems_of(job: EventImport) -> list[EventProblem]:
    """Return the problems of the file, by row."""
    return sorted((EventProblem(**one) for one in job.problems), key=lambda problem: problem.row or 0)


KIND = Kind(EventImport, _do, lease=lambda: LEASE, clean=_break_off, patience=timedelta(hours=1))
