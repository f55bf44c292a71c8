"""Signing in."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.forms import SignInForm


class SignInView(LoginView):
    """User name and password; five failures lock the user name for a while (django-axes)."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"title": _("Sign in")}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        with transaction.atomic():  # the new session and its record stand or fall together
            return super().form_valid(form)
