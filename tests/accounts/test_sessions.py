"""How long a session lasts, and what ends it at once."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import sessions
from accounts.models import Role
from tests import ROOT
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db
HOME = reverse("library")
MINUTE = 60


@pytest.fixture
def clock(monkeypatch):
    """The clock of sessions. ``clock(minutes)`` moves it on."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(sessions.time, "time", lambda: now[0])

    def later(minutes: float) -> None:
        now[0] += minutes * MINUTE

    return later


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def test_an_idle_session_ends_after_an_hour(clock, caseworker):
    client = signed_in(caseworker)
    clock(59)
    assert is_in(client)
    clock(59)
    assert is_in(client)
    clock(60)
    assert not is_in(client)
    assert client.get(reverse("session")).status_code == 401


def test_a_busy_session_ends_after_twelve_hours(clock, caseworker):
    client = signed_in(caseworker)
    for _half_hour in range(23):
        clock(30)
        assert is_in(client)
    clock(29)
    assert is_in(client)
    clock(1)
    assert not is_in(client)


def test_what_a_page_asks_by_itself_keeps_no_session_open(clock, caseworker):
    client = signed_in(caseworker)
    clock(40)
    assert client.get(HOME, headers={sessions.BY_ITSELF: "1"}).status_code == 200
    clock(20)
    assert not is_in(client)


def test_a_page_that_reloads_itself_keeps_no_session_open(clock, caseworker):
    client = signed_in(caseworker)
    waits = HttpResponse()
    sessions.reload_by_itself(RequestFactory().get(HOME, {"q": "a&b"}), waits, 2)
    seconds, address = waits["Refresh"].split("; url=")
    assert (seconds, address) == ("2", f"{HOME}?q=a%26b&by-itself=1")
    clock(40)
    assert client.get(address).status_code == 200
    clock(20)
    assert not is_in(client)


def test_a_session_that_does_not_say_when_it_began_is_over(caseworker):
    client = signed_in(caseworker)
    session = client.session
    del session[sessions.BEGAN]
    session.save()
    assert not is_in(client)


@pytest.mark.parametrize(
    "changes",
    [{"role": Role.AUDITOR}, {"office": None}, {"is_active": False}, {"is_staff": True}, {"is_superuser": True}],
)
def test_a_session_ends_when_the_powers_of_its_user_change(changes, caseworker):
    client = signed_in(caseworker)
    assert is_in(client)
    for name, value in changes.items():
        setattr(caseworker, name, value)
    caseworker.save()
    assert not is_in(client)


def test_a_session_ends_when_the_password_changes_and_not_with_a_name(caseworker):
    client = signed_in(caseworker)
    caseworker.first_name = "Another"
    caseworker.save()
    assert is_in(client)
    caseworker.set_password("another long password")
    caseworker.save()
    assert not is_in(client)


def test_a_session_outlives_a_new_secret_key_with_the_old_as_fallback(settings, caseworker):
    client = signed_in(caseworker)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 50
    assert is_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    client = signed_in(caseworker)
    settings.SECRET_KEY = "m" * 50
    assert not is_in(client)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many"])
def test_a_limit_that_is_no_whole_number_is_refused_at_start(value):
    run = [sys.executable, "-c", "import config.settings"]
    environment = {"PATH": "/usr/bin:/bin", "SESSION_IDLE_MINUTES": value}
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "SESSION_IDLE_MINUTES must be a whole number of at least 1" in done.stderr


def test_cookies_are_kept_from_scripts_and_other_sites(make_user, office):
    """The cookie of the session ends with the browser, too."""
    client = Client()
    user = make_user(Role.CASEWORKER, office, "somebody")
    client.post(reverse("sign-in"), {"username": user.username, "password": "a long enough password"})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"], name
        assert client.cookies[name]["samesite"] in ("Lax", "Strict"), name
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_messages_stay_out_of_cookies():
    """They may name places of a case."""
    request = RequestFactory().get(HOME)
    request.session = SessionStore()
    response = HttpResponse()
    storage = default_storage(request)
    storage.add(messages.SUCCESS, "Ménaka")
    storage.update(response)
    assert dict(response.cookies) == {}
    assert "naka" in str(dict(request.session))


def test_outside_development_no_other_host_of_the_domain_sets_the_cookies(tmp_path):
    """Browsers accept a name that starts with __Host- from the host itself alone, over TLS."""
    asked = "from config import settings; print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)"
    keys = {"SECRET_KEY": "k8#" * 20, "AUDIT_KEY": "Wp4-" * 12, "SECOND_FACTOR_KEY": "x7_" * 12}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=keys | {"DEBUG": "0", "VAR_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken"]
