"""Two COI admins, one who proposes and one who decides."""

import pytest

from accounts.models import Role


@pytest.fixture
def proposer(library, make_user, office):
    return make_user(Role.COI_ADMIN, office, "proposer")


@pytest.fixture
def decider(library, make_user, office):
    return make_user(Role.COI_ADMIN, office, "decider")
