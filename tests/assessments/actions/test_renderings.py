"""A PDF is made once, by a worker where one lives, and kept under the digest of what it is made of."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from assessments import actions
from assessments.actions import renderings
from assessments.memo import file_check, pdf_renderer, verification, word_copy
from assessments.memo.document_mark import DocumentMark
from assessments.models import Case, MemoVersion, Rendering
from assessments.office import retention
from audit.models import Entry
from coi.models import EventImport
from jobs import queue
from jobs.models import Worker
from jobs.worker import Runner
from tests import factories
from tests.assessments.pages.review.review_forms import decide
from tests.factories import PDF, fresh, make_case
from tests.markup import elements, visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(monkeypatch):
    """What was printed, as HTML."""
    found: list[str] = []
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: found.append(html) or PDF)
    return found


@pytest.fixture
def case(library, caseworker):
    return make_case(caseworker)


@pytest.fixture
def a_worker(db):
    """A worker lives; run() lets it do what waits."""
    queue.sign("somewhere")
    return lambda: Runner(look=0).run(until_empty=True)


def draft(case, user=None):
    return signed_in(user or case.author).get(reverse("case-memo", args=[case.uuid]))


# --- without a worker -----------------------------------------------------------------------------


def test_without_a_worker_the_request_makes_it_and_the_next_one_finds_it(case, supervisor, printed):
    assert draft(case).content == PDF
    assert draft(case, supervisor).content == PDF
    assert len(printed) == 1
    Case.objects.filter(pk=case.pk).update(note="Another remark.")
    case.facts.filter(ident="F1").update(statement="Changed since.")
    assert draft(case).content == PDF
    assert len(printed) == 2
    assert "Changed since." in printed[1]
    assert Rendering.objects.filter(case=case).count() == 1  # the newest only
    assert Entry.objects.filter(action="memo.export").count() == 3


def test_another_release_prints_it_anew(case, printed, monkeypatch):
    draft(case)
    monkeypatch.setattr(pdf_renderer, "printed_by", lambda: "another release")
    draft(case)
    assert len(printed) == 2


def test_a_new_secret_key_makes_a_pdf_again(case, printed, settings):
    draft(case)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert draft(case).content == PDF
    assert draft(case).content == PDF
    assert len(printed) == 2


def test_no_more_at_once_than_the_setting_allows_and_the_page_says_that_it_waits(case, printed, settings, caseworker):
    settings.MEMOS_AT_ONCE = 1
    other = make_case(caseworker, reference="N-2026-7")
    draft(other)
    Rendering.objects.update(state="waiting", pdf=None, asked_at=timezone.now() - timedelta(seconds=5))
    busy = queue.take(Rendering, by="another request", most=1, lease=renderings.lease())
    answer = draft(case)
    assert (answer.status_code, answer["Refresh"].partition(";")[0]) == (202, "2")
    assert "The file waits its turn: 1 other is made first." in visible_text(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert len(printed) == 1
    queue.end(busy, "done", pdf=PDF)
    assert draft(case).content == PDF


@pytest.fixture
def one_is_being_made(printed, settings, caseworker):
    """Another file is being made, and no more than one may be."""
    settings.MEMOS_AT_ONCE = 1
    other = make_case(caseworker, reference="N-2026-7")
    draft(other)
    Rendering.objects.update(state="waiting", pdf=None, asked_at=timezone.now() - timedelta(seconds=5))
    return queue.take(Rendering, by="another request", most=1, lease=renderings.lease())


def test_a_word_copy_counts_and_waits_its_turn(case, supervisor, one_is_being_made, monkeypatch):
    limits = []
    monkeypatch.setattr(word_copy, "word_copy", lambda html, **more: limits.append(more["seconds"]) or b"PK")
    version = factories.submitted(case)
    client, address = signed_in(supervisor), reverse("version-word", args=[case.uuid, version.number])
    answer = client.get(address)
    assert answer.status_code == 202
    assert "The file waits its turn: 1 other is made first." in visible_text(answer)
    queue.end(one_is_being_made, "done", pdf=PDF)
    assert [client.get(address).content for _n in range(2)] == [b"PK", b"PK"]
    assert limits == [settings.MEMO_SECONDS]


def test_a_worker_makes_a_word_copy(case, supervisor, printed, a_worker, monkeypatch):
    monkeypatch.setattr(word_copy, "word_copy", lambda html, **more: b"PK")
    version = factories.submitted(case)
    client, address = signed_in(supervisor), reverse("version-word", args=[case.uuid, version.number])
    assert client.get(address).status_code == 202
    assert a_worker() == 1
    assert (client.get(address).content, printed) == (b"PK", [])


def test_the_print_for_a_check_counts_and_says_that_it_waits(
    case, supervisor, one_is_being_made, monkeypatch, printed, a_worker
):
    version = factories.submitted(case)
    mark = DocumentMark(version.content_sha256, version.number, "submitted")
    monkeypatch.setattr(verification, "mark_in", lambda pdf: mark)
    monkeypatch.setattr(file_check, "mark_in", lambda pdf: mark)

    def checked():
        file = SimpleUploadedFile("memo.pdf", PDF, "application/pdf")
        return signed_in(supervisor).post(reverse("memo-check"), {"file": file})

    waits = checked()
    assert (waits.status_code, waits["Retry-After"], len(printed)) == (503, "2", 1)
    assert "not checked yet: 1 other file is made first" in visible_text(waits)
    assert not Entry.objects.filter(action="memo.check").exists()
    queue.end(one_is_being_made, "done", pdf=PDF)
    for _n in range(2):  # by this request, although a worker lives, and once
        assert "an unchanged draft of version 1" in visible_text(checked())
    assert len(printed) == 2


def test_a_failure_is_told_again_for_a_minute_and_then_tried_again(case, monkeypatch):
    tried = []

    def fails(html, **limits):
        tried.append(html)
        raise pdf_renderer.MemoTooSlow("The memo took too long.")

    monkeypatch.setattr(pdf_renderer, "render_pdf", fails)
    for _n in range(2):
        answer = draft(case)
        assert answer.status_code == 503
        assert "The memo took too long." in visible_text(answer.content.decode())
    assert len(tried) == 1
    Rendering.objects.update(ended_at=timezone.now() - renderings.TOLD_FOR - timedelta(seconds=1))
    draft(case)
    assert len(tried) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        pdf_renderer.MissingGlyph({"한", "\ud800"}),
        pdf_renderer.MemoTooSlow("Too slow."),
        pdf_renderer.MemoTooLarge("Too large."),
        pdf_renderer.MemoFailed("It could not be made."),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
def test_a_refusal_comes_back_as_it_was(refusal, case, printed):
    draft(case)
    Rendering.objects.update(problem=renderings._problem(refusal))
    again = renderings._refusal(Rendering.objects.get().problem)
    assert (type(again), str(again)) == (type(refusal), str(refusal))


def test_what_is_met_by_no_rule_is_not_left_behind_as_being_made(case, monkeypatch):
    def breaks(html, **limits):
        raise ZeroDivisionError

    monkeypatch.setattr(pdf_renderer, "render_pdf", breaks)
    with pytest.raises(ZeroDivisionError):
        draft(case)
    assert not Rendering.objects.exists()


# --- with a worker --------------------------------------------------------------------------------


def test_a_worker_makes_it_and_the_page_fetches_it(case, printed, a_worker):
    answer = draft(case)
    assert (answer.status_code, answer["Refresh"].partition(";")[0], answer["Retry-After"]) == (202, "2", "2")
    assert "The file is the next to be made." in visible_text(answer.content.decode())
    assert (printed, Entry.objects.filter(action="memo.export").count()) == ([], 0)
    assert a_worker() == 1
    assert draft(case).content == PDF
    assert len(printed) == 1
    assert Entry.objects.filter(action="memo.export").count() == 1


def test_a_row_that_waits_holds_no_text_of_the_case(case, printed, a_worker):
    draft(case)
    row = Rendering.objects.values().get()
    assert (row["pdf"], row["problem"], row["target"], row["what"]) == (None, {}, "", "draft")
    assert case.reference not in repr(row)


FILES = ["case-memo", "version-memo", "disclosure-export", "questions-export"]


@pytest.mark.parametrize("name", FILES)
def test_worker_and_page_make_every_file_of_the_same(name, case, supervisor, printed, a_worker):
    version = factories.submitted(case)
    address = reverse(name, args=[case.uuid, *([version.number] if name == "version-memo" else [])])
    client = signed_in(supervisor)
    assert client.get(address).status_code == 202
    assert a_worker() == 1
    assert (client.get(address).status_code, len(printed)) == (200, 1)
    assert printed[0].startswith("<!DOCTYPE html>")


def test_the_request_makes_it_while_every_worker_reads_an_import(case, printed, a_worker):
    held = {"state": "running", "taken_by": "somewhere", "lease_until": timezone.now() + timedelta(minutes=1)}
    given = {"code": "given", "country": "ML", "retrieved_on": date(2026, 11, 2), "begun_by": case.author}
    job = EventImport.objects.create(**given, **held)
    assert draft(case).content == PDF
    Rendering.objects.all().delete()
    queue.sign("free")
    assert draft(case).status_code == 202
    queue.sign_off("free")
    job.lease_until = timezone.now()
    job.save()
    assert draft(case).status_code == 202


def test_a_case_that_changed_meanwhile_is_asked_for_anew(case, printed, a_worker):
    draft(case)
    case.facts.filter(ident="F1").update(statement="Changed since.")
    a_worker()
    assert (printed, Rendering.objects.count()) == ([], 0)
    queue.sign("somewhere")
    assert draft(case).status_code == 202
    a_worker()
    assert "Changed since." in printed[0]


def test_who_may_not_see_the_case_gets_nothing_of_what_is_kept(case, printed, a_worker, make_user, other_office):
    draft(case)
    a_worker()
    assert draft(case, make_user("supervisor", other_office)).status_code == 404


def test_what_a_worker_cannot_make_is_said_by_the_page(case, a_worker, monkeypatch):
    def fails(html, **limits):
        raise pdf_renderer.MissingGlyph({"한"})

    monkeypatch.setattr(pdf_renderer, "render_pdf", fails)
    draft(case)
    a_worker()
    answer = draft(case)
    assert answer.status_code == 422
    assert "U+D55C" in visible_text(answer.content.decode())


def test_an_error_that_a_worker_does_not_know_is_logged_without_its_text(case, a_worker, monkeypatch, caplog):
    def breaks(html, **limits):
        raise ZeroDivisionError("Armed men attacked the village.")

    monkeypatch.setattr(pdf_renderer, "render_pdf", breaks)
    draft(case)
    a_worker()
    assert "ZeroDivisionError" in caplog.text
    assert "Armed men" not in caplog.text
    assert "could not be made" in visible_text(draft(case).content.decode())


# --- an approval ----------------------------------------------------------------------------------


@pytest.fixture
def version(case, supervisor):
    return factories.graded(factories.in_review(case, supervisor), supervisor)


def test_an_approval_waits_for_its_pdf_on_a_page_that_asks_again(case, version, supervisor, printed, a_worker):
    client = signed_in(supervisor)
    waits = decide(client, case, "approve", remark="Well\nreasoned.")
    assert waits.status_code == 202
    assert "Refresh" not in waits  # a form is sent again, by its button or by the script
    assert fresh(case).state == "in-review"
    assert not Entry.objects.filter(action="memo.approve").exists()
    (form,) = elements(waits, "form[data-again]")
    fields = {each.get("name"): each.get("value") for each in elements(form, "input")}
    assert fields["decision"] == "approve"
    a_worker()
    answer = client.post(reverse("decide", args=[case.uuid]), fields)
    assert answer.url == reverse("case", args=[case.uuid])
    made = MemoVersion.objects.get()
    assert (made.state, bytes(made.pdf), made.decision_note.split()) == ("approved", PDF, ["Well", "reasoned."])
    assert len(printed) == 1
    assert str(supervisor) in printed[0]
    assert not Rendering.objects.filter(what="approval").exists()  # it is in the version now


@pytest.mark.parametrize("change", [{"pdf": b"%PDF-1.7 forged"}, {"pdf": b"%PDF-1.7 forged", "seal": "0" * 64}])
def test_a_pdf_that_was_changed_before_the_approval_is_not_approved(
    change, case, version, supervisor, printed, a_worker
):
    client = signed_in(supervisor)
    decide(client, case, "approve")
    a_worker()
    assert Rendering.objects.filter(what="approval").update(**change) == 1
    assert decide(client, case, "approve").status_code == 202  # made again
    a_worker()
    decide(client, case, "approve")
    made = MemoVersion.objects.get()
    assert (made.state, bytes(made.pdf)) == ("approved", PDF)


def test_a_memo_that_was_made_for_an_approval_is_not_approved(case, version, supervisor, printed, a_worker):
    decide(signed_in(supervisor), case, "approve")
    a_worker()
    assert MemoVersion.objects.get().state == "in-review"
    address = reverse("version-memo", args=[case.uuid, 1])
    assert signed_in(supervisor).get(address).status_code == 202
    a_worker()
    assert signed_in(supervisor).get(address).status_code == 200
    assert [Rendering.objects.get(what=what).state for what in ("approval", "version")] == ["done", "done"]
    assert 'class="draft"' in printed[-1]


def test_a_command_waits_for_no_worker(case, version, supervisor, printed, a_worker):
    made = actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256, here=True)
    assert bytes(made.pdf) == PDF


# --- erasing --------------------------------------------------------------------------------------


def test_it_goes_with_the_case_and_after_a_day(case, printed, caseworker):
    draft(case)
    other = make_case(caseworker, reference="N-2026-7")
    draft(other)
    case.delete()
    assert Rendering.objects.get().case == other
    assert retention.purge(timezone.now() + timedelta(days=1, minutes=1))["renderings"] == 1


def test_the_command_does_what_waits_and_stops(case, printed, a_worker, capsys):
    draft(case)
    call_command("run_worker", "--until-empty")
    assert "stopped after 1 jobs" in capsys.readouterr().out
    assert Rendering.objects.get().state == "done"
    assert [worker.name for worker in Worker.objects.all()] == ["somewhere"]
