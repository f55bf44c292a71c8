"""Middleware: no session goes round the second factor, and who must have one sets it up before anything else opens."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import second_factor
from accounts.second_factor_views import set_up_page
from accounts.unsent import Unsent
from accounts.views import UNAUTHORIZED

OPEN = ("second-factor-set-up", "sign-out", "password-change")


class SecondFactorMiddleware:
    """Ends sessions that were opened without their user's factor, however that came about.

    The request goes on as a stranger's, so a form that it sends is carried through the sign-in page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and not second_factor.has_passed(request.session, request.user):
            request.session.flush()
            request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not getattr(view, "login_required", True):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if second_factor.factor_of(user) or not second_factor.must_have(user) or name in OPEN:
            return None
        if "HX-Request" in request.headers or "X-Autosave" in request.headers:
            return HttpResponse(status=UNAUTHORIZED)
        unsent = None if getattr(view, "csrf_exempt", False) else Unsent.sent(request)
        return set_up_page(request, unsent=unsent) if unsent else redirect("second-factor-set-up")
