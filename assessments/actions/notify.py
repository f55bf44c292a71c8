"""Telling people that something waits for them, without a word of what it is about."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.mail import something_waits
from accounts.models import Role, User
from assessments.actions import permissions
from assessments.models import Case, Notification


def notify(case: Case, kind: str, users: Iterable[User]) -> None:
    """A notification for each of them, and an e-mail once the transaction has gone through."""
    told = [user for user in {u.pk: u for u in users}.values() if user.is_active]
    Notification.objects.bulk_create(Notification(user=user, case=case, kind=kind) for user in told)
    something_waits(told)


def notify_no_more(case: Case, kind: str) -> None:
    """What waited is in somebody's hands: nobody else needs to look."""
    Notification.objects.filter(case=case, kind=kind, read_at=None).update(read_at=timezone.now())


def supervisors_of(case: Case) -> list[User]:
    """Those of the office who could review it."""
    of_office = User.objects.filter(office=case.office_id, role=Role.SUPERVISOR, is_active=True)
    return [user for user in of_office if permissions.may_review(user, case)]


def writers_of(case: Case, *, but: User | None = None) -> list[User]:
    """The author and whoever wrote in it, as far as they may still see it."""
    users = [case.author, *(w.user for w in case.writers.select_related("user"))]
    return [user for user in dict.fromkeys(users) if user != but and permissions.may_see_case(user, case)]
