"""The editing lock of a case. It keeps two people from overwriting each other, and lapses when its holder is idle."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Case, EditLock

LAPSES_AFTER = timedelta(minutes=15)  # since the holder last saved or opened a page
RENEWED_EVERY = timedelta(minutes=1)  # so that reading and typing do not write to it each time


def holder(case: Case) -> User | None:
    """Return who holds the lock; None if nobody does or it has lapsed."""
    lock = EditLock.objects.select_related("holder").filter(case=case).first()
    return lock.holder if lock and lock.renewed_at > timezone.now() - LAPSES_AFTER else None


def begin(case: Case, by: User) -> User | None:
    """Take the lock for a person who opens an editing page. Return its holder if somebody else has it, else None."""
    lock = EditLock.objects.filter(case=case, holder=by).first()
    if lock is not None and _is_fresh(lock):
        return None
    with transaction.atomic():
        # locks the case, so that the second of two simultaneous requests sees the first
        Case.objects.select_for_update().filter(pk=case.pk).values_list("pk").first()
        return hold(case, by)


def take_over(case: Case, by: User) -> None:
    """Take the lock from its holder. Their unsaved text is refused, but stays on their page."""
    hold(case, by, at_any_rate=True)


def hold(case: Case, by: User, *, lock: EditLock | None = None, at_any_rate: bool = False) -> User | None:
    """Do the same as ``begin`` or ``take_over`` when the caller has already locked the row of the case.

    ``lock`` is that of the case if the caller read it since.
    """
    is_new = False
    if lock is None:
        lock, is_new = EditLock.objects.select_related("holder").get_or_create(case=case, defaults={"holder": by})
    if is_new or (lock.holder_id == by.pk and _is_fresh(lock)):
        return None
    now = timezone.now()
    if lock.holder_id != by.pk:
        if not at_any_rate and lock.renewed_at > now - LAPSES_AFTER:
            return lock.holder
        lock.holder, lock.taken_at = by, now
    lock.renewed_at = now
    lock.save()
    return None


def _is_fresh(lock: EditLock) -> bool:
    return lock.renewed_at > timezone.now() - RENEWED_EVERY


def release_all(case: Case) -> None:
    """Remove the lock, for example after a submission."""
    EditLock.objects.filter(case=case).delete()
