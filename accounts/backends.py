"""Signing in, and reading who is signed in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class StaffBackend(ModelBackend):
    """Django's own, which reads a user's office with the user: every page prints it."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("office").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
