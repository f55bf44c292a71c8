"""How long data is kept. Only ``manage.py purge`` erases data that is due; ``erasure`` erases a case on request.

An approved, closed or superseded case is erased after its office's months, with all its rows, versions and PDFs.
A case that is open, recalled, has new findings to decide on or may yet be recalled is never erased; lists show it if
nobody saved it for its office's days. An intake that was not saved as a case or as a change of one is erased after those days; lists
show it beforehand. The audit record notes each erasure under an opaque id, so its chain stays whole.
"""

import shutil
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Office, User
from assessments.actions import batches, locks, permissions, renderings, visible_cases
from assessments.memo import pending_recalls
from assessments.models import Batch, Case, EditLock, IntakeDraft, NewMatch, Notification, Rendering
from assessments.models.codes import ERASED_WHEN_DUE, State
from audit.record import record

ENDED = (State.APPROVED, State.CLOSED, State.SUPERSEDED)
UNTOUCHED_DAYS = 90  # for users who belong to no office
AHEAD = timedelta(days=14)  # how long before its erasure a list shows an intake
LISTED = 20  # at most, of intakes and of cases, on one page
NOTIFICATION_DAYS = 180  # after it was read
BATCH_DAYS = batches.KEPT_FOR.days
RENDERING_DAYS = renderings.KEPT_FOR.days
SIGN_IN_DAYS = 90
BY = "purge"  # the actor in the audit record


def due_cases(at: datetime) -> QuerySet[Case]:
    """Return the cases to erase. A case approved on the 10th and kept for a month is due from the 11th onwards."""
    today = timezone.localtime(at).date()
    due = Case.objects.none()
    waits = Q(Exists(NewMatch.objects.filter(version__case=OuterRef("pk"), disposition="")), state=State.APPROVED)
    waits |= Q(pk__in=pending_recalls.pending_cases())
    for office in Office.objects.order_by("pk"):
        since = timezone.make_aware(datetime.combine(months_before(today, office.keep_months), datetime.min.time()))
        due |= Case.objects.filter(~waits, office=office, state__in=ENDED, state_since__lt=since)
    return due


def due_intakes(at: datetime) -> QuerySet[IntakeDraft]:
    """Return the intakes to erase: those that nobody saved for their office's days."""
    offices = [
        Q(office=office, saved_at__lt=at - timedelta(days=office.untouched_days)) for office in Office.objects.all()
    ]
    return IntakeDraft.objects.filter(reduce(or_, offices)) if offices else IntakeDraft.objects.none()


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last day of that month if it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if years < 1970:
        return date(1970, 1, 1)  # earlier than any case
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def due(at: datetime) -> dict[str, QuerySet[Any]]:
    """Return the other rows to erase, by the name that the audit record uses for their number."""
    sign_ins = at - timedelta(days=SIGN_IN_DAYS)
    return {
        "intakes": due_intakes(at),
        "notifications": Notification.objects.filter(read_at__lt=at - timedelta(days=NOTIFICATION_DAYS)),
        "renderings": Rendering.objects.filter(asked_at__lt=at - renderings.KEPT_FOR),
        "batches": Batch.objects.filter(created_at__lt=at - timedelta(days=BATCH_DAYS)),
        "locks": EditLock.objects.filter(renewed_at__lte=at - locks.LAPSES_AFTER),
        "sessions": Session.objects.filter(expire_date__lt=at),
        "sign_ins": AccessLog.objects.filter(attempt_time__lt=sign_ins),
        "failed_sign_ins": AccessFailureLog.objects.filter(attempt_time__lt=sign_ins),
        "sign_in_attempts": AccessAttempt.objects.filter(attempt_time__lt=sign_ins),
    }


def count(at: datetime) -> dict[str, int]:
    """Return how many rows of each kind are due."""
    return {"cases": due_cases(at).count()} | {name: rows.count() for name, rows in due(at).items()}


def purge(at: datetime) -> dict[str, int]:
    """Erase everything that is due and return the numbers. Each case has its own transaction and audit record."""
    with overwriting():
        erased = {"cases": sum(_erase_case(pk, at) for pk in list(due_cases(at).values_list("pk", flat=True)))}
        erased["intakes"] = sum(_erase_intake(pk, at) for pk in list(due_intakes(at).values_list("pk", flat=True)))
        with transaction.atomic():
            for name, rows in due(at).items():
                if name == "intakes":
                    continue
                _all, by_model = rows.delete()
                erased[name] = by_model.get(rows.model._meta.label, 0)
            details: dict[str, Any] = dict(erased)
            record(by=BY, action="retention.purge", **details)
    remove_former_files()
    return erased


def remove_former_files() -> None:
    """Delete the ZIP files of memos and the uploaded event data that releases before 0.2 kept on the disk."""
    for folder in ("batches", "imports"):
        shutil.rmtree(Path(settings.VAR_DIR) / folder, ignore_errors=True)


@contextmanager
def overwriting() -> Iterator[None]:
    """Have SQLite overwrite what is erased in this block, which would stay readable in free pages and in its log."""
    on_sqlite = connection.vendor == "sqlite"
    if on_sqlite:
        _pragma("secure_delete = ON")
    yield
    if on_sqlite and not connection.in_atomic_block:
        _pragma("wal_checkpoint(TRUNCATE)")


def _erase_case(pk: int, at: datetime) -> bool:
    with transaction.atomic():
        # checked again under the lock, because somebody may have reopened it meanwhile
        case = due_cases(at).select_for_update().filter(pk=pk).first()
        if case is None:
            return False
        case.delete()
        record(by=BY, action=ERASED_WHEN_DUE, object_type="case", object_id=str(case.uuid))
    return True


def _erase_intake(pk: int, at: datetime) -> bool:
    with transaction.atomic():
        # checked again under the lock, because its author may have saved it meanwhile
        intake = due_intakes(at).select_for_update().filter(pk=pk).first()
        if intake is None:
            return False
        intake.delete()
        record(by=BY, action="retention.erase-intake", object_type="intake", object_id=str(intake.uuid))
    return True


# --- what lists show before an erasure ----------------------------------------------------------


@dataclass(frozen=True)
class UntouchedIntake:
    """An intake that will soon be erased. Of a colleague's intake, lists show only the author and the dates."""

    intake: IntakeDraft
    is_own: bool
    erased_from: date


@dataclass(frozen=True)
class Untouched:
    """Intakes that will soon be erased, and open cases (never erased) that nobody saved for long."""

    days: int
    intakes: tuple[UntouchedIntake, ...]
    cases: tuple[Case, ...]

    def __bool__(self) -> bool:
        return bool(self.intakes or self.cases)


def untouched_cases(at: datetime, cases: QuerySet[Case], days: int) -> QuerySet[Case]:
    """Return those of the cases that are open and were not saved or moved to another state for so many days."""
    since = at - timedelta(days=days)
    return cases.exclude(state__in=ENDED).filter(saved_at__lt=since, state_since__lt=since).order_by("saved_at", "pk")


def untouched_of(user: User, at: datetime) -> Untouched:
    """Return what to show to the user: own intakes and visible cases; for a supervisor, those of the office."""
    days = user.office.untouched_days if user.office else UNTOUCHED_DAYS
    if not permissions.may_have_cases(user):
        return Untouched(days, (), ())
    visible = visible_cases.visible_cases(user)
    of_office = Q(office=user.office_id) if user.is_supervisor else Q(author=user, case=None) | Q(case__in=visible)
    soon = IntakeDraft.objects.filter(of_office, saved_at__lt=at - timedelta(days=days) + AHEAD)
    intakes = soon.select_related("author", "case").order_by("saved_at", "pk")[:LISTED]
    return Untouched(
        days,
        tuple(
            UntouchedIntake(
                intake=intake,
                is_own=permissions.may_see_draft(user, intake),
                erased_from=timezone.localtime(intake.saved_at + timedelta(days=days)).date() + timedelta(days=1),
            )
            for intake in intakes
        ),
        tuple(untouched_cases(at, visible.select_related("author"), days)[:LISTED]),
    )


def count_untouched_cases(at: datetime) -> int:
    """Return how many open cases of all offices nobody saved for long."""
    return sum(
        untouched_cases(at, Case.objects.filter(office=office), office.untouched_days).count()
        for office in Office.objects.all()
    )


def _pragma(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
