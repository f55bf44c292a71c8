"""The page on the workflow agrees with its table."""

import pytest
from django.core.management import CommandError, call_command

from assessments.actions.workflow import TRANSITIONS
from assessments.management.commands import workflow_diagram
from assessments.models.codes import State


def test_the_page_agrees_with_the_table():
    call_command("workflow_diagram", "--check")


def test_a_page_that_differs_is_named(tmp_path, monkeypatch):
    path = tmp_path / "workflow.md"
    monkeypatch.setattr(workflow_diagram.Command, "path", path)
    with pytest.raises(CommandError, match="workflow_diagram"):
        call_command("workflow_diagram", "--check")
    call_command("workflow_diagram")
    call_command("workflow_diagram", "--check")
    with path.open("a") as page:
        page.write("More.\n")
    with pytest.raises(CommandError):
        call_command("workflow_diagram", "--check")


def test_the_page_has_every_step_with_its_event_and_the_diagram_every_state():
    text = workflow_diagram.page()
    for step in TRANSITIONS:
        assert f"(`{step.action}`)" in text
        assert f"`{step.event}`" in text
        for source in step.sources:
            nodes = (source.value.replace("-", "_"), step.target.value.replace("-", "_"))
            assert f"{nodes[0]} --> {nodes[1]}: {step.label}" in text
    for state in State:
        assert f"| {state.label} |" in text


def test_every_state_but_the_first_can_be_reached_and_each_step_has_an_owner_and_an_event_of_its_own():
    assert {t.target for t in TRANSITIONS} == set(State)
    assert all(t.by for t in TRANSITIONS)
    assert len({t.event for t in TRANSITIONS}) == len(TRANSITIONS)
