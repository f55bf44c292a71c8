"""COI admins: the people who may edit the library."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import Role, User


def is_active_coi_admin(user: Any) -> bool:
    """Return whether the user is an active COI admin."""
    return bool(user.is_active and getattr(user, "is_coi_admin", False))


def active_coi_admins() -> QuerySet[User]:
    """Return all active COI admins."""
    return User.objects.filter(role=Role.COI_ADMIN, is_active=True).order_by("username")


def require_coi_admin(user: Any) -> None:
    """Raise PermissionDenied unless the user is an active COI admin."""
    if not is_active_coi_admin(user):
        raise PermissionDenied
