"""Who needs a second factor, which sessions have passed it, and what changes it. Each change is recorded."""

import time
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts import second_factor_codes as codes
from accounts.mail import send_without_waiting, tell_auditors
from accounts.models import Role, SecondFactor, User
from audit.record import record

ROLES = (Role.SUPERVISOR, Role.COI_ADMIN, Role.AUDITOR)
PASSED = "second_factor_passed"  # in the session: the mark of the factor whose code was given
WAITING = "second_factor_waiting"  # in the session of somebody who gave the password and not yet the code
PATIENCE = 10 * 60  # seconds between password and code


def signed_in_user(request: HttpRequest) -> User:
    return cast(User, request.user)


def factor_of(user: Any) -> SecondFactor | None:
    found: SecondFactor | None = getattr(user, "second_factor", None)
    return found


def must_have(user: Any) -> bool:
    """Whether the user may do nothing without a second factor: ``SECOND_FACTOR_FOR`` says who."""
    if settings.SECOND_FACTOR_FOR == "roles":
        return user.role in ROLES or user.is_staff or user.is_superuser
    return bool(settings.SECOND_FACTOR_FOR == "everyone")


# --- sessions -----------------------------------------------------------------------------------


def has_passed(session: SessionBase, user: Any) -> bool:
    """Whether the session was opened with the user's present factor, if there is one."""
    factor = factor_of(user)
    return factor is None or session.get(PASSED) == factor.mark


def wait_for_code(session: SessionBase, user: User) -> None:
    """Note whose password was right. The session opens nothing yet."""
    session.cycle_key()
    session[WAITING] = {"user": user.pk, HASH_SESSION_KEY: user.get_session_auth_hash(), "at": int(time.time())}


def waiting(session: SessionBase) -> User | None:
    """Return whose code is awaited; None if it took too long, or if password or powers changed meanwhile."""
    found = session.get(WAITING)
    if not found or time.time() - found["at"] >= PATIENCE:
        return None
    user = User.objects.select_related("office", "second_factor").filter(pk=found["user"], is_active=True).first()
    if user is None or factor_of(user) is None:
        return None
    return user if constant_time_compare(found[HASH_SESSION_KEY], user.get_session_auth_hash()) else None


def passed(session: SessionBase, user: Any) -> None:
    """Note that the session was opened with the user's present factor."""
    session.pop(WAITING, None)
    if factor := factor_of(user):
        session[PASSED] = factor.mark


def _keep_session(request: HttpRequest) -> None:
    """Let this session outlive a change of its user's factor, which ends every other."""
    user = User.objects.select_related("office", "second_factor").get(pk=signed_in_user(request).pk)
    request.user = user
    passed(request.session, user)
    update_session_auth_hash(request, user)


# --- changes ------------------------------------------------------------------------------------


@transaction.atomic
def set_up(request: HttpRequest, secret: str, step: int) -> list[str]:
    """Give the user who is signed in a new factor, in place of an older one. Return the recovery codes."""
    pk = signed_in_user(request).pk
    SecondFactor.objects.filter(user_id=pk).delete()
    stored = codes.encrypted(secret, pk)
    factor = SecondFactor.objects.create(user_id=pk, secret=stored, last_step=step, since=timezone.now())
    made = codes.new_recovery_codes(factor)
    _keep_session(request)
    _tell(factor.user, _("A second factor was set up for your sign-in to Footnote."))
    _record(pk, "second-factor.set-up", pk)
    return made


@transaction.atomic
def renew_recovery_codes(request: HttpRequest) -> list[str]:
    """Replace the recovery codes of the user who is signed in."""
    pk = signed_in_user(request).pk
    made = codes.new_recovery_codes(SecondFactor.objects.select_for_update().get(user_id=pk))
    _tell(User.objects.get(pk=pk), _("Your recovery codes for Footnote were renewed."))
    _record(pk, "second-factor.codes", pk)
    return made


@transaction.atomic
def turn_off(request: HttpRequest) -> None:
    """Remove the factor of the user who is signed in."""
    pk = signed_in_user(request).pk
    SecondFactor.objects.filter(user_id=pk).delete()
    _keep_session(request)
    _tell(User.objects.get(pk=pk), _("The second factor of your sign-in to Footnote was turned off."))
    _record(pk, "second-factor.off", pk)


@transaction.atomic
def reset(user: User, *, by: Any, reason: str) -> None:
    """Remove the factor of somebody who lost it. Every session of theirs ends."""
    SecondFactor.objects.filter(user=user).delete()
    _tell(user, _("An administrator reset the second factor of your sign-in to Footnote. Sign in to set up a new one."))
    _record(by.pk, "second-factor.reset", user.pk, reason=reason)
    tell_auditors()


def recovery_code_used(user: Any) -> None:
    """Record that a recovery code took the place of the app, in the transaction of the sign-in."""
    left = user.second_factor.recovery_codes.count()
    _tell(user, _("A recovery code was used to sign in to Footnote. %(left)s are left.") % {"left": left})
    _record(user.pk, "second-factor.recovery", user.pk, left=left)


def _tell(user: User, what: str) -> None:
    """Tell a user by e-mail, so that they notice if somebody else did it."""
    body = f"{what} " + _("If you did not expect this, tell the administrator of your office.")
    send_without_waiting(user, _("Your second factor for Footnote"), body)


def _record(by: int, action: str, user_id: int, **details: Any) -> None:
    record(by=str(by), action=action, object_type="user", object_id=str(user_id), **details)
