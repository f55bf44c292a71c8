"""Rows of an intake are added and removed without a script."""

import pytest
from django.urls import reverse

from assessments import actions
from assessments.casefile import reader
from assessments.models import Case, CaseFact, IntakeDraft
from tests.assessments.pages.intake.step_addresses import at, step_of
from tests.assessments.walk import (
    CASE,
    FACT,
    TODAY,
    begun,
    draft_of,
    keep,
    send,
    stored,
    summary,
    typed,
)
from tests.markup import markup as page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["persons", "places", "relocations", "facts", "facts-0-interviews"])
def test_a_row_is_added_and_all_typed_text_stays(worker, kind):
    draft = keep(worker, typed())
    step = step_of(kind)
    response = send(worker, draft, step, typed(note="Kept", add=kind, **{"facts-0-explanation": "Kept"}), follow=True)
    assert response.status_code == 302
    draft.refresh_from_db()
    assert len(draft.data[kind]) == 2
    assert draft.data["facts-0-statement"] == [FACT["statement"]]
    shown = page(worker.get(response.url))
    assert "There is a problem" not in shown
    assert "#" not in response.url or kind.endswith("interviews")
    assert "autofocus" in shown or kind.endswith("interviews")
    assert not Case.objects.exists()


def test_row_is_added_on_the_very_first_page(worker):
    response = worker.post(reverse("case-new"), typed(add="places"))
    draft = IntakeDraft.objects.get()
    assert response.url.startswith(at(draft, "applicant"))
    assert draft.data["places"] == ["0", "1"]


def test_a_removed_row_stays_until_the_case_is_saved_and_can_be_put_back(worker):
    draft = keep(worker, typed({**CASE, "material_facts": [FACT, {**FACT, "id": "F2", "statement": "Another."}]}))
    draft.refresh_from_db()
    taken = page(worker.get(send(worker, draft, "facts", {**draft.data, "remove": "facts-0"}).url))
    assert "will be removed when you save" in taken
    assert FACT["statement"] in taken
    draft.refresh_from_db()
    back = page(worker.get(send(worker, draft, "facts", {**draft.data, "restore": "facts-0"}).url))
    assert "will be removed when you save" not in back
    draft.refresh_from_db()
    send(worker, draft, "facts", {**draft.data, "remove": "facts-0"})
    assert send(worker, draft, "check").status_code == 302
    assert [f.ident for f in CaseFact.objects.all()] == ["F2"]


def test_the_number_of_a_removed_fact_is_not_reused(worker, caseworker):
    case = stored(caseworker, material_facts=[FACT, {**FACT, "id": "F2"}])
    actions.show_matches(case, by=caseworker)
    actions.change_case(case, reader.read(CASE, today=TODAY), by=caseworker, version=1)
    draft = draft_of(worker, case)
    send(worker, draft, "facts", {**draft.data, "add": "facts", "next_fact": "1"})
    draft.refresh_from_db()
    assert draft.data["facts-1-ident"] == ["F3"]


def test_rows_cannot_be_added_without_end(worker):
    draft = begun(worker, typed(places=[str(n) for n in range(40)]))
    data = typed(places=[str(n) for n in range(40)], add="places")
    assert "at most 40" in page(worker.get(send(worker, draft, "applicant", data).url))
    draft.refresh_from_db()
    assert len(draft.data["places"]) == 40


def test_removing_every_row_says_what_is_needed(worker):
    gone = typed(**{"places-0-removed": "1", "relocations-0-removed": "1", "facts-0-removed": "1"})
    draft = keep(worker, gone)
    found = set(summary(send(worker, draft, "check")))
    assert {at(draft, "applicant") + "#add-places", at(draft, "facts") + "#add-facts"} <= found


def test_the_fragment_for_a_script_has_only_the_new_row_and_offers_the_persons(worker):
    family = {**CASE, "persons": [*CASE["persons"], {"id": "P2", "relation": "wife"}]}
    draft = keep(worker, typed(family))
    only_places = {n: v for n, v in typed(family).items() if n.startswith("relocations")}
    address = reverse("case-row", args=["relocations"])
    response = worker.post(
        address, {**only_places, "draft": str(draft.uuid), "add": "relocations"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    shown = page(response)
    assert "Relocation 2" in shown
    assert "P2, wife" in shown
    assert 'data-country="ML"' in shown
    assert "<html" not in shown
    assert "Bamako region" not in shown
    marked = page(worker.post(address, {**only_places, "draft": str(draft.uuid), "remove": "relocations-0"}))
    assert "is-removed" in marked
    assert "Bamako region" in marked


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("places", {}),
        ("relocations", {"add": "places"}),
        ("nothing", {"add": "nothing"}),
        ("facts", {"add": "facts"}),
        ("places", {"remove": "places-99"}),
    ],
)
def test_fragment_that_is_not_known_is_not_found(worker, kind, data):
    assert worker.post(reverse("case-row", args=[kind]), typed(**data)).status_code == 404


def test_family_members_have_traits_and_facts_of_their_own(worker):
    family = {
        **CASE,
        "persons": [*CASE["persons"], {"id": "P2", "relation": "wife"}, {"id": "P3", "relation": "son"}],
        "profile": [{"trait": "fulani"}, {"trait": "dogon", "person": "P2"}],
        "material_facts": [FACT, {**FACT, "id": "F2", "person": "P3"}],
    }
    draft = keep(worker, typed(family))
    assert "P3, son" in page(worker.get(at(draft, "profile")))
    checked = page(worker.get(at(draft, "check")))
    for words in ("Actual traits – wife (P2)", "Statement – son (P3)", "Home area – principal applicant (P1)"):
        assert words in checked
    assert send(worker, draft, "check").status_code == 302
    case = Case.objects.get()
    assert {t.person: t.trait for t in case.traits.all()} == {"P1": "fulani", "P2": "dogon"}
    assert [f.person for f in case.facts.all()] == ["P1", "P3"]
