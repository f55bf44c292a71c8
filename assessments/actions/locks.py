"""Who is editing a case: so that two people do not write over each other, and neither waits for one gone home."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Case, EditLock

LAPSES_AFTER = timedelta(minutes=15)  # without a save or a page opened


def holder(case: Case) -> User | None:
    """Who holds the lock now; None where nobody does or it has lapsed."""
    lock = EditLock.objects.select_related("holder").filter(case=case).first()
    return lock.holder if lock and lock.renewed_at > timezone.now() - LAPSES_AFTER else None


def begin(case: Case, by: User) -> User | None:
    """Somebody opens an editing page: they hold the lock unless somebody else does, who is returned."""
    with transaction.atomic():
        # of two who come at once the second sees the first
        Case.objects.select_for_update().filter(pk=case.pk).values_list("pk").first()
        return hold(case, by)


def take_over(case: Case, by: User) -> None:
    """Hold it, whoever did: what they have not saved yet is refused, and kept on their page."""
    hold(case, by, at_any_rate=True)


def hold(case: Case, by: User, *, at_any_rate: bool = False) -> User | None:
    """The same as ``begin`` or ``take_over``, where the row of the case is locked already."""
    lock, is_new = EditLock.objects.select_related("holder").get_or_create(case=case, defaults={"holder": by})
    if is_new:
        return None
    now = timezone.now()
    if lock.holder_id != by.pk:
        if not at_any_rate and lock.renewed_at > now - LAPSES_AFTER:
            return lock.holder
        lock.holder, lock.taken_at = by, now
    lock.renewed_at = now
    lock.save()
    return None


def let_go(case: Case) -> None:
    """Nobody edits it any more, as after a submission."""
    EditLock.objects.filter(case=case).delete()
