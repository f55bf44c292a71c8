"""Setting one's own password: at the present one, or by a link that is sent by e-mail."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordChangeView, PasswordResetConfirmView
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts.attempts import user_id_of
from accounts.mail import send_without_waiting
from accounts.models import User
from accounts.password_forms import ChangePasswordForm, ForgottenPasswordForm, NewPasswordForm
from accounts.sign_in_limits import count_failure, is_blocked
from audit.record import record, record_once

UNPROCESSABLE, GONE, TOO_MANY = 422, 410, 429
FOR_USER = "new_password_for"  # in the session: whose link was followed


def tell_of_new_password(user: User) -> None:
    """Tell a user by e-mail, once the transaction is committed, so that they notice if somebody else set it."""
    body = _("Your password for Footnote was changed. If you did not change it, tell the administrator of your office.")
    send_without_waiting(user, _("Your password for Footnote was changed"), body)


class ChangePasswordView(PasswordChangeView):
    """A new password for the person who is signed in. Every other session of theirs ends."""

    form_class = ChangePasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("home")
    extra_context = {"title": gettext_lazy("Change your password"), "asks_present": True}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_blocked(request, request.user.get_username()):
            return HttpResponse(status=TOO_MANY)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            tell_of_new_password(form.user)
            pk = str(form.user.pk)
            record(by=pk, action="password.change", object_type="user", object_id=pk)
        messages.success(self.request, _("Your password is changed. You are signed out everywhere else."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.has_error("old_password", "password_incorrect"):
            count_failure(self.request, form.user.get_username(), action="password.failed")
        return self.render_to_response(self.get_context_data(form=form), status=UNPROCESSABLE)


@login_not_required
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link to somebody who forgot the password. The answer is the same whether or not there is such a user."""
    if not settings.MAIL_IS_SET_UP:
        raise Http404
    form = ForgottenPasswordForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "title": _("Forgotten password")}
    if request.method == "POST" and form.is_valid():
        _send_link(request, form)
        return render(request, "accounts/password_link_sent.html", context)
    return render(request, "accounts/password_forgotten.html", context, status=UNPROCESSABLE if form.errors else 200)


def _send_link(request: HttpRequest, form: Form) -> None:
    """Send a link to a user with an address, at most once in a quarter of an hour."""
    pk = user_id_of(form.cleaned_data["username"]) or 0
    user = User.objects.filter(pk=pk, is_active=True).exclude(email="").first()
    if user is None or not user.has_usable_password():
        return
    with transaction.atomic():
        asked = record_once(by="stranger", action="password.ask", object_type="user", object_id=str(user.pk))
        if asked is None:
            return
        token = default_token_generator.make_token(user)
        query = urlencode({"user": urlsafe_base64_encode(force_bytes(user.pk)), "token": token})
        link = request.build_absolute_uri(f"{reverse('password-new')}?{query}")
        body = _(
            "Somebody, perhaps you, asked for a new password for Footnote. To set one, open this address within an hour:"
            "\n\n%(link)s\n\nIf you did not ask, do nothing: your password stays as it is."
        ) % {"link": link}
        send_without_waiting(user, _("Set a new password for Footnote"), body)


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class NewPasswordView(PasswordResetConfirmView):
    """A new password for somebody who followed a link. It works once, for an hour, and ends every session.

    The token comes in the query, which no log of ours holds, and moves to the session at once.
    """

    form_class = NewPasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("sign-in")
    extra_context = {"title": gettext_lazy("Set a new password")}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = request.GET.get("token")
        if request.method == "GET" and token:
            user = self.get_user(request.GET.get("user", ""))
            if user is not None and self.token_generator.check_token(user, token):
                request.session[INTERNAL_RESET_SESSION_TOKEN] = token
                request.session[FOR_USER] = request.GET["user"]
                return redirect("password-new")
        return super().dispatch(request, uidb64=request.session.get(FOR_USER, ""), token=self.reset_url_token)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            del self.request.session[FOR_USER]
            tell_of_new_password(form.user)
            record(by="stranger", action="password.reset", object_type="user", object_id=str(form.user.pk))
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=UNPROCESSABLE)

    def render_to_response(self, context: dict[str, Any], **more: Any) -> HttpResponse:
        if not context["validlink"]:
            return render(self.request, "accounts/password_link_over.html", context, status=GONE)
        return super().render_to_response(context, **more)
