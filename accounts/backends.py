"""Signing in, and reading who is signed in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class StaffBackend(ModelBackend):
    """Django's own, which reads a user's office and second factor with the user: every page needs them."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("office", "second_factor").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
