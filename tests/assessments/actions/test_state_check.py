"""A state that was changed in the database differs from the steps in the audit record."""

import pytest
from django.core.management import CommandError, call_command

from assessments.actions import state_check
from assessments.models import Case
from assessments.models.codes import State
from tests import factories
from tests.assessments.memo.test_record_check import rewrite
from tests.factories import make_case

pytestmark = pytest.mark.usefixtures("library")
ROADS = {
    State.DRAFT: lambda case, by: case,
    State.SUBMITTED: lambda case, by: factories.submitted(case),
    State.IN_REVIEW: factories.in_review,
    State.RETURNED: factories.returned,
    State.APPROVED: factories.approved,
    State.RECALLED: factories.recalled,
    State.SUPERSEDED: factories.superseded,
    State.CLOSED: lambda case, by: factories.closed(case),
}


@pytest.fixture
def in_state(caseworker, supervisor):
    """in_state(State.APPROVED): a case that was led into this state by its steps."""

    def led(state: str) -> Case:
        case = make_case(caseworker, "gao-bourem")
        ROADS[state](case, supervisor)
        case.refresh_from_db()
        assert case.state == state
        return case

    return led


@pytest.mark.parametrize("state", State.values)
def test_the_steps_of_the_workflow_agree_with_the_record(state, in_state):
    in_state(state)
    assert list(state_check.problems()) == []


@pytest.mark.parametrize(("was", "becomes"), [("returned", "approved"), ("approved", "draft"), ("closed", "draft")])
def test_a_case_whose_state_was_changed_is_found(was, becomes, in_state):
    case = in_state(was)
    Case.objects.filter(pk=case.pk).update(state=becomes)
    (problem,) = state_check.problems()
    assert problem == f"Case {case.uuid} is “{becomes}”, but by the audit record it is “{was}”."


def test_a_version_that_was_called_recalled_is_found(in_state):
    case = in_state("approved")
    rewrite(case.versions.get(), state="recalled")
    (problem,) = state_check.problems()
    assert f"Version 1 of the memo of case {case.uuid} is “recalled”" in problem


def test_the_nightly_verification_says_so(in_state, capsys):
    case = in_state("returned")
    Case.objects.filter(pk=case.pk).update(state="approved", reviewer=None)
    with pytest.raises((SystemExit, CommandError)):
        call_command("verify_audit")
    assert str(case.uuid) in "".join(capsys.readouterr())
