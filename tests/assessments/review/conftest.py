"""Approved memos that rely on the one finding of an invented edition."""

import pytest

from accounts.models import Role
from assessments.models import Case, MemoVersion
from tests import factories
from tests.recalls import KEY, a_worker_begins, draft_of, publish


@pytest.fixture
def source():
    """An edition with one finding, on which every memo of these tests relies."""
    return factories.second_report()


@pytest.fixture
def keeper(make_user, office):
    return make_user(Role.COI_ADMIN, office, "keeper")


@pytest.fixture
def second(make_user, office):
    return make_user(Role.COI_ADMIN, office, "second")


@pytest.fixture
def memos(source, caseworker, supervisor):
    """Make so many approved memos."""

    def make(count: int) -> list[MemoVersion]:
        made = len(Case.objects.all())
        cases = [factories.make_case(caseworker, reference=f"N-2026-{made + n}") for n in range(count)]
        versions = [factories.approved(case, supervisor) for case in cases]
        assert all(v.reliances.filter(finding=KEY, omitted=False).exists() for v in versions)
        return versions

    return make


@pytest.fixture
def other(library, caseworker, supervisor):
    """An approved memo that does not rely on what the edition changes."""
    return factories.approved(factories.make_case(caseworker, "gao-bourem"), supervisor)


@pytest.fixture
def pending(memos, source, keeper, second):
    """An approved memo with a new edition. The worker that lives has not compared them yet."""
    (version,) = memos(1)
    a_worker_begins()
    publish(draft_of(source, keeper), second)
    return version
