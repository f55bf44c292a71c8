"""The pages of a case: checking it, its COI, the list. For the intake see the folder intake."""

import re

import pytest
from django.urls import reverse

from coi.models import Place
from tests.assessments.walk import CASE, FACT, draft_of, record, stored, summary, typed
from tests.browser_post import BrowserClient
from tests.markup import elements, values, visible_text
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(library, client, caseworker):
    return signed_in(caseworker, client)


@pytest.fixture
def boss(library, supervisor):
    return signed_in(supervisor)


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
        ("kayes-yelimane.json", {"no_evidence": "The report knows of no evidence"}),
        ("bamako-protest.json", {"silent": "The report is silent"}),
        ("gao-ansongo.json", {"contradicts": "The report says otherwise"}),
    ],
)
def test_every_state_is_a_word_before_it_is_a_colour(worker, caseworker, name, expected):
    case = stored(caseworker, demo(name))
    shown = page(worker.get(reverse("case-matches", args=[case.uuid])))
    for state, words in expected.items():
        assert f'state state-large state-{state}">{words}<' in shown


def test_matches_show_findings_with_footnotes_originators_age_and_open_points(worker, caseworker):
    case = stored(caseworker)
    response = worker.get(reverse("case-matches", args=[case.uuid]))
    shown = page(response)
    assert response.status_code == 200
    for words in (
        "at least 130", "independent origin", "originator", "Open: who did it", "information up to 17 April 2021",
        "Ethnicity alone establishes nothing", "does not mean that the risk is low", "Every denial about the region",
        "Home and proposed relocation", "Sources, by originator", "January to March only", 'class="sidenotes"', "<svg",
    ):  # fmt: skip
        assert words in shown, words
    assert "score" not in shown.split("<footer")[0].lower()


def test_ids_on_the_matches_page_are_each_given_once(worker, caseworker):
    case = stored(caseworker, demo("mopti-ogossagou.json"))
    ids = re.findall(r'\sid="([^"]+)"', worker.get(reverse("case-matches", args=[case.uuid])).content.decode())
    assert sorted(set(ids)) == sorted(ids)


def test_a_finding_is_in_full_once_and_what_bears_on_a_fact_never_in_a_fold(worker, caseworker):
    case = stored(caseworker, demo("mopti-ogossagou.json"))
    response = worker.get(reverse("case-matches", args=[case.uuid]))
    told = [visible_text(each) for each in elements(response, ".finding-text")]
    folded = [visible_text(each) for each in elements(response, "details .finding-text")]
    assert len(told) == len(set(told))
    bearing = {m.card.statement for f in response.context["answer"].facts for m in (*f.supporting, *f.opposing)}
    assert len(bearing) > 5
    assert not [text for text in folded if text.rstrip("0123456789 ") in bearing]
    links = values(response, ".told-elsewhere a", "href")
    assert links
    assert {link.removeprefix("#") for link in links} <= set(values(response, "[id]", "id"))
    queries = [visible_text(each) for each in elements(response, ".told-findings .query")]
    assert len(queries) == len(set(queries)) > 0


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


def test_a_fact_changed_after_the_matches_is_marked_and_keeps_its_earlier_wording(worker, caseworker):
    case = stored(caseworker, material_facts=[FACT, fact("F2", statement="To be taken out.")])
    address = reverse("case-matches", args=[case.uuid])
    assert "after the matches were shown" not in page(worker.get(address))
    changed = {**CASE, "material_facts": [fact("F1", statement="Now told otherwise."), fact("F3", statement="New.")]}
    assert record(worker, typed(changed), draft_of(worker, case)).status_code == 302
    shown = page(worker.get(address))
    for words in ("Changed after the matches were shown", "Added after the matches were shown", "Earlier wording",
                  FACT["statement"], "Facts removed after the matches were shown", "To be taken out."):  # fmt: skip
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
    asked = worker.get(response.url, follow=True)
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


# --- permissions ----------------------------------------------------------------------------------

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
    assert BrowserClient().get(address).status_code == 302
    case.refresh_from_db()
    assert case.version == 1
    assert case.matches_first_shown_at is None


def test_supervisor_of_the_office_reads_and_does_not_change(boss, caseworker):
    case = stored(caseworker)
    assert boss.get(reverse("case", args=[case.uuid])).status_code == 200
    assert boss.get(reverse("case-matches", args=[case.uuid])).status_code == 200
    assert "Edit the case" not in page(boss.get(reverse("case", args=[case.uuid])))
    refused = boss.get(reverse("case-edit", args=[case.uuid]))
    assert refused.status_code == 403
    assert "You do not have permission" in page(refused)


@pytest.mark.parametrize("role", ["supervisor", "coi-admin", "auditor"])
def test_only_caseworkers_record(library, make_user, office, role):
    client = signed_in(make_user(role, office))
    assert client.get(reverse("case-new")).status_code == 403
    assert client.post(reverse("case-new"), typed()).status_code == 403
    assert client.post(reverse("case-row", args=["facts"]), typed(add="facts")).status_code == 403
    assert reverse("case-new") not in page(client.get(reverse("home")))


@pytest.mark.parametrize("role", ["coi-admin", "auditor"])
def test_who_has_no_cases_is_shown_to_the_library(library, make_user, office, role):
    shown = page(signed_in(make_user(role, office)).get(reverse("home")))
    assert reverse("library") in shown
    assert "Your role cannot open cases" in shown


# --- the memo ----------------------------------------------------------------------------------


def test_memo_that_cannot_be_made_says_so_on_the_page(worker, caseworker, monkeypatch):
    from assessments.memo import pdf_renderer
    from assessments.models import Rendering

    case = stored(caseworker)
    for error, status in ((pdf_renderer.MissingGlyph({"한"}), 422), (pdf_renderer.MemoTooSlow("Too slow."), 503)):

        def refuse(*args, error=error, **kwargs):
            raise error

        Rendering.objects.all().delete()  # a failure is told again for a minute
        monkeypatch.setattr(pdf_renderer, "render_pdf", refuse)
        response = worker.get(reverse("case-memo", args=[case.uuid]))
        assert response.status_code == status
        assert str(error) in page(response)
    case.refresh_from_db()
    assert case.matches_first_shown_at is None


def test_memo_is_a_file_without_the_reference_in_its_name(worker, caseworker, monkeypatch):
    from assessments.memo import pdf_renderer
    from audit.models import Entry

    case = stored(caseworker)
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: b"%PDF-1.7")
    response = worker.get(reverse("case-memo", args=[case.uuid]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="memo-draft.pdf"'
    assert Entry.objects.filter(action="memo.export", object_id=str(case.uuid)).count() == 1


# --- signing in --------------------------------------------------------------------------------


def test_sign_in_names_what_is_wrong_and_locks_after_five(library, caseworker):
    client = BrowserClient()
    response = client.post(reverse("sign-in"), {"username": "", "password": ""})
    assert {"#id_username", "#id_password"} <= set(summary(response))
    for _attempt in range(5):
        response = client.post(reverse("sign-in"), {"username": caseworker.username, "password": "wrong"})
    assert response.status_code == 429
    assert "Sign-in is blocked" in page(response)


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
