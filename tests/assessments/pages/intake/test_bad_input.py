"""Messages on bad input are at the field, and the typed text stays on the page."""

import html

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from assessments import actions
from assessments.casefile.intake_steps import merged
from assessments.models import Case, CaseFact
from tests.assessments.pages.intake.step_addresses import at, step_of
from tests.assessments.walk import (
    CASE,
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
from tests.markup import elements, values
from tests.markup import markup as page

pytestmark = pytest.mark.django_db

BAD = [
    ("reference", "", "id_reference", "Enter the application reference"),
    ("reference", "x" * 101, "id_reference", "At most 100"),
    ("reference", "two\nlines", "id_reference", "single line"),
    ("country", "", "id_country", "Choose the country"),
    ("country", "QQ", "id_country", "not a country code"),
    ("interview_language", "\u202efr", "id_interview_language", "U+202E"),
    ("origin_status", "false", "id_origin_status_0", "not accepted"),
    ("origin_note", "a\x07b", "id_origin_note", "U+0007"),
    ("note", "by \u2066night", "id_note", "U+2066"),
    ("persons-0-sex", "both", "id_persons-0-sex_0", "not accepted"),
    ("persons-0-age_band", "7", "id_persons-0-age_band_0", "not accepted"),
    ("persons-0-relation", "y" * 101, "id_persons-0-relation", "At most 100"),
    ("persons-0-actual", "wizard", "id_persons-0-actual", "not accepted"),
    ("persons-0-imputed", "civilians", "id_persons-0-imputed", "not accepted"),
    ("persons-0-other_note", "\u200f griot", "id_persons-0-other_note", "U+200F"),
    ("places-0-place", "", "id_places-0-place", "Enter a place"),
    ("places-0-place", "Farabougou", "id_places-0-place", "may mean 9 places"),
    ("places-0-place", "Ogossagu", "id_places-0-place", "not in the list of places"),
    ("places-0-place", "x" * 301, "id_places-0-place", "At most 300"),
    ("places-0-role", "hotel", "id_places-0-role_0", "not accepted"),
    ("places-0-period", "yesterday", "id_places-0-period", "since 2019, until 2019 or 2019"),
    ("places-0-period", "1990 to 1889", "id_places-0-period", "year must be from 1900 to 2100"),
    ("places-0-period", "1990 to 1980", "id_places-0-period", "is before the start"),
    ("places-0-person", "P7", "id_places-0-person_0", "not accepted"),
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
    ("facts-0-end", "2018", "id_facts-0-end", "is before the start, 23 March 2019"),
    ("facts-0-end", "2027", "id_facts-0-end", "cannot end after the day of the assessment"),
    ("facts-0-ongoing", "on", "id_facts-0-ongoing", "An end is given as well"),
    ("facts-0-event", "", "id_facts-0-event", "Choose a kind of event"),
    ("facts-0-event", "miracle", "id_facts-0-event", "not accepted"),
    ("facts-0-fact_kind", "rumour", "id_facts-0-fact_kind_0", "not accepted"),
    ("facts-0-actors", ["martians"], "id_facts-0-actors", "not accepted"),
    ("facts-0-targets", ["everyone"], "id_facts-0-targets", "not accepted"),
    ("facts-0-event_note", "by \u202enight", "id_facts-0-event_note", "U+202E"),
    ("facts-0-actor_note", "by \u202enight", "id_facts-0-actor_note", "U+202E"),
    ("facts-0-target_note", "by \u202enight", "id_facts-0-target_note", "U+202E"),
    ("facts-0-explanation", "by \u202enight", "id_facts-0-explanation", "U+202E"),
    ("facts-0-passage", "by \u202enight", "id_facts-0-passage", "U+202E"),
    ("facts-0-person", "P7", "id_facts-0-person_0", "not accepted"),
    ("facts-0-interviews-0-date", "May", "id_facts-0-interviews-0-date", "23 March 2019"),
    ("facts-0-interviews-0-ref", "r" * 301, "id_facts-0-interviews-0-ref", "At most 300"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "at_field", "words"), BAD, ids=lambda v: str(v)[:30])
def test_bad_input_is_reported_at_its_field_and_stays(worker, name, value, at_field, words):
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
    page_of_fact = "F1" if step == "facts" else ""
    assert f"{at(draft, step, page_of_fact)}#{at_field}" in summary(checked)
    assert not Case.objects.exists()


NOT_KEPT = [
    ("reference", "N\x001", "Application reference", "U+0000"),
    ("facts-0-statement", "a\x00b", "Fact F1, Statement", "U+0000"),
    ("persons-0-actual", "fu\x00lani", "Person P1, Actual traits", "U+0000"),
    ("facts-0-interviews-0-ref", "\x00", "Page or question", "U+0000"),
    ("note", "x" * 100_001, "Note for yourself", "longer than 100,000"),
]


@pytest.mark.parametrize(("name", "value", "label", "words"), NOT_KEPT, ids=lambda v: repr(v)[:30])
def test_unstorable_text_is_refused_with_a_message_and_stays_on_the_page(worker, name, value, label, words):
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
             "facts-0-interviews-0-date": "x", "facts-0-explanation": "by \u202enight", "places-0-place": "", "places-0-period": "x",
             "origin_note": "by \u202enight", "persons-0-actual": "wizard", "due_on": "soon"}  # fmt: skip
    found = summary(record(worker, typed(**wrong)))
    assert [href.split("#id_")[1] for href in found] == [
        "reference", "due_on", "places-0-place", "places-0-period", "origin_note", "persons-0-actual", "facts-0-event",
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
    shown = send(worker, draft, "facts", data)
    offered = values(shown, "[name='facts-0-choice']")
    assert len(offered) == 9
    assert not elements(shown, "[name='facts-0-choice'][checked]")
    again = {**data, "facts-0-asked": "Farabougou", "facts-0-choice": offered[0]}
    assert record(worker, again, draft).status_code == 302
    assert CaseFact.objects.get().place.name == "Farabougou"
    assert CaseFact.objects.get().place_typed == offered[0]


@pytest.mark.parametrize("name", ["Ségou", "Bamako", "Kayes", "mopti"])
@pytest.mark.parametrize("field", ["places-0", "relocations-0", "facts-0"])
def test_a_name_shared_by_region_cercle_and_town_is_asked_about_with_the_region_first(worker, name, field):
    step = step_of(f"{field}-place")
    data = typed(**{f"{field}-place": name})
    draft = begun(worker)
    send(worker, draft, step, data)
    offered = values(worker.get(at(draft, step)), f"[name='{field}-choice']")
    assert offered[0].endswith(" region")
    assert " cercle, " in offered[1]
    assert len(offered) >= 3
    for place in offered:
        send(worker, draft, step, {**data, f"{field}-asked": name, f"{field}-choice": place})
        assert f"{field}-choice" not in page(worker.get(at(draft, step)))


def test_a_place_for_relocation_is_asked_about_even_with_its_region(worker):
    """In a file, and for other places, the cercle takes precedence over the town inside it."""
    draft = begun(worker)
    data = typed(**{"places-0-place": "Gao, Gao", "facts-0-place": "Gao, Gao", "relocations-0-place": "Gao, Gao"})
    for step, asked in (("applicant", False), ("facts", False), ("relocation", True)):
        send(worker, draft, step, data)
        assert ("-choice" in page(worker.get(at(draft, step)))) == asked, step


def test_a_name_that_is_not_listed_leads_to_its_region(worker):
    draft = begun(worker)
    response = send(worker, draft, "facts", typed(**{"facts-0-place": "Nulpartou"}))
    said = summary(response)["#id_facts-0-place"]
    assert "“Nulpartou” is not in the list of places. Type it with its region or cercle" in said
    assert 'value="Nulpartou, Sikasso"' in page(response)


def test_a_stored_case_is_not_asked_about_again(worker, caseworker):
    """Places from a file, or stored before the question existed, stay as they were resolved."""
    case = stored(caseworker, {**CASE, "places": [{"role": "home-area", "place": "Mopti"}]})
    draft = draft_of(worker, case)
    assert "-choice" not in page(worker.get(at(draft, "applicant")))


def test_a_choice_is_dropped_if_the_place_was_retyped(worker):
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
