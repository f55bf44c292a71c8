"""Signing in and out, one's own password and second factor."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import second_factor_views
from accounts.passwords import ChangePasswordView, NewPasswordView, forgotten
from accounts.standing_pages import decide, people
from accounts.views import SignInView, session

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-in/code/", second_factor_views.CodeView.as_view(), name="sign-in-code"),
    path("session/", session, name="session"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("people/", people, name="people"),
    path("people/<int:pk>/", decide, name="people-decide"),
    path("password/", ChangePasswordView.as_view(), name="password-change"),
    path("password/forgotten/", forgotten, name="password-forgotten"),
    path("password/new/", NewPasswordView.as_view(), name="password-new"),
    path("second-factor/", second_factor_views.own, name="second-factor"),
    path("second-factor/set-up/", second_factor_views.set_up, name="second-factor-set-up"),
    path("second-factor/<int:user>/reset/", second_factor_views.reset, name="second-factor-reset"),
]
