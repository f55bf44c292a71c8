"""Each guard of the table guards.yaml is taken out in a copy of the project, and the tests beside it must fail."""

import pytest

from tests import ROOT
from tests.guards.broken_copy import Copy, Guard, check, guards, whole_copy

GUARDS = guards()


def test_every_guard_has_a_name_of_its_own_and_tests_that_exist():
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)
    for guard in GUARDS:
        assert (ROOT / guard.path).read_text().count(guard.text) == 1, guard.name
        for test in guard.tests:
            file, _, name = test.partition("::")
            assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text(), test


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return whole_copy(tmp_path_factory.mktemp("guards"), GUARDS)


@pytest.mark.slow
@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_a_missing_guard_is_noticed(guard: Guard, copy: Copy) -> None:
    check(guard, copy)
