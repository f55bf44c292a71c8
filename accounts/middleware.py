"""Middleware for every page: sign-in that loses no text, no caching, and no NUL characters in addresses."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from accounts.unavailable import unavailable, why_unavailable
from accounts.unsent import Unsent
from accounts.views import UNAUTHORIZED, sign_in_page


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends people to the sign-in page. A form that they sent is carried through it and offered again afterwards."""

    def handle_no_permission(  # type: ignore[override]  # Django's redirects; this one may answer with a page
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        if "HX-Request" in request.headers:  # for a part of a page; the script of the page explains what happened
            return HttpResponse(status=UNAUTHORIZED)
        # if Django did not check the token, the origin of the form is unknown
        was_checked = not getattr(view_func, "csrf_exempt", False)
        if was_checked and (unsent := Unsent.sent(request)):
            return sign_in_page(request, unsent)
        return super().handle_no_permission(request, view_func)


class NoStoreMiddleware:
    """Marks every page of the application ``no-store``. Static files do not pass through it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        add_never_cache_headers(response)
        return response


class BusyMiddleware:
    """Answers 503, to be tried again in a moment, if a page failed because the database was not available.

    ``views.server_error`` does the same for errors outside the page, such as reading the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        why = why_unavailable(exception)
        return unavailable(request, why, exception) if why else None


class NoNulMiddleware:
    """Answers 404 if the address contains a NUL. PostgreSQL raises an error for it; SQLite finds nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
