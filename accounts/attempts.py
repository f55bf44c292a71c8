"""Names typed at sign-in: whose they are, and under which name django-axes counts failed attempts."""

from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import User

LENGTH = 32  # characters


def user_id_of(typed: Any) -> int | None:
    """Return the id of the user with this name, or None. PostgreSQL refuses to look for a NUL."""
    if not isinstance(typed, str) or "\0" in typed:
        return None
    return User.objects.filter(username=typed).values_list("pk", flat=True).first()


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Return the typed name if a user has it, else a keyed digest of it.

    What is typed as a name may be a misplaced password, so an unknown name is counted and never stored. Nobody can tell
    from the answer which of the two it was.
    """
    typed = (credentials or {}).get("username")
    if typed is None and request is not None:
        typed = request.POST.get("username")
    if not isinstance(typed, str) or not typed:
        return ""
    if user_id_of(typed) is not None:
        return typed
    return salted_hmac("accounts.attempts", typed, algorithm="sha256").hexdigest()[:LENGTH]
