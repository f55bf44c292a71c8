"""The pages of the second factor: the second step of sign-in, one's own factor, and its reset by an administrator."""

from typing import Any

import qrcode
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts import second_factor
from accounts import second_factor_codes as codes
from accounts.models import User
from accounts.second_factor_forms import WRONG_CODE, WRONG_PASSWORD, CodeForm, PresentPasswordForm, ResetForm, SetUpForm
from accounts.sign_in_limits import count_failure, is_blocked
from accounts.unsent import CARRIED, Unsent
from accounts.views import SignInView, sign_in_page

UNPROCESSABLE, TOO_MANY = 422, 429
OFFERED = "second_factor_offered"  # in the session: the encrypted secret that the set-up page shows
LARGEST_ID = 2**63 - 1
STAFF_BACKEND = "accounts.backends.StaffBackend"


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("code", CARRIED), name="dispatch")
class CodeView(SignInView):
    """The second step of sign-in. Wrong codes count and block like wrong passwords."""

    template_name = "accounts/second_factor_code.html"
    extra_context = {"title": gettext_lazy("Enter a code")}
    form_class = CodeForm  # type: ignore[assignment]  # another form takes the place of the password's

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.person = second_factor.waiting(request.session)
        if request.user.is_authenticated or self.person is not None:
            return super().dispatch(request, *args, **kwargs)
        messages.warning(request, _("Sign in again: the code was not given in time, or your account changed."))
        unsent = Unsent.carried(request)
        return sign_in_page(request, unsent) if unsent else redirect("sign-in")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.person is None or is_blocked(request, self.person.get_username()):
            return HttpResponse(status=TOO_MANY)
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.person}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        user.backend = STAFF_BACKEND
        if form.kind is codes.Kind.RECOVERY:
            second_factor.recovery_code_used(user)
        return self.signed_in(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.has_error("code", WRONG_CODE):
            count_failure(self.request, form.user.get_username(), action="second-factor.failed")
        return super().form_invalid(form)


def set_up_page(
    request: HttpRequest, form: SetUpForm | None = None, *, unsent: Unsent | None = None, status: int = 200
) -> HttpResponse:
    """Show the secret of a new factor as a QR code and as text. A form that waits to be sent is carried along."""
    secret = _offered_secret(request)
    return render(
        request,
        "accounts/second_factor_set_up.html",
        {
            "title": _("Set up your second factor"),
            "form": form or SetUpForm(request.user, secret),
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "qr": qr_code(codes.address(secret, request.user.get_username())),
            "replaces": second_factor.factor_of(request.user),
            "is_needed": second_factor.must_have(request.user),
            "unsent": unsent,
        },
        status=status,
    )


def _offered_secret(request: HttpRequest) -> str:
    """Return the secret that this session was offered, encrypted in between; else a new one."""
    pk = second_factor.signed_in_user(request).pk
    offered = request.session.get(OFFERED)
    secret = codes.decrypted(offered, pk) if offered else None
    if secret is None:
        secret = codes.new_secret()
        request.session[OFFERED] = codes.encrypted(secret, pk)
    return secret


def qr_code(text: str) -> dict[str, Any]:
    """Return a QR code as the path of an SVG: a square for each dark module."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return {"size": len(rows), "path": "".join(dark)}


@sensitive_post_parameters()
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up a second factor, or another device in place of the present one."""
    if request.method != "POST":
        return set_up_page(request)
    if is_blocked(request, request.user.get_username()):
        return HttpResponse(status=TOO_MANY)
    unsent = Unsent.carried(request)
    form = SetUpForm(request.user, _offered_secret(request), request.POST)
    if not form.is_valid():
        _count_wrong_password(request, form)
        return set_up_page(request, form, unsent=unsent, status=UNPROCESSABLE)
    made = second_factor.set_up(request, form.secret, form.step)
    del request.session[OFFERED]
    mine = unsent if unsent and unsent.belongs_to(request.user) else None
    return _recovery_codes_page(request, made, unsent=mine)


@sensitive_post_parameters()
def own(request: HttpRequest) -> HttpResponse:
    """One's own second factor: since when, how many recovery codes are left, new ones, and turning it off."""
    factor, is_needed = second_factor.factor_of(request.user), second_factor.must_have(request.user)
    form = PresentPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if is_blocked(request, request.user.get_username()):
            return HttpResponse(status=TOO_MANY)
        do = request.POST.get("do")
        if factor and form.is_valid():
            if do == "codes":
                return _recovery_codes_page(request, second_factor.renew_recovery_codes(request))
            if do == "off" and not is_needed:
                second_factor.turn_off(request)
                messages.success(request, _("Your second factor is turned off. You are signed out everywhere else."))
                return redirect("second-factor")
        _count_wrong_password(request, form)
    context = {
        "title": _("Second factor"),
        "form": form,
        "factor": factor,
        "left": factor.recovery_codes.count() if factor else 0,
        "is_needed": is_needed,
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "accounts/second_factor.html", context, status=status)


def _count_wrong_password(request: HttpRequest, form: PresentPasswordForm) -> None:
    if form.has_error("present_password", WRONG_PASSWORD):
        count_failure(request, request.user.get_username(), action="password.failed")


def _recovery_codes_page(request: HttpRequest, made: list[str], unsent: Unsent | None = None) -> HttpResponse:
    context = {"title": _("Your recovery codes"), "codes": made, "unsent": unsent}
    return render(request, "accounts/second_factor_recovery_codes.html", context)


def reset(request: HttpRequest, user: int) -> HttpResponse:
    """Reset the factor of somebody who lost it. Nobody resets their own: another administrator does."""
    by: Any = request.user
    if not (by.is_staff and by.has_perm("accounts.change_user")) or user == by.pk:
        raise PermissionDenied
    person = User.objects.select_related("second_factor").filter(pk=user).first() if user <= LARGEST_ID else None
    if person is None:
        raise Http404
    form = ResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and second_factor.factor_of(person):
        second_factor.reset(person, by=by, reason=form.cleaned_data["reason"])
        messages.success(request, _("The second factor is reset. Every session of this user has ended."))
        return redirect("admin:accounts_user_change", person.pk)
    context = {
        "title": _("Reset a second factor"),
        "form": form,
        "person": person,
        "factor": second_factor.factor_of(person),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "accounts/second_factor_reset.html", context, status=status)
