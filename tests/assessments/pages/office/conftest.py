"""Approved memos, people of other roles and offices, and a folder of their own."""

import pytest

from accounts.models import Role
from tests.assessments.pages.office.office_cases import make_case, make_version


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def approved(library, caseworker, supervisor):
    """approved(n): that many approved memos."""
    return lambda n: [make_version(make_case(caseworker), supervisor) for _ in range(n)]


@pytest.fixture
def others(make_user, office, other_office):
    """People who have no business with a caseworker's batch."""
    return [
        make_user(Role.CASEWORKER, office, "colleague"),
        make_user(Role.SUPERVISOR, other_office, "elsewhere"),
        make_user(Role.COI_ADMIN, office, "coi"),
        make_user(Role.AUDITOR, office, "auditor"),
        make_user(Role.CASEWORKER, None, "root", is_superuser=True),
    ]
