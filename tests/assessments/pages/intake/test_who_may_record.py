"""Who may open an intake or the change of a case."""

import pytest
from django.urls import reverse

from assessments.models import Case, IntakeDraft
from tests.assessments.pages.intake.step_addresses import at
from tests.assessments.walk import (
    begun,
    draft_of,
    keep,
    send,
    stored,
    typed,
)
from tests.browser_post import BrowserClient
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def test_intake_of_somebody_else_does_not_exist(worker, caseworker, colleague, make_user, office, other_office):
    draft = begun(worker)
    strangers = [
        colleague,
        make_user("caseworker", other_office),
        make_user("supervisor", office, "boss"),
        make_user("coi-admin", office),
        make_user("auditor", office),
        make_user("caseworker", None, "root", is_superuser=True, is_staff=True),
    ]
    for stranger in strangers:
        client = signed_in(stranger)
        for step in ("applicant", "facts", "check"):
            assert client.get(at(draft, step)).status_code == 404
            assert send(client, draft, step, typed(), autosave=step == "facts").status_code == 404
        assert client.post(reverse("intake-discard", args=[draft.uuid])).status_code == 404
        first = client.post(reverse("case-new"), typed(draft=str(draft.uuid)))
        assert first.status_code == (404 if stranger.is_caseworker and stranger.office else 403)
        row = client.post(reverse("case-row", args=["facts"]), typed(add="facts", draft=str(draft.uuid)))
        assert row.status_code == (404 if stranger.is_caseworker and stranger.office else 403)
    stranger = BrowserClient()
    for answer in (stranger.get(at(draft, "facts")), send(stranger, draft, "facts", typed())):
        assert answer.url.startswith(reverse("sign-in"))
    assert IntakeDraft.objects.get().version == draft.version
    assert worker.get(at(draft, "nonsense")).status_code == 404


def test_change_of_a_shared_case_is_open_to_the_office_and_to_nobody_else(
    worker, caseworker, colleague, make_user, office
):
    case = stored(caseworker)
    draft = draft_of(worker, case)
    theirs = signed_in(colleague)
    assert theirs.get(at(draft, "facts")).status_code == 404
    Case.objects.update(is_shared=True)
    assert theirs.get(at(draft, "facts")).status_code == 200
    boss = signed_in(make_user("supervisor", office, "boss"))
    assert boss.get(at(draft, "facts")).status_code == 404
    assert boss.get(reverse("case-edit", args=[case.uuid])).status_code == 403


def test_a_caseworker_who_lost_role_or_office_loses_access(worker, caseworker):
    draft = keep(worker, typed())
    caseworker.office = None
    caseworker.save()
    signed_in(caseworker, worker)
    assert send(worker, draft, "check").status_code == 409
    caseworker.role = "auditor"
    caseworker.save()
    signed_in(caseworker, worker)
    assert worker.get(at(draft, "facts")).status_code == 404
    assert not Case.objects.exists()
