"""Notifications and e-mails. They never contain anything from a case."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.mail import send_notices
from accounts.models import Role, User
from assessments.actions import permissions
from assessments.models import Case, Notification


def notify(case: Case, kind: str, users: Iterable[User]) -> None:
    """Notify each active user once, and send an e-mail when the transaction is committed."""
    notified = [user for user in {u.pk: u for u in users}.values() if user.is_active]
    Notification.objects.bulk_create(Notification(user=user, case=case, kind=kind) for user in notified)
    send_notices(notified)


def mark_as_read(case: Case, kind: str) -> None:
    """Mark the unread notifications of this kind as read, because somebody has dealt with the matter."""
    Notification.objects.filter(case=case, kind=kind, read_at=None).update(read_at=timezone.now())


def supervisors_of(case: Case) -> list[User]:
    """Return the supervisors of the office who may review the case."""
    of_office = User.objects.filter(office=case.office_id, role=Role.SUPERVISOR, is_active=True)
    return [user for user in of_office if permissions.may_review(user, case)]


def writers_of(case: Case, *, but: User | None = None) -> list[User]:
    """Return the author and the other writers who may still see the case."""
    users = [case.author, *(w.user for w in case.writers.select_related("user"))]
    return [user for user in dict.fromkeys(users) if user != but and permissions.may_see_case(user, case)]
