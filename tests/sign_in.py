"""Signing in. Every test that reads pages as a user gets its client here."""

from django.test import Client

from accounts.models import User
from tests.browser_post import BrowserClient


def signed_in(user: User, client: Client | None = None) -> Client:
    """Return a client that this user is signed in to: a new one, unless one is given."""
    client = client or BrowserClient()
    client.force_login(user)
    return client
