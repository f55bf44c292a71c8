"""Submitting freezes what was shown and loses nothing."""

from datetime import date

import pytest
from django.core import mail

from accounts.models import Role
from assessments import actions
from assessments.actions import NotAllowed, StaleCase
from assessments.memo import submission
from assessments.models import EditLock, MemoVersion, Notification
from audit.models import Entry
from tests import factories
from tests.assessments.pages.review.review_forms import SMALL, TODAY, hidden, url
from tests.factories import fresh
from tests.markup import elements, visible_text
from tests.markup import markup as words
from tests.sign_in import signed_in


def test_submitting_freezes_what_was_shown(worker, case, supervisor, caseworker):
    supervisor.email = "boss@example.org"
    supervisor.save()
    shown = worker.get(url("submit", case))
    assert shown.status_code == 200
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest")}
    EditLock.objects.get_or_create(case=case, defaults={"holder": caseworker})
    assert worker.post(url("submit", case), data).url == url("case", case)
    version = MemoVersion.objects.get()
    assert (version.number, version.state, version.content_sha256) == (1, "submitted", data["digest"])
    assert version.coi_cut_off == date(2021, 4, 17)
    assert version.reliances.exists()
    assert not EditLock.objects.exists()
    assert fresh(case).state == "submitted"
    told = Notification.objects.get()
    assert (told.user, told.kind) == (supervisor, "submitted")
    entry = Entry.objects.filter(action="memo.submit").get()
    assert entry.details == {"version": 1, "sha256": data["digest"]}


def test_the_mail_says_nothing_about_the_case(case, supervisor, django_capture_on_commit_callbacks):
    supervisor.email = "boss@example.org"
    supervisor.save()
    with django_capture_on_commit_callbacks(execute=True):
        factories.submitted(case)
    (sent,) = mail.outbox
    assert sent.to == ["boss@example.org"]
    for said in (sent.subject, sent.body):
        assert case.reference not in said
        assert str(case.uuid) not in said
        assert "/" not in said


def test_a_mail_server_that_fails_does_not_stop_the_work(
    case, supervisor, settings, caplog, django_capture_on_commit_callbacks
):
    supervisor.email = "boss@example.org"
    supervisor.save()
    settings.EMAIL_BACKEND = "no.such.backend"
    with django_capture_on_commit_callbacks(execute=True):
        factories.submitted(case)
    assert fresh(case).state == "submitted"
    assert "could not be sent" in caplog.text
    assert "boss@example.org" not in caplog.text


def test_a_case_changed_since_it_was_shown_is_not_submitted(worker, case, caseworker):
    shown = worker.get(url("submit", case))
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest")}
    token = actions.text_version(fresh(case).old_coi_justification)
    actions.justify_old_coi(fresh(case), by=caseworker, words="Other words.", version=token)
    answered = worker.post(url("submit", case), data)
    assert answered.status_code == 409
    assert "changed since you opened this page" in words(answered)
    assert not MemoVersion.objects.exists()
    assert hidden(answered, "digest") != data["digest"]


@pytest.mark.parametrize("data", [{}, {"version": "x\x00", "digest": "\x00"}, {"version": "9" * 400}])
def test_a_submission_that_was_tampered_with_is_refused(worker, case, data):
    assert worker.post(url("submit", case), data).status_code == 409
    assert not MemoVersion.objects.exists()


def test_two_submissions_of_the_same_page_make_one_version(case, caseworker):
    shown = submission.prepare(case, on=TODAY)
    stale = fresh(case)
    actions.submit(case, by=caseworker, version=case.version, digest=shown.digest)
    with pytest.raises(NotAllowed):
        actions.submit(stale, by=caseworker, version=case.version, digest=shown.digest)
    assert MemoVersion.objects.count() == 1


def test_nothing_is_submitted_while_a_colleague_is_editing(case, caseworker, make_user, office):
    colleague = make_user(Role.CASEWORKER, office, "colleague")
    EditLock.objects.filter(case=case).delete()
    EditLock.objects.create(case=case, holder=colleague)
    shown = submission.prepare(case, on=TODAY)
    with pytest.raises(StaleCase, match="is editing this case"):
        actions.submit(case, by=caseworker, version=case.version, digest=shown.digest)
    assert "Take over editing" in words(signed_in(caseworker).get(url("submit", case)))


def test_matches_that_were_never_shown_are_opened_first(worker, caseworker, library):
    case = factories.make_case(caseworker, SMALL)
    shown = worker.get(url("submit", case))
    assert "It has not been opened yet" in words(shown)
    assert '<button type="submit" class="btn btn-primary">' not in shown.content.decode()
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest")}
    assert worker.post(url("submit", case), data).status_code == 422
    assert not MemoVersion.objects.exists()


def test_open_points_are_listed_and_do_not_block_it(worker, caseworker, library):
    case = factories.make_case(caseworker, "mopti-koro")
    actions.show_matches(case, by=caseworker)
    shown = worker.get(url("submit", case))
    assert "F1 is not assessed." in words(shown)
    assert "relies only on COI older than 24 months" in words(shown)
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest")}
    assert worker.post(url("submit", case), data).status_code == 302


def test_the_next_submission_is_the_next_version_and_starts_without_a_reviewer(case, supervisor):
    factories.returned(case, supervisor)
    factories.submitted(fresh(case))
    assert list(MemoVersion.objects.values_list("number", "state")) == [(1, "returned"), (2, "submitted")]
    assert fresh(case).reviewer is None


def test_the_page_says_what_changed_since_the_last_version(worker, case, supervisor, caseworker):
    assert "Changed since" not in words(worker.get(url("submit", case)))
    factories.returned(case, supervisor)
    assert visible_text(elements(worker.get(url("submit", case)), "[aria-labelledby=changed] p")[0]).startswith(
        "Nothing."
    )
    token = actions.text_version(fresh(case).old_coi_justification)
    actions.justify_old_coi(fresh(case), by=caseworker, words="Other words.", version=token)
    page = worker.get(url("submit", case))
    assert [part.anchor for part in page.context["changes"]] == ["title"]
