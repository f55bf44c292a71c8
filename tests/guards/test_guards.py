"""Each guard of the table guards.yaml is taken out in a copy of the project, and the tests beside it must fail."""

import pytest

from tests.guards.broken_copy import Copy, Guard, check, guards, whole_copy

pytestmark = pytest.mark.slow
GUARDS = guards()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return whole_copy(tmp_path_factory.mktemp("guards"), GUARDS)


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_a_missing_guard_is_noticed(guard: Guard, copy: Copy) -> None:
    check(guard, copy)
