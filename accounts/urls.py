"""Signing in and out, and one's own password."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.passwords import ChangePasswordView, NewPasswordView, forgotten
from accounts.views import SignInView, session

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("session/", session, name="session"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("password/", ChangePasswordView.as_view(), name="password-change"),
    path("password/forgotten/", forgotten, name="password-forgotten"),
    path("password/new/", NewPasswordView.as_view(), name="password-new"),
]
