"""Users for the fact pages."""

import pytest

from accounts.models import Role
from tests.sign_in import signed_in


@pytest.fixture
def author(caseworker):
    return caseworker


@pytest.fixture
def worker(client, author):
    return signed_in(author, client)


@pytest.fixture
def colleague(make_user, office):
    return make_user(Role.CASEWORKER, office, "colleague")
