"""What holds of every page: who is not signed in loses no text, no cache keeps it, no address holds a NUL."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from accounts.unsent import Unsent
from accounts.views import UNAUTHORIZED, sign_in_page


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends people to sign in first. A form that was sent meanwhile is carried along, and offered again afterwards."""

    def handle_no_permission(  # type: ignore[override]  # Django's redirects; this one may answer with a page
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        if "HX-Request" in request.headers:  # a part of a page: its script says what happened
            return HttpResponse(status=UNAUTHORIZED)
        # where Django did not check the token, nobody knows whose form it was
        was_checked = not getattr(view_func, "csrf_exempt", False)
        if was_checked and (unsent := Unsent.sent(request)):
            return sign_in_page(request, unsent)
        return super().handle_no_permission(request, view_func)


class NoStoreMiddleware:
    """Marks every page of the application ``no-store``; static files never come this way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        add_never_cache_headers(response)
        return response


class NoNulMiddleware:
    """Answers 404 where the address holds a NUL: PostgreSQL cannot even be asked for one, SQLite finds nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
