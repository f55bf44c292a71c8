"""The intake: step by step, kept as typed, judged when it is to become a case."""

import html
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from assessments import actions
from assessments.actions import locks
from assessments.casefile import reader, stored_case
from assessments.casefile.form_data import form_data
from assessments.casefile.intake_steps import STEPS, merged
from assessments.models import Case, CaseFact, EditLock, IntakeDraft, Writer
from assessments.models.codes import State
from assessments.pages.forms import CaseForm
from audit.models import Entry
from coi.models import Place
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
from tests.browser_post import BrowserClient
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(library, client, caseworker):
    return signed_in(caseworker, client)


@pytest.fixture
def colleague(make_user, office):
    return make_user("caseworker", office, "colleague")


def step_of(name):
    return next(step.slug for step in STEPS if step.owns.fullmatch(name))


def at(draft, step):
    return reverse("intake", args=[draft.uuid, step])


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
    assert f"{at(draft, 'facts')}#id_facts-0-statement" in checked
    response = send(worker, draft, "check", follow=True)
    case = Case.objects.get()
    assert response.url == reverse("case", args=[case.uuid])
    assert case.author == caseworker
    assert not IntakeDraft.objects.exists()
    assert CaseFact.objects.get().statement == FACT["statement"]


def test_nothing_is_stored_as_a_case_before_the_last_step_and_nothing_of_it_is_matched(worker):
    keep(worker, typed())
    assert not Case.objects.exists()


def test_no_part_of_the_form_is_ticked_beforehand(worker):
    shown = worker.get(reverse("case-new")).content.decode()
    assert " checked" not in shown.split("<dialog")[0]
    draft = begun(worker)
    for step in ("profile", "facts", "relocation"):
        draft.data = form_data({})
        assert " checked" not in page(worker.get(at(draft, step))).split("<dialog")[0]


def test_a_step_that_nobody_began_shows_no_errors_and_a_row_just_added_neither(worker):
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
    options = re.findall(r'<option value="([A-Z]{2})"', worker.get(reverse("case-new")).content.decode())
    assert options[0] == "ML"
    assert options[1:] != []
    assert len(set(options)) == len(options) > 100


def test_first_page_writes_nothing(worker):
    assert worker.get(reverse("case-new")).status_code == 200
    assert not IntakeDraft.objects.exists()


def test_first_save_that_is_sent_twice_begins_one_intake(worker):
    data = typed(draft=re.search(r'name="draft" value="([^"]+)"', page(worker.get(reverse("case-new")))).group(1))
    for _time in range(2):
        answer = worker.post(reverse("case-new"), {**data, "version": "0"}, headers={"X-Autosave": "1"})
        assert answer.status_code == 200
    assert IntakeDraft.objects.count() == 1
    assert answer.json()["url"] == at(IntakeDraft.objects.get(), "applicant")


# --- what a step owns ----------------------------------------------------------------------------


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
def test_name_that_no_step_owns_is_not_taken(name):
    assert all(merged({}, {name: ["1"]}, step.slug) == {} for step in STEPS)


def test_step_replaces_its_own_names_and_leaves_the_others(worker):
    draft = keep(worker, typed())
    before = draft.data
    other = typed(reference="N-2", **{"facts-0-statement": "Otherwise.", "note": "Mine"})
    send(worker, draft, "facts", other)
    draft.refresh_from_db()
    assert draft.data["facts-0-statement"] == ["Otherwise."]
    changed = {name for name in draft.data if draft.data[name] != before.get(name)}
    assert changed == {"facts-0-statement", "version-facts"}
    send(worker, draft, "facts", {})
    draft.refresh_from_db()
    assert not any(name.startswith("facts") for name in draft.data)
    assert draft.data["persons-0-actual"] == ["fulani"]


# --- saving as one types -------------------------------------------------------------------------


def test_autosave_keeps_what_is_unfinished_and_wrong(worker):
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


def test_save_is_refused_where_the_record_cannot_be_written(worker, monkeypatch):
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


# --- two windows, two people ---------------------------------------------------------------------


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


def test_case_saved_elsewhere_meanwhile_is_shown_beside_mine_before_it_is_replaced(worker, caseworker):
    case = stored(caseworker)
    draft = draft_of(worker, case)
    send(worker, draft, "facts", {**draft.data, "facts-0-statement": "Mine."})
    theirs = {**CASE, "material_facts": [{**FACT, "statement": "Theirs."}]}
    actions.change_case(case, reader.read(theirs, today=TODAY), by=caseworker, version=1)
    assert "saved elsewhere since this change was begun" in page(worker.get(at(draft, "facts")))
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
    assert "Take over" in page(response)
    assert not IntakeDraft.objects.exists()
    EditLock.objects.update(renewed_at=timezone.now() - timedelta(hours=1))
    assert "Save and continue" in page(signed_in(colleague).get(reverse("case-edit", args=[case.uuid])))


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
        {**FACT, "explanation": "It was dark.", "actors": ["other"], "actor_note": "men\nin turbans",
         "interviews": [{"date": "2026-05-11", "ref": "F34"}, {"date": "2026-06-01", "ref": "F2"}]},
        {**FACT, "id": "F2", "kind": "future-risk", "person": "P2", "event": "other", "event_note": "forced marriage",
         "targets": ["other"], "target_note": "women"},
    ],
}  # fmt: skip


def as_shown(client, draft, step):
    """What a browser would send of the step's page, from its inputs alone."""
    raw = client.get(at(draft, step)).content.decode()
    form = raw[raw.index('<form method="post"') : raw.index("</form>", raw.index('id="intake"'))]
    sent = {}
    for tag in re.finditer(r"<input\b[^>]*>|<textarea\b.*?</textarea>|<select\b.*?</select>", form, re.DOTALL):
        text = tag.group()
        name = re.search(r'name="([^"]*)"', text)
        kind = re.search(r'type="([^"]*)"', text)
        if not name or (kind and kind.group(1) in ("checkbox", "radio") and " checked" not in text):
            continue
        if text.startswith("<textarea"):
            value = re.search(r">\n?(.*)</textarea>", text, re.DOTALL).group(1)
        elif text.startswith("<select"):
            chosen = re.search(r'value="([^"]*)"[^>]*selected', text) or re.search(r'<option value="([^"]*)"', text)
            value = chosen.group(1)
        else:
            value = (re.search(r'value="([^"]*)"', text) or [None, ""])[1]
        sent.setdefault(name.group(1), []).append(html.unescape(value))
    return sent


def test_case_that_is_opened_and_saved_unchanged_stays_as_it_was(worker, caseworker):
    case = stored(caseworker, FULL)
    before = stored_case.document_of(case)
    draft = draft_of(worker, case)
    for step in TYPED_STEPS:
        assert send(worker, draft, step, as_shown(worker, draft, step)).status_code == 302
    assert send(worker, draft, "check").status_code == 302
    assert stored_case.document_of(Case.objects.get()) == before


def test_pages_show_everything_that_the_draft_holds(worker, caseworker):
    case = stored(caseworker, FULL)
    draft = draft_of(worker, case)
    shown = {}
    for step in TYPED_STEPS:
        shown |= {n: v for n, v in as_shown(worker, draft, step).items() if any(v)}
    # A profile's "other" is ticked by saying what it is, and a relocation needs no role.
    expected = {n: sorted(v) for n, v in draft.data.items() if any(v) and n not in ("next_fact", "relocations-0-role")}
    expected["persons-0-actual"] = ["fulani"]
    del expected["persons-0-imputed"]
    assert {n: sorted(v) for n, v in shown.items() if n in draft.data} == expected


def test_place_keeps_what_it_was_taken_for_when_its_text_stays(worker, caseworker):
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


def test_change_goes_on_where_it_was_left_and_opens_at_the_step_asked_for(worker, caseworker):
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
        assert "Nothing changed yet" in page(shown)
    assert f'href="{address}?step=facts"' in page(shown)
    assert not IntakeDraft.objects.exists()
    assert not Entry.objects.filter(action__startswith="intake.").exists()


def test_change_begins_with_what_is_typed_first(worker, caseworker):
    case = stored(caseworker)
    address = reverse("case-edit", args=[case.uuid]) + "?step=facts"
    data = typed(version=["1"], case_version=["1"], **{"facts-0-statement": "Half a sen"})
    answer = worker.post(address, data, headers={"X-Autosave": "1"})
    draft = IntakeDraft.objects.get()
    assert answer.json()["url"] == at(draft, "facts")
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


def test_change_that_somebody_else_holds_is_not_begun_until_taken_over(worker, caseworker, colleague):
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


def test_row_is_added_to_a_change_that_is_not_begun(worker, caseworker, colleague):
    case = stored(caseworker)
    sent = typed(add="facts", draft=str(uuid4()), case=str(case.uuid))
    assert 'name="facts-1-statement"' in page(worker.post(reverse("case-row", args=["facts"]), sent))
    assert signed_in(colleague).post(reverse("case-row", args=["facts"]), sent).status_code == 404
    assert not IntakeDraft.objects.exists()


def test_untouched_draft_of_an_older_case_is_begun_anew(worker, caseworker):
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


def test_reference_that_is_taken_meanwhile_is_refused_before_the_database_does(caseworker):
    stored(caseworker)
    with pytest.raises(actions.ReferenceTaken, match="already has a case"):
        stored(caseworker)


# --- references and due dates --------------------------------------------------------------------


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
    assert "Such as N-1234/AB. Never a name." in page(worker.get(reverse("case-new")))


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


def test_reference_that_a_case_bears_already_is_not_asked_about_when_the_case_is_changed(worker, caseworker, office):
    case = stored(caseworker, reference="Aminata Diallo")
    office.reference_pattern = "N-###"
    office.save()
    assert send(worker, draft_of(worker, case), "check").status_code == 302
    draft = draft_of(worker, case)
    send(worker, draft, "applicant", {**draft.data, "reference": "Awa Diallo"})
    assert send(worker, draft, "check").status_code == 422


def test_due_day_goes_through_form_file_and_case(worker):
    record(worker, typed(due_on="24.12.2026"))
    case = Case.objects.get()
    assert case.due_on.isoformat() == "2026-12-24"
    assert stored_case.document_of(case)["due_on"] == "2026-12-24"
    assert reader.read({**CASE, "due_on": "2026-12-24"}, today=TODAY).due_on == case.due_on
    assert reader.read(CASE, today=TODAY).due_on is None


# --- rows, without a script ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["persons", "places", "relocations", "facts", "facts-0-interviews"])
def test_row_is_added_and_everything_typed_kept(worker, kind):
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


def test_row_taken_out_stays_until_the_case_is_saved_and_can_be_put_back(worker):
    draft = keep(worker, typed({**CASE, "material_facts": [FACT, {**FACT, "id": "F2", "statement": "Another."}]}))
    draft.refresh_from_db()
    taken = page(worker.get(send(worker, draft, "facts", {**draft.data, "remove": "facts-0"}).url))
    assert "is taken out when you save" in taken
    assert FACT["statement"] in taken
    draft.refresh_from_db()
    back = page(worker.get(send(worker, draft, "facts", {**draft.data, "restore": "facts-0"}).url))
    assert "is taken out when you save" not in back
    draft.refresh_from_db()
    send(worker, draft, "facts", {**draft.data, "remove": "facts-0"})
    assert send(worker, draft, "check").status_code == 302
    assert [f.ident for f in CaseFact.objects.all()] == ["F2"]


def test_number_of_a_fact_that_was_taken_out_is_not_used_again(worker, caseworker):
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
    assert "At most 40" in page(worker.get(send(worker, draft, "applicant", data).url))
    draft.refresh_from_db()
    assert len(draft.data["places"]) == 40


def test_every_row_taken_out_says_what_is_needed(worker):
    gone = typed(**{"places-0-removed": "1", "relocations-0-removed": "1", "facts-0-removed": "1"})
    draft = keep(worker, gone)
    found = set(summary(send(worker, draft, "check")))
    assert {at(draft, "applicant") + "#add-places", at(draft, "facts") + "#add-facts"} <= found


def test_fragment_for_a_script_holds_the_new_row_only_and_knows_the_persons(worker):
    family = {**CASE, "persons": [*CASE["persons"], {"id": "P2", "relation": "wife"}]}
    draft = keep(worker, typed(family))
    only_facts = {n: v for n, v in typed(family).items() if n.startswith("facts")}
    address = reverse("case-row", args=["facts"])
    response = worker.post(
        address, {**only_facts, "draft": str(draft.uuid), "add": "facts"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    shown = page(response)
    assert "Fact F2" in shown
    assert "P2, wife" in shown
    assert 'data-country="ML"' in shown
    assert "<html" not in shown
    assert FACT["statement"] not in shown
    marked = page(worker.post(address, {**only_facts, "draft": str(draft.uuid), "remove": "facts-0"}))
    assert "is-removed" in marked
    assert FACT["statement"] in marked


@pytest.mark.parametrize(
    ("kind", "data"),
    [("facts", {}), ("facts", {"add": "places"}), ("nothing", {"add": "nothing"}), ("facts", {"remove": "facts-99"})],
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
    for words in ("Is – wife (P2)", "Statement – son (P3)", "Home area – principal applicant (P1)"):
        assert words in checked
    assert send(worker, draft, "check").status_code == 302
    case = Case.objects.get()
    assert {t.person: t.trait for t in case.traits.all()} == {"P1": "fulani", "P2": "dogon"}
    assert [f.person for f in case.facts.all()] == ["P1", "P3"]


# --- bad input, named at its field -----------------------------------------------------------------

BAD = [
    ("reference", "", "id_reference", "Type the application reference"),
    ("reference", "x" * 101, "id_reference", "At most 100"),
    ("reference", "two\nlines", "id_reference", "single line"),
    ("country", "", "id_country", "Choose the country"),
    ("country", "QQ", "id_country", "not a country code"),
    ("interview_language", "\u202efr", "id_interview_language", "U+202E"),
    ("origin_status", "false", "id_origin_status", "not accepted"),
    ("origin_note", "a\x07b", "id_origin_note", "U+0007"),
    ("note", "by \u2066night", "id_note", "U+2066"),
    ("persons-0-sex", "both", "id_persons-0-sex", "not accepted"),
    ("persons-0-age_band", "7", "id_persons-0-age_band", "not accepted"),
    ("persons-0-relation", "y" * 101, "id_persons-0-relation", "At most 100"),
    ("persons-0-actual", "wizard", "id_persons-0-actual_0_0", "not accepted"),
    ("persons-0-imputed", "civilians", "id_persons-0-imputed_0_0", "not accepted"),
    ("persons-0-other_note", "\u200f griot", "id_persons-0-other_note", "U+200F"),
    ("places-0-place", "", "id_places-0-place", "Type a place"),
    ("places-0-place", "Farabougou", "id_places-0-place", "may mean 9 places"),
    ("places-0-place", "Ogossagu", "id_places-0-place", "not in the list of places"),
    ("places-0-place", "x" * 301, "id_places-0-place", "At most 300"),
    ("places-0-role", "hotel", "id_places-0-role", "not accepted"),
    ("places-0-start", "yesterday", "id_places-0-start", "23 March 2019"),
    ("places-0-end", "1889", "id_places-0-end", "years from 1900 to 2100"),
    ("places-0-end", "1980", "id_places-0-end", "lies before the beginning"),
    ("places-0-person", "P7", "id_places-0-person", "not accepted"),
    ("relocations-0-place", "Nowhereatall", "id_relocations-0-place", "Nowhereatall"),
    ("facts-0-statement", "", "id_facts-0-statement", "Write what the applicant says"),
    ("facts-0-statement", "\u200b\u00ad\u2060", "id_facts-0-statement", "Write what the applicant says"),
    ("facts-0-statement", "x" * 30_000, "id_facts-0-statement", "At most 20,000"),
    ("facts-0-place", "Farabougou", "id_facts-0-place", "may mean 9 places"),
    ("facts-0-start", "2019-02-30", "id_facts-0-start", "2019-02-30"),
    ("facts-0-start", "03/04/2019", "id_facts-0-start", "3 April 2019 or 4 March 2019"),
    ("facts-0-start", "٢٠١٩", "id_facts-0-start", "not a date"),
    ("due_on", "2026-13-01", "id_due_on", "there is no month 13"),
    ("due_on", "2026-12", "id_due_on", "Give the day as well"),
    ("facts-0-start", "2027-01-01", "id_facts-0-start", "after the day of the assessment"),
    ("facts-0-end", "2018", "id_facts-0-end", "lies before the beginning 23 March 2019"),
    ("facts-0-end", "2027", "id_facts-0-end", "cannot end after the day of the assessment"),
    ("facts-0-ongoing", "on", "id_facts-0-ongoing", "An end is given as well"),
    ("facts-0-event", "", "id_facts-0-event", "Choose what kind of event"),
    ("facts-0-event", "miracle", "id_facts-0-event", "not accepted"),
    ("facts-0-fact_kind", "rumour", "id_facts-0-fact_kind", "not accepted"),
    ("facts-0-actors", ["martians"], "id_facts-0-actors_0_0", "not accepted"),
    ("facts-0-targets", ["everyone"], "id_facts-0-targets_0_0", "not accepted"),
    ("facts-0-event_note", "by \u202enight", "id_facts-0-event_note", "U+202E"),
    ("facts-0-actor_note", "by \u202enight", "id_facts-0-actor_note", "U+202E"),
    ("facts-0-target_note", "by \u202enight", "id_facts-0-target_note", "U+202E"),
    ("facts-0-explanation", "by \u202enight", "id_facts-0-explanation", "U+202E"),
    ("facts-0-person", "P7", "id_facts-0-person", "not accepted"),
    ("facts-0-interviews-0-date", "May", "id_facts-0-interviews-0-date", "23 March 2019"),
    ("facts-0-interviews-0-ref", "r" * 301, "id_facts-0-interviews-0-ref", "At most 300"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "at_field", "words"), BAD, ids=lambda v: str(v)[:30])
def test_bad_input_is_named_at_its_field_and_kept(worker, name, value, at_field, words):
    step = step_of(name)
    data = typed(**{name: value})
    draft = begun(worker, typed() if step != "applicant" else data)
    response = send(worker, draft, step, data)
    assert response.status_code == 422
    found = summary(response)
    assert f"#{at_field}" in found, found
    assert words in found[f"#{at_field}"]
    shown = response.content.decode()
    assert f'id="{at_field}"' in shown, "the link leads to an input"
    assert page(response).count(words) >= 2, "the message stands at the field as well"
    assert "<title>Error:" in shown
    assert "Continue anyway" in shown
    draft.refresh_from_db()
    assert draft.data[name] == (value if isinstance(value, list) else [value]), "what was typed is kept"
    checked = send(worker, draft, "check")
    assert checked.status_code == 422
    assert f"{at(draft, step)}#{at_field}" in summary(checked)
    assert not Case.objects.exists()


NOT_KEPT = [
    ("reference", "N\x001", "Application reference", "U+0000"),
    ("facts-0-statement", "a\x00b", "Fact F1, Statement", "U+0000"),
    ("persons-0-actual", "fu\x00lani", "Person P1, Is", "U+0000"),
    ("facts-0-interviews-0-ref", "\x00", "Page or question", "U+0000"),
    ("note", "x" * 100_001, "Note for yourself", "longer than 100,000"),
]


@pytest.mark.parametrize(("name", "value", "label", "words"), NOT_KEPT, ids=lambda v: repr(v)[:30])
def test_what_no_database_keeps_is_refused_in_words_and_stays_on_the_page(worker, name, value, label, words):
    draft = keep(worker, typed())
    data = typed(**{name: value})
    answer = send(worker, draft, step_of(name), data, autosave=True)
    assert answer.status_code == 422
    assert label in answer.json()["message"]
    assert words in answer.json()["message"]
    response = send(worker, draft, step_of(name), data)
    assert response.status_code == 422
    assert summary(response)
    assert "data-unsaved" in page(response)
    before = draft.data
    draft.refresh_from_db()
    assert draft.data == before
    first = worker.post(reverse("case-new"), data)
    assert first.status_code == (422 if step_of(name) == "applicant" else 302)


def test_halves_of_characters_do_not_break_the_form(worker):
    draft = begun(worker)
    body = urlencode({**typed(), "version": draft.version}, doseq=True).replace("Armed", "%ED%A0%80Armed")
    response = worker.post(at(draft, "facts"), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (302, 422)
    assert merged({}, {"note": ["\ud800"]}, "relocation") == {"note": ["\ud800"]}
    with pytest.raises(actions.Incomplete):
        actions.save_step(draft, "relocation", {"note": ["\ud800"]}, by=draft.author, version=draft.version + 1)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"facts": "x"},
        {"facts": ["-1", "0", "0", "99999"]},
        {"persons-0-notes": "{"},
        {"persons-0-notes": "[" * 5000},
        {"next_fact": "x" * 999},
        {"draft": "nonsense"},
        {"draft": "\x00"},
    ],
)
def test_torn_form_is_answered_not_crashed(worker, data):
    draft = begun(worker, typed(**data) if data else {})
    for step in TYPED_STEPS:
        assert send(worker, draft, step, typed(**data) if data else {}).status_code in (302, 422)
        assert worker.get(at(draft, step)).status_code == 200
    assert send(worker, draft, "check").status_code in (302, 422)


def test_problems_are_listed_in_the_order_of_the_page(worker):
    wrong = {"reference": "", "note": "by \u202enight", "relocations-0-place": "Farabougou", "facts-0-start": "x", "facts-0-event": "",
             "facts-0-interviews-0-date": "x", "facts-0-explanation": "by \u202enight", "places-0-place": "", "places-0-end": "x",
             "origin_note": "by \u202enight", "persons-0-actual": "wizard", "due_on": "soon"}  # fmt: skip
    found = summary(record(worker, typed(**wrong)))
    assert [href.split("#id_")[1] for href in found] == [
        "reference", "due_on", "places-0-place", "places-0-end", "origin_note", "persons-0-actual_0_0", "facts-0-event",
        "facts-0-start", "facts-0-interviews-0-date", "facts-0-explanation", "relocations-0-place", "note",
    ]  # fmt: skip


def test_step_shows_its_own_problems_and_steps_name_those_of_the_others(worker):
    draft = keep(worker, typed(**{"facts-0-start": "x", "facts-0-event": "", "reference": "Aminata Diallo"}))
    shown = worker.get(at(draft, "facts"))
    assert list(summary(shown)) == ["#id_facts-0-event", "#id_facts-0-start"]
    words = {mark.slug: mark.words for mark in shown.context["steps"]}
    assert words == {
        "applicant": "1 problem", "profile": "filled in", "facts": "2 problems", "relocation": "filled in", "check": "",
    }  # fmt: skip
    blank = begun(worker, {})
    assert summary(worker.get(at(blank, "facts"))) == {}, "what nobody has begun is not complained about"


def test_blank_rows_are_left_out(worker):
    assert record(worker, typed(places=["0", "5"], facts=["0", "3"], relocations=["0", "1"])).status_code == 302
    assert CaseFact.objects.count() == 1


def test_a_field_in_which_nothing_can_be_seen_is_empty(worker):
    unseen = dict.fromkeys(("note", "origin_note", "facts-0-event_note"), " \u202e\u2066\u200b")
    assert record(worker, typed(**unseen)).status_code == 302
    case = Case.objects.get()
    assert (case.note, case.origin_note, case.facts.get().event_note) == ("", "", "")


@pytest.mark.parametrize("letter", ["\ue000", "\u0378"])
def test_a_letter_that_we_do_not_know_is_named_and_not_dropped(worker, letter):
    found = summary(record(worker, typed(note=letter)))
    assert any(f"U+{ord(letter):04X}" in words for words in found.values())


def test_places_on_offer_are_chosen_from_without_a_script(worker):
    data = typed(**{"facts-0-place": "Farabougou"})
    draft = begun(worker)
    shown = page(send(worker, draft, "facts", data))
    offered = re.findall(r'name="facts-0-choice" value="([^"]*)"', shown)
    assert len(offered) == 9
    assert " checked" not in shown[shown.index("facts-0-candidates") :][:4000]
    again = {**data, "facts-0-asked": "Farabougou", "facts-0-choice": offered[0]}
    assert record(worker, again, draft).status_code == 302
    assert CaseFact.objects.get().place.name == "Farabougou"
    assert CaseFact.objects.get().place_typed == offered[0]


@pytest.mark.parametrize("name", ["Ségou", "Bamako", "Kayes", "mopti"])
@pytest.mark.parametrize("field", ["places-0", "relocations-0", "facts-0"])
def test_a_name_that_region_circle_and_town_share_is_asked_with_the_region_first(worker, name, field):
    step = step_of(f"{field}-place")
    data = typed(**{f"{field}-place": name})
    draft = begun(worker)
    send(worker, draft, step, data)
    shown = page(worker.get(at(draft, step)))
    offered = re.findall(rf'name="{field}-choice" value="([^"]*)"', shown)
    assert offered[0].endswith(" region")
    assert " circle, " in offered[1]
    assert len(offered) >= 3
    for place in offered:
        send(worker, draft, step, {**data, f"{field}-asked": name, f"{field}-choice": place})
        assert f"{field}-choice" not in page(worker.get(at(draft, step)))


def test_a_place_for_relocation_is_asked_about_even_with_its_region(worker):
    """In a file and for other places, a circle comes before the town inside it."""
    draft = begun(worker)
    data = typed(**{"places-0-place": "Gao, Gao", "facts-0-place": "Gao, Gao", "relocations-0-place": "Gao, Gao"})
    for step, asked in (("applicant", False), ("facts", False), ("relocation", True)):
        send(worker, draft, step, data)
        assert ("-choice" in page(worker.get(at(draft, step)))) == asked, step


def test_a_name_that_is_not_listed_leads_to_its_region(worker):
    draft = begun(worker)
    response = send(worker, draft, "facts", typed(**{"facts-0-place": "Nulpartou"}))
    said = summary(response)["#id_facts-0-place"]
    assert "“Nulpartou” is not in the list of places. Type it with its region or circle" in said
    assert 'value="Nulpartou, Sikasso"' in page(response)


def test_a_stored_case_is_not_asked_about_again(worker, caseworker):
    """What a file said, and what was stored before names were asked about, stays what it was taken for."""
    case = stored(caseworker, {**CASE, "places": [{"role": "home-area", "place": "Mopti"}]})
    draft = draft_of(worker, case)
    assert "-choice" not in page(worker.get(at(draft, "applicant")))


def test_choice_is_dropped_when_the_place_was_typed_anew(worker):
    changed = {"facts-0-place": "Bankass", "facts-0-asked": "Farabougou", "facts-0-choice": "Farabougou, Niono, Ségou"}
    record(worker, typed(**changed))
    assert not CaseFact.objects.filter(place__name="Farabougou").exists()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</textarea><img src=x onerror=alert(1)>",
        "{{ 7|add:7 }}{% load i18n %}",
        "'\" onfocus=alert(1) x='",
    ],
)
def test_markup_is_text_wherever_it_is_shown(worker, text):
    fields = ("reference", "interview_language", "note", "facts-0-statement", "facts-0-explanation", "facts-0-actor_note",
              "persons-0-relation", "persons-0-other_note", "origin_note", "facts-0-interviews-0-ref")  # fmt: skip
    data = typed(**dict.fromkeys(fields, text))
    data["places-0-place"] = [f"{text.replace(',', ' ')}, Mopti"]
    draft = keep(worker, data)
    pages = [worker.get(at(draft, step)).content.decode() for step in ("applicant", "facts", "relocation", "check")]
    assert send(worker, draft, "check").status_code == 302
    case = Case.objects.get()
    addresses = [*(reverse(name, args=[case.uuid]) for name in ("case", "case-edit", "case-matches")), reverse("home")]
    pages += [worker.get(address, follow=True).content.decode() for address in addresses]
    for raw in pages:
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "onfocus=alert(1) x='" not in raw.replace("&#x27;", "~")
        assert html.escape(text) in raw


# --- who may -----------------------------------------------------------------------------------


def test_intake_of_somebody_else_does_not_exist(worker, caseworker, colleague, make_user, office, other_office):
    draft = begun(worker)
    strangers = [
        colleague,
        make_user("caseworker", other_office),
        make_user("supervisor", office, "boss"),
        make_user("coi-admin", office),
        make_user("auditor", office),
        make_user("caseworker", None, "root", is_superuser=True, is_staff=True),
    ]
    for stranger in strangers:
        client = signed_in(stranger)
        for step in ("applicant", "facts", "check"):
            assert client.get(at(draft, step)).status_code == 404
            assert send(client, draft, step, typed(), autosave=step == "facts").status_code == 404
        assert client.post(reverse("intake-discard", args=[draft.uuid])).status_code == 404
        first = client.post(reverse("case-new"), typed(draft=str(draft.uuid)))
        assert first.status_code == (404 if stranger.is_caseworker and stranger.office else 403)
        row = client.post(reverse("case-row", args=["facts"]), typed(add="facts", draft=str(draft.uuid)))
        assert row.status_code == (404 if stranger.is_caseworker and stranger.office else 403)
    stranger = BrowserClient()
    for answer in (stranger.get(at(draft, "facts")), send(stranger, draft, "facts", typed())):
        assert answer.url.startswith(reverse("sign-in"))
    assert IntakeDraft.objects.get().version == draft.version
    assert worker.get(at(draft, "nonsense")).status_code == 404


def test_change_of_a_shared_case_is_open_to_the_office_and_to_nobody_else(
    worker, caseworker, colleague, make_user, office
):
    case = stored(caseworker)
    draft = draft_of(worker, case)
    theirs = signed_in(colleague)
    assert theirs.get(at(draft, "facts")).status_code == 404
    Case.objects.update(is_shared=True)
    assert theirs.get(at(draft, "facts")).status_code == 200
    boss = signed_in(make_user("supervisor", office, "boss"))
    assert boss.get(at(draft, "facts")).status_code == 404
    assert boss.get(reverse("case-edit", args=[case.uuid])).status_code == 403


def test_caseworker_who_lost_the_role_or_the_office_keeps_no_way_in(worker, caseworker):
    draft = keep(worker, typed())
    caseworker.office = None
    caseworker.save()
    assert send(worker, draft, "check").status_code == 409
    caseworker.role = "auditor"
    caseworker.save()
    assert worker.get(at(draft, "facts")).status_code == 404
    assert not Case.objects.exists()


# --- the form itself -----------------------------------------------------------------------------


def test_document_of_a_form_is_the_document_that_was_put_into_it(library):
    document = CaseForm(MultiValueDict(form_data(FULL))).document()
    assert reader.read(document, today=TODAY) == reader.read(FULL, today=TODAY)


def test_saving_as_one_types_costs_the_same_however_much_was_typed(worker, django_assert_max_num_queries):
    draft = keep(worker, typed({**CASE, "material_facts": [{**FACT, "id": f"F{n}"} for n in range(1, 30)]}))
    with django_assert_max_num_queries(25):
        send(worker, draft, "relocation", typed(note="New"), autosave=True)
