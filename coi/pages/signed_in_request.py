"""A type for the requests of signed-in users. The middleware sends everyone else to the sign-in page."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request with a known user. The class only states a type and has no instances."""

    user: User
