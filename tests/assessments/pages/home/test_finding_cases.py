"""Cases are found by reference, place, event and day."""

from datetime import date

import pytest

from assessments.models import (
    CaseFact,
    CasePlace,
    CaseTrait,
)
from audit import searches
from coi.models import Place
from tests.assessments.pages.home.cases_at_home import HOME, listed, make
from tests.markup import markup as words
from tests.searching import searched
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def to_find(library, caseworker, colleague):
    case = make(caseworker, "N-2026-17")
    CasePlace.objects.create(
        case=case,
        person="P1",
        role="home-area",
        place_typed="at the big well",
        place=Place.objects.get(code="gn-2452421"),
    )
    CaseFact.objects.filter(case=case).update(event="abduction", place_typed="Sévaré, Mopti")
    CaseTrait.objects.create(case=case, person="P1", trait="fulani")
    other = make(colleague, "N-2026-18")
    CasePlace.objects.create(case=other, person="P1", role="home-area", place_typed="Ogossagou")
    return case


@pytest.mark.parametrize(
    "typed",
    [
        "2026-17",
        "n-2026",
        "big well",
        "ogossagou",
        "OGOSSAGOU",
        "Bankass",
        "Sévaré",
        "mopti",
        "abduction",
        "Abduc",
        " ogossagou  ",
    ],
)
def test_a_case_is_found_by_reference_place_or_event(typed, to_find, caseworker):
    assert listed(searched(signed_in(caseworker), HOME, {"q": typed})) == {"N-2026-17"}


def test_accents_need_not_be_typed(to_find, caseworker):
    CaseFact.objects.filter(case=to_find).update(place=Place.objects.filter(folded="segou").first(), place_typed="?")
    assert listed(searched(signed_in(caseworker), HOME, {"q": "segou"})) == {"N-2026-17"}


@pytest.mark.parametrize("typed", ["fulani", "peul", "P1", "%", "_", "'", "N-2026-18", "\x00\ud800\u202e%"])
def test_search_finds_nothing_by_personal_traits_or_in_invisible_cases(typed, to_find, caseworker):
    response = searched(signed_in(caseworker), HOME, {"q": typed.encode("utf-8", "replace").decode()})
    assert response.status_code == 200
    assert listed(response) == set()


def test_filters_stay_in_every_link_of_the_page(to_find, caseworker):
    make(caseworker, "N-2026-19", due_on=date(2027, 1, 1), assessed=("F1",))
    response = searched(signed_in(caseworker), HOME, {"q": "N-2026", "whose": "mine", "due": "2027-01-02"})
    assert listed(response) == {"N-2026-19"}
    key = response.wsgi_request.GET[searches.KEY]
    assert f"?need=ready&whose=mine&search={key}" in words(response)
    assert searched(signed_in(caseworker), HOME, {"q": ""}).wsgi_request.get_full_path() == HOME


@pytest.mark.parametrize("due", ["2.1.2027", "2 January 2027", "2027-01-02"])
def test_a_day_may_be_typed_in_any_format(due, to_find, caseworker):
    make(caseworker, "N-2026-19", due_on=date(2027, 1, 1), assessed=("F1",))
    response = searched(signed_in(caseworker), HOME, {"q": "N-2026", "whose": "mine", "due": due})
    assert listed(response) == {"N-2026-19"}


@pytest.mark.parametrize(
    "due", ["31.12.26", "2026-13-01", "12.2026", "x" * 500, "20261231", "2026-W01-1", "0001-01-01", "\x00"]
)
def test_an_invalid_day_is_refused_at_its_field_and_keeps_the_text(due, to_find, caseworker):
    response = searched(signed_in(caseworker), HOME, {"due": due})
    if due == "\x00":
        assert response.status_code == 200
        return
    assert response.status_code == 422
    assert words(response).count("Due before: “") == 2, "at the top and at the field"
    assert response.context["errors"][0]["href"] == "#id_due"
    assert due[:100] in words(response)
    assert listed(response) == {"N-2026-17"}


@pytest.mark.parametrize(
    "query", [{"need": "x"}, {"whose": "x"}, {"view": "x"}, {"page": "x"}, {"page": "-1"}, {"page": "9" * 30}]
)
def test_unknown_filters_are_ignored(query, to_find, caseworker, supervisor):
    for user in (caseworker, supervisor):
        assert signed_in(user).get(HOME, query).status_code == 200
