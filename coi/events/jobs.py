"""Reads uploaded files one at a time in a separate process, so that users can leave the page.

The reading process holds a lock on a file. The system releases the lock when the process ends, for whatever reason.
So an import that is marked as being read while nobody holds the lock was interrupted. The end of an import is written
in the transaction that stores its totals: either it is imported and says so, or nothing was stored.
"""

import fcntl
import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
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
from coi.models import EventImport, Place

MOST_OPEN = 3  # imports of one country that wait or are being read, with their files on the disk
A_SIGN = 0.5  # seconds between two signs of life
NO_SIGN = timedelta(minutes=10)  # after this an import on another machine counts as interrupted
State = EventImport.State
OPEN = (State.WAITING, State.RUNNING)
logger = logging.getLogger(__name__)


class Interrupted(Exception):
    """Another process declared the import dead although it was not, so it is given up."""


# --- the file and the lock ----------------------------------------------------------------------


def folder() -> Path:
    """Return the folder of the files, readable only by the application."""
    path = Path(settings.VAR_DIR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(job: EventImport) -> Path:
    """Return the path of the uploaded file, which exists until it is read."""
    return folder() / f"{job.uuid}.csv"


@contextmanager
def _lock() -> Iterator[bool]:
    """Take the lock and return whether this process is now the one that reads."""
    with (folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True  # released when the file is closed


# --- starting ----------------------------------------------------------------------------------


def begin(path: Path, *, code: str, country: str, retrieved_on: date, today: date, by: Any) -> EventImport:
    """Take over the uploaded file and start reading it. Raises BadFile with problems that are visible at once."""
    storing.check(code=code, country=country, retrieved_on=retrieved_on, today=today)
    file_checks.look(path)
    tend()
    with transaction.atomic():
        # the country is locked, so that two users who start at the same time do not both take the last place
        Place.objects.select_for_update().get(kind=Place.Kind.COUNTRY, code=country)
        waiting = EventImport.objects.filter(country=country, state__in=OPEN)
        if len(waiting) >= MOST_OPEN:
            said = _(
                "%(n)d imports of this country are waiting or being read. Start this one when one of them is done."
            )
            raise BadFile([EventProblem(said % {"n": len(waiting)})])
        if any(other.code == code for other in waiting):
            raise BadFile(
                [EventProblem(_("An import with the code “%(code)s” is waiting or being read.") % {"code": code})]
            )
        job = EventImport.objects.create(code=code, country=country, retrieved_on=retrieved_on, begun_by=by)
        shutil.move(path, file_of(job))  # if the next steps fail, the sweep removes it
        file_of(job).chmod(0o600)
        record(by=str(by.pk), action="events.import-begun", object_type="event-import", object_id=str(job.uuid), code=code)  # fmt: skip
    start()
    return job


def start() -> None:
    """Start the process that reads waiting imports. It ends at once if there already is one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "coi.events.work"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # continues when the server is restarted
    )
    threading.Thread(target=process.wait, daemon=True).start()


def tend() -> None:
    """Mark interrupted imports, and make sure that waiting ones are read."""
    jobs = EventImport.objects.filter(state__in=OPEN)
    if not jobs.exists() and not any(folder().glob("*.csv")):
        return
    with _lock() as is_free:
        if is_free:
            _sweep()
            for job in jobs.filter(state=State.RUNNING):
                if file_of(job).exists() or job.seen_at < timezone.now() - NO_SIGN:
                    _break_off(job)
        for job in jobs.filter(state=State.WAITING, seen_at__lt=timezone.now() - NO_SIGN):
            if not file_of(job).exists():
                _break_off(job)
    if is_free and any(file_of(job).exists() for job in jobs.filter(state=State.WAITING)):
        start()


def _sweep() -> None:
    """Remove files that nobody will read, left by a process that was killed after it had stored the totals."""
    open_ones = {str(uuid) for uuid in EventImport.objects.filter(state__in=OPEN).values_list("uuid", flat=True)}
    for path in folder().glob("*.csv"):
        if path.stem not in open_ones and time.time() - path.stat().st_mtime > NO_SIGN.total_seconds():
            path.unlink(missing_ok=True)


def _break_off(job: EventImport) -> None:
    with transaction.atomic():
        if EventImport.objects.filter(pk=job.pk, state=job.state).update(state=State.BROKEN_OFF):
            record(by="import_events", action="events.import-broken-off", object_type="event-import", object_id=str(job.uuid))  # fmt: skip
    file_of(job).unlink(missing_ok=True)


# --- reading, in the separate process --------------------------------------------------


def work() -> int:
    """Read the waiting imports on this machine one at a time. Returns their number."""
    with _lock() as is_free:
        done = 0
        while is_free and (job := _next()) is not None:
            try:
                _read(job)
            except Exception:
                # The error's text may quote the file, so only the place of the error is logged.
                logger.error("The import %s was interrupted in %s", job.uuid, _where(sys.exc_info()[2]))
                _break_off(job)
            finally:
                file_of(job).unlink(missing_ok=True)
            done += 1
        return done


def _where(trace: Any) -> str:
    while trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def _next() -> EventImport | None:
    for job in EventImport.objects.filter(state=State.WAITING).order_by("begun_at", "pk"):
        now = timezone.now()
        is_here = file_of(job).exists()
        if is_here and EventImport.objects.filter(pk=job.pk, state=State.WAITING).update(
            state=State.RUNNING, seen_at=now
        ):
            job.state = State.RUNNING
            return job
    return None


def _read(job: EventImport) -> None:
    left_out: list[dict[str, Any]] = []
    try:
        storing.import_events(
            file_of(job),
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
            _end(job, State.RUNNING, rows=progress.rows, about=progress.about)

    return sign


def _end(job: EventImport, state: str, **more: Any) -> None:
    running = EventImport.objects.filter(pk=job.pk, state=State.RUNNING)
    if not running.update(state=state, seen_at=timezone.now(), **more):
        raise Interrupted


def _refuse(job: EventImport, problems: list[EventProblem]) -> None:
    listed = [{"message": str(p.message), "row": p.row, "column": p.column} for p in problems]
    with transaction.atomic():
        _end(job, State.REFUSED, problems=listed)
        record(by=str(job.begun_by_id), action="events.import-refused", object_type="event-import", object_id=str(job.uuid), problems=len(listed))  # fmt: skip


def problems_of(job: EventImport) -> list[EventProblem]:
    """Return the problems of the file, by row."""
    return sorted((EventProblem(**one) for one in job.problems), key=lambda problem: problem.row or 0)
