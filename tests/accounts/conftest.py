"""People with an app for one-time codes."""

import pytest
from django.test import Client

from accounts import second_factor_codes
from accounts.models import User
from tests.accounts.app import CODE, HALF_MINUTE, Clock, Person
from tests.audit.conftest import break_record
from tests.sign_in import signed_in

__all__ = ["break_record"]


@pytest.fixture
def code_clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(second_factor_codes.time, "time", lambda: clock.now)
    return clock


@pytest.fixture
def person(caseworker: User, code_clock: Clock) -> Person:
    return Person(caseworker, code_clock)


@pytest.fixture
def owner(person: Person) -> Person:
    """A person whose app was set up half a minute ago."""
    person.set_up(signed_in(person.user))
    person.clock.later(HALF_MINUTE)
    return person


@pytest.fixture
def inside(owner: Person) -> Client:
    """A browser in which the owner has taken both steps."""
    client = owner.gave_password()
    client.post(CODE, {"code": owner.code()})
    return client
