"""What a change of a word does to cases: counted before its approval, marked with it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.answer import answer
from assessments.casefile import stored_case
from assessments.models import FactAssessment
from coi.library import word_trees
from coi.models import Actor
from coi.proposals import deciding, effects, values
from coi.proposals.case_listeners import Moved
from tests import factories
from tests.markup import visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def admins(make_user, office):
    return [make_user(Role.COI_ADMIN, office, name) for name in ("proposer", "decider")]


def case_of(user, number, name="gao-bourem"):
    """Return a case whose first fact names the CMA, or another case, which does not."""
    return factories.make_case(user, name, reference=f"N-2026-0{number}")


def changed(admins, code, **given):
    before = values.values_of("actor", Actor.objects.get(code=code))
    return deciding.propose("actor", code, {**before, **given}, before, reason="x", by=admins[0])


def apart(admins):
    """Return the proposal that the CMA is no part of the signatory groups."""
    return changed(admins, "cma", parent="")


def position(case):
    found = answer.answer(stored_case.case_file(case, today=timezone.localdate()))
    return found.facts[0].outcome.position


def test_the_cases_counted_are_those_whose_position_moves(caseworker, supervisor, admins):
    moving = [case_of(caseworker, n) for n in range(2)]
    staying = case_of(caseworker, 8, "mopti-ogossagou")
    approved = factories.approved(case_of(caseworker, 9), supervisor).case
    every = [*moving, staying, approved]
    then = {case.pk: position(case) for case in every}
    change = apart(admins)
    counted = effects.cases_moved(change)
    deciding.approve(change.pk, by=admins[1])
    assert [case.pk for case in every if position(case) != then[case.pk]] == [case.pk for case in [*moving, approved]]
    assert counted == Moved(open_cases=2, memos=1)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("hunters-militia", {"kin": []}),
        ("katiba-macina", {"parent": "jihadist-unidentified", "kin": ["aqim"]}),
        ("cma", {"parent": ""}),
    ],
)
def test_the_vocabulary_counted_with_is_the_one_after_approval(admins, code, given):
    change = changed(admins, code, **given)
    expected = effects.with_change(word_trees.vocabulary(), change)
    assert expected != word_trees.vocabulary()
    deciding.approve(change.pk, by=admins[1])
    assert word_trees.vocabulary() == expected


def test_assessed_facts_that_name_the_word_are_marked_and_others_are_not(caseworker, admins):
    case = factories.assessed(case_of(caseworker, 1))
    factories.assessed(case_of(caseworker, 2, "mopti-ogossagou"))
    deciding.approve(apart(admins).pk, by=admins[1])
    marked = FactAssessment.objects.exclude(answer_changed_at=None)
    assert {row.case_id for row in marked} == {case.pk}
    assert "F1" in {row.fact_ident for row in marked}


def test_a_new_name_marks_and_moves_nothing(caseworker, admins):
    factories.assessed(case_of(caseworker, 1))
    change = changed(admins, "cma", name="Coordination", aliases=[], countries=[])
    assert effects.cases_moved(change) is None
    deciding.approve(change.pk, by=admins[1])
    assert not FactAssessment.objects.exclude(answer_changed_at=None).exists()


def test_the_page_gives_numbers_of_five_and_more_only(client, caseworker, admins):
    for n in range(4):
        case_of(caseworker, n)
    page = reverse("proposal", args=[apart(admins).pk])
    signed_in(admins[1], client)
    text = visible_text(client.get(page))
    assert "Fewer than 5 open cases have a fact whose position changes." in text
    case_of(caseworker, 4)
    text = visible_text(client.get(page))
    assert "Fewer than 5 open cases" not in text
    assert "5 open cases have a fact whose position changes." in text
    assert "Fewer than 5 approved memos have such a fact." in text
