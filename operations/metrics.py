"""Figures for monitoring, in the text format of Prometheus. None of them names a person, a case or an address."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from audit import verified
from coi.library.lookup import current_editions
from jobs import kinds
from operations import readiness

COUNTED = CollectorRegistry()  # what this process counts; gunicorn's processes add theirs through files
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
REQUESTS = Counter(
    "footnote_requests",
    "Requests by name of the page, method and status",
    ["page", "method", "status"],
    registry=COUNTED,
)
SECONDS = Histogram(
    "footnote_request_seconds", "Time to answer, by name of the page", ["page"], registry=COUNTED, buckets=BUCKETS
)
FAILED = Counter("footnote_failed_sign_ins", "Refused sign-ins", registry=COUNTED)
LOCKED = Counter("footnote_lock_outs", "Accounts locked after refused sign-ins", registry=COUNTED)


@receiver(user_login_failed)
def _count_failed(**kwargs: Any) -> None:
    FAILED.inc()


@receiver(user_locked_out)
def _count_locked(**kwargs: Any) -> None:
    LOCKED.inc()


class Stored:
    """Figures that are read from the database and the disk when they are asked for."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("footnote_jobs", "Jobs by kind and state", labels=["kind", "state"])
        waits = GaugeMetricFamily("footnote_queue_age_seconds", "Longest wait of a job, by kind", labels=["kind"])
        for kind in kinds.KINDS:
            name = kind.model.__name__
            for state, count in kind.by_state().items():
                jobs.add_metric([name, state], count)
            waits.add_metric([name], kind.oldest_wait().total_seconds())
        yield jobs
        yield waits
        ages = GaugeMetricFamily("footnote_coi_age_days", "Days since the cut-off of each edition", labels=["edition"])
        today: date = timezone.localdate()
        for code, cut_off in current_editions().values_list("code", "cut_off"):
            ages.add_metric([code], (today - cut_off).days)
        yield ages
        yield GaugeMetricFamily("footnote_free_bytes", "Free on the disk of VAR_DIR", readiness.free_bytes())
        found = verified.last()
        yield GaugeMetricFamily(
            "footnote_record_verified_timestamp_seconds",
            "When the audit record was last found intact; 0 if that is not known",
            found.timestamp() if found else 0,
        )


def text() -> bytes:
    """Return every figure in Prometheus's text format."""
    registry = CollectorRegistry()
    if values.ValueClass.__name__ == "MmapedValue":  # several processes share PROMETHEUS_MULTIPROC_DIR
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        counted = generate_latest(registry)
    else:
        counted = generate_latest(COUNTED)
    stored = CollectorRegistry()
    stored.register(Stored())
    return counted + generate_latest(stored)


def count(page: str, method: str, status: int, seconds: float) -> None:
    """Count one request. ``page`` is the name of an address, never the address."""
    REQUESTS.labels(page, method, str(status)).inc()
    SECONDS.labels(page).observe(seconds)
