"""The security headers, on answers of every status, whoever refused the request."""

from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'",
    "Permissions-Policy": "camera=()",
    "X-Robots-Tag": "noindex",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Request-Id": "",
}
PAGES = {
    "a page": (200, "GET", "/sign-in/", {}),
    "a page that needs sign-in": (302, "GET", "/", {}),
    "another host's name": (400, "GET", "/sign-in/", {"headers": {"host": "elsewhere.example"}}),
    "a form without its token": (403, "POST", "/sign-in/", {}),
    "no such page": (404, "GET", "/none/", {}),
    "a wrong method": (405, "POST", "/robots.txt", {}),
    "a part of a page without a session": (401, "GET", "/", {"headers": {"HX-Request": "true"}}),
    "a link that is over": (410, "GET", "/password/new/", {}),
    "an error of ours": (500, "GET", "/sign-in/", {}),
    "a database that is away": (503, "GET", "/sign-in/", {}),
    "a file for robots": (200, "GET", "/robots.txt", {}),
    "a file for those who found a flaw": (200, "GET", "/.well-known/security.txt", {}),
    "a health page": (200, "GET", "/health/live", {}),
}

FAILURES = {500: ZeroDivisionError(), 503: OperationalError("database is locked")}


def expect_headers(response, expected=EXPECTED):
    lacking = {name for name, part in expected.items() if name not in response or part not in response[name]}
    assert lacking == set()


@pytest.mark.parametrize("case", PAGES)
def test_every_answer_has_every_header(case, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURITY_CONTACT = "mailto:security@office.example"
    settings.SECURE_HSTS_SECONDS = 31536000
    status, method, path, extra = PAGES[case]
    client = Client(enforce_csrf_checks=status == 403, raise_request_exception=False)
    if status in FAILURES:
        monkeypatch.setattr("accounts.views.SignInView.get", Mock(side_effect=FAILURES[status]))
    response = client.generic(method, path, secure=True, **extra)
    assert response.status_code == status
    expect_headers(response)
    assert "no-store" in response["Cache-Control"]


def test_a_signed_in_page_has_every_header(settings, caseworker):
    settings.SECURE_HSTS_SECONDS = 31536000
    client = Client()
    client.force_login(caseworker)
    response = client.get("/", secure=True)
    assert response.status_code == 200
    expect_headers(response)


def test_a_static_file_has_the_headers_and_may_be_kept(settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True  # as without collectstatic
    client = Client()
    response = client.get("/static/css/app.css", secure=True)
    assert b"".join(response.streaming_content)
    response.close()
    assert response.status_code == 200
    expect_headers(response, {name: EXPECTED[name] for name in EXPECTED if name != "Strict-Transport-Security"})
    assert "no-store" not in response.get("Cache-Control", "")


def test_the_policy_allows_this_site_and_nothing_else():
    policy = Client().get("/sign-in/")["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    of_this_site = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
    none_at_all = ("default-src", "frame-ancestors", "base-uri")
    assert directives == dict.fromkeys(of_this_site, "'self'") | dict.fromkeys(none_at_all, "'none'")


def test_robots_are_told_to_stay_away():
    assert Client().get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_security_txt_names_the_contact_and_a_day_within_a_year(settings):
    settings.SECURITY_CONTACT = "mailto:security@office.example"
    response = Client().get("/.well-known/security.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "Contact: mailto:security@office.example"
    assert lines[1].startswith("Expires: 20")
    assert lines[1].endswith("Z")


def test_without_a_contact_there_is_no_security_txt(settings):
    settings.SECURITY_CONTACT = ""
    assert Client().get("/.well-known/security.txt").status_code == 404
