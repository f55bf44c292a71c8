"""Approved memos, and users of other roles and offices."""

import pytest

from accounts.models import Role
from tests.assessments.pages.office.office_cases import make_case, make_version


@pytest.fixture
def approved(library, caseworker, supervisor):
    """Return approved(n), which makes n approved memos."""
    return lambda n: [make_version(make_case(caseworker), supervisor) for _ in range(n)]


@pytest.fixture
def others(make_user, office, other_office):
    """Users who may not see a caseworker's batch."""
    return [
        make_user(Role.CASEWORKER, office, "colleague"),
        make_user(Role.SUPERVISOR, other_office, "elsewhere"),
        make_user(Role.COI_ADMIN, office, "coi"),
        make_user(Role.AUDITOR, office, "auditor"),
        make_user(Role.CASEWORKER, None, "root", is_superuser=True),
    ]
