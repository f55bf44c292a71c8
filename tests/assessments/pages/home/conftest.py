"""Colleagues of the caseworker and of the supervisor."""

import pytest

from accounts.models import Role


@pytest.fixture
def colleague(make_user, office):
    return make_user(Role.CASEWORKER, office, "colleague")
