"""A stored case is changed through the intake, and stays as it was if nothing is changed."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from assessments import actions
from assessments.actions import locks
from assessments.casefile import reader, stored_case
from assessments.casefile.form_data import form_data
from assessments.models import Case, CaseFact, IntakeDraft
from assessments.models.codes import State
from assessments.pages.forms import CaseForm
from audit.models import Entry
from coi.models import Place
from tests.assessments.pages.intake.step_addresses import at
from tests.assessments.walk import (
    CASE,
    FACT,
    TODAY,
    TYPED_STEPS,
    begun,
    draft_of,
    keep,
    record,
    send,
    stored,
    summary,
    typed,
)
from tests.forms_on_pages import fields_of
from tests.markup import elements
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

# --- changing ----------------------------------------------------------------------------------


FULL = {
    **CASE,
    "due_on": "2026-12-24",
    "origin": {"status": "doubted", "note": "Speaks another dialect."},
    "note": "Two\nlines",
    "persons": [*CASE["persons"], {"id": "P2", "relation": "wife", "sex": "female", "age_band": "18-34"}],
    "profile": [
        {"trait": "fulani", "note": "on the mother's side"},
        {"trait": "other", "note": "griot"},
        {"trait": "other", "imputed": True, "note": "sorcerer"},
        {"trait": "soldier", "imputed": True, "person": "P2"},
    ],
    "material_facts": [
        {**FACT, "explanation": "It was dark.", "passage": "F34. What did you see? – Men with guns.", "actors": ["other"], "actor_note": "men\nin turbans",
         "interviews": [{"date": "2026-05-11", "ref": "F34"}, {"date": "2026-06-01", "ref": "F2"}]},
        {**FACT, "id": "F2", "kind": "future-risk", "person": "P2", "event": "other", "event_note": "forced marriage",
         "targets": ["other"], "target_note": "women"},
    ],
}  # fmt: skip


def as_shown(client, draft, step, fact=""):
    """Return what a browser would send of the page of a step or fact, from its inputs alone."""
    (form,) = elements(client.get(at(draft, step, fact)), "form#intake")
    return fields_of(form)


def test_case_that_is_opened_and_saved_unchanged_stays_as_it_was(worker, caseworker):
    case = stored(caseworker, FULL)
    before = stored_case.document_of(case)
    draft = draft_of(worker, case)
    for step in TYPED_STEPS:
        assert send(worker, draft, step, as_shown(worker, draft, step)).status_code == 302
    assert send(worker, draft, "facts", as_shown(worker, draft, "facts", "F2")).status_code == 302
    assert send(worker, draft, "check").status_code == 302
    assert stored_case.document_of(Case.objects.get()) == before


def test_pages_show_everything_in_the_draft(worker, caseworker):
    case = stored(caseworker, FULL)
    draft = draft_of(worker, case)
    shown = {}
    for step in TYPED_STEPS:
        shown |= {n: v for n, v in as_shown(worker, draft, step).items() if any(v)}
    of_second = as_shown(worker, draft, "facts", "F2")
    shown |= {n: v for n, v in of_second.items() if any(v)} | {"facts": shown["facts"] + of_second["facts"]}
    # Writing what it is selects a profile's "other", and a relocation needs no role.
    expected = {n: sorted(v) for n, v in draft.data.items() if any(v) and n not in ("next_fact", "relocations-0-role")}
    expected["persons-0-actual"] = ["fulani"]
    del expected["persons-0-imputed"]
    assert {n: sorted(v) for n, v in shown.items() if n in draft.data} == expected


def test_a_place_keeps_its_resolution_while_its_text_is_unchanged(worker, caseworker):
    case = stored(caseworker)
    pinned = case.facts.get().place
    Place.objects.create(
        code="gn-99999991", name="Ogossagou", kind="village", country="ML", geonames_id=99999991, source="test"
    ).parents.add(Place.objects.get(code="ML0502"))
    draft = draft_of(worker, case)
    assert send(worker, draft, "check").status_code == 302
    assert CaseFact.objects.get().place == pinned
    draft = draft_of(worker, case)
    data = {**draft.data, "facts-0-place": "Ogossagou, Bankass, Mopti"}
    response = send(worker, draft, "facts", data)
    assert response.status_code == 422
    assert "#id_facts-0-place" in summary(response)


def test_a_change_resumes_where_it_stopped_or_at_the_requested_step(worker, caseworker):
    case = stored(caseworker)
    address = reverse("case-edit", args=[case.uuid])
    draft = draft_of(worker, case)
    assert worker.get(address).url == at(draft, "applicant")
    assert worker.get(address, {"step": "facts"}).url == at(draft, "facts")
    assert worker.get(address, {"step": "nonsense"}).url == at(draft, "applicant")
    send(worker, draft, "facts", typed(**{"facts-0-statement": "Half a sen"}), autosave=True)
    assert worker.get(address).url == at(draft, "facts")
    assert "Half a sen" in page(worker.get(address, follow=True))
    assert IntakeDraft.objects.count() == 1
    assert CaseFact.objects.get().statement == FACT["statement"]
    assert worker.post(address).status_code == 409, "a step without its version"


def test_opening_a_case_to_change_it_changes_nothing(worker, caseworker):
    case = stored(caseworker)
    address = reverse("case-edit", args=[case.uuid])
    assert worker.get(address, {"step": "check"}).url == reverse("case", args=[case.uuid])
    for step in (*TYPED_STEPS, ""):
        shown = worker.get(address, {"step": step})
        assert shown.status_code == 200
        assert "No changes yet" in page(shown)
    assert f'href="{address}?step=facts"' in page(shown)
    assert not IntakeDraft.objects.exists()
    assert not Entry.objects.filter(action__startswith="intake.").exists()


def test_a_change_starts_with_the_first_save(worker, caseworker):
    case = stored(caseworker)
    address = reverse("case-edit", args=[case.uuid]) + "?step=facts"
    data = typed(version=["1"], case_version=["1"], **{"facts-0-statement": "Half a sen"})
    answer = worker.post(address, data, headers={"X-Autosave": "1"})
    draft = IntakeDraft.objects.get()
    assert answer.json()["url"] == at(draft, "facts", "F1")
    assert answer.json()["version"] == draft.version == 2
    assert draft.case == case
    assert draft.data["facts-0-statement"] == ["Half a sen"]
    assert draft.data["places-0-place"] == ["Ogossagou, Mopti"], "the other steps as the case has them"
    assert list(Entry.objects.filter(action__startswith="intake.").values_list("action", flat=True)) == [
        "intake.begin",
        "intake.save",
    ]
    assert worker.post(address, data).url == at(draft, "relocation"), "sent twice"
    assert worker.post(address, {**data, "finish": "1"}).url == at(draft, "check"), "one thing was to be changed"
    assert IntakeDraft.objects.get().version == 2


def test_change_from_a_page_that_the_case_outran_is_shown_beside_the_case(worker, caseworker):
    case = stored(caseworker)
    theirs = {**CASE, "note": "Theirs.", "material_facts": [{**FACT, "statement": "Theirs."}]}
    actions.change_case(case, reader.read(theirs, today=TODAY), by=caseworker, version=1)
    address = reverse("case-edit", args=[case.uuid]) + "?step=facts"
    mine = {"facts-0-statement": "Mine.", "facts-0-fact_kind": "past-event"}
    worker.post(address, typed(version=["1"], case_version=["1"], **mine))
    draft = IntakeDraft.objects.get()
    assert draft.data["note"] == ["Theirs."]
    response = send(worker, draft, "check")
    assert response.status_code == 409
    assert [(d.theirs, d.mine) for d in response.context["differences"]] == [("Theirs.", "Mine.")]


def test_a_change_of_a_locked_case_starts_only_after_taking_over(worker, caseworker, colleague):
    case = stored(caseworker)
    Case.objects.update(is_shared=True)
    locks.begin(case, colleague)
    address = reverse("case-edit", args=[case.uuid]) + "?step=facts"
    data = typed(version=["1"], case_version=["1"], **{"facts-0-statement": "Mine."})
    assert worker.post(address, data, headers={"X-Autosave": "1"}).status_code == 409
    refused = worker.post(address, data)
    assert refused.status_code == 409
    assert "Mine." in page(refused)
    assert not IntakeDraft.objects.exists()
    assert worker.post(address, {**data, "take_over": "1"}).url == at(IntakeDraft.objects.get(), "relocation")


def test_a_row_is_added_to_a_change_not_started_yet(worker, caseworker, colleague):
    case = stored(caseworker)
    sent = typed(add="places", draft=str(uuid4()), case=str(case.uuid))
    assert 'name="places-1-place"' in page(worker.post(reverse("case-row", args=["places"]), sent))
    assert signed_in(colleague).post(reverse("case-row", args=["places"]), sent).status_code == 404
    assert not IntakeDraft.objects.exists()


def test_an_untouched_draft_of_an_older_case_is_started_again(worker, caseworker):
    case = stored(caseworker)
    draft_of(worker, case)
    theirs = {**CASE, "material_facts": [{**FACT, "statement": "Newer."}]}
    actions.change_case(case, reader.read(theirs, today=TODAY), by=caseworker, version=1)
    draft = draft_of(worker, case)
    assert draft.case_version == 2
    assert draft.data["facts-0-statement"] == ["Newer."]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED, State.CLOSED])
def test_case_that_is_under_review_or_decided_is_not_changed(worker, caseworker, state):
    case = stored(caseworker)
    draft = draft_of(worker, case)
    Case.objects.update(state=state, closed_because="other")
    answers = [
        worker.get(reverse("case-edit", args=[case.uuid])),
        worker.get(at(draft, "facts")),
        send(worker, draft, "facts", typed(**{"facts-0-statement": "New."})),
        send(worker, draft, "check"),
        worker.post(reverse("intake-discard", args=[draft.uuid])),
    ]
    assert [a.status_code for a in answers] == [409] * 5
    assert "You cannot edit this case now" in page(answers[0])
    assert "New." in page(answers[2]), "what was typed can be copied"
    assert send(worker, draft, "facts", typed(), autosave=True).status_code == 409
    assert CaseFact.objects.get().statement == FACT["statement"]


def test_discarding_leaves_the_case_as_it_was_and_is_recorded(worker, caseworker):
    case = stored(caseworker)
    draft = draft_of(worker, case)
    send(worker, draft, "facts", typed(**{"facts-0-statement": "Thrown away."}))
    assert worker.get(reverse("intake-discard", args=[draft.uuid])).status_code == 405
    response = worker.post(reverse("intake-discard", args=[draft.uuid]))
    assert response.url == reverse("case", args=[case.uuid])
    new = begun(worker, typed(reference="N-2"))
    assert worker.post(reverse("intake-discard", args=[new.uuid])).url == reverse("home")
    assert not IntakeDraft.objects.exists()
    assert CaseFact.objects.get().statement == FACT["statement"]
    assert Entry.objects.filter(action="intake.discard").count() == 2


def test_reference_that_the_office_has_already_is_refused_at_its_field(worker, caseworker):
    stored(caseworker)
    first = worker.post(reverse("case-new"), typed(reference=" N-1 "))
    assert first.status_code == 422, "on the step where it is typed"
    assert "already has a case" in summary(first)["#id_reference"]
    draft = IntakeDraft.objects.get()
    saved = send(worker, draft, "applicant", typed(), autosave=True).json()
    assert "already has a case" in saved["note"], "and while it is typed"
    free = send(worker, draft, "applicant", typed(reference="N-9"), autosave=True).json()
    assert "note" not in free
    keep(worker, typed(), draft)
    response = send(worker, draft, "check")
    assert response.status_code == 422
    assert "already has a case" in summary(response)[at(draft, "applicant") + "#id_reference"]
    assert Case.objects.count() == 1
    assert IntakeDraft.objects.count() == 1


def test_reference_of_the_case_itself_and_of_another_office_is_free(worker, caseworker, make_user, other_office):
    stored(make_user("caseworker", other_office, "elsewhere"))
    record(worker, typed())
    case = Case.objects.get(author=caseworker)
    assert send(worker, draft_of(worker, case), "applicant", typed()).status_code == 302


def test_a_reference_taken_meanwhile_is_refused_before_the_database_refuses_it(caseworker):
    stored(caseworker)
    with pytest.raises(actions.ReferenceTaken, match="already has a case"):
        stored(caseworker)


# --- the form itself -----------------------------------------------------------------------------


def test_document_of_a_form_is_the_document_that_was_put_into_it(library):
    document = CaseForm(MultiValueDict(form_data(FULL))).document()
    assert reader.read(document, today=TODAY) == reader.read(FULL, today=TODAY)
