"""Who keeps the library, and how much they may type."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import Role, User


def keeps_library(user: Any) -> bool:
    """COI admins, as long as they work here."""
    return bool(user.is_active and getattr(user, "is_coi_admin", False))


def keepers() -> QuerySet[User]:
    """All COI admins who work here."""
    return User.objects.filter(role=Role.COI_ADMIN, is_active=True).order_by("username")


def only_keepers(user: Any) -> None:
    """Refuse everybody else."""
    if not keeps_library(user):
        raise PermissionDenied
