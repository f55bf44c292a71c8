"""If the audit record cannot be written, the action is refused. Refusals are recorded."""

import uuid

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from assessments import actions
from assessments.models import Case
from audit.models import Entry
from audit.record import RecordUnavailable, record, record_once
from tests.factories import make_case
from tests.sign_in import signed_in


@pytest.fixture
def case(library, caseworker) -> Case:
    return make_case(caseworker)


def everything() -> dict[str, list]:
    """Return everything stored on cases, offices, users and the audit record."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for app in ("assessments", "accounts", "audit")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }


# --- an audit record that cannot be written --------------------------------------------------------


@pytest.mark.parametrize("write", [record, record_once])
def test_a_failure_to_write_has_a_name_of_its_own(break_record, write):
    break_record()
    with pytest.raises(RecordUnavailable), transaction.atomic():
        write(by="1", action="a")


@pytest.mark.parametrize(
    ("method", "address", "who"),
    [
        ("get", "case", "author"),
        ("get", "case", "supervisor"),
        ("get", "case-matches", "author"),
        ("get", "case-memo", "author"),
        ("post", "case-share", "author"),
        ("post", "case-take-over", "author"),
        ("get", "case", "elsewhere"),
        ("post", "case-share", "elsewhere"),
        ("get", "record", "auditor"),
        ("get", "record-export", "auditor"),
        ("post", "record-verify", "auditor"),
        ("get", "record", "author"),
    ],
)
def test_a_page_is_refused_where_it_cannot_be_recorded(
    case, break_record, make_user, office, other_office, method, address, who
):
    user = {
        "author": lambda: case.author,
        "supervisor": lambda: make_user(Role.SUPERVISOR, office),
        "elsewhere": lambda: make_user(Role.SUPERVISOR, other_office),
        "auditor": lambda: make_user(Role.AUDITOR, office),
    }[who]()
    client = signed_in(user)
    break_record()
    before = everything()
    data = {"shared": "1"} if method == "post" else None
    about_case = not address.startswith("record")
    response = getattr(client, method)(reverse(address, args=[case.uuid] if about_case else None), data)
    assert response.status_code == 503
    page = response.content.decode()
    assert "<h1>Your request was not carried out</h1>" in page
    assert case.reference not in page
    assert response["Retry-After"]
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert everything() == before


@pytest.mark.parametrize(
    "act",
    [
        lambda case: make_case(case.author, reference="N-2026-99999"),
        lambda case: actions.show_matches(case, by=case.author),
        lambda case: actions.share_case(case, shared=True, by=case.author),
        lambda case: actions.take_over(case, by=case.author),
        lambda case: actions.note_read(case, by=case.author),
    ],
    ids=["create", "show matches", "share", "take over", "read"],
)
def test_an_action_that_cannot_be_recorded_leaves_nothing(case, break_record, act):
    break_record()
    before = everything()
    with pytest.raises(RecordUnavailable), transaction.atomic():
        act(case)
    assert everything() == before


def test_an_autosave_is_answered_in_json(case, break_record):
    client = signed_in(case.author)
    break_record()
    response = client.post(reverse("case-share", args=[case.uuid]), {"shared": "1"}, headers={"X-Autosave": "1"})
    assert response.status_code == 503
    assert "Nothing was done" in response.json()["message"]


def test_other_faults_are_no_503(case, monkeypatch):
    def fault(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "note_read", fault)
    with pytest.raises(ZeroDivisionError):
        signed_in(case.author).get(reverse("case", args=[case.uuid]))


# --- refusals are recorded --------------------------------------------------------------------


def refusals() -> list[tuple]:
    return list(Entry.objects.filter(action="refused").values_list("actor", "object_type", "object_id", "details"))


def test_a_foreign_case_leaves_its_id_and_nothing_of_the_address(case, make_user, other_office):
    user = make_user(Role.SUPERVISOR, other_office)
    client = signed_in(user)
    for _n in range(2):
        assert client.get(reverse("case", args=[case.uuid]) + "?note=secret").status_code == 404
    one = (str(user.pk), "case", str(case.uuid), {"status": 404, "method": "GET"})
    assert refusals() == [one]
    assert client.post(reverse("case-share", args=[case.uuid])).status_code == 404
    assert refusals() == [one, (str(user.pk), "case-share", str(case.uuid), {"status": 404, "method": "POST"})]
    assert "secret" not in str(list(Entry.objects.values_list()))


def test_a_missing_case_is_recorded_like_another_offices(caseworker):
    missing = uuid.uuid4()
    assert signed_in(caseworker).get(reverse("case", args=[missing])).status_code == 404
    assert refusals() == [(str(caseworker.pk), "case", str(missing), {"status": 404, "method": "GET"})]


def test_every_403_is_recorded(make_user, office):
    user = make_user(Role.COI_ADMIN, office)
    assert signed_in(user).get(reverse("case-new")).status_code == 403
    assert refusals() == [(str(user.pk), "case-new", "", {"status": 403, "method": "GET"})]


def test_a_forged_form_is_recorded(case, make_user, office, client):
    from tests.browser_post import BrowserClient

    strict = BrowserClient(enforce_csrf_checks=True)
    signed_in(case.author, strict)
    assert strict.post(reverse("case-share", args=[case.uuid])).status_code == 403
    assert refusals() == [(str(case.author.pk), "case-share", str(case.uuid), {"status": 403, "method": "POST"})]


def test_only_refusals_of_objects_are_recorded(caseworker, client, case):
    assert client.get(reverse("case", args=[uuid.uuid4()])).status_code == 302  # a stranger is sent to sign in
    signed_in(caseworker, client)
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/cases/not-an-id/").status_code == 404
    assert client.get(reverse("region", args=["XX-1"])).status_code == 404
    assert client.get(reverse("case", args=[case.uuid])).status_code == 200
    assert refusals() == []


def test_an_unheard_of_method_is_not_copied_into_the_record(make_user, other_office, case):
    client = signed_in(make_user(Role.SUPERVISOR, other_office))
    assert client.generic("SECRET", reverse("case-new")).status_code in (403, 405)
    assert "SECRET" not in str(list(Entry.objects.values_list()))
