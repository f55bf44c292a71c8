"""Errors of the database that are nobody's fault here, and the answer 503 that says what to do about them."""

import logging
from enum import StrEnum

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
UNAVAILABLE = 503


class Why(StrEnum):
    """Why the database does not do what it was asked."""

    BUSY = "busy"
    DISK = "disk"
    ABSENT = "absent"


WORDS = {
    Why.BUSY: ("database is locked", "database table is locked", "deadlock detected", "lock timeout"),
    Why.DISK: ("database or disk is full", "disk I/O error", "readonly database", "No space left on device"),
    Why.ABSENT: ("unable to open database file",),
}
SECONDS = {Why.BUSY: 5, Why.DISK: 60, Why.ABSENT: 15}  # until another attempt is worthwhile


def why_unavailable(error: BaseException | None) -> Why | None:
    """Return why the database failed; None if the error is another one, such as a table that is missing."""
    if isinstance(error, InterfaceError):  # the connection was lost
        return Why.ABSENT
    if not isinstance(error, OperationalError):
        return None
    words = str(error)
    for why, said in WORDS.items():
        if any(each in words for each in said):
            return why
    # SQLite calls mistakes of ours operational too. With PostgreSQL, the server is away or stops.
    return Why.ABSENT if type(error.__cause__).__module__.startswith("psycopg") else None


def unavailable(request: HttpRequest, why: Why, error: BaseException | None) -> HttpResponse:
    """Answer 503, as JSON to an autosave. It asks the database for nothing."""
    logger.error("The database is not available (%s), so a request was refused: %s", why, type(error).__name__)
    response: HttpResponse
    if request.headers.get("X-Autosave") == "1":
        messages = {
            Why.BUSY: _("Not saved yet: the server is busy. Your text is still here."),
            Why.DISK: _(
                "Not saved yet: the server’s disk may be full. Your text is still here. Tell an administrator."
            ),
            Why.ABSENT: _("Not saved yet: the database does not answer. Your text is still here."),
        }
        response = JsonResponse({"message": messages[why]})
    else:
        response = HttpResponse(render_to_string("503.html", {"why": why.value}))
    response.status_code = UNAVAILABLE
    response["Retry-After"] = str(SECONDS[why])
    return response
