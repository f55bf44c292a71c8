"""References follow the office's pattern; due dates are stored."""

import pytest
from django.urls import reverse

from assessments.casefile import reader, stored_case
from assessments.models import Case, IntakeDraft
from tests.assessments.pages.intake.step_addresses import at
from tests.assessments.walk import (
    CASE,
    TODAY,
    draft_of,
    record,
    send,
    stored,
    summary,
    typed,
)
from tests.markup import markup as page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("pattern", "reference", "fits"),
    [
        ("N-####-#####", "N-2026-00123", True), ("N-####-#####", "n-2026-00123", True),
        ("N-####-#####", "N-2026-0012", False), ("N-####-#####", "N-2026-00123 x", False),
        ("@@ ##", "ab 12", True), ("@@ ##", "a1 12", False), ("(##)", "(12)", True), ("##", "٣٤", False),
    ],
)  # fmt: skip
def test_reference_follows_the_pattern_of_the_office(worker, office, pattern, reference, fits):
    office.reference_pattern = pattern
    office.save()
    response = worker.post(reverse("case-new"), typed(reference=reference))
    assert response.status_code == (302 if fits else 422)
    if not fits:
        said = summary(response)["#id_reference"]
        assert pattern in said
        assert "Accepted: a reference such as" in said
    assert record(worker, typed(reference=reference)).status_code == (302 if fits else 422)


def test_example_in_the_message_follows_the_pattern(worker, office):
    office.reference_pattern = "N-####/@@"
    office.save()
    assert "For example N-1234/AB. Never a name." in page(worker.get(reverse("case-new")))


@pytest.mark.parametrize("name", ["Aminata Diallo", "DIALLO, Aminata", "Diallo", "Jean-Pierre", "محمد علي"])
def test_reference_that_looks_like_a_name_is_questioned(worker, name):
    response = worker.post(reverse("case-new"), typed(reference=name))
    assert response.status_code == 422
    assert "looks like a name" in summary(response)["#id_reference"]
    shown = page(response)
    assert 'name="no_name"' in shown
    assert " checked" not in shown.split('name="no_name"')[1].split(">")[0]
    assert record(worker, typed(reference=name)).status_code == 422
    assert record(worker, typed(reference=name, no_name=name)).status_code == 302
    assert record(worker, typed(reference=name + " Traoré", no_name=name)).status_code == 422


@pytest.mark.parametrize("reference", ["N-1", "Akte 17", "file a", "2026/17", "case ABC2 Diallo"])
def test_reference_that_is_a_number_is_not_questioned(worker, reference):
    assert worker.post(reverse("case-new"), typed(reference=reference)).status_code == 302
    assert 'name="no_name"' not in page(worker.get(at(IntakeDraft.objects.get(), "applicant")))


def test_an_existing_reference_is_not_questioned_when_its_case_is_changed(worker, caseworker, office):
    case = stored(caseworker, reference="Aminata Diallo")
    office.reference_pattern = "N-###"
    office.save()
    assert send(worker, draft_of(worker, case), "check").status_code == 302
    draft = draft_of(worker, case)
    send(worker, draft, "applicant", {**draft.data, "reference": "Awa Diallo"})
    assert send(worker, draft, "check").status_code == 422


def test_a_due_date_passes_through_form_file_and_case(worker):
    record(worker, typed(due_on="24.12.2026"))
    case = Case.objects.get()
    assert case.due_on.isoformat() == "2026-12-24"
    assert stored_case.document_of(case)["due_on"] == "2026-12-24"
    assert reader.read({**CASE, "due_on": "2026-12-24"}, today=TODAY).due_on == case.due_on
    assert reader.read(CASE, today=TODAY).due_on is None
