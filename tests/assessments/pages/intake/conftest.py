"""Users for the intake tests."""

import pytest

from tests.sign_in import signed_in


@pytest.fixture
def worker(library, client, caseworker):
    return signed_in(caseworker, client)


@pytest.fixture
def colleague(make_user, office):
    return make_user("caseworker", office, "colleague")
