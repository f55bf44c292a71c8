"""Signing in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import SignInView, session

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("session/", session, name="session"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]
