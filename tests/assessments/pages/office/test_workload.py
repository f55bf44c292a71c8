"""The open work by person, and reassigning it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import Incomplete, NotAllowed, locks, permissions
from assessments.models import Case, IntakeDraft, Notification, Writer
from assessments.models.codes import State
from audit.models import Entry
from tests.assessments.pages.home.cases_at_home import make
from tests.factories import fresh
from tests.markup import elements, visible_text
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
WORKLOAD = "/workload/"


@pytest.fixture
def second(make_user, office):
    return make_user(Role.CASEWORKER, office, "second")


@pytest.fixture
def boss(supervisor):
    return signed_in(supervisor)


def intake(author, **fields):
    return IntakeDraft.objects.create(office=author.office, author=author, data={"reference": ["SECRET"]}, **fields)


def give(client, cases=(), intakes=(), to=None, **query):
    data = {"case": [c.uuid for c in cases], "intake": [i.uuid for i in intakes], "to": to.pk if to else ""}
    return client.post(reverse("workload", query=query) if query else WORKLOAD, data)


def test_it_counts_open_work_by_person_and_no_outcome(boss, caseworker, second, supervisor, make_user, other_office):
    for n, state in enumerate([State.DRAFT, State.DRAFT, State.RETURNED, State.SUBMITTED]):
        make(caseworker, f"C-{n}", state=state)
    make(caseworker, "C-R", state=State.IN_REVIEW, reviewer=supervisor)
    for n, state in enumerate([State.APPROVED, State.CLOSED, State.SUPERSEDED, State.RECALLED]):
        make(caseworker, f"D-{n}", state=state)
    make(make_user(Role.CASEWORKER, other_office), "ELSEWHERE")
    intake(caseworker)
    page = boss.get(WORKLOAD)
    load = page.context["load"]
    counted = {one.user: (one.intakes, one.writing, one.returned, one.waiting) for one in load.writers}
    assert counted == {caseworker: (1, 2, 1, 2), second: (0, 0, 0, 0)}
    assert [(one.user, one.in_review) for one in load.reviewers] == [(supervisor, 1)]
    assert load.unassigned == 1
    assert not re.search("approved|accepted|recalled|superseded|closed", visible_text(page), re.IGNORECASE)


def test_the_cases_of_a_person_are_listed_oldest_first_and_an_intake_without_its_content(boss, caseworker):
    now = timezone.now()
    make(caseworker, "NEW", state_since=now)
    make(caseworker, "OLD", state=State.RETURNED, state_since=now - timedelta(days=9))
    intake(caseworker)
    page = boss.get(WORKLOAD, {"officer": caseworker.pk})
    assert [item.case.reference if item.case else "" for item in page.context["items"]] == ["OLD", "NEW", ""]
    assert "for 9 days" in words(page)
    assert "SECRET" not in words(page)
    assert "Choose a name" in words(boss.get(WORKLOAD, {"officer": "x"}))


def test_several_cases_and_an_intake_go_to_a_colleague(boss, caseworker, second, supervisor):
    cases = [make(caseworker, "A"), make(caseworker, "B", state=State.SUBMITTED)]
    saved = [fresh(case).saved_at for case in cases]
    draft = intake(caseworker)
    Writer.objects.filter(case=cases[0]).delete()
    answered = give(boss, cases, [draft], second, officer=caseworker.pk)
    assert answered.url == f"{WORKLOAD}?officer={caseworker.pk}"
    assert [fresh(case).author for case in cases] == [second, second]
    assert [fresh(case).saved_at for case in cases] == saved  # nobody edited them
    was = draft.saved_at
    draft.refresh_from_db()
    assert (draft.author, draft.saved_at) == (second, was)
    assert signed_in(second).get(reverse("case", args=[cases[0].uuid])).status_code == 200
    assert signed_in(caseworker).get(reverse("case", args=[cases[0].uuid])).status_code == 404
    caseworker.role = Role.SUPERVISOR
    assert not permissions.may_review(caseworker, fresh(cases[0]))  # wrote in it, and so can never review it
    assert Notification.objects.filter(user=second, kind="given").count() == 2
    recorded = Entry.objects.filter(action__endswith=".hand-over").values_list("object_id", "details")
    assert sorted(recorded) == sorted((str(row.uuid), {"to": str(second.pk)}) for row in [*cases, draft])


def test_it_is_all_or_nothing(boss, caseworker, second):
    mine, edited = make(caseworker, "A"), make(caseworker, "B")
    locks.begin(edited, caseworker)
    refused = give(boss, [mine, edited], [], second, officer=caseworker.pk)
    assert refused.status_code == 409
    assert "is editing B now" in words(refused)
    assert len(elements(refused, "[name='case'][checked]")) == 2
    assert fresh(mine).author == caseworker
    assert not Entry.objects.filter(action="case.hand-over").exists()


def test_work_that_cannot_be_reassigned_is_refused(boss, caseworker, second, supervisor, make_user, other_office):
    case = make(caseworker, "A")
    for refused in (give(boss, [], [], second), give(boss, [case]), give(boss, [case], to=supervisor)):
        assert refused.status_code == 422
    elsewhere = make_user(Role.CASEWORKER, other_office)
    assert give(boss, [case], to=elsewhere).status_code == 422
    assert give(boss, [make(elsewhere, "X")], [intake(elsewhere)], second).status_code == 422  # empty for this office
    assert boss.post(WORKLOAD, {"case": "x\x00", "intake": "'", "to": "²"}).status_code == 422
    assert fresh(case).author == caseworker
    Case.objects.filter(pk=case.pk).update(state=State.APPROVED)
    with pytest.raises(NotAllowed, match="A is approved"):
        actions.hand_over([case], [], to=second, by=supervisor)
    with pytest.raises(NotAllowed, match="Only supervisors"):
        actions.hand_over([case], [], to=second, by=caseworker)
    with pytest.raises(NotAllowed, match="of your own office"):
        actions.hand_over([Case.objects.get(reference="X")], [], to=second, by=supervisor)


def test_reviews_go_to_another_supervisor_who_did_not_write(boss, caseworker, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    cases = [make(caseworker, ref, state=State.IN_REVIEW, reviewer=supervisor) for ref in ("A", "B")]
    Writer.objects.create(case=cases[1], user=other)
    assert give(boss, cases, to=other, reviewer=supervisor.pk).status_code == 422
    assert fresh(cases[0]).reviewer == supervisor
    assert give(boss, cases[:1], to=other, reviewer=supervisor.pk).status_code == 302
    assert fresh(cases[0]).reviewer == other
    with pytest.raises(Incomplete):
        actions.reassign_several(cases[:1], to=None, by=supervisor)


def test_the_number_of_queries_does_not_grow_with_the_cases(boss, caseworker, second, django_assert_num_queries):
    make(caseworker, "A")
    intake(caseworker)
    queries = {"officer": caseworker.pk}
    boss.get(WORKLOAD, queries)
    with CaptureQueriesContext(connection) as few:
        boss.get(WORKLOAD, queries)
    for n in range(20):
        make(second if n % 2 else caseworker, f"C-{n}", state=[State.DRAFT, State.RETURNED, State.SUBMITTED][n % 3])
    with django_assert_num_queries(len(few)):
        assert len(boss.get(WORKLOAD, queries).context["items"]) == 12
