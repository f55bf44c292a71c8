"""Remarks between writer and reviewer are stored."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from assessments import actions
from assessments.models import MemoVersion, Notification, SectionReview
from assessments.models.codes import Grade
from audit.models import Entry
from tests import factories
from tests.assessments.pages.review.review_forms import hidden, section_of, sent, url
from tests.factories import fresh, sections_of
from tests.markup import markup as words


def test_a_remark_for_the_reviewer_is_not_part_of_the_memo(worker, boss, case):
    shown = worker.get(url("submit", case))
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest"), "note": "Look at <F1> first."}
    assert worker.post(url("submit", case), data).status_code == 302
    version = MemoVersion.objects.get()
    assert version.submission_note == "Look at <F1> first."
    assert "Look at" not in version.content
    for client, page in ((boss, url("review", case)), (worker, url("case", case)), (boss, url("version", case, 1))):
        assert "Look at &lt;F1&gt; first." in client.get(page).content.decode()


@pytest.mark.parametrize("note", ["x\x00y", "a" * 4_001, "\u202ex"])
def test_a_refused_remark_stays_in_its_field(worker, case, note):
    shown = worker.get(url("submit", case))
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest"), "note": note}
    refused = worker.post(url("submit", case), data)
    assert refused.status_code == 422
    assert "Remark for the reviewer" in str(refused.context["errors"])
    assert not MemoVersion.objects.exists()


def test_the_writer_sees_how_many_findings_oppose(worker, library, caseworker):
    case = factories.assessed(factories.make_case(caseworker, "koulikoro-fana"))
    page = worker.get(url("submit", case))
    part = next(p for p in page.context["memo"].facts if p.contradicting)
    assert f"{len(part.opposing)} oppose" in words(page)


def test_the_next_reviewer_sees_what_was_asked_for(boss, case, supervisor, caseworker):
    factories.returned(case, supervisor, remark="Please look at F1 again.")
    version = factories.submitted(fresh(case), caseworker)
    page = boss.get(url("review", case))
    assert page.context["read"].returned.number == version.number - 1
    assert "Please look at F1 again." in words(page)
    assert {s.earlier.comment for s in page.context["read"].sections} == {"Say more."}
    assert "Say more." in words(section_of(boss, case))
    earlier = boss.get(url("version", case, 1))
    assert "Please look at F1 again." in words(earlier)
    assert "Say more." in words(earlier)


def test_the_reason_for_reopening_is_stored_and_shown(boss, worker, case, supervisor):
    factories.approved(case, supervisor)
    boss.post(reverse("case-step", args=[case.uuid, "reopen"]), {"reopen-reason": "The interview was continued."})
    assert fresh(case).state == "draft"
    assert "The interview was continued." in words(worker.get(url("case", case)))
    assert "The interview was continued." in words(worker.get(url("version", case, 1)))


def test_a_reviewer_cannot_take_over_from_themselves(boss, version, case):
    before = Entry.objects.filter(action="review.stand-in").count()
    refused = boss.post(reverse("case-step", args=[case.uuid, "stand-in"]))
    assert refused.status_code == 409
    assert "is already reviewing this memo" in words(refused)
    assert Entry.objects.filter(action="review.stand-in").count() == before


def test_a_memo_under_review_waits_for_nobody_else(library, case, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.submitted(case)
    assert Notification.objects.filter(user=other, kind="submitted", read_at=None).exists()
    actions.take(fresh(case), by=supervisor)
    assert not Notification.objects.filter(kind="submitted", read_at=None).exists()
    actions.hand_back(fresh(case), by=supervisor)
    assert Notification.objects.get(kind="submitted", read_at=None).user == other


def test_a_reviewer_who_lost_the_review_is_told_so(boss, version, case, make_user, office):
    pages = {name: boss.get(name) for name in (url("review", case), url("review-section", case, "profile"))}
    actions.stand_in(fresh(case), by=make_user(Role.SUPERVISOR, office, "other"))
    for address, page in pages.items():
        typed = sent(page, remark="Mine.", comment="Mine.", grade="")
        refused = boss.post(address, typed, headers={"X-Autosave": "1"})
        assert refused.status_code == 409
        assert "is now reviewing this memo" in refused.json()["message"]


def test_a_returned_memo_that_cannot_be_read_leaves_its_comments(worker, case, supervisor):
    version = factories.returned(case, supervisor)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER memo_frozen")
    for content in ("{}", version.content.replace("attack", "feast")):
        MemoVersion.objects.filter(pk=version.pk).update(content=content)
        page = worker.get(url("case", case))
        assert page.status_code == 200
        assert "Say more." in words(page)
        assert worker.get(url("version", case, 1)).status_code == 500


def test_a_returned_case_shows_comments_first_and_correct_sections_in_one_line(worker, case, supervisor):
    version = factories.in_review(case, supervisor)
    factories.graded(version, supervisor)
    SectionReview.objects.filter(section="fact-F1").update(grade=Grade.MINOR, comment="Say more.")
    actions.send_back(fresh(case), by=supervisor, number=1, digest=version.content_sha256, remark="See F1.")
    comments = worker.get(url("case", case)).context["comments"]
    assert [(c.review.grade, c.review.comment) for c in comments.listed] == [("minor", "Say more.")]
    assert len(comments.correct) == len(sections_of(version)) - 1
