"""A COI admin."""

import pytest

from accounts.models import Role, User


@pytest.fixture
def keeper(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "keeper")
