"""Two windows or two people that save an intake at once lose nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments import actions
from assessments.actions import locks
from assessments.casefile import reader
from assessments.models import Case, CaseFact, EditLock, IntakeDraft, Writer
from tests.assessments.pages.intake.step_addresses import at
from tests.assessments.walk import (
    CASE,
    FACT,
    TODAY,
    draft_of,
    keep,
    send,
    stored,
    typed,
)
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def test_stale_autosave_says_so_and_changes_nothing(worker):
    draft = keep(worker, typed())
    old = draft.version
    send(worker, draft, "facts", typed(**{"facts-0-statement": "Theirs."}), autosave=True)
    answer = send(worker, draft, "facts", typed(**{"facts-0-statement": "Mine."}), version=old, autosave=True)
    assert answer.status_code == 409
    assert "saved elsewhere" in answer.json()["message"]
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == ["Theirs."]


def test_stale_save_shows_both_texts_and_loses_neither(worker):
    draft = keep(worker, typed())
    old = draft.version
    send(worker, draft, "facts", typed(**{"facts-0-statement": "Theirs.", "facts-0-actors": ["jnim"]}))
    mine = typed(**{"facts-0-statement": "Mine."})
    response = send(worker, draft, "facts", mine, version=old)
    assert response.status_code == 409
    found = {d.label: (d.theirs, d.mine) for d in response.context["differences"]}
    assert found["Fact F1: Statement"] == ("Theirs.", "Mine.")
    assert "JNIM" in found["Fact F1: Who did it"][0]
    assert len(found) == 2
    shown = page(response)
    assert "Theirs." in shown
    assert "Mine.</textarea>" in shown
    assert 'role="alert"' in shown
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == ["Theirs."]
    kept = send(worker, draft, "facts", mine, version=old, over=response.context["over"])
    assert kept.status_code == 302
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == ["Mine."]


def test_change_of_another_step_makes_no_conflict(worker):
    draft = keep(worker, typed())
    old = draft.version
    send(worker, draft, "relocation", typed(note="New"), autosave=True)
    assert send(worker, draft, "facts", typed(**{"facts-0-statement": "Mine."}), version=old).status_code == 302
    assert send(worker, draft, "relocation", typed(note="Mine"), version=old).status_code == 409
    assert send(worker, draft, "facts", typed(), version=draft.version + 1).status_code == 409


def test_same_text_sent_again_is_no_conflict(worker):
    draft = keep(worker, typed())
    assert send(worker, draft, "facts", typed(), version=1, autosave=True).status_code == 200
    assert send(worker, draft, "facts", typed(), version="nonsense").status_code == 302


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "1" * 400])
def test_save_without_a_readable_version_is_refused(worker, version):
    draft = keep(worker, typed())
    assert send(worker, draft, "facts", typed(**{"facts-0-statement": "New."}), version=version).status_code == 409
    assert send(worker, draft, "check", version=version).status_code == 409
    assert not Case.objects.exists()


def test_a_case_saved_elsewhere_is_shown_beside_mine_before_it_is_replaced(worker, caseworker):
    case = stored(caseworker)
    draft = draft_of(worker, case)
    send(worker, draft, "facts", {**draft.data, "facts-0-statement": "Mine."})
    theirs = {**CASE, "material_facts": [{**FACT, "statement": "Theirs."}]}
    actions.change_case(case, reader.read(theirs, today=TODAY), by=caseworker, version=1)
    assert "saved elsewhere after you started this change" in page(worker.get(at(draft, "facts")))
    response = send(worker, draft, "check")
    assert response.status_code == 409
    assert [(d.theirs, d.mine) for d in response.context["differences"]] == [("Theirs.", "Mine.")]
    assert CaseFact.objects.get().statement == "Theirs."
    assert send(worker, draft, "check", over="2").status_code == 302
    assert CaseFact.objects.get().statement == "Mine."
    assert not IntakeDraft.objects.exists()


def test_two_savings_of_the_same_answers_make_one_case(worker):
    draft = keep(worker, typed())
    assert send(worker, draft, "check").status_code == 302
    assert worker.post(at(draft, "check"), {"version": draft.version}).status_code == 404
    assert Case.objects.count() == 1


def test_case_that_somebody_else_edits_is_read_only_until_taken_over(worker, caseworker, colleague):
    case = stored(caseworker)
    Case.objects.update(is_shared=True)
    draft = draft_of(worker, case)
    theirs = signed_in(colleague)
    shown = page(theirs.get(at(draft, "facts")))
    assert "is editing this case" in shown
    assert '<fieldset class="whole" disabled>' in shown
    assert "data-autosave" not in shown
    data = typed(**{"facts-0-statement": "The colleague's."})
    assert send(theirs, draft, "facts", data, autosave=True).status_code == 409
    refused = send(theirs, draft, "facts", data)
    assert refused.status_code == 409
    assert "The colleague's." in page(refused)
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == [FACT["statement"]]
    assert send(theirs, draft, "facts", data, take_over="1").status_code == 302
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == ["The colleague's."]
    assert send(worker, draft, "facts", typed(), autosave=True).status_code == 409
    assert Writer.objects.filter(case=case, user=colleague).exists()


def test_change_cannot_begin_while_somebody_else_edits(worker, caseworker, colleague):
    case = stored(caseworker)
    Case.objects.update(is_shared=True)
    locks.begin(case, caseworker)
    response = signed_in(colleague).get(reverse("case-edit", args=[case.uuid]))
    assert "Take over editing" in page(response)
    assert not IntakeDraft.objects.exists()
    EditLock.objects.update(renewed_at=timezone.now() - timedelta(hours=1))
    assert "Save and continue" in page(signed_in(colleague).get(reverse("case-edit", args=[case.uuid])))
