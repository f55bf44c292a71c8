"""The number of unread notifications, for every page."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest

from assessments.actions import permissions
from assessments.models import Notification


def unread_notifications(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """Return the count as a callable, so that only pages that print it run it. Roles without cases get 0."""

    @cache
    def count() -> int:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or not permissions.may_have_cases(user):
            return 0
        return Notification.objects.filter(user=user, read_at=None).count()

    return {"unread_notifications": count}
