"""The request of a signed-in user, as a type. The middleware sends everybody else to the sign-in page."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is known. No instance is ever made: the class only states a type."""

    user: User
