"""A caseworker's home page: the next step of each case."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Case,
    FactAssessment,
    IntakeDraft,
)
from assessments.models.codes import State
from tests.assessments.pages.home.cases_at_home import HOME, groups, listed, make
from tests.markup import markup as words
from tests.searching import searched
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each(library, caseworker, supervisor):
    make(caseworker, "RECALLED", state=State.RECALLED)
    make(caseworker, "RETURNED", state=State.RETURNED)
    IntakeDraft.objects.create(office=caseworker.office, author=caseworker, step="facts")
    make(caseworker, "ASSESS", facts=("F1", "F2"), assessed=("F1",))
    make(caseworker, "EMPTY", facts=())
    make(caseworker, "READY", facts=("F1", "F2"), assessed=("F1", "F2"))
    make(caseworker, "WAITING", state=State.SUBMITTED)
    make(caseworker, "REVIEW", state=State.IN_REVIEW, reviewer=supervisor)
    make(caseworker, "APPROVED", state=State.APPROVED)
    make(caseworker, "CLOSED", state=State.CLOSED)
    make(caseworker, "SUPERSEDED", state=State.SUPERSEDED)


def test_cases_are_grouped_by_next_step(one_of_each, caseworker):
    response = signed_in(caseworker).get(HOME)
    assert groups(response) == {
        "recalled": ["RECALLED"],
        "returned": ["RETURNED"],
        "intake": ["new"],
        "assess": ["ASSESS", "EMPTY"],
        "ready": ["READY"],
        "waiting": ["WAITING", "REVIEW"],
        "approved": ["APPROVED"],
    }
    page = words(response)
    draft = IntakeDraft.objects.get()
    assert "1 of 2 facts assessed" in page
    assert "New case, started" in page
    assert reverse("intake", args=[draft.uuid, "facts"]) in page
    assert reverse("fact", args=[Case.objects.get(reference="ASSESS").uuid, "F2"]) in page
    assert reverse("submit", args=[Case.objects.get(reference="READY").uuid]) in page
    assert f"in review by {Case.objects.get(reference='REVIEW').reviewer}" in page
    assert "You cannot search by personal traits" not in page


def test_closed_and_superseded_cases_are_folded_away_until_they_are_asked_for(one_of_each, caseworker):
    client = signed_in(caseworker)
    assert "CLOSED" not in listed(client.get(HOME))
    assert groups(client.get(HOME, {"need": "over"})) == {"over": ["SUPERSEDED", "CLOSED"]}  # the latest first
    counts = {c.need.code: c.n for c in client.get(HOME, {"need": "over"}).context["board"].counts}
    assert counts == {
        "recalled": 1,
        "returned": 1,
        "changed": 0,
        "intake": 1,
        "assess": 2,
        "ready": 1,
        "waiting": 2,
        "approved": 1,
        "over": 2,
    }


def test_a_reasoned_non_assessment_counts_and_an_assessment_of_a_removed_fact_does_not(library, caseworker):
    case = make(caseworker, "A", facts=("F1",), assessed=("F9",))
    client = signed_in(caseworker)
    assert groups(client.get(HOME)) == {"assess": ["A"]}
    FactAssessment.objects.create(
        case=case, fact_ident="F1", outcome_reasons="No interview on it yet.", saved_by=caseworker
    )
    assert groups(client.get(HOME)) == {"ready": ["A"]}


def test_due_cases_come_first_and_overdue_is_in_words(library, caseworker):
    today = timezone.localdate()
    make(caseworker, "NONE")
    make(caseworker, "LATER", due_on=today + timedelta(days=9))
    make(caseworker, "LATE", due_on=today - timedelta(days=3))
    make(caseworker, "TODAY", due_on=today)
    response = signed_in(caseworker).get(HOME)
    assert groups(response) == {"assess": ["LATE", "TODAY", "LATER", "NONE"]}
    page = words(response)
    assert "overdue by 3 days" in page
    assert "due today" in page
    assert "in 9 days" in page


def test_shared_cases_are_marked_and_can_be_filtered(library, caseworker, colleague):
    make(caseworker, "MINE", is_shared=True)
    make(colleague, "THEIRS", is_shared=True)
    make(colleague, "PRIVATE")
    client = signed_in(caseworker)
    assert listed(client.get(HOME)) == {"MINE", "THEIRS"}
    assert f"shared by {colleague}" in words(client.get(HOME))
    assert listed(client.get(HOME, {"whose": "mine"})) == {"MINE"}
    assert listed(client.get(HOME, {"whose": "shared"})) == {"THEIRS"}
    assert listed(searched(client, HOME, {"q": "PRIVATE"})) == set()


def test_unsaved_changes_are_linked_from_the_row(library, caseworker):
    case = make(caseworker, "A")
    draft = IntakeDraft.objects.create(office=case.office, author=caseworker, case=case, step="profile")
    response = signed_in(caseworker).get(HOME)
    assert groups(response) == {"assess": ["A"]}
    assert reverse("intake", args=[draft.uuid, "profile"]) in words(response)


def test_an_intake_of_somebody_else_is_never_shown(library, caseworker, colleague):
    IntakeDraft.objects.create(office=colleague.office, author=colleague, data={"reference": ["N-7"]})
    response = signed_in(caseworker).get(HOME)
    assert not response.context["board"].has_any
    assert "N-7" not in words(response)


def test_an_intake_is_listed_by_the_text_typed_so_far(library, caseworker):
    typed = {
        "reference": ["N-7"],
        "due_on": ["2020-01-05"],
        "places-0-place": ["Djenné"],
        "persons-0-actual": ["fulani"],
    }
    IntakeDraft.objects.create(office=caseworker.office, author=caseworker, data=typed)
    client = signed_in(caseworker)
    page = words(client.get(HOME))
    assert "overdue by" in page
    assert "Djenné" in page
    for query in ({"q": "djenne"}, {"q": "n-7"}, {"due": "2020-01-06"}, {"whose": "mine"}):
        assert groups(searched(client, HOME, query)) == {"intake": ["N-7"]}, query
    for query in ({"q": "fulani"}, {"due": "2020-01-05"}, {"whose": "shared"}, {"need": "assess"}):
        assert groups(searched(client, HOME, query)) == {}, query


@pytest.mark.parametrize(
    "data", [{}, {"reference": "x"}, {"reference": [None, 3]}, {"due_on": ["x"]}, {"places-0-place": None}]
)
def test_an_intake_with_anything_in_it_is_shown(data, library, caseworker):
    IntakeDraft.objects.create(office=caseworker.office, author=caseworker, data=data)
    assert list(groups(signed_in(caseworker).get(HOME))) == ["intake"]


def test_an_empty_home_page_explains_cases(library, caseworker):
    page = words(signed_in(caseworker).get(HOME))
    assert "No cases yet" in page
    assert page.count("btn-primary") == 1
    assert reverse("case-new") in page
