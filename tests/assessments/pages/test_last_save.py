"""The last save of a page, sent while an earlier one may still be in progress, in both orders of arrival."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from assessments import actions
from assessments.models import FactAssessment, IntakeDraft
from tests.assessments.walk import begun, stored, typed
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(client, library, caseworker):
    return signed_in(caseworker, client)


def send(client, address, sent, under_way=None):
    more = {"under_way": urlencode(under_way, doseq=True)} if under_way else {}
    body = urlencode({**sent, **more}, doseq=True)  # as the page's script sends it
    return client.post(address, body, content_type="application/x-www-form-urlencoded", headers={"X-Autosave": "1"})


@pytest.mark.parametrize("arrives", ["before", "after", "never"])
def test_the_last_text_is_saved_whenever_the_earlier_save_arrives(worker, caseworker, arrives):
    case = stored(caseworker)
    address = reverse("fact", args=[case.uuid, "F1"])
    earlier = {"version": "0", "reasoning": "Half a", "outcome": "not-assessed"}
    last = {**earlier, "reasoning": "Half a sentence."}
    if arrives == "before":
        assert send(worker, address, earlier).json()["version"] == 1
    assert send(worker, address, last, under_way=earlier).json()["version"] == 2
    if arrives == "after":
        assert send(worker, address, earlier).status_code == 409
    assert FactAssessment.objects.get().reasoning == "Half a sentence."


def test_text_saved_meanwhile_is_not_overwritten(worker, caseworker):
    case = stored(caseworker)
    address = reverse("fact", args=[case.uuid, "F1"])
    theirs = {"version": "0", "reasoning": "Theirs.", "outcome": "not-assessed"}
    assert send(worker, address, theirs).status_code == 200
    mine = {**theirs, "reasoning": "Mi"}
    assert send(worker, address, {**mine, "reasoning": "Mine."}, under_way=mine).status_code == 409
    assert FactAssessment.objects.get().reasoning == "Theirs."


def test_a_text_whose_token_is_a_checksum_is_saved_too(worker, caseworker):
    """The token of a justification is a checksum, so the next one cannot be computed from it."""
    case = stored(caseworker)
    address = reverse("relocation", args=[case.uuid])
    earlier = {"age-version": str(actions.text_version("")), "age-justification": "It"}
    send(worker, address, earlier)
    assert send(worker, address, {**earlier, "age-justification": "It serves."}, under_way=earlier).status_code == 200
    case.refresh_from_db()
    assert case.old_coi_justification == "It serves."


def test_an_intake_begins_once(worker):
    draft = "6f2b1c1e-0d0f-4f8e-9a53-0c5bb5f2a001"
    earlier = typed(draft=draft) | {"version": "0"}
    answer = send(worker, reverse("case-new"), {**earlier, "reference": "N-2"}, under_way=earlier)
    assert answer.status_code == 200
    assert IntakeDraft.objects.get().data["reference"] == ["N-2"]


def test_saving_by_button_ignores_the_field_of_the_last_save(worker):
    draft = begun(worker)
    answer = worker.post(
        reverse("intake", args=[draft.uuid, "applicant"]), {**typed(), "version": "1", "under_way": "version=1"}
    )
    assert answer.status_code in (200, 302)


def test_an_address_that_saves_nothing_is_called_once(worker):
    assert send(worker, reverse("case-row", args=["places"]), {"add": "places"}, {"add": "places"}).status_code == 200
