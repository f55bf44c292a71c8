"""Taking a job and ending it. A job is taken once: by a worker or, if no worker is alive, by the request that needs it.

A job is taken for a time, its lease. If the process that took it is killed, the lease runs out and the job can be taken
again. A process that has lost its job can no longer store a result for it: ``Interrupted`` is raised.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.models import Job, Worker

J = TypeVar("J", bound=Job)
State = Job.State
MOST_ATTEMPTS = 3  # a job that kills its process is not repeated for ever
LOST = {"kind": "lost"}  # the problem of such a job
ALIVE_FOR = timedelta(seconds=30)  # after its last update, and after the longest job
_GATE = 5_207_114  # the key of this module's advisory lock in PostgreSQL


class Interrupted(Exception):
    """Another process took the job meanwhile, so this one gives it up."""


def take(kind: type[J], *, by: str, most: int, lease: timedelta, pk: int | None = None) -> J | None:
    """Take the oldest job that is free, or the given one if it is free; None if there is none.

    ``most`` is how many of the kind all processes together may do at once.
    """
    rows = kind._default_manager
    now = timezone.now()
    with transaction.atomic():
        _one_at_a_time()
        free = waiting(kind, now)
        if kind.again_after is not None:
            again = {"state": State.WAITING, "attempts": 0, "problem": {}, "lease_until": None}
            free.filter(state=State.FAILED).update(**again)
        free.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, ended_at=now, problem=LOST)
        if rows.filter(state=State.RUNNING, lease_until__gt=now).count() >= most:
            return None
        found = free.filter(pk=pk) if pk is not None else free
        key = found.order_by("asked_at", "pk").values_list("pk", "attempts").first()
        if key is None:
            return None
        number, attempts = key
        taken = {"state": State.RUNNING, "taken_by": by, "attempts": attempts + 1, "lease_until": now + lease}
        rows.filter(pk=number).update(**taken)
        return rows.get(pk=number)


def waiting(kind: type[J], now: datetime) -> QuerySet[J]:
    """Return the free jobs: those that wait, whose lease ran out, or that failed and are to be tried again."""
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lte=now)
    if kind.again_after is not None:
        free |= Q(state=State.FAILED, ended_at__lte=now - kind.again_after)
    return kind._default_manager.filter(free)


def _one_at_a_time() -> None:
    """Let one process at a time take a job, so that the limit is exact.

    On SQLite, every transaction does (IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_GATE])


def _held(job: J) -> QuerySet[J]:
    """Return the row of the job, if this process still holds it."""
    rows = type(job)._default_manager
    return rows.filter(pk=job.pk, state=State.RUNNING, taken_by=job.taken_by, attempts=job.attempts)


def _store(job: Job, **values: Any) -> None:
    if not _held(job).update(**values):
        raise Interrupted


def end(job: Job, state: str, **more: Any) -> None:
    """Store how a job ended."""
    _store(job, state=state, ended_at=timezone.now(), lease_until=None, **more)


def renew(job: Job, lease: timedelta, **more: Any) -> None:
    """Hold a long job for another lease and store its progress. The worker that does it is alive too."""
    now = timezone.now()
    Worker.objects.filter(name=job.taken_by).update(seen_at=now)
    _store(job, lease_until=now + lease, **more)


def put_back(job: Job, **more: Any) -> None:
    """Let a job that is done in steps wait for its next one."""
    now = timezone.now()
    _store(job, state=State.WAITING, taken_by="", attempts=0, ended_at=now, lease_until=None, **more)


def drop(job: Job) -> None:
    """Remove a job that nobody needs any longer, if this process still holds it."""
    _held(job).delete()


def ahead_of(job: Job) -> int:
    """Return how many jobs of its kind will be done before this one, including those in progress."""
    rows = type(job)._default_manager
    earlier = Q(asked_at__lt=job.asked_at) | Q(asked_at=job.asked_at, pk__lt=job.pk)
    is_before = Q(state=State.RUNNING, lease_until__gt=timezone.now()) | Q(state=State.WAITING) & earlier
    return rows.filter(is_before).exclude(pk=job.pk).count()


def is_waiting(kind: type[Job]) -> bool:
    """Return whether there is a job to take. It takes no lock."""
    return waiting(kind, timezone.now()).exists()


# --- workers --------------------------------------------------------------------------------------


def sign(name: str) -> None:
    """Record that this worker is alive."""
    Worker.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def sign_off(name: str) -> None:
    """Record that this worker stops. Rows of killed workers are removed too."""
    Worker.objects.filter(Q(name=name) | Q(seen_at__lte=timezone.now() - 2 * ALIVE_FOR)).delete()


def a_worker_lives(longest: timedelta, *, besides: Iterable[type[Job]] = ()) -> bool:
    """Return whether a worker is alive that does no job of the kinds ``besides``.

    ``longest`` is how long one job may keep it from updating its row.
    """
    now = timezone.now()
    alive = Worker.objects.filter(seen_at__gt=now - ALIVE_FOR - longest)
    for kind in besides:
        busy = kind._default_manager.filter(state=State.RUNNING, lease_until__gt=now)
        alive = alive.exclude(name__in=busy.values("taken_by"))
    return alive.exists()
