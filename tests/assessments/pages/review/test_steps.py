"""A case is taken, handed back, closed and reopened."""

import pytest

from accounts.models import Role
from assessments.models import MemoVersion, Notification, Writer
from tests import factories
from tests.assessments.pages.review.review_forms import url
from tests.factories import PDF, fresh
from tests.markup import markup as words


def test_a_review_is_taken_handed_back_assigned_and_taken_over(boss, case, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.submitted(case)
    assert boss.post(url("case-step", case, "take")).url == url("review", case)
    assert (fresh(case).state, fresh(case).reviewer) == ("in-review", supervisor)
    boss.post(url("case-step", case, "hand-back"))
    assert (fresh(case).state, fresh(case).reviewer) == ("submitted", None)
    assert boss.post(url("case-step", case, "reassign"), {"to": other.pk}).status_code == 302
    assert fresh(case).reviewer == other
    assert Notification.objects.filter(user=other, kind="assigned").exists()
    boss.post(url("case-step", case, "stand-in"))
    assert fresh(case).reviewer == supervisor


@pytest.mark.parametrize("to", ["", "0", "x", "9" * 50, "\x00", "caseworker", "elsewhere", "writer"])
def test_a_review_is_assigned_only_to_those_who_may_review(boss, case, to, caseworker, make_user, office, other_office):
    writer = make_user(Role.SUPERVISOR, office, "writer")
    Writer.objects.create(case=case, user=writer)
    people = {"caseworker": caseworker, "elsewhere": make_user(Role.SUPERVISOR, other_office), "writer": writer}
    factories.submitted(case)
    answered = boss.post(url("case-step", case, "reassign"), {"to": people[to].pk if to in people else to})
    assert answered.status_code == 422
    assert "Choose a supervisor of the office" in words(answered)
    assert fresh(case).state == "submitted"


def test_unknown_and_forbidden_steps_are_refused(worker, boss, case):
    assert boss.post(url("case-step", case, "nonsense")).status_code == 404
    assert boss.post(url("case-step", case, "approve")).status_code == 404
    assert boss.get(url("case-step", case, "take")).status_code == 405
    assert worker.post(url("case-step", case, "take")).status_code == 403
    assert boss.post(url("case-step", case, "take-back")).status_code == 403
    answered = boss.post(url("case-step", case, "take"))
    assert answered.status_code == 409
    assert "is not possible because the case is draft" in words(answered)


def test_closing_needs_a_reason_and_keeps_the_typed_text(worker, case):
    answered = worker.post(url("case-step", case, "close"), {"close-note": "Withdrew by letter."})
    assert answered.status_code == 422
    assert "Choose why the case is closed." in words(answered)
    assert "Withdrew by letter." in words(answered)
    answered = worker.post(url("case-step", case, "close"), {"close-because": "lost", "close-note": "x\u202ey"})
    assert answered.status_code == 422
    assert "cannot be shown" in words(answered)
    worker.post(url("case-step", case, "close"), {"close-because": "withdrawn", "close-note": "By letter."})
    assert (fresh(case).state, fresh(case).closed_because) == ("closed", "withdrawn")
    shown = words(worker.get(url("case", case)))
    assert "the application was withdrawn" in shown
    assert "By letter." in shown


def test_reopening_leaves_the_approved_version_as_it_was(worker, case, supervisor):
    was = factories.approved(case, supervisor)
    assert worker.post(url("case-step", case, "reopen"), {"reopen-reason": " "}).status_code == 422
    worker.post(url("case-step", case, "reopen"), {"reopen-reason": "A new interview."})
    now = MemoVersion.objects.get()
    assert (fresh(case).state, now.state) == ("draft", "superseded")
    assert (now.content, bytes(now.pdf), now.decided_by) == (was.content, PDF, supervisor)


def test_the_case_page_shows_the_state(worker, boss, case, supervisor):
    factories.returned(case, supervisor, remark="See F1 again.")
    shown = words(worker.get(url("case", case)))
    assert "See F1 again." in shown
    assert "Say more." in shown
    assert url("fact", case, "F1") in shown
    assert "See F1 again." in words(boss.get(url("case", case)))
