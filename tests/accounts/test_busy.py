"""If others hold the database for too long, the page says so and the request can be sent again."""

import pytest
from django.db import OperationalError
from django.urls import reverse

from assessments.models import FactAssessment
from tests.factories import make_case
from tests.markup import visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(library, caseworker, monkeypatch):
    """Return ask(words, autosave=…), which makes a request meet a database error with these words."""
    client, case = signed_in(caseworker), make_case(caseworker)

    def send(words, *, autosave=False):
        def refuse(*args, **kwargs):
            raise OperationalError(words)

        monkeypatch.setattr("assessments.actions.note_read", refuse)
        address = reverse("fact", args=[case.uuid, "F1"])
        typed = {"version": 0, "outcome": "not-assessed", "reasoning": "Typed."}
        return client.post(address, typed, headers={"X-Autosave": "1"}) if autosave else client.get(address)

    return send


@pytest.mark.parametrize("words", ["database is locked", "deadlock detected"])
def test_a_locked_database_gives_a_message_and_can_be_retried(ask, words):
    page, save = ask(words), ask(words, autosave=True)
    assert (page.status_code, save.status_code) == (503, 503)
    assert page["Retry-After"] == save["Retry-After"] == "5"
    assert "Others are saving at the moment" in visible_text(page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert "Your text is still here" in save.json()["message"]
    assert not FactAssessment.objects.exists()


def test_other_database_errors_do_not_count_as_busy(ask):
    with pytest.raises(OperationalError):
        ask("no such table: coi_finding")
