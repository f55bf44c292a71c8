"""Submitting, reviewing and deciding: the pages, what they refuse, and that nothing typed is lost."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import NotAllowed, StaleCase
from assessments.answer.answer import answer
from assessments.assessing import coi_age
from assessments.assessing.assessment import Assessment, OwnSourceWritten
from assessments.casefile import stored_case
from assessments.memo import pdf_renderer, submission
from assessments.models import Case, EditLock, MemoVersion, Notification, Reliance, SectionReview, Writer
from assessments.models.codes import Grade
from assessments.office.retention import months_before
from audit.models import Entry
from tests import factories
from tests.browser_post import BrowserClient
from tests.factories import PDF, fresh, sections_of
from tests.markup import markup as words
from tests.sign_in import signed_in

SMALL = "gao-bourem"  # one fact
TODAY = timezone.localdate()


@pytest.fixture
def printer(monkeypatch):
    """Pages that approve print nothing here: what is printed is tested with the memo."""
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: PDF)


@pytest.fixture
def worker(library, caseworker):
    return signed_in(caseworker)


@pytest.fixture
def boss(library, supervisor):
    return signed_in(supervisor)


@pytest.fixture
def case(library, caseworker):
    return factories.assessed(factories.make_case(caseworker, SMALL))


@pytest.fixture
def version(case, supervisor):
    """Under review by the supervisor."""
    return factories.in_review(case, supervisor)


def url(name, case, *more):
    return reverse(name, args=[case.uuid, *more])


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def filled(page, grade=Grade.CORRECT, **changes):
    """What a browser sends from the review page."""
    data = {name: hidden(page, name) for name in ("number", "digest", "version")}
    for row in page.context["read"].graded:
        data |= {f"grade-{row.anchor}": grade, f"comment-{row.anchor}": f"On {row.anchor}."}
    return data | {"remark": ""} | changes


# --- submitting -------------------------------------------------------------------------------


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


def test_the_mail_says_nothing_of_the_case(case, supervisor, django_capture_on_commit_callbacks):
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


def test_what_changed_since_it_was_shown_is_not_submitted(worker, case, caseworker):
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
    assert "Take over" in words(signed_in(caseworker).get(url("submit", case)))


def test_matches_that_were_never_shown_are_opened_first(worker, caseworker, library):
    case = factories.make_case(caseworker, SMALL)
    shown = worker.get(url("submit", case))
    assert "It has not been opened yet" in words(shown)
    assert '<button type="submit" class="btn btn-primary">' not in shown.content.decode()
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest")}
    assert worker.post(url("submit", case), data).status_code == 422
    assert not MemoVersion.objects.exists()


def test_what_is_left_open_is_said_and_does_not_stop_it(worker, caseworker, library):
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


# --- steps ------------------------------------------------------------------------------------


def test_a_case_is_taken_handed_back_given_and_stood_in_for(boss, case, supervisor, make_user, office):
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
def test_a_review_is_given_to_nobody_who_may_not_have_it(boss, case, to, caseworker, make_user, office, other_office):
    writer = make_user(Role.SUPERVISOR, office, "writer")
    Writer.objects.create(case=case, user=writer)
    people = {"caseworker": caseworker, "elsewhere": make_user(Role.SUPERVISOR, other_office), "writer": writer}
    factories.submitted(case)
    answered = boss.post(url("case-step", case, "reassign"), {"to": people[to].pk if to in people else to})
    assert answered.status_code == 422
    assert "Choose a supervisor of the office" in words(answered)
    assert fresh(case).state == "submitted"


def test_steps_that_are_none_or_not_mine_are_refused(worker, boss, case):
    assert boss.post(url("case-step", case, "nonsense")).status_code == 404
    assert boss.post(url("case-step", case, "approve")).status_code == 404
    assert boss.get(url("case-step", case, "take")).status_code == 405
    assert worker.post(url("case-step", case, "take")).status_code == 403
    assert boss.post(url("case-step", case, "take-back")).status_code == 403
    answered = boss.post(url("case-step", case, "take"))
    assert answered.status_code == 409
    assert "is not possible: the case is draft" in words(answered)


def test_closing_needs_a_reason_and_keeps_what_was_typed(worker, case):
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


def test_the_case_page_says_where_it_stands(worker, boss, case, supervisor):
    factories.returned(case, supervisor, remark="See F1 again.")
    shown = words(worker.get(url("case", case)))
    assert "See F1 again." in shown
    assert "Say more." in shown
    assert url("fact", case, "F1") in shown
    assert "See F1 again." in words(boss.get(url("case", case)))


# --- reviewing --------------------------------------------------------------------------------


def test_the_review_page_shows_each_section_beside_what_stood_behind_it(boss, case, caseworker, supervisor):
    key = queries_first_finding(case)
    actions.omit(fresh(case), "F1", key, reason="It tells of another place.", version=0, by=caseworker)
    source = OwnSourceWritten(0, "F1", "", "Somebody, Somewhere", "2026-05", "", "It happened there.", "supports")
    actions.add_source(fresh(case), source, by=caseworker)
    factories.in_review(fresh(case), supervisor)
    page = boss.get(url("review", case))
    fact = next(s for s in page.context["read"].graded if s.anchor == "fact-F1")
    assert [reason for _card, reason in fact.omissions] == ["It tells of another place."]
    assert [own.says for own in fact.own_sources] == ["It happened there."]
    assert key not in {entry.card.key for entry in fact.entries}
    assert fact.html.count("<h3") == 1
    assert 'type="radio"' in page.content.decode()
    assert " checked" not in re.sub(r'id="shortcuts-on" checked', "", page.content.decode())
    assert page.content.decode().count("<h1") == 1


def queries_first_finding(case):
    found = answer(stored_case.case_file(case, today=TODAY), on=TODAY)
    return (found.facts[0].supporting + found.facts[0].opposing)[0].card.key


def test_the_review_is_read_from_the_snapshot(boss, version, case):
    Case.objects.filter(pk=case.pk).update(old_coi_justification="Changed behind the snapshot.")
    page = words(boss.get(url("review", case)))
    assert "Changed behind the snapshot." not in page
    assert "Nothing newer was published." in page


def test_grades_and_comments_are_saved_and_shown_again(boss, version, case, supervisor):
    page = boss.get(url("review", case))
    data = filled(page, **{"grade-fact-F1": "minor", "comment-fact-F1": "Line one.\r\nLine two.", "remark": "So far."})
    assert boss.post(url("review", case), data).status_code == 302
    row = SectionReview.objects.get(section="fact-F1")
    assert (row.grade, row.comment, row.by) == ("minor", "Line one.\nLine two.", supervisor)
    again = boss.get(url("review", case))
    assert "Line one." in words(again)
    assert "So far." in words(again)
    assert re.search(r'name="grade-fact-F1" value="minor"[^>]*checked', words(again))


def test_an_autosave_moves_the_token_on_and_may_be_repeated(boss, version, case):
    page = boss.get(url("review", case))
    data = filled(page, grade="")
    first = boss.post(url("review", case), data, headers={"X-Autosave": "1"})
    assert first.status_code == 200
    assert boss.post(url("review", case), data, headers={"X-Autosave": "1"}).status_code == 200
    data |= {"version": first.json()["version"], "comment-profile": "More."}
    assert boss.post(url("review", case), data, headers={"X-Autosave": "1"}).status_code == 200
    assert SectionReview.objects.get(section="profile").comment == "More."
    assert Entry.objects.filter(action="review.grade").count() == 1


def test_a_stale_review_shows_both_texts(boss, version, case):
    page = boss.get(url("review", case))
    boss.post(url("review", case), filled(page, **{"comment-profile": "Saved first."}))
    answered = boss.post(url("review", case), filled(page, **{"comment-profile": "Typed on the other page."}))
    assert answered.status_code == 409
    assert "Saved first." in words(answered)
    assert "Typed on the other page." in words(answered)
    assert SectionReview.objects.get(section="profile").comment == "Saved first."
    refused = boss.post(url("review", case), filled(page), headers={"X-Autosave": "1"})
    assert (refused.status_code, "saved on another page" in refused.json()["message"]) == (409, True)


def test_comments_are_kept_on_the_page_when_a_colleague_took_over(boss, version, case, make_user, office):
    page = boss.get(url("review", case))
    actions.stand_in(fresh(case), by=make_user(Role.SUPERVISOR, office, "other"))
    answered = boss.post(url("review", case), filled(page, **{"comment-profile": "Typed for long."}))
    assert answered.status_code == 409
    assert "Typed for long." in words(answered)
    assert not SectionReview.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("comment-profile", "x\x00y", "cannot be shown"),
        ("comment-profile", "x\ud800y".encode("utf-8", "surrogatepass"), ""),
        ("comment-profile", "x\u202ey", "cannot be shown"),
        ("comment-profile", "x" * 5000, "At most"),
        ("grade-profile", "excellent", "choose one of"),
        ("remark", "x\x00", "cannot be shown"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(boss, version, case, field, value, said):
    page = boss.get(url("review", case))
    if isinstance(value, bytes):
        value = "x\ud800y"
        answered = boss.post(url("review", case), {**filled(page), field: value.encode("utf-8", "replace").decode()})
        assert answered.status_code in (302, 422)
        return
    answered = boss.post(url("review", case), filled(page, **{field: value}))
    assert answered.status_code == 422
    assert said in words(answered)
    assert not SectionReview.objects.exists()


# --- deciding ---------------------------------------------------------------------------------


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
    assert "Profile: say what the error is." in words(answered)
    assert '<a href="#id_comment-profile">' in answered.content.decode()
    assert fresh(case).state == "in-review"
    typed["comment-profile"] = "The trait is not the applicant’s."
    page = boss.get(url("review", case))  # what was typed is kept, so the token moved on
    assert boss.post(url("decide", case), filled(page, decision=decision, **typed)).status_code == 302


def test_a_section_that_is_not_graded_or_wrong_stops_the_approval(boss, version, case, printer):
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="approve", **{"grade-profile": ""}))
    assert answered.status_code == 422
    assert "Not graded yet: Profile." in words(answered)
    assert '<a href="#id_grade-profile_0">' in words(answered)
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="approve", **{"grade-profile": "significant"}))
    assert answered.status_code == 422
    assert "significant error: return the memo" in words(answered)
    assert SectionReview.objects.get(section="profile").comment == "On profile."
    assert fresh(case).state == "in-review"


def test_a_colleagues_grades_do_not_count_for_an_approval(version, case, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.graded(version, supervisor)
    actions.stand_in(fresh(case), by=other)
    page = signed_in(other).get(url("review", case))
    assert "The grade that counts is yours" in words(page)
    assert not re.search(r'name="grade-profile"[^>]*checked', page.content.decode())
    with pytest.raises(actions.Incomplete, match="not graded yet"):
        actions.approve(fresh(case), by=other, number=1, digest=version.content_sha256)


def test_returning_needs_a_remark_and_tells_the_writers(boss, version, case, caseworker):
    page = boss.get(url("review", case))
    answered = boss.post(url("decide", case), filled(page, decision="return", remark=" "))
    assert answered.status_code == 422
    assert "not returned without a remark" in words(answered)
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
    assert "not the version that is under review now" in words(answered)
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
    with pytest.raises(NotAllowed, match="You wrote in this case"):
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


# --- the age of the information ---------------------------------------------------------------


@pytest.fixture
def future(library, caseworker):
    """Future risk in F2, and relocation."""
    return factories.make_case(caseworker, "mopti-koro")


def parts(case, sources=(), limit=24):
    found = answer(stored_case.case_file(case, today=TODAY), on=TODAY)
    return {(p.kind, p.name) for p in coi_age.old_parts(found, Assessment(own_sources=sources), limit)}


def own(fact, place, published):
    return OwnSourceWritten(1, fact, place, "Somebody", published, "", "It says so.", "supports")


def test_what_rests_on_old_information_only_is_found(future):
    both = parts(future)
    assert {kind for kind, _name in both} == {"future-risk", "ipa"}
    assert ("future-risk", "F2") in both
    place = (
        coi_age.pair_of(answer(stored_case.case_file(future, today=TODAY), on=TODAY), Assessment()).relocations[0].place
    )
    assert ("future-risk", "F2") not in parts(future, [own("F2", "", "2026-01")])
    assert {kind for kind, _name in parts(future, [own("", place, "2026")])} == {"future-risk"}
    # a source on another fact, an old one, one of tomorrow: none makes it newer
    for source in (own("F1", "", "2026-01"), own("F2", "", "2024-11"), own("F2", "", "2027")):
        assert ("future-risk", "F2") in parts(future, [source])


def test_the_limit_itself_is_not_beyond_it(future):
    at_the_limit = months_before(TODAY, 24)
    assert ("future-risk", "F2") not in parts(future, [own("F2", "", at_the_limit.isoformat())])
    assert ("future-risk", "F2") in parts(future, [own("F2", "", (at_the_limit - timedelta(days=1)).isoformat())])


def test_a_second_newer_report_makes_it_newer(future, second_report):
    """It holds nothing on the fact; what the part rests on are the findings that bear on it."""
    second_report.__class__.objects.filter(pk=second_report.pk).update(cut_off=date(2026, 6, 30))
    found = answer(stored_case.case_file(future, today=TODAY), on=TODAY)
    bearing = {m.card.edition for m in found.facts[1].supporting + found.facts[1].opposing}
    assert (("future-risk", "F2") in parts(future)) is ("made-up-2022" not in bearing and bool(bearing))


def test_old_information_is_not_approved_without_justification(future, supervisor, caseworker, printer):
    actions.show_matches(future, by=caseworker)
    version = factories.graded(factories.in_review(future, supervisor), supervisor)
    with pytest.raises(actions.Incomplete, match="older than 24 months"):
        actions.approve(fresh(future), by=supervisor, number=1, digest=version.content_sha256)
    boss = signed_in(supervisor)
    page = boss.get(url("review", future))
    assert "needs newer COI" in words(page)
    answered = boss.post(url("decide", future), filled(page, decision="approve"))
    assert answered.status_code == 422
    assert "written justification" in words(answered)


def test_the_justification_that_counts_is_the_one_in_the_snapshot(future, supervisor, caseworker, printer):
    actions.show_matches(future, by=caseworker)
    version = factories.graded(factories.in_review(future, supervisor), supervisor)
    Case.objects.filter(pk=future.pk).update(old_coi_justification="Written after the submission.")
    with pytest.raises(actions.Incomplete):
        actions.approve(fresh(future), by=supervisor, number=1, digest=version.content_sha256)


# --- who may ----------------------------------------------------------------------------------


def test_each_role_at_each_page(case, caseworker, supervisor, make_user, office, other_office):
    factories.submitted(case)
    colleague = make_user(Role.CASEWORKER, office, "colleague")
    people = [
        (caseworker, [409, 403, 200]),
        (colleague, [404, 404, 404]),
        (supervisor, [403, 200, 200]),
        (make_user(Role.SUPERVISOR, other_office), [404, 404, 404]),
        (make_user(Role.COI_ADMIN, office), [404, 404, 404]),
        (make_user(Role.AUDITOR, office), [404, 404, 404]),
        (make_user(Role.CASEWORKER, None, is_superuser=True), [404, 404, 404]),
    ]
    for user, expected in people:
        client = signed_in(user)
        assert [client.get(url(n, case)).status_code for n in ("submit", "review", "recall")] == expected, user
    assert all(BrowserClient().get(url(n, case)).status_code == 302 for n in ("submit", "review", "recall", "case"))
    actions.share_case(case, shared=True, by=caseworker)
    client = signed_in(colleague)
    assert [client.get(url(n, case)).status_code for n in ("submit", "review", "recall")] == [409, 403, 200]


def test_a_page_of_a_review_costs_the_same_with_more_comments(
    boss, version, case, supervisor, django_assert_max_num_queries
):
    with CaptureQueriesContext(connection) as before:
        boss.get(url("review", case))
    factories.graded(version, supervisor, comment="Well.")
    with django_assert_max_num_queries(len(before)):
        boss.get(url("review", case))


def test_what_a_version_rests_on_is_kept_with_it(version, case):
    rows = Reliance.objects.filter(version=version)
    of_facts = {r.relation for r in rows if r.fact_ident}
    assert of_facts
    assert of_facts <= {"supports", "contradicts", "no_evidence", "context"}
    assert {r.relation for r in rows if not r.fact_ident} <= {"profile", "region", "sheet", "figure"}
    for relation in ("region", "sheet", "figure"):
        assert rows.filter(relation=relation).exists(), relation
    assert len(sections_of(version)) == len(set(sections_of(version)))


def test_a_version_that_was_tampered_with_is_not_reviewed(boss, version, case, supervisor, printer):
    """With the guard of the database taken away, the digest still tells."""
    factories.graded(version, supervisor)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER memo_frozen")
    MemoVersion.objects.filter(pk=version.pk).update(content=version.content.replace("attack", "feast"))
    assert boss.get(url("review", case)).url == url("version", case, 1)
    with pytest.raises(NotAllowed, match="not the one that was submitted"):
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    MemoVersion.objects.filter(pk=version.pk).update(content="{}")
    assert boss.get(url("case", case)).status_code == 200
    assert boss.post(url("decide", case), {"decision": "approve"}).status_code == 302


# --- what is said between writer and reviewer is kept ------------------------------------------


def test_a_remark_for_the_reviewer_stands_beside_the_memo_and_not_in_it(worker, boss, case):
    shown = worker.get(url("submit", case))
    data = {"version": hidden(shown, "version"), "digest": hidden(shown, "digest"), "note": "Look at <F1> first."}
    assert worker.post(url("submit", case), data).status_code == 302
    version = MemoVersion.objects.get()
    assert version.submission_note == "Look at <F1> first."
    assert "Look at" not in version.content
    for client, page in ((boss, url("review", case)), (worker, url("case", case)), (boss, url("version", case, 1))):
        assert "Look at &lt;F1&gt; first." in client.get(page).content.decode()


@pytest.mark.parametrize("note", ["x\x00y", "a" * 4_001, "\u202ex"])
def test_a_remark_that_cannot_be_kept_is_refused_and_stays_in_its_field(worker, case, note):
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


def test_the_next_reviewer_reads_what_was_asked_for(boss, case, supervisor, caseworker):
    factories.returned(case, supervisor, remark="Please look at F1 again.")
    version = factories.submitted(fresh(case), caseworker)
    page = boss.get(url("review", case))
    assert page.context["read"].returned.number == version.number - 1
    assert "Please look at F1 again." in words(page)
    assert {s.earlier.comment for s in page.context["read"].graded} == {"Say more."}
    earlier = boss.get(url("version", case, 1))
    assert "Please look at F1 again." in words(earlier)
    assert "Say more." in words(earlier)


def test_why_a_case_was_reopened_is_kept_and_shown(boss, worker, case, supervisor):
    factories.approved(case, supervisor)
    boss.post(reverse("case-step", args=[case.uuid, "reopen"]), {"reopen-reason": "The interview was continued."})
    assert fresh(case).state == "draft"
    assert "The interview was continued." in words(worker.get(url("case", case)))
    assert "The interview was continued." in words(worker.get(url("version", case, 1)))


def test_nobody_stands_in_for_themselves(boss, version, case):
    before = Entry.objects.filter(action="review.stand-in").count()
    refused = boss.post(reverse("case-step", args=[case.uuid, "stand-in"]))
    assert refused.status_code == 409
    assert "reviews this memo already" in words(refused)
    assert Entry.objects.filter(action="review.stand-in").count() == before


def test_a_memo_in_somebodys_hands_waits_for_nobody_else(library, case, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    factories.submitted(case)
    assert Notification.objects.filter(user=other, kind="submitted", read_at=None).exists()
    actions.take(fresh(case), by=supervisor)
    assert not Notification.objects.filter(kind="submitted", read_at=None).exists()
    actions.hand_back(fresh(case), by=supervisor)
    assert Notification.objects.get(kind="submitted", read_at=None).user == other


def test_who_lost_the_review_to_a_colleague_is_told_so(boss, version, case, make_user, office):
    page = boss.get(url("review", case))
    actions.stand_in(fresh(case), by=make_user(Role.SUPERVISOR, office, "other"))
    refused = boss.post(url("review", case), filled(page), headers={"X-Autosave": "1"})
    assert refused.status_code == 409
    assert "reviews this memo now" in refused.json()["message"]


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


def test_a_returned_case_shows_first_what_is_to_be_done_and_what_is_correct_in_one_line(worker, case, supervisor):
    version = factories.in_review(case, supervisor)
    factories.graded(version, supervisor)
    SectionReview.objects.filter(section="fact-F1").update(grade=Grade.MINOR, comment="Say more.")
    actions.send_back(fresh(case), by=supervisor, number=1, digest=version.content_sha256, remark="See F1.")
    comments = worker.get(url("case", case)).context["comments"]
    assert [(c.review.grade, c.review.comment) for c in comments.told] == [("minor", "Say more.")]
    assert len(comments.correct) == len(sections_of(version)) - 1
