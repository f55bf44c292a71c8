"""Who is editing a case: so that two people do not write over each other, and neither waits for one gone home."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from assessments.models import Case, EditLock

LAPSES_AFTER = timedelta(minutes=15)  # without a save or a page opened


def holder(case: Case) -> User | None:
    """Who holds the lock now; None where nobody does or it has lapsed."""
    lock = EditLock.objects.select_related("holder").filter(case=case).first()
    return lock.holder if lock and lock.renewed_at > timezone.now() - LAPSES_AFTER else None


def hold(case: Case, by: User) -> None:
    """Hold it from now on, whoever did: what they have not saved yet is refused, and kept on their page."""
    now = timezone.now()
    lock, is_new = EditLock.objects.get_or_create(case=case, defaults={"holder": by})
    if is_new:
        return
    if lock.holder_id != by.pk:
        lock.holder, lock.taken_at = by, now
    lock.renewed_at = now
    lock.save()


def begin(case: Case, by: User) -> User | None:
    """Somebody opens an editing page: they hold the lock unless somebody else does, who is returned."""
    held_by = holder(case)
    if held_by is not None and held_by != by:
        return held_by
    hold(case, by)
    return None


def let_go(case: Case) -> None:
    """Nobody edits it any more, as after a submission."""
    EditLock.objects.filter(case=case).delete()
