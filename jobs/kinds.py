"""The kinds of job: how the jobs of each are taken and done. Workers, pages, metrics and readiness go by this list."""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobs import queue
from jobs.models import Job

BY_REQUEST = "request"
J = TypeVar("J", bound=Job)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind(Generic[J]):
    """A kind of job. ``do`` does one that this process holds and stores how it ended."""

    model: type[J]
    do: Callable[[J], object]
    lease: Callable[[], timedelta]  # how long a process may hold a job without a sign of life
    most: Callable[[], int] = lambda: 1  # at once, by all processes
    clean: Callable[[], object] = lambda: None  # removes what jobs that failed have left
    patience: timedelta = timedelta(minutes=5)  # how long one may wait before the installation is not ready

    def work(self, name: str) -> bool:
        """Take one job and do it, for the process with this name. Return False if there was none to take."""
        if not queue.is_waiting(self.model):
            return False
        job = queue.take(self.model, by=name, most=self.most(), lease=self.lease())
        self.clean()  # by taking, jobs may have failed after too many attempts
        if job is None:
            return False
        try:
            self.do(job)
        except queue.Interrupted:
            logger.warning("%s %s was taken by another process", self.model.__name__, job.pk)
        except (OperationalError, InterfaceError):
            raise  # the database does not answer, so the lease runs out
        except Exception:
            logger.error("%s %s was interrupted: %s", self.model.__name__, job.pk, place_of_error())
            with suppress(queue.Interrupted):
                queue.end(job, Job.State.FAILED, problem=queue.LOST)
            self.clean()
        return True

    def tend(self, *, to_the_end: bool = False) -> None:
        """Do a waiting job here, or all of them, if no worker is alive. Call it outside a transaction."""
        if queue.is_waiting(self.model) and not queue.a_worker_lives(self.lease()):
            while self.work(BY_REQUEST) and to_the_end:
                pass

    def by_state(self) -> dict[str, int]:
        """Return how many jobs are in each state, including the states that none is in."""
        field: Any = self.model._meta.get_field("state")
        counts = self.model._default_manager.order_by().values_list("state").annotate(n=Count("pk"))
        return dict.fromkeys((state for state, _label in field.choices), 0) | dict(counts)

    def oldest_wait(self) -> timedelta:
        """Return how long a job has waited at most: since it was asked for, its last step or the end of its lease."""
        now = timezone.now()
        since = Min(Coalesce("lease_until", "ended_at", "asked_at"))
        first = queue.waiting(self.model, now).filter(state__in=Job.OPEN).order_by().aggregate(first=since)["first"]
        return max(now - first, timedelta()) if first else timedelta()


KINDS: list[Kind[Any]] = []  # each app adds its own when it starts


def place_of_error() -> str:
    """Return the type and place of the current error, without its text, which may quote a case."""
    kind, _error, trace = sys.exc_info()
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{kind.__name__ if kind else '?'} at {where}"
