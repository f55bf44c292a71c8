"""Somebody with an app for one-time codes."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts import second_factor_codes
from accounts.models import User
from audit.models import Entry
from tests.browser_post import BrowserClient
from tests.markup import elements, visible_text

PASSWORD = "a long enough password"
SIGN_IN, CODE, HOME = reverse("sign-in"), reverse("sign-in-code"), reverse("library")
OWN, SET_UP = reverse("second-factor"), reverse("second-factor-set-up")
HALF_MINUTE = 30


class Clock:
    """The clock of codes, which a test moves on."""

    now = 1_900_000_000

    def later(self, seconds: int) -> None:
        self.now += seconds


class Person:
    """Somebody with an app."""

    def __init__(self, user: User, clock: "Clock") -> None:
        self.user, self.clock, self.secret = user, clock, ""
        self.recovery: list[str] = []

    def set_up(self, client: Client) -> list[str]:
        """Scan the QR code of the set-up page, and return the recovery codes that the next page shows."""
        self.secret = key_on(client.get(SET_UP))
        sent = {"present_password": PASSWORD, "code": self.code()}
        shown = client.post(SET_UP, sent)
        assert shown.status_code == 200
        self.recovery = codes_on(shown)
        return self.recovery

    def code(self, steps: int = 0) -> str:
        return second_factor_codes.code_at(self.secret, self.clock.now // HALF_MINUTE + steps)

    def gave_password(self, **more: str) -> Client:
        client = BrowserClient()
        client.post(SIGN_IN, {"username": self.user.username, "password": PASSWORD} | more)
        return client


def key_on(page: Any) -> str:
    """Return the key that a set-up page shows as text."""
    return re.sub(r"\s", "", visible_text(elements(page, "code")[0]))


def codes_on(page: Any) -> list[str]:
    """Return the recovery codes that a page shows."""
    return [visible_text(each) for each in elements(page, "ol code")]


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def recorded() -> list[tuple]:
    found = Entry.objects.filter(action__startswith="second-factor").order_by("pk")
    return [(each.actor, each.action.partition(".")[2], each.object_id, each.details) for each in found]
