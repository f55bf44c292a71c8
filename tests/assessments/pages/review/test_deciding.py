"""A version is approved or returned, and wrong decisions are refused."""

import pytest
from django.db import IntegrityError

from accounts.models import Role
from assessments import actions
from assessments.actions import NotAllowed
from assessments.memo import pdf_renderer
from assessments.models import MemoVersion, Notification, SectionReview, SectionShown, Writer
from audit.models import Entry
from tests import factories
from tests.assessments.pages.review.review_forms import decide, grade, section_of, url
from tests.factories import PDF, fresh
from tests.markup import elements
from tests.markup import markup as words
from tests.sign_in import signed_in


def test_approving_stores_pdf_digest_and_sections_read(boss, version, case, supervisor, caseworker, printer):
    factories.graded(version, supervisor)
    answered = decide(boss, case, "approve", remark="Well reasoned.")
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
def test_an_error_without_a_word_on_it_stops_the_decision(boss, version, case, supervisor, printer, decision):
    factories.graded(version, supervisor)
    refused = grade(boss, case, grade="minor", comment=" ")  # saved, with a request for the comment
    assert refused.status_code == 422
    assert "Describe the error." in words(refused)
    answered = decide(boss, case, decision, remark="See the profile.")
    assert answered.status_code == 422
    assert "Context and profile: describe the error." in words(answered)
    assert [e["href"] for e in answered.context["errors"]] == [url("review-section", case, "profile")]
    assert fresh(case).state == "in-review"
    act = actions.approve if decision == "approve" else actions.send_back
    with pytest.raises(actions.Incomplete, match="Describe the error: Context and profile"):
        act(fresh(case), by=supervisor, number=1, digest=version.content_sha256, remark="See the profile.")
    grade(boss, case, grade="minor", comment="The trait is not the applicant’s.")
    assert decide(boss, case, decision, remark="See the profile.").status_code == 302


def test_a_section_that_is_not_graded_or_wrong_stops_the_approval(boss, version, case, supervisor, printer):
    factories.graded(version, supervisor)
    SectionReview.objects.filter(section="profile").delete()
    answered = decide(boss, case, "approve")
    assert answered.status_code == 422
    assert [(e["message"], e["href"]) for e in answered.context["errors"]] == [
        ("Not graded yet: Context and profile.", url("review-section", case, "profile"))
    ]
    grade(boss, case, grade="significant", comment="Another person’s profile.")
    answered = decide(boss, case, "approve", remark="Kept.")
    assert answered.status_code == 422
    assert "You cannot approve a memo with a significant error." in words(answered)
    assert SectionReview.objects.get(section="profile").comment == "Another person’s profile."
    assert (fresh(case).state, MemoVersion.objects.get().decision_note) == ("in-review", "Kept.")


def test_a_section_that_was_not_opened_stops_the_approval(boss, version, case, supervisor, printer):
    """Grades alone are not enough: a script that sends a form without opening its page has read nothing."""
    factories.graded(version, supervisor)
    SectionShown.objects.filter(section="profile").delete()
    boss.head(url("review-section", case, "profile"))
    answered = decide(boss, case, "approve")
    assert [e["message"] for e in answered.context["errors"]] == [
        "Not opened yet in this version: Context and profile."
    ]
    with pytest.raises(actions.Incomplete, match="Open this section first: Context and profile"):
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    section_of(boss, case)
    assert decide(boss, case, "approve").status_code == 302


def test_reading_by_another_reviewer_or_of_an_earlier_version_does_not_count(
    boss, version, case, supervisor, caseworker, make_user, office
):
    other = make_user(Role.SUPERVISOR, office, "other")
    section_of(signed_in(other), case)  # another supervisor read it, but cannot decide on it
    assert not SectionShown.objects.exists()
    for _again in range(2):
        section_of(boss, case)
    assert [(s.section, s.to, s.version) for s in SectionShown.objects.all()] == [("profile", supervisor, version)]
    assert Entry.objects.filter(action="review.show").get().details == {"version": 1}
    assert decide(boss, case, "return", remark="Again.").status_code == 302
    factories.submitted(fresh(case), caseworker)
    actions.take(fresh(case), by=supervisor)
    assert not MemoVersion.objects.get(number=2).sections_shown.exists()
    actions.note_shown(fresh(case), by=supervisor, number=1, sections=["gaps"])  # not the version under review
    assert SectionShown.objects.count() == 1


def test_a_colleagues_grades_do_not_count_for_an_approval(version, case, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.graded(version, supervisor)
    actions.stand_in(fresh(case), by=other)
    page = section_of(signed_in(other), case)
    assert "Only your own grade counts" in words(page)
    assert len(elements(page, "button[name='grade'][aria-pressed='false']")) == 4
    with pytest.raises(actions.Incomplete, match="Grade these sections first"):
        actions.approve(fresh(case), by=other, number=1, digest=version.content_sha256)


def test_returning_needs_a_remark_or_a_comment_on_a_section(boss, version, case, caseworker):
    answered = decide(boss, case, "return", remark=" ")
    assert answered.status_code == 422
    assert "Write what has to change, here or in a comment on a section." in words(answered)
    grade(boss, case, grade="minor", comment="Say which trait.")
    assert decide(boss, case, "return").status_code == 302
    assert (fresh(case).state, MemoVersion.objects.get().decision_note) == ("returned", "")
    assert Notification.objects.filter(user=caseworker, kind="returned").exists()
    page = words(signed_in(caseworker).get(url("case", case)))
    assert "Say which trait." in page
    assert "Start with Context and profile" in page


def test_a_remark_alone_returns_the_memo(boss, version, case):
    assert decide(boss, case, "return", remark="See F1.").status_code == 302
    assert (fresh(case).state, MemoVersion.objects.get().decision_note) == ("returned", "See F1.")


@pytest.mark.parametrize(
    "changes", [{"number": "2"}, {"number": "x"}, {"digest": "0" * 64}, {"digest": ""}, {"digest": "\x00"}]
)
def test_a_decision_on_another_version_is_refused(boss, version, case, changes, printer):
    answered = decide(boss, case, "approve", **changes)
    assert answered.status_code == 409
    assert "A different version is under review" in words(answered)
    assert fresh(case).state == "in-review"


def test_an_unknown_decision_is_refused(boss, version, case):
    assert decide(boss, case, "perhaps").status_code == 422
    assert fresh(case).state == "in-review"


def test_two_reviewers_who_decide_at_once_make_one_decision(version, case, supervisor, make_user, office, printer):
    """Both opened the page. The second took over the review, which the first did not notice."""
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


def test_a_writer_of_the_case_neither_takes_nor_approves_it(version, case, supervisor, printer):
    factories.graded(version, supervisor)
    Writer.objects.create(case=case, user=supervisor)
    boss = signed_in(supervisor)
    assert boss.get(url("review", case)).status_code == 403
    assert boss.post(url("decide", case), {"decision": "approve"}).status_code == 403
    with pytest.raises(NotAllowed, match="You edited this case"):
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)


def test_the_author_of_a_case_never_reviews_it(version, case, caseworker):
    """Not even as a supervisor, and without a row that says that they wrote."""
    Writer.objects.all().delete()
    caseworker.role = Role.SUPERVISOR
    caseworker.save()
    assert signed_in(caseworker).get(url("review", case)).status_code == 403
    with pytest.raises(NotAllowed, match="You edited this case"):
        actions.stand_in(fresh(case), by=caseworker)


def test_the_database_refuses_even_if_the_page_would_not(version, case, supervisor, printer, monkeypatch):
    """Without the application's checks, the database guard still refuses, with a sentence and not an error page."""
    factories.graded(version, supervisor)
    Writer.objects.create(case=case, user=supervisor)
    monkeypatch.setattr("assessments.actions.permissions.has_written", lambda user, case: False)
    with pytest.raises(NotAllowed, match="cannot approve its memo") as refusal:
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert fresh(case).state == "in-review"
    assert not Entry.objects.filter(action="memo.approve").exists()


def test_a_printer_that_fails_leaves_the_case_under_review(boss, version, case, supervisor, monkeypatch):
    factories.graded(version, supervisor)

    def fails(html, **limits):
        raise pdf_renderer.MemoFailed("The memo took too long.")

    monkeypatch.setattr(pdf_renderer, "render_pdf", fails)
    answered = decide(boss, case, "approve")
    assert answered.status_code == 503
    assert "took too long" in words(answered)
    assert fresh(case).state == "in-review"
