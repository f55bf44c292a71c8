"""A case is erased before its time if one person asks and another approves."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Role
from assessments.actions import NotAllowed
from assessments.models import Case, ErasureRequest, RecallCheck
from assessments.office import erasure
from audit.models import Entry
from tests import factories
from tests.assessments.filled_case import fill
from tests.markup import value, visible_text
from tests.sign_in import signed_in

ASKED = {"because": "asked", "reasons": "Invented: the applicant withdrew."}


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def case(library, caseworker):
    return factories.make_case(caseworker)


@pytest.fixture
def asked(case):
    return erasure.request_erasure(case, **ASKED, by=case.author)


def page_of(case) -> str:
    return reverse("applicant-data", args=[case.uuid])


def decide(user, case, what: str, number: int):
    body = {"do": what, "request": number}
    return signed_in(user).post(reverse("erasure-decide", args=[case.uuid]), body)


def test_an_approved_erasure_leaves_no_row_and_no_file(case, supervisor, settings):
    fill(case, supervisor)
    former = settings.VAR_DIR / "batches"
    former.mkdir()
    (former / "one.zip").write_bytes(b"PK")
    erasure.approve(case, number=case.erasure_request.pk, by=supervisor)
    of_an_edition = RecallCheck  # which memo it compared is in ComparedMemo
    models = [m for m in apps.get_app_config("assessments").get_models() if m is not of_an_edition]
    assert [m for m in models if m.objects.exists()] == []
    assert not former.exists()


def test_the_record_keeps_who_asked_who_approved_and_the_ground_only(case, asked, supervisor):
    author, uuid = case.author, str(case.uuid)
    erasure.approve(case, number=asked.pk, by=supervisor)
    request, approval = Entry.objects.filter(action__startswith="erasure.").order_by("pk")
    assert (request.action, request.actor, request.object_id) == ("erasure.request", str(author.pk), uuid)
    assert request.details == {"because": "asked"}
    assert (approval.action, approval.actor, approval.object_id) == ("erasure.approve", str(supervisor.pk), uuid)
    assert approval.details == {"because": "asked", "requested_by": str(author.pk)}


def test_another_case_stays(case, asked, caseworker, supervisor):
    other = factories.make_case(caseworker, reference="DEMO-2026-0999")
    erasure.approve(case, number=asked.pk, by=supervisor)
    assert list(Case.objects.all()) == [other]


def test_sqlite_overwrites_what_is_erased(case, asked, supervisor, monkeypatch):
    said = []
    monkeypatch.setattr("assessments.office.retention._pragma", said.append)
    erasure.approve(case, number=asked.pk, by=supervisor)
    assert said[:1] == (["secure_delete = ON"] if connection.vendor == "sqlite" else [])


# --- two people -----------------------------------------------------------------------------------


def test_nobody_approves_their_own_request(case, supervisor):
    own = erasure.request_erasure(case, **ASKED, by=supervisor)
    with pytest.raises(NotAllowed, match="who did not ask"):
        erasure.approve(case, number=own.pk, by=supervisor)
    assert Case.objects.filter(pk=case.pk).exists()


def test_the_database_refuses_an_approval_by_the_person_who_asked(case, asked):
    with pytest.raises(IntegrityError, match="erasure_is_approved_by_a_second_person"), transaction.atomic():
        ErasureRequest.objects.update(approved_by=case.author)


def test_a_caseworker_does_not_approve(case, asked, make_user, office):
    colleague = make_user(Role.CASEWORKER, office, "colleague")
    Case.objects.update(is_shared=True)
    answer = decide(colleague, case, "erase", asked.pk)
    assert answer.status_code == 409
    assert "A supervisor of the office who did not ask" in visible_text(answer)
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_supervisor_of_another_office_finds_no_case(case, asked, make_user, other_office):
    assert decide(make_user(Role.SUPERVISOR, other_office), case, "erase", asked.pk).status_code == 404
    assert Case.objects.filter(pk=case.pk).exists()


def test_an_approval_is_of_the_request_that_was_read(case, asked, supervisor):
    erasure.end_request(case, number=asked.pk, by=case.author)
    answer = decide(supervisor, case, "erase", asked.pk)
    assert answer.status_code == 409
    assert "it was withdrawn or declined" in visible_text(answer)
    assert Case.objects.filter(pk=case.pk).exists()


# --- the pages ------------------------------------------------------------------------------------


def test_one_asks_and_another_erases_on_the_page(case, supervisor):
    author = signed_in(case.author)
    author.post(reverse("erasure-request", args=[case.uuid]), ASKED)
    own = visible_text(author.get(page_of(case)))
    assert "Withdraw the request" in own
    assert "Erase the case for good" not in own
    read = signed_in(supervisor).get(page_of(case))
    assert ASKED["reasons"] in visible_text(read)
    answer = decide(supervisor, case, "erase", int(value(read, "[name=request]")))
    assert answer["Location"] == reverse("home")
    assert not Case.objects.exists()
    assert author.get(page_of(case)).status_code == 404


def test_a_request_without_ground_or_reasons_names_both_and_keeps_what_was_typed(case):
    client = signed_in(case.author)
    for body, told in (
        ({"reasons": "Invented words."}, "Choose why the case is erased."),
        ({"because": "asked", "reasons": " "}, "Write the reasons."),
    ):
        answer = client.post(reverse("erasure-request", args=[case.uuid]), body)
        assert answer.status_code == 422
        assert told in visible_text(answer)
        assert body["reasons"].strip() in answer.content.decode()
    assert not ErasureRequest.objects.exists()


def test_a_second_request_is_refused_and_the_first_is_shown(case, asked, supervisor):
    answer = signed_in(supervisor).post(reverse("erasure-request", args=[case.uuid]), ASKED)
    assert answer.status_code == 409
    assert "already asked for the erasure" in visible_text(answer)
    assert ErasureRequest.objects.count() == 1


@pytest.mark.parametrize("who", ["author", "supervisor"])
def test_a_request_is_withdrawn_or_declined_and_the_case_stays(case, asked, supervisor, who):
    answer = decide({"author": case.author, "supervisor": supervisor}[who], case, "end", asked.pk)
    assert answer.status_code == 302
    assert Case.objects.filter(pk=case.pk).exists()
    assert not ErasureRequest.objects.exists()
    assert Entry.objects.filter(action="erasure.decline", object_id=str(case.uuid)).exists()


def test_who_did_not_ask_and_may_not_approve_cannot_end_the_request(case, asked, make_user, office):
    Case.objects.update(is_shared=True)
    assert decide(make_user(Role.CASEWORKER, office, "colleague"), case, "end", asked.pk).status_code == 409
    assert ErasureRequest.objects.exists()
