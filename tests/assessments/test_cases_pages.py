"""The pages of a case: recording, changing, checking, and what the information says of it."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from assessments import actions, intake, queries
from assessments.forms import CaseForm
from assessments.forms.stored import form_data
from assessments.models import Case, CaseFact
from coi.models import Place

pytestmark = pytest.mark.django_db

FACT = {
    "id": "F1", "statement": "Armed men attacked the village at night.", "place": "Ogossagou, Mopti",
    "from": "2019-03-23", "to": "2019-03-23", "event": "attack-on-village", "actors": ["dogon-militia"],
    "targets": ["fulani", "villager"], "interviews": [{"date": "2026-05-11", "ref": "F34-41"}],
}  # fmt: skip
CASE = {
    "reference": "N-1", "country": "ML", "interview_language": "fr",
    "persons": [{"id": "P1", "relation": "principal applicant", "sex": "male", "age_band": "18-34"}],
    "profile": [{"trait": "fulani"}, {"trait": "perceived-jihadist-supporter", "imputed": True}],
    "places": [{"role": "home-area", "place": "Ogossagou, Mopti", "from": "1990"}, {"role": "relocation", "place": "Bamako"}],
    "material_facts": [FACT],
}  # fmt: skip
TODAY = date(2026, 11, 23)


def typed(document=CASE, *, version=0, **changes):
    """What a browser sends for this case, with some fields changed (dots stand for dashes)."""
    data = form_data(document, version=version)
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return {name: data.getlist(name) for name in data}


def stored(author, document=CASE, **changes):
    return actions.record_case(intake.read({**document, **changes}, today=TODAY), by=author)


def page(response):
    return html.unescape(response.content.decode())


def summary(response):
    """The links of the error summary: where each leads, and what it says."""
    box = re.search(r'class="error-summary".*?</div>', response.content.decode(), re.DOTALL)
    if not box:
        return {}
    links = re.findall(r'<li>(?:<a href="([^"]*)">)?(.*?)(?:</a>)?</li>', box.group(), re.DOTALL)
    return {href: html.unescape(words) for href, words in links}


def value_of(response, name):
    """What stands in the input of this name."""
    form = response.context["form"]
    return form.data.get(name)


@pytest.fixture
def worker(library, client, caseworker):
    client.force_login(caseworker)
    return client


@pytest.fixture
def boss(library, supervisor):
    client = Client()
    client.force_login(supervisor)
    return client


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


# --- recording ---------------------------------------------------------------------------------


def test_case_is_stored_and_shown_to_be_checked_when_recorded(worker, caseworker):
    response = worker.post(reverse("case-new"), typed(), follow=True)
    case = Case.objects.get()
    assert response.redirect_chain == [(reverse("case", args=[case.uuid]), 302)]
    assert case.author == caseworker
    shown = page(response)
    for words in (
        "N-1",
        "Ogossagou, Bankass, Mopti, Mali",
        "Dogon militia",
        "23 March 2019",
        "F34-41",
        "Bamako",
        "Fulani",
    ):
        assert words in shown
    assert 'href="/cases/' in shown
    assert "#facts-0" in shown


def test_form_gives_back_every_field_of_a_stored_case_when_saved_unchanged(worker, caseworker):
    full = {
        **CASE,
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
    case = stored(caseworker, full)
    before = queries.document_of(case)
    opened = worker.get(reverse("case-edit", args=[case.uuid]))
    sent = opened.context["form"].data
    response = worker.post(reverse("case-edit", args=[case.uuid]), {name: sent.getlist(name) for name in sent})
    assert response.status_code == 302
    assert queries.document_of(Case.objects.get()) == before


def test_place_keeps_what_it_was_taken_for_when_its_text_stays(worker, caseworker):
    case = stored(caseworker)
    pinned = case.facts.get().place
    Place.objects.create(
        code="gn-99999991", name="Ogossagou", kind="village", country="ML", geonames_id=99999991, source="test"
    ).parents.add(Place.objects.get(code="ML0502"))
    opened = worker.get(reverse("case-edit", args=[case.uuid]))
    sent = opened.context["form"].data
    data = {name: sent.getlist(name) for name in sent}
    assert worker.post(reverse("case-edit", args=[case.uuid]), data).status_code == 302
    assert CaseFact.objects.get().place == pinned
    data |= {"facts-0-place": "Ogossagou, Bankass, Mopti", "version": ["2"]}
    response = worker.post(reverse("case-edit", args=[case.uuid]), data)
    assert "#id_facts-0-place" in summary(response)


def test_no_part_of_the_form_is_ticked_beforehand(worker):
    shown = worker.get(reverse("case-new")).content.decode()
    assert " checked" not in shown.split("<dialog")[0]


def test_country_of_the_first_report_is_offered_first(worker):
    options = re.findall(r'<option value="([A-Z]{2})"', worker.get(reverse("case-new")).content.decode())
    assert options[0] == "ML"
    assert options[1:] != []
    assert len(set(options)) == len(options) > 100


# --- changing ----------------------------------------------------------------------------------


def test_second_save_of_the_same_version_is_refused_and_its_text_kept(worker, caseworker):
    case = stored(caseworker)
    address = reverse("case-edit", args=[case.uuid])
    assert worker.post(address, typed(version=1, **{"facts-0-statement": "First."})).status_code == 302
    response = worker.post(address, typed(version=1, **{"facts-0-statement": "Second."}))
    assert response.status_code == 409
    assert "saved elsewhere" in page(response)
    assert "Second." in page(response)
    assert CaseFact.objects.get().statement == "First."
    response = worker.post(address, typed(version=1, over="2", **{"facts-0-statement": "Second."}))
    assert response.status_code == 302
    assert CaseFact.objects.get().statement == "Second."


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "1" * 400])
def test_save_without_a_readable_version_is_refused(worker, caseworker, version):
    case = stored(caseworker)
    response = worker.post(reverse("case-edit", args=[case.uuid]), typed(version=version))
    assert response.status_code == 409


def test_reference_that_the_office_has_already_is_refused_at_its_field(worker, caseworker):
    stored(caseworker)
    response = worker.post(reverse("case-new"), typed())
    assert response.status_code == 409
    assert "already has a case" in summary(response)["#id_reference"]
    assert Case.objects.count() == 1


# --- rows, without a script ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["persons", "places", "relocations", "facts", "facts-0-interviews"])
def test_row_is_added_and_everything_typed_kept(worker, kind):
    response = worker.post(reverse("case-new"), typed(add=kind))
    assert response.status_code == 200
    assert Case.objects.count() == 0
    form = response.context["form"]
    assert len(form.data.getlist(kind)) == 2
    assert value_of(response, "facts-0-statement") == FACT["statement"]
    assert "autofocus" in page(response)
    assert "There is a problem" not in page(response)


def test_row_taken_out_stays_until_saved_and_can_be_put_back(worker):
    two = {**CASE, "material_facts": [FACT, {**FACT, "id": "F2", "statement": "Another."}]}
    response = worker.post(reverse("case-new"), typed(two, remove="facts-0"))
    sent = {name: response.context["form"].data.getlist(name) for name in response.context["form"].data}
    assert "is taken out when you save" in page(response)
    assert FACT["statement"] in page(response)
    back = worker.post(reverse("case-new"), {**sent, "remove": [], "restore": ["facts-0"]})
    assert "is taken out when you save" not in page(back)
    assert worker.post(reverse("case-new"), {**sent, "remove": []}).status_code == 302
    assert [f.ident for f in CaseFact.objects.all()] == ["F2"]


def test_number_of_a_fact_that_was_taken_out_is_not_used_again(worker, caseworker):
    case = stored(caseworker, material_facts=[FACT, {**FACT, "id": "F2"}])
    actions.show_matches(case, by=caseworker)
    actions.change_case(case, intake.read(CASE, today=TODAY), by=caseworker, version=1)
    opened = worker.get(reverse("case-edit", args=[case.uuid]))
    sent = opened.context["form"].data
    response = worker.post(
        reverse("case-edit", args=[case.uuid]), {**{n: sent.getlist(n) for n in sent}, "add": ["facts"]}
    )
    assert value_of(response, "facts-1-ident") == "F3"


def test_rows_cannot_be_added_without_end(worker):
    data = typed(places=[str(n) for n in range(40)], add="places")
    response = worker.post(reverse("case-new"), data)
    assert "At most 40" in page(response)
    assert len(response.context["form"].places) == 40


def test_every_row_taken_out_says_what_is_needed(worker):
    response = worker.post(
        reverse("case-new"), typed(**{"places-0-removed": "1", "relocations-0-removed": "1", "facts-0-removed": "1"})
    )
    assert response.status_code == 422
    assert {"#add-places", "#add-facts"} <= set(summary(response))


def test_fragment_for_a_script_holds_the_new_row_only(worker):
    response = worker.post(reverse("case-row", args=["facts"]), typed(add="facts"), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "Fact F2" in page(response)
    assert "<html" not in page(response)
    assert FACT["statement"] not in page(response)
    marked = worker.post(reverse("case-row", args=["facts"]), typed(remove="facts-0"))
    assert "is-removed" in page(marked)
    assert FACT["statement"] in page(marked)


@pytest.mark.parametrize(
    ("kind", "data"),
    [("facts", {}), ("facts", {"add": "places"}), ("nothing", {"add": "nothing"}), ("facts", {"remove": "facts-99"})],
)
def test_fragment_that_is_not_known_is_not_found(worker, kind, data):
    assert worker.post(reverse("case-row", args=[kind]), typed(**data)).status_code == 404


# --- bad input, named at its field -----------------------------------------------------------------

BAD = [
    ("reference", "", "id_reference", "Type the application reference"),
    ("reference", "x" * 101, "id_reference", "longer than 100"),
    ("reference", "two\nlines", "id_reference", "single line"),
    ("country", "", "id_country", "Choose the country"),
    ("country", "QQ", "id_country", "not a country code"),
    ("interview_language", "\u202efr", "id_interview_language", "U+202E"),
    ("origin_status", "false", "id_origin_status", "not accepted"),
    ("origin_note", "a\x07b", "id_origin_note", "U+0007"),
    ("note", "\u2066", "id_note", "U+2066"),
    ("persons-0-sex", "both", "id_persons-0-sex", "not accepted"),
    ("persons-0-age_band", "7", "id_persons-0-age_band", "not accepted"),
    ("persons-0-relation", "y" * 101, "id_persons-0-relation", "longer than 100"),
    ("persons-0-actual", "wizard", "id_persons-0-actual_0_0", "not accepted"),
    ("persons-0-imputed", "civilians", "id_persons-0-imputed_0_0", "not accepted"),
    ("persons-0-other_note", "\u200f griot", "id_persons-0-other_note", "U+200F"),
    ("places-0-place", "", "id_places-0-place", "Type a place"),
    ("places-0-place", "Farabougou", "id_places-0-place", "may mean 9 places"),
    ("places-0-place", "Ogossagu", "id_places-0-place", "not known as it is written"),
    ("places-0-place", "x" * 301, "id_places-0-place", "longer than 300"),
    ("places-0-role", "hotel", "id_places-0-role", "not accepted"),
    ("places-0-start", "yesterday", "id_places-0-start", "2019-03-23"),
    ("places-0-end", "1889", "id_places-0-end", "2019-03-23"),
    ("places-0-end", "1980", "id_places-0-end", "lies before the beginning"),
    ("places-0-person", "P7", "id_places-0-person", "not accepted"),
    ("relocations-0-place", "Nowhereatall", "id_relocations-0-place", "Nowhereatall"),
    ("facts-0-statement", "", "id_facts-0-statement", "Write what the applicant says"),
    ("facts-0-statement", "\u200b\u00ad\u2060", "id_facts-0-statement", "Write what the applicant says"),
    ("facts-0-statement", "x" * 30_000, "id_facts-0-statement", "longer than 20,000"),
    ("facts-0-place", "Farabougou", "id_facts-0-place", "may mean 9 places"),
    ("facts-0-start", "2019-02-30", "id_facts-0-start", "2019-02-30"),
    ("facts-0-start", "03/04/2019", "id_facts-0-start", "03/04/2019"),
    ("facts-0-start", "٢٠١٩", "id_facts-0-start", "not a date"),
    ("facts-0-start", "2027-01-01", "id_facts-0-start", "after the day of the assessment"),
    ("facts-0-end", "2018", "id_facts-0-end", "lies before the beginning"),
    ("facts-0-event", "", "id_facts-0-event", "Choose what kind of event"),
    ("facts-0-event", "miracle", "id_facts-0-event", "not accepted"),
    ("facts-0-fact_kind", "rumour", "id_facts-0-fact_kind", "not accepted"),
    ("facts-0-actors", ["martians"], "id_facts-0-actors_0_0", "not accepted"),
    ("facts-0-targets", ["everyone"], "id_facts-0-targets_0_0", "not accepted"),
    ("facts-0-event_note", "\u202e", "id_facts-0-event_note", "U+202E"),
    ("facts-0-actor_note", "\u202e", "id_facts-0-actor_note", "U+202E"),
    ("facts-0-target_note", "\u202e", "id_facts-0-target_note", "U+202E"),
    ("facts-0-explanation", "\u202e", "id_facts-0-explanation", "U+202E"),
    ("facts-0-person", "P7", "id_facts-0-person", "not accepted"),
    ("facts-0-interviews-0-date", "May", "id_facts-0-interviews-0-date", "2019-03-23"),
    ("facts-0-interviews-0-ref", "r" * 301, "id_facts-0-interviews-0-ref", "longer than 300"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "at", "words"), BAD, ids=lambda v: str(v)[:30])
def test_bad_input_is_named_at_its_field_and_kept(worker, name, value, at, words):
    response = worker.post(reverse("case-new"), typed(**{name: value}))
    assert response.status_code == 422
    assert Case.objects.count() == 0
    found = summary(response)
    assert f"#{at}" in found, found
    assert words in found[f"#{at}"]
    shown = response.content.decode()
    assert f'id="{at}"' in shown, "the link leads to an input"
    assert page(response).count(words) >= 2, "the message stands at the field as well"
    assert shown.startswith("<!doctype html>")
    assert "<title>Error:" in shown
    assert value_of(response, name) == (value if isinstance(value, str) else value[-1])
    if isinstance(value, str) and value and value.isascii() and value.isprintable() and name != "facts-0-person":
        assert value in page(response) or name.endswith(
            ("sex", "age_band", "role", "status", "kind", "event", "actual", "imputed", "country")
        )


def test_problems_are_listed_in_the_order_of_the_page(worker):
    wrong = {"reference": "", "note": "\u202e", "relocations-0-place": "Farabougou", "facts-0-start": "x", "facts-0-event": "",
             "facts-0-interviews-0-date": "x", "facts-0-explanation": "\u202e", "places-0-place": "", "places-0-end": "x",
             "origin_note": "\u202e", "persons-0-actual": "wizard"}  # fmt: skip
    found = summary(worker.post(reverse("case-new"), typed(**wrong)))
    assert [at.removeprefix("#id_") for at in found] == [
        "reference", "places-0-place", "places-0-end", "origin_note", "persons-0-actual_0_0", "facts-0-event",
        "facts-0-start", "facts-0-interviews-0-date", "facts-0-explanation", "relocations-0-place", "note",
    ]  # fmt: skip


def test_blank_rows_are_left_out(worker):
    response = worker.post(reverse("case-new"), typed(places=["0", "5"], facts=["0", "3"], relocations=["0", "1"]))
    assert response.status_code == 302
    assert CaseFact.objects.count() == 1


def test_places_on_offer_are_chosen_from_without_a_script(worker):
    response = worker.post(reverse("case-new"), typed(**{"facts-0-place": "Farabougou"}))
    shown = page(response)
    offered = re.findall(r'name="facts-0-choice" value="([^"]*)"', shown)
    assert len(offered) == 9
    assert "checked" not in shown[shown.index("facts-0-candidates") :][:4000]
    again = typed(**{"facts-0-place": "Farabougou", "facts-0-asked": "Farabougou", "facts-0-choice": offered[0]})
    assert worker.post(reverse("case-new"), again).status_code == 302
    assert CaseFact.objects.get().place.name == "Farabougou"
    assert CaseFact.objects.get().place_typed == offered[0]


def test_choice_is_dropped_when_the_place_was_typed_anew(worker):
    data = typed(
        **{"facts-0-place": "Bankass", "facts-0-asked": "Farabougou", "facts-0-choice": "Farabougou, Niono, Ségou"}
    )
    worker.post(reverse("case-new"), data)
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
def test_markup_is_text_wherever_it_is_shown(worker, caseworker, text):
    fields = ("reference", "interview_language", "note", "facts-0-statement", "facts-0-explanation", "facts-0-actor_note",
              "persons-0-relation", "persons-0-other_note", "origin_note", "facts-0-interviews-0-ref")  # fmt: skip
    data = typed(**dict.fromkeys(fields, text))
    data["places-0-place"] = [f"{text.replace(',', ' ')}, Mopti"]
    response = worker.post(reverse("case-new"), data)
    assert response.status_code == 302, summary(response)
    case = Case.objects.get()
    for name in ("case", "case-edit", "case-matches"):
        raw = worker.get(reverse(name, args=[case.uuid])).content.decode()
        assert "<script>alert" not in raw
        assert "<img src=x" not in raw
        assert "onfocus=alert(1) x='" not in raw.replace("&#x27;", "~")
        assert html.escape(text) in raw
    assert html.escape(text) in worker.get(reverse("home")).content.decode()


def test_halves_of_characters_do_not_break_the_form(worker):
    body = urlencode(typed(), doseq=True).replace("Armed", "%ED%A0%80Armed")
    response = worker.post(reverse("case-new"), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (302, 422)
    assert "\ud800" not in (CaseFact.objects.first().statement if CaseFact.objects.exists() else "")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"facts": "x"},
        {"facts": ["-1", "0", "0", "99999"]},
        {"persons-0-notes": "{"},
        {"persons-0-notes": "[" * 5000},
        {"next_fact": "x" * 999},
    ],
)
def test_torn_form_is_answered_not_crashed(worker, data):
    assert worker.post(reverse("case-new"), typed(**data) if data else {}).status_code in (302, 422)


# --- matches -----------------------------------------------------------------------------------


def fact(ident, **changes):
    return {**FACT, "id": ident, **changes}


def demo(name):
    import json

    from django.conf import settings

    return json.loads((settings.BASE_DIR / "fixtures" / "demo" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mopti-ogossagou.json", {"supports": "Supports", "out_of_scope": "Outside the report's scope"}),
        ("kayes-yelimane.json", {"no_evidence": "The report knows of none"}),
        ("bamako-protest.json", {"silent": "The report is silent"}),
        ("gao-ansongo.json", {"contradicts": "Points the other way"}),
    ],
)
def test_every_state_is_a_word_before_it_is_a_colour(worker, caseworker, name, expected):
    case = stored(caseworker, demo(name))
    shown = page(worker.get(reverse("case-matches", args=[case.uuid])))
    for state, words in expected.items():
        assert f'state state-large state-{state}">{words}<' in shown


def test_matches_show_findings_with_footnotes_origins_age_and_what_is_open(worker, caseworker):
    case = stored(caseworker)
    response = worker.get(reverse("case-matches", args=[case.uuid]))
    shown = page(response)
    assert response.status_code == 200
    for words in (
        "at least 130", "independent origin", "originator", "Open: who did it", "information to 17 April 2021",
        "Ethnicity alone concludes nothing", "does not mean a low risk", "Every denial about the region",
        "Relocation beside home", "Sources, by originator", "January to March only", 'class="sidenotes"', "<svg",
    ):  # fmt: skip
        assert words in shown, words
    assert "score" not in shown.split("<footer")[0].lower()


def test_ids_on_the_matches_page_are_each_given_once(worker, caseworker):
    case = stored(caseworker, demo("mopti-ogossagou.json"))
    ids = re.findall(r'\sid="([^"]+)"', worker.get(reverse("case-matches", args=[case.uuid])).content.decode())
    assert sorted(set(ids)) == sorted(ids)


def test_doubted_origin_opens_with_the_assumption(worker, caseworker):
    case = stored(caseworker, origin={"status": "doubted"})
    assert "on the assumption that the applicant is from Ogossagou" in page(
        worker.get(reverse("case-matches", args=[case.uuid]))
    )


def test_first_view_of_matches_is_recorded_once(worker, caseworker):
    case = stored(caseworker)
    worker.get(reverse("case", args=[case.uuid]))
    case.refresh_from_db()
    assert case.matches_first_shown_at is None
    worker.get(reverse("case-matches", args=[case.uuid]))
    case.refresh_from_db()
    first = case.matches_first_shown_at
    worker.get(reverse("case-matches", args=[case.uuid]))
    case.refresh_from_db()
    assert first is not None
    assert case.matches_first_shown_at == first


def test_fact_changed_after_the_matches_is_marked_and_its_earlier_wording_kept(worker, caseworker):
    case = stored(caseworker, material_facts=[FACT, fact("F2", statement="To be taken out.")])
    address = reverse("case-matches", args=[case.uuid])
    assert "after the matches were shown" not in page(worker.get(address))
    changed = {**CASE, "material_facts": [fact("F1", statement="Now told otherwise."), fact("F3", statement="New.")]}
    worker.post(reverse("case-edit", args=[case.uuid]), typed(changed, version=1))
    shown = page(worker.get(address))
    for words in ("Changed after the matches were shown", "Added after the matches were shown", "Earlier wording",
                  FACT["statement"], "Facts taken out after the matches were shown", "To be taken out."):  # fmt: skip
        assert words in shown, words


def test_place_that_became_unclear_is_asked_about_in_the_form(worker, caseworker, boss):
    document = {**CASE, "material_facts": [fact("F1", place="Newtown, Mopti")]}
    case = stored(caseworker, document)
    for n in range(2):
        Place.objects.create(
            code=f"gn-9999998{n}", name="Newtown", kind="village", country="ML", geonames_id=99999980 + n, source="test"
        ).parents.add(Place.objects.get(code="ML0502"))
    response = worker.get(reverse("case-matches", args=[case.uuid]))
    assert response.url == reverse("case-edit", args=[case.uuid])
    asked = worker.get(response.url)
    assert "#id_facts-0-place" in summary(asked)
    assert 'name="facts-0-choice"' in page(asked)
    assert "no longer clear" in page(worker.get(reverse("case", args=[case.uuid])))
    assert boss.get(reverse("case-matches", args=[case.uuid]), follow=True).status_code == 200


def test_matches_cost_the_same_however_often_they_are_opened(worker, caseworker, django_assert_max_num_queries):
    case = stored(caseworker)
    address = reverse("case-matches", args=[case.uuid])
    worker.get(address)
    with django_assert_max_num_queries(200):
        worker.get(address)


# --- the list ----------------------------------------------------------------------------------


def test_list_shows_what_tells_cases_apart_in_a_fixed_number_of_queries(
    worker, caseworker, boss, django_assert_num_queries
):
    stored(caseworker)

    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as found:
            worker.get(reverse("home"))
        return len(found)

    one = count()
    for n in range(2, 8):
        stored(caseworker, reference=f"N-{n}", material_facts=[FACT, fact("F2")])
    assert count() == one
    shown = page(worker.get(reverse("home")))
    assert "N-7" in shown
    assert "Ogossagou, Mopti" in shown
    assert "Author" not in shown
    assert "Author" in page(boss.get(reverse("home")))


def test_list_searches_references_among_what_one_may_see(worker, caseworker, make_user, office):
    stored(caseworker, reference="A-17")
    stored(caseworker, reference="B-18")
    stored(make_user("caseworker", office, "colleague"), reference="A-19")
    shown = page(worker.get(reverse("home"), {"q": "a-1"}))
    assert "A-17" in shown
    assert "B-18" not in shown
    assert "A-19" not in shown
    assert 'value="a-1"' in shown
    assert "No case whose reference contains" in page(worker.get(reverse("home"), {"q": "zzz\x00"}))


def test_list_is_cut_into_pages_that_keep_the_search(worker, caseworker):
    for n in range(30):
        stored(caseworker, reference=f"N-{n:02}")
    shown = worker.get(reverse("home"), {"q": "N-"}).content.decode()
    assert shown.count("<tr>") == 26
    assert "?q=N-&amp;page=2" in shown
    assert worker.get(reverse("home"), {"page": "nonsense"}).status_code == 200


def test_empty_list_teaches(worker, boss):
    assert "Record the first case" in page(worker.get(reverse("home")))
    assert "stand here as soon as they are saved" in page(boss.get(reverse("home")))


# --- who may -----------------------------------------------------------------------------------

OF_A_CASE = ["case", "case-edit", "case-matches", "case-memo"]


@pytest.mark.parametrize("name", OF_A_CASE)
def test_case_of_somebody_else_does_not_exist(worker, caseworker, make_user, office, other_office, name):
    case = stored(caseworker)
    address = reverse(name, args=[case.uuid])
    strangers = [
        make_user("caseworker", office, "colleague"),
        make_user("caseworker", other_office),
        make_user("supervisor", other_office),
        make_user("supervisor", None),
        make_user("coi-admin", office),
        make_user("auditor", office),
        make_user("coi-admin", None, "root", is_superuser=True, is_staff=True),
    ]
    for stranger in strangers:
        client = signed_in(stranger)
        assert client.get(address).status_code == 404, stranger
        assert client.post(address, typed()).status_code in (404, 405), stranger
    assert Client().get(address).status_code == 302
    case.refresh_from_db()
    assert case.version == 1
    assert case.matches_first_shown_at is None


def test_supervisor_of_the_office_reads_and_does_not_change(boss, caseworker):
    case = stored(caseworker)
    assert boss.get(reverse("case", args=[case.uuid])).status_code == 200
    assert boss.get(reverse("case-matches", args=[case.uuid])).status_code == 200
    assert "Change the case" not in page(boss.get(reverse("case", args=[case.uuid])))
    refused = boss.get(reverse("case-edit", args=[case.uuid]))
    assert refused.status_code == 403
    assert "Your role does not do this" in page(refused)


@pytest.mark.parametrize("role", ["supervisor", "coi-admin", "auditor"])
def test_only_caseworkers_record(library, make_user, office, role):
    client = signed_in(make_user(role, office))
    assert client.get(reverse("case-new")).status_code == 403
    assert client.post(reverse("case-new"), typed()).status_code == 403
    assert client.post(reverse("case-row", args=["facts"]), typed(add="facts")).status_code == 403
    assert "Record" not in page(client.get(reverse("home"))).split("<footer")[0]


@pytest.mark.parametrize("role", ["coi-admin", "auditor"])
def test_who_has_no_cases_is_shown_to_the_library(library, make_user, office, role):
    shown = page(signed_in(make_user(role, office)).get(reverse("home")))
    assert reverse("library") in shown
    assert "Your role sees no case" in shown


# --- the memo ----------------------------------------------------------------------------------


def test_memo_that_cannot_be_made_says_so_on_the_page(worker, caseworker, monkeypatch):
    from assessments import memo, memo_pdf

    case = stored(caseworker)
    for error, status in ((memo_pdf.MissingGlyph({"한"}), 422), (memo_pdf.MemoTooSlow("Too slow."), 503)):

        def refuse(*args, error=error, **kwargs):
            raise error

        monkeypatch.setattr(memo, "draft_pdf", refuse)
        response = worker.get(reverse("case-memo", args=[case.uuid]))
        assert response.status_code == status
        assert str(error) in page(response)
    case.refresh_from_db()
    assert case.matches_first_shown_at is None


def test_memo_is_a_file_without_the_reference_in_its_name(worker, caseworker, monkeypatch):
    from assessments import memo
    from audit.models import Entry

    case = stored(caseworker)
    monkeypatch.setattr(memo, "draft_pdf", lambda answer, *, author, office: b"%PDF-1.7 of " + office.encode())
    response = worker.get(reverse("case-memo", args=[case.uuid]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="footnote-{str(case.uuid)[:8]}.pdf"'
    assert Entry.objects.filter(action="memo.export", object_id=str(case.uuid)).count() == 1


# --- the form itself -----------------------------------------------------------------------------


def test_document_of_a_form_is_the_document_that_was_put_into_it(library):
    document = CaseForm(MultiValueDict(form_data(CASE))).document()
    assert intake.read(document, today=TODAY) == intake.read(CASE, today=TODAY)


# --- signing in --------------------------------------------------------------------------------


def test_sign_in_names_what_is_wrong_and_locks_after_five(library, caseworker):
    client = Client()
    response = client.post(reverse("sign-in"), {"username": "", "password": ""})
    assert {"#id_username", "#id_password"} <= set(summary(response))
    for _attempt in range(5):
        response = client.post(reverse("sign-in"), {"username": caseworker.username, "password": "wrong"})
    assert response.status_code == 429
    assert "rests" in page(response)


@pytest.mark.parametrize("template", ["400.html", "404.html", "403.html", "403_csrf.html", "500.html"])
def test_pages_of_refusal_give_a_way_on(rf, template):
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string

    request = rf.get("/")
    request.user = AnonymousUser()
    request.htmx = False
    shown = render_to_string(template, {}, request=None if template in ("400.html", "500.html") else request)
    assert "<a " in shown
    assert "Traceback" not in shown
