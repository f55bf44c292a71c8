"""When a failed sign-in counts against whom. django-axes counts the attempts and blocks; this file says what counts.

A name is blocked for the address that failed with it, so a stranger elsewhere locks nobody out. An address that
fails with many names, and a name that fails from many addresses, are blocked too, except for a browser in which the
same person has signed in before. The check comes before the password is hashed, which is slow on purpose.
"""

import ipaddress
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.attempts import counted_name, user_id_of

OF_A_NAME = 30  # failures with one name, from all addresses, within AXES_COOLOFF_TIME
OF_AN_ADDRESS = 50  # failures from one address, with all names: an office may share it
NETWORK_V6 = 64  # bits: whoever has one IPv6 address has all addresses of its network
KNOWN_FOR = 180 * 24 * 60 * 60  # seconds
PEOPLE_AT_ONE_BROWSER = 8
SALT = "accounts.sign_in_limits"


def client_address(request: HttpRequest) -> str | None:
    """Return the address that a request comes from, of IPv6 its network; None if there is none, as on a socket.

    Behind a proxy (``BEHIND_PROXY``) it is the last address in X-Forwarded-For, which the proxy itself wrote.
    """
    named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] if settings.BEHIND_PROXY else ""
    for text in (named, request.META.get("REMOTE_ADDR", "")):
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            continue
        if isinstance(address, ipaddress.IPv6Address):
            if address.ipv4_mapped:
                return str(address.ipv4_mapped)
            return str(ipaddress.ip_network((address, NETWORK_V6), strict=False).network_address)
        return str(address)
    return None


class SignInLimits(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Counts failed attempts by name and address, and blocks floods. Set as AXES_HANDLER."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Return how often this name failed from this address, and at least the limit in a flood."""
        name, address = counted_name(request, credentials), client_address(request)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        here = _failures(recent.filter(username=name, ip_address=address))
        if here >= settings.AXES_FAILURE_LIMIT or is_known(request, user_id_of((credentials or {}).get("username"))):
            return here
        is_flood = (
            _failures(recent.filter(username=name)) >= OF_A_NAME
            or _failures(recent.filter(ip_address=address)) >= OF_AN_ADDRESS
        )
        return settings.AXES_FAILURE_LIMIT if is_flood else here

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Count a failure without what was typed: axes stores it, and it may be a code or a form carried along."""
        typed = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = typed


def is_blocked(request: Any, name: str) -> bool:
    """Return whether this name is blocked where the request comes from. If so, axes answers in place of the page."""
    credentials = {"username": name}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out, request.axes_credentials = True, credentials
    return True


def count_failure(request: HttpRequest, name: str, *, action: str) -> None:
    """Count a wrong code, or a wrong present password, as a failed sign-in. ``action`` is its name in the record."""
    user_login_failed.send(__name__, credentials={"username": name, "action": action}, request=request)


def _failures(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def is_known(request: HttpRequest, user_id: int | None) -> bool:
    """Return whether this user has signed in with this browser before."""
    return user_id is not None and str(user_id) in _people(request)


def remember(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """Remember in a signed cookie that this user has signed in with this browser. It opens nothing by itself."""
    others = [each for each in _people(request) if each != str(user_id)]
    response.set_signed_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        ".".join([str(user_id), *others][:PEOPLE_AT_ONE_BROWSER]),
        salt=SALT,
        max_age=KNOWN_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _people(request: HttpRequest) -> list[str]:
    """Return the ids of the users who have signed in with this browser, the last one first."""
    value = request.get_signed_cookie(settings.KNOWN_BROWSER_COOKIE, default="", salt=SALT, max_age=KNOWN_FOR)
    return value.split(".") if value else []
