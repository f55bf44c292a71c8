"""An intake is recorded step by step and saved as one types."""

import json
import re

import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from assessments.casefile.form_data import form_data
from assessments.casefile.intake_steps import STEPS, merged
from assessments.models import Case, CaseFact, IntakeDraft
from assessments.pages.forms import CaseForm
from audit.models import Entry
from tests.assessments.pages.intake.step_addresses import at
from tests.assessments.walk import (
    CASE,
    FACT,
    begun,
    keep,
    send,
    typed,
)
from tests.markup import markup as page
from tests.markup import value, values
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

# --- recording ---------------------------------------------------------------------------------


def test_steps_lead_one_to_the_next_and_the_last_stores_the_case(worker, caseworker):
    response = worker.post(reverse("case-new"), typed())
    draft = IntakeDraft.objects.get()
    assert response.url == at(draft, "profile")
    for step, following in (("profile", "facts"), ("facts", "relocation"), ("relocation", "check")):
        assert send(worker, draft, step, typed()).url == at(draft, following)
    checked = page(worker.get(at(draft, "check")))
    for words in (
        "N-1",
        "Ogossagou, Bankass, Mopti, Mali",
        "Dogon militia",
        "23 March 2019",
        "F34-41",
        "Bamako",
        "Fulani",
    ):
        assert words in checked
    assert f"{at(draft, 'facts', 'F1')}#id_facts-0-statement" in checked
    response = send(worker, draft, "check", follow=True)
    case = Case.objects.get()
    assert response.url == reverse("case", args=[case.uuid])
    assert case.author == caseworker
    assert not IntakeDraft.objects.exists()
    assert CaseFact.objects.get().statement == FACT["statement"]


def test_no_case_is_stored_or_matched_before_the_last_step(worker):
    keep(worker, typed())
    assert not Case.objects.exists()


def test_no_part_of_the_form_is_ticked_beforehand(worker):
    draft = begun(worker, {})
    shown = [worker.get(reverse("case-new")), *(worker.get(at(draft, step.slug)) for step in STEPS[1:4])]
    # One of a few radio buttons is selected: the option that matches nothing, or the meaning of a case file without the
    # field.
    assert {v for each in shown for v in values(each, "#intake input[type=radio][checked]")} == {
        "", "home-area", "claimed", "past-event",
    }  # fmt: skip
    for each in shown:
        assert values(each, "#intake input[type=checkbox][checked]") == []
        assert [v for v in values(each, "#intake option[selected]") if v not in ("", "ML")] == []


def test_an_untouched_step_and_a_new_row_show_no_errors(worker):
    worker.post(reverse("case-new"), {"reference": ["N-2"], "places": ["0"], "places-0-place": [""], "persons": ["0"]})
    draft = IntakeDraft.objects.get()
    assert "is-invalid" in page(worker.get(at(draft, "applicant"))), "the place is missing"
    fresh = page(worker.get(at(draft, "facts")))
    assert "is-invalid" not in fresh
    assert re.search(r"\(\d+ problems?\)", fresh), "the list of steps still says what is wrong elsewhere"
    assert "is-invalid" not in page(worker.get(at(draft, "applicant") + "?row=persons-0&new=1"))


def test_without_a_place_of_relocation_the_cursor_is_at_the_button_not_in_the_note(worker):
    worker.post(reverse("case-new"), {"reference": ["N-2"]})
    shown = page(worker.get(at(IntakeDraft.objects.get(), "relocation")))
    assert 'id="add-relocations" autofocus' in shown
    assert shown.count("autofocus") == 1


def test_country_of_the_first_report_is_offered_first(worker):
    options = [code for code in values(worker.get(reverse("case-new")), "option") if re.fullmatch("[A-Z]{2}", code)]
    assert options[0] == "ML"
    assert options[1:] != []
    assert len(set(options)) == len(options) > 100


def test_first_page_writes_nothing(worker):
    assert worker.get(reverse("case-new")).status_code == 200
    assert not IntakeDraft.objects.exists()


def test_a_first_save_sent_twice_starts_one_intake(worker):
    data = typed(draft=value(worker.get(reverse("case-new")), "[name=draft]"))
    for _time in range(2):
        answer = worker.post(reverse("case-new"), {**data, "version": "0"}, headers={"X-Autosave": "1"})
        assert answer.status_code == 200
    assert IntakeDraft.objects.count() == 1
    assert answer.json()["url"] == at(IntakeDraft.objects.get(), "applicant")


# --- the fields of a step --------------------------------------------------------------------------


def test_every_name_of_the_form_is_owned_by_exactly_one_step(library):
    form = CaseForm(MultiValueDict(form_data(CASE)))
    inputs = set(form.data) - {"next_fact", "relocations-0-role"}
    for row in (form.head, *form.persons, *form.places, *form.facts, *form.relocations, *form.facts[0].interviews):
        inputs |= {row.add_prefix(name) for name in row.fields}
    for name in sorted(inputs | {"no_name", "facts-0-choice", "facts-0-asked"}):
        assert sum(bool(step.owns.fullmatch(name)) for step in STEPS) == 1, name


@pytest.mark.parametrize(
    "name",
    [
        "version",
        "draft",
        "csrfmiddlewaretoken",
        "next_fact",
        "facts-0-secret",
        "facts-٣-place",
        "persons-0-actual\n",
        "x",
    ],
)
def test_a_name_that_no_step_owns_is_ignored(name):
    assert all(merged({}, {name: ["1"]}, step.slug) == {} for step in STEPS)


def test_step_replaces_its_own_names_and_leaves_the_others(worker):
    draft = keep(worker, typed())
    before = draft.data
    other = typed(reference="N-2", **{"facts-0-statement": "Otherwise.", "note": "Mine"})
    send(worker, draft, "facts", other)
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == ["Otherwise."]
    changed = {name for name in draft.data if draft.data[name] != before.get(name)}
    assert changed == {"facts-0-statement", "version-facts-0"}
    send(worker, draft, "relocation", {})
    draft.refresh_from_db()
    assert not any(name.startswith("relocations") for name in draft.data)
    assert draft.data["persons-0-actual"] == ["fulani"]


# --- autosave --------------------------------------------------------------------------------------


def test_autosave_stores_unfinished_and_invalid_answers(worker):
    draft = begun(worker, typed(reference=""))
    answer = send(
        worker, draft, "facts", {"facts": "0", "facts-0-place": "Farab", "facts-0-start": "30.02"}, autosave=True
    )
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert answer.json()["version"] == draft.version
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer.json()["saved"])
    assert draft.data["facts-0-start"] == ["30.02"]
    again = page(worker.get(at(draft, "facts")))
    assert "Farab" in again
    assert "30.02" in again


def test_saves_are_recorded_once_a_step_and_name_no_text(worker, caseworker):
    draft = begun(worker)
    for n in range(4):
        send(worker, draft, "facts", typed(**{"facts-0-statement": f"Secret {n}."}), autosave=True)
    send(worker, draft, "relocation", typed(note="Secret"), autosave=True)
    rows = Entry.objects.filter(object_type="intake", object_id=str(draft.uuid))
    assert [(r.action, r.details.get("step")) for r in rows.order_by("pk")] == [
        ("intake.begin", None), ("intake.save", "facts"), ("intake.save", "relocation"),
    ]  # fmt: skip
    assert "Secret" not in json.dumps([r.details for r in rows])
    send(worker, draft, "facts", typed(**{"facts-0-statement": "Now saved."}))
    assert rows.filter(action="intake.save").count() == 3


def test_a_save_is_refused_if_the_record_cannot_be_written(worker, monkeypatch):
    draft = begun(worker)

    def fail(*args, **kwargs):
        raise RuntimeError("the record cannot be written")

    monkeypatch.setattr("assessments.actions.drafts.record_once", fail)
    worker.raise_request_exception = False
    assert send(worker, draft, "facts", typed(), autosave=True).status_code == 500
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == [""]


def test_autosave_of_a_session_that_ended_is_sent_to_sign_in_and_works_again_after(worker, caseworker):
    draft = begun(worker)
    worker.logout()
    answer = send(worker, draft, "facts", typed(), autosave=True)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))
    signed_in(caseworker, worker)
    assert send(worker, draft, "facts", typed(), autosave=True).status_code == 200


def test_saving_as_one_types_costs_the_same_however_much_was_typed(worker, django_assert_max_num_queries):
    draft = keep(worker, typed({**CASE, "material_facts": [{**FACT, "id": f"F{n}"} for n in range(1, 30)]}))
    with django_assert_max_num_queries(25):
        send(worker, draft, "relocation", typed(note="New"), autosave=True)
