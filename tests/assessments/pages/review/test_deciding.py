"""A version is approved or returned; what would be wrong is refused."""

import pytest
from django.db import IntegrityError

from accounts.models import Role
from assessments import actions
from assessments.actions import NotAllowed
from assessments.memo import pdf_renderer
from assessments.models import MemoVersion, Notification, SectionReview, Writer
from audit.models import Entry
from tests import factories
from tests.assessments.pages.review.review_forms import filled, url
from tests.factories import PDF, fresh
from tests.markup import elements
from tests.markup import markup as words
from tests.sign_in import signed_in


def test_approving_keeps_pdf_digest_and_who_read_what(boss, version, case, supervisor, caseworker, printer):
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="approve", remark="Well reasoned."))
    assert answered.url == url("case", case)
    now = MemoVersion.objects.get()
    assert (now.state, now.decided_by, bytes(now.pdf)) == ("approved", supervisor, PDF)
    assert now.read_sha256 == now.content_sha256
    assert now.decision_note == "Well reasoned."
    assert Notification.objects.filter(user=caseworker, kind="approved").exists()
    assert Entry.objects.filter(action="memo.approve").get().details == {"version": 1, "sha256": now.pdf_sha256}


def test_the_pdf_names_the_reviewer_and_the_day(version, case, supervisor, monkeypatch):
    printed = []
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: printed.append(html) or PDF)
    factories.graded(version, supervisor)
    actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    assert str(supervisor) in printed[0]
    assert 'class="draft"' not in printed[0]


@pytest.mark.parametrize("decision", ["approve", "return"])
def test_an_error_without_a_word_on_it_stops_the_decision(boss, version, case, printer, decision):
    page = boss.get(url("review", case))
    typed = {"grade-profile": "minor", "comment-profile": " ", "remark": "See the profile."}
    answered = boss.post(url("decide", case), filled(page, decision=decision, **typed))
    assert answered.status_code == 422
    assert "Context and profile: describe the error." in words(answered)
    assert '<a href="#id_comment-profile">' in answered.content.decode()
    assert fresh(case).state == "in-review"
    typed["comment-profile"] = "The trait is not the applicant’s."
    page = boss.get(url("review", case))  # what was typed is kept, so the token moved on
    assert boss.post(url("decide", case), filled(page, decision=decision, **typed)).status_code == 302


def test_a_section_that_is_not_graded_or_wrong_stops_the_approval(boss, version, case, printer):
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="approve", **{"grade-profile": ""}))
    assert answered.status_code == 422
    assert "Not graded yet: Context and profile." in words(answered)
    assert '<a href="#id_grade-profile_0">' in words(answered)
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="approve", **{"grade-profile": "significant"}))
    assert answered.status_code == 422
    assert "You cannot approve a memo with a significant error." in words(answered)
    assert SectionReview.objects.get(section="profile").comment == "On profile."
    assert fresh(case).state == "in-review"


def test_a_colleagues_grades_do_not_count_for_an_approval(version, case, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.graded(version, supervisor)
    actions.stand_in(fresh(case), by=other)
    page = signed_in(other).get(url("review", case))
    assert "Only your own grade counts" in words(page)
    assert elements(page, "[name='grade-profile']")
    assert not elements(page, "[name='grade-profile'][checked]")
    with pytest.raises(actions.Incomplete, match="Grade these sections first"):
        actions.approve(fresh(case), by=other, number=1, digest=version.content_sha256)


def test_returning_needs_a_remark_and_tells_the_writers(boss, version, case, caseworker):
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="return", remark=" "))
    assert answered.status_code == 422
    assert "Write what has to change before you return the memo." in words(answered)
    page = boss.get(url("review", case))
    assert boss.post(url("decide", case), filled(page, decision="return", remark="See F1.")).status_code == 302
    assert (fresh(case).state, MemoVersion.objects.get().decision_note) == ("returned", "See F1.")
    assert Notification.objects.filter(user=caseworker, kind="returned").exists()


@pytest.mark.parametrize(
    "changes", [{"number": "2"}, {"number": "x"}, {"digest": "0" * 64}, {"digest": ""}, {"digest": "\x00"}]
)
def test_a_decision_on_another_text_than_the_one_under_review_is_refused(boss, version, case, changes, printer):
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="approve", **changes))
    assert answered.status_code == 409
    assert "A different version is under review" in words(answered)
    assert fresh(case).state == "in-review"


def test_no_decision_is_no_decision(boss, version, case):
    page = boss.get(url("review", case))
    assert boss.post(url("decide", case), filled(page, decision="perhaps")).status_code == 422
    assert fresh(case).state == "in-review"


def test_two_reviewers_who_decide_at_once_make_one_decision(version, case, supervisor, make_user, office, printer):
    """Both opened the page; the second had stood in, the first had not noticed."""
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.graded(version, supervisor)
    stale = fresh(case)
    actions.stand_in(fresh(case), by=other)
    factories.graded(version, other)
    actions.approve(fresh(case), by=other, number=1, digest=version.content_sha256)
    for late in (stale, fresh(case)):
        with pytest.raises(NotAllowed):
            actions.approve(late, by=supervisor, number=1, digest=version.content_sha256)
        with pytest.raises(NotAllowed):
            actions.send_back(late, by=supervisor, number=1, digest=version.content_sha256, remark="No.")
    assert MemoVersion.objects.get().decided_by == other


def test_an_approval_that_was_overtaken_while_it_printed_is_refused(version, case, supervisor, monkeypatch):
    factories.graded(version, supervisor)

    def returned_meanwhile(html, **limits):
        actions.send_back(fresh(case), by=supervisor, number=1, digest=version.content_sha256, remark="Wait.")
        return PDF

    monkeypatch.setattr(pdf_renderer, "render_pdf", returned_meanwhile)
    with pytest.raises(NotAllowed):
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    assert (fresh(case).state, MemoVersion.objects.get().pdf_sha256) == ("returned", "")


def test_who_wrote_in_the_case_neither_takes_nor_approves_it(version, case, supervisor, printer):
    factories.graded(version, supervisor)
    Writer.objects.create(case=case, user=supervisor)
    boss = signed_in(supervisor)
    assert boss.get(url("review", case)).status_code == 403
    assert boss.post(url("decide", case), {"decision": "approve"}).status_code == 403
    with pytest.raises(NotAllowed, match="You edited this case"):
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)


def test_where_the_page_would_fail_the_database_still_refuses(version, case, supervisor, printer, monkeypatch):
    """The guard of the database, with every check of the application out of the way: said in words, no error page."""
    factories.graded(version, supervisor)
    Writer.objects.create(case=case, user=supervisor)
    monkeypatch.setattr("assessments.actions.permissions.has_written", lambda user, case: False)
    with pytest.raises(NotAllowed, match="cannot approve its memo") as refusal:
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert fresh(case).state == "in-review"
    assert not Entry.objects.filter(action="memo.approve").exists()


def test_a_printer_that_fails_leaves_the_case_under_review(boss, version, case, monkeypatch):
    def fails(html, **limits):
        raise pdf_renderer.MemoFailed("The memo took too long.")

    monkeypatch.setattr(pdf_renderer, "render_pdf", fails)
    answered = boss.post(url("decide", case), filled(boss.get(url("review", case)), decision="approve"))
    assert answered.status_code == 503
    assert "took too long" in words(answered)
    assert fresh(case).state == "in-review"
