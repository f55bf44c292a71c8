"""Signing in, and forms that were sent without being signed in."""

import sys
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import second_factor
from accounts.forms import SignInForm
from accounts.second_factor_forms import CodeForm
from accounts.sign_in_limits import remember
from accounts.unavailable import unavailable, why_unavailable
from accounts.unsent import CARRIED, Unsent, is_from_here

UNAUTHORIZED, FORBIDDEN = 401, 403
Response = TypeVar("Response", bound=HttpResponseBase)


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("password", CARRIED), name="dispatch")
class SignInView(LoginView):
    """Sign-in with user name and password. Failures block the name for a while where they came from (sign_in_limits.py)."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"title": gettext_lazy("Sign in")}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        signed_in_elsewhere = request.user.is_authenticated and Unsent.carried(request)
        response = super().dispatch(request, *args, **kwargs)
        return self._offered(response) if signed_in_elsewhere else response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if second_factor.factor_of(user) is None:
            return self.signed_in(form)
        second_factor.wait_for_code(self.request.session, user)
        context = self.get_context_data(form=CodeForm(user=user)) | {"title": _("Enter a code")}
        return render(self.request, "accounts/second_factor_code.html", context)

    def signed_in(self, form: Any) -> HttpResponse:
        """Open the session of the form's user, who has taken every step."""
        with transaction.atomic():  # the new session and its audit record are stored together or not at all
            response = super().form_valid(form)
            second_factor.passed(self.request.session, form.get_user())
        response = self._offered(response)
        remember(self.request, response, form.get_user().pk)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            unsent=Unsent.carried(self.request), mail_is_set_up=settings.MAIL_IS_SET_UP, **kwargs
        )

    def _offered(self, response: Response) -> Response | HttpResponse:
        """Return a page that offers the carried form to the user who typed it; for other users, the normal response."""
        unsent = Unsent.carried(self.request)
        if unsent is None:
            return response
        if not unsent.belongs_to(self.request.user):
            messages.warning(self.request, _("The form sent before was typed by another user. It was not kept."))
            return response
        return render(self.request, "accounts/unsent.html", {"unsent": unsent})


def sign_in_page(request: HttpRequest, unsent: Unsent, *, status: int = UNAUTHORIZED) -> HttpResponse:
    """Return the sign-in page in place of the requested one. It carries the answers."""
    context = {"form": SignInForm(request), "next": "", "unsent": unsent, "title": _("Sign in")}
    context["mail_is_set_up"] = settings.MAIL_IS_SET_UP
    return render(request, "accounts/sign_in.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token was out of date or missing. Offer it again if it came from this site.

    ``reason`` is Django's, for its log.
    """
    unsent = None
    if is_from_here(request):
        at_sign_in = request.path in (reverse("sign-in"), reverse("sign-in-code"))
        unsent = Unsent.carried(request) if at_sign_in else Unsent.sent(request)
    if unsent is not None and not request.user.is_authenticated:
        return sign_in_page(request, unsent, status=FORBIDDEN)
    mine = unsent if unsent is not None and unsent.belongs_to(request.user) else None
    return render(request, "403_csrf.html", {"unsent": mine}, status=FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error outside a page: 503 if the database was not available, else 500."""
    error = sys.exc_info()[1]
    if why := why_unavailable(error):
        return unavailable(request, why, error)
    return defaults.server_error(request)


@login_not_required
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Return the signed-in user and the valid token, for the script that asks before it sends a form."""
    if not request.user.is_authenticated:
        return JsonResponse({"user": None}, status=UNAUTHORIZED)
    return JsonResponse({"user": request.user.pk, "token": get_token(request)})
