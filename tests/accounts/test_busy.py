"""If others hold the database for too long, the page says so and the request can be sent again."""

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from accounts.unavailable import why_unavailable
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("database or disk is full", "The disk of the server may be full"),
        ("attempt to write a readonly database", "The disk of the server may be full"),
        ("unable to open database file", "The database does not answer"),
    ],
)
def test_a_full_disk_or_an_absent_database_is_told_apart(ask, words, said):
    page, save = ask(words), ask(words, autosave=True)
    assert (page.status_code, save.status_code) == (503, 503)
    assert int(page["Retry-After"]) == int(save["Retry-After"]) > 5
    assert said in visible_text(page.content.decode())
    assert "Your text is still here" in save.json()["message"]


def test_errors_of_postgresql_s_driver_count_as_absent_and_mistakes_do_not():
    lost = OperationalError("consuming input failed")
    lost.__cause__ = psycopg.errors.AdminShutdown()
    assert [why_unavailable(each) for each in (lost, InterfaceError("closed"))] == ["absent"] * 2
    assert [why_unavailable(each) for each in (OperationalError("no such table"), ValueError(), None)] == [None] * 3


def test_an_error_before_the_page_is_answered_as_one_in_it(caseworker, monkeypatch):
    client = signed_in(caseworker)
    client.raise_request_exception = False
    error = OperationalError("database is locked")
    monkeypatch.setattr(SessionStore, "load", lambda self: (_ for _ in ()).throw(error))
    assert client.get("/").status_code == 503
    monkeypatch.setattr(SessionStore, "load", lambda self: 1 / 0)
    assert client.get("/").status_code == 500


def test_other_database_errors_do_not_count_as_busy(ask):
    with pytest.raises(OperationalError):
        ask("no such table: coi_finding")
