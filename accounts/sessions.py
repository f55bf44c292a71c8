"""How long a session lasts: it ends some time after the person's last request, and at the latest a day's work later."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

BEGAN, SEEN = "began", "seen"  # seconds since 1970: the sign-in, and a request of the person
BY_ITSELF = "X-By-Itself"  # the header of requests that a page sends without its reader
RELOADED = "by-itself"  # the same in the address of a page that reloads itself: such a request has no header of ours
EXACT_TO = 60  # seconds: a session is written at most once in this time to note that it is used


class SessionLimitMiddleware:
    """Ends sessions that are idle for ``SESSION_IDLE_SECONDS`` or older than ``SESSION_COOKIE_AGE``.

    The request goes on as a stranger's, so a form that it sends is carried through the sign-in page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session, now = request.session, int(time.time())
        if SESSION_KEY in session:
            if is_over(session, now):
                session.flush()
            elif now - session[SEEN] >= EXACT_TO and not _is_by_itself(request):
                session[SEEN] = now
        return self.get_response(request)


def begin(session: SessionBase) -> None:
    """Note the moment of a sign-in."""
    session[BEGAN] = session[SEEN] = int(time.time())


def reload_by_itself(request: HttpRequest, response: HttpResponse, seconds: int) -> None:
    """Let a page load itself again after some seconds, even without a script. That keeps no session open."""
    query = request.GET.copy()
    query[RELOADED] = "1"
    response["Refresh"] = f"{seconds}; url={request.path}?{query.urlencode()}"


def _is_by_itself(request: HttpRequest) -> bool:
    return BY_ITSELF in request.headers or RELOADED in request.GET


def is_over(session: SessionBase, now: int) -> bool:
    """Whether a session has ended by now. One that does not say when it began has."""
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        return True
    return bool(now - began >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE_SECONDS)
