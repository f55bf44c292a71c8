"""Audit records of signing in and out. They never contain what was typed, which may be a misplaced password."""

import logging
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import Error, transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.attempts import user_id_of
from accounts.models import User
from accounts.sessions import begin
from audit.record import RecordUnavailable, record, record_once

STRANGER, UNKNOWN = "stranger", "unknown"

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
    """Record a sign-in. If that fails, the error reaches the view and the user is not signed in."""
    begin(request.session)
    with transaction.atomic():
        record(by=str(user.pk), action="sign-in", object_type="user", object_id=str(user.pk))


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record_if_possible(by=str(user.pk), action="sign-out", object_id=str(user.pk))


@receiver(user_login_failed)
def sign_in_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Record each failed attempt at an account. Attempts with unknown names, which can be endless, are recorded once."""
    if getattr(request, "axes_locked_out", False):  # set by axes, whose receiver runs first; recorded as a lock-out
        return
    account = _account(credentials.get("username"))
    person = getattr(request, "user", None)
    by = str(person.pk) if person is not None and person.is_authenticated else STRANGER
    _record_if_possible(
        by=by, action=credentials.get("action", "sign-in.failed"), object_id=account, once=account == UNKNOWN
    )


@receiver(user_locked_out)
def locked_out(sender: Any, username: Any = None, **kwargs: Any) -> None:
    _record_if_possible(by=STRANGER, action="sign-in.locked", object_id=_account(username), once=True)


def _account(typed: Any) -> str:
    """Return the id of the user with this name, or UNKNOWN. Unknown names are not stored."""
    pk = user_id_of(typed)
    return UNKNOWN if pk is None else str(pk)


def _record_if_possible(*, by: str, action: str, object_id: str, once: bool = False) -> None:
    """Record a refusal or end of access, which happens even if the record fails: a full disk must not keep anyone in."""
    try:
        with transaction.atomic():
            (record_once if once else record)(by=by, action=action, object_type="user", object_id=object_id)
    except (RecordUnavailable, Error):
        logger.error("%s of user %s is not in the record", action, object_id)
