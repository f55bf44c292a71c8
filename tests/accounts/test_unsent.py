"""A form sent after the session ended: nothing is stored, nothing is lost, and nobody else can send it."""

import html
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import unsent
from accounts.models import Role
from assessments.models import Case, IntakeDraft
from audit.models import Entry
from tests import factories
from tests.assessments.walk import begun, typed
from tests.browser_post import as_browsers_send
from tests.markup import elements, tree, values
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

PASSWORD = "correct horse battery staple"
TEXT = "First paragraph, typed for long.\r\n\r\nZweiter Absatz – mit „Zeichen“ & <b>."
HERE = "http://testserver"


@pytest.fixture
def worker(caseworker, supervisor):
    for user in (caseworker, supervisor):
        user.set_password(PASSWORD)
        user.save()
    return caseworker


@pytest.fixture
def browser(worker):
    """A browser that checks CSRF tokens, as a real one must."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": HERE})
    return signed_in(worker, client)


def sent_by(page: str, action: str) -> dict[str, list[str]]:
    """Return the hidden fields of the form with this action, with its address."""
    form = next(each for each in elements(page, "form") if each.get("action") == action)
    found: dict[str, list[str]] = {}
    for field in elements(form, "input[name]"):
        found.setdefault(field.get("name", ""), []).append(as_browsers_send(field.get("value", "")))
    return found


def marks_of(client: Client, address: str) -> dict[str, str]:
    """Return the token and the mark that a page at this address sends with its form."""
    page = tree(client.get(address))
    return {name: values(page, f"[name='{name}']")[0] for name in ("csrfmiddlewaretoken", unsent.TYPED_BY)}


def signed_in_again(client: Client, page: str, user: str) -> object:
    fields = sent_by(page, reverse("sign-in")) | {"username": [user], "password": [PASSWORD]}
    return client.post(reverse("sign-in"), fields)


# --- pages with a form --------------------------------------------------------------------------------


def _new_case(worker, _browser=None):
    return reverse("case-new"), reverse("case-new"), {"reference": "N-77", "places-0-place": TEXT, "places": "0"}


def _intake(worker, _browser=None):
    client = signed_in(worker)
    draft = begun(client)
    address = reverse("intake", args=[draft.uuid, "facts"])
    return address, address, {**typed(facts__0__statement=TEXT), "version": str(draft.version)}


def _fact(worker, _browser=None):
    case = factories.make_case(worker)
    page = reverse("fact", args=[case.uuid, "F1"])
    return page, page, {"reasons": TEXT, "version": "0"}


def _library(worker, browser):
    worker.role = Role.COI_ADMIN
    worker.save()
    signed_in(worker, browser)
    address = reverse("draft-new")
    return address, address, {"title": TEXT, "languages": ["en", "fr"]}


PAGES = {"a new case": _new_case, "an intake": _intake, "a fact of a case": _fact, "the library's new draft": _library}


@pytest.mark.parametrize("made", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("is_token_lost", [False, True], ids=["session ended", "session and token gone"])
def test_typed_text_is_there_after_signing_in(made, is_token_lost, browser, worker):
    page, address, values = made(worker, browser)
    marks = marks_of(browser, page)
    before = Case.objects.count(), IntakeDraft.objects.count(), Entry.objects.exclude(action__startswith="sign").count()
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    if is_token_lost:
        browser.cookies.pop(settings.CSRF_COOKIE_NAME)
    response = browser.post(address, values | marks)
    assert response.status_code in (401, 403)
    shown = response.content.decode()
    assert "Your answers are still here" in shown
    assert marks["csrfmiddlewaretoken"] not in shown
    assert (Case.objects.count(), IntakeDraft.objects.count()) == before[:2]

    wrong = browser.post(
        reverse("sign-in"), sent_by(shown, reverse("sign-in")) | {"username": ["x"], "password": ["y"]}
    )
    assert html.escape("Zweiter Absatz") in wrong.content.decode(), "a slip at sign-in loses nothing"
    again = signed_in_again(browser, wrong.content.decode(), worker.username)
    assert again.status_code == 200
    offered = sent_by(again.content.decode(), address)
    for name, value in values.items():
        assert offered[name] == (value if isinstance(value, list) else [value]), name
    assert "Zweiter Absatz" in again.content.decode().split('id="unsent-texts"')[1], "people see that it is there"
    assert (Case.objects.count(), IntakeDraft.objects.count()) == before[:2], "nothing is done before it is pressed"
    for session in Session.objects.all():
        assert "Absatz" not in json.dumps(session.get_decoded()), "the server keeps nothing of it"

    answered = browser.post(address, offered)
    assert answered.status_code in (200, 302, 409, 422), "the page itself answers now"
    if answered.status_code != 302:
        assert "Zweiter Absatz" in html.unescape(answered.content.decode())


def test_sent_again_it_is_saved(browser, worker):
    page, address, values = _intake(worker)
    values["facts-0-statement"] = said = "Armed men – “at night” & <by> car."
    marks = marks_of(browser, page)
    Session.objects.all().delete()
    shown = browser.post(address, values | marks).content.decode()
    again = signed_in_again(browser, shown, worker.username)
    assert browser.post(address, sent_by(again.content.decode(), address)).status_code == 302
    assert IntakeDraft.objects.get().data["facts-0-statement"] == [said]


def test_nobody_sends_text_that_another_user_typed(browser, worker, supervisor):
    page, address, values = _new_case(worker)
    marks = marks_of(browser, page)
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    shown = browser.post(address, values | marks).content.decode()
    again = signed_in_again(browser, shown, supervisor.username)
    assert (again.status_code, again.url) == (302, reverse("home"))
    assert "typed by another user" in browser.get(again.url).content.decode()
    # and another user signed in in another tab
    old = browser.post(address, values | marks)
    assert old.status_code == 403
    assert "Zweiter" not in old.content.decode()


def test_a_token_that_is_out_of_date_loses_nothing(browser, worker):
    page, address, values = _new_case(worker)
    marks = marks_of(browser, page)
    fields = sent_by(browser.get(reverse("library")).content.decode(), reverse("sign-out"))
    assert browser.post(reverse("sign-out"), fields).status_code == 302
    front = browser.get(reverse("sign-in")).content.decode()
    assert signed_in_again(browser, front, worker.username).status_code == 302
    response = browser.post(address, values | marks)
    assert response.status_code == 403
    shown = response.content.decode()
    assert "We could not check that this form came from this site." in shown
    offered = sent_by(shown, address)
    assert offered["places-0-place"] == [TEXT]
    assert browser.post(address, offered).status_code in (302, 422)
    assert IntakeDraft.objects.get().data["places-0-place"] == [TEXT.replace("\r\n", "\n")]


def test_signed_in_in_another_tab_before_the_sign_in_page_is_sent(browser, worker):
    page, address, values = _new_case(worker)
    marks = marks_of(browser, page)
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    shown = browser.post(address, values | marks).content.decode()
    front = browser.get(reverse("sign-in")).content.decode()
    signed_in_again(browser, front, worker.username)
    late = signed_in_again(browser, shown, worker.username)
    assert sent_by(late.content.decode(), address)["places-0-place"] == [TEXT]


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        ({"Origin": "https://elsewhere.example"}, {}),
        ({"Origin": "null"}, {}),
        ({"Origin": ""}, {}),
        ({}, {unsent.TYPED_BY: ""}),
        ({}, {"new_password": "secret"}),
        ({}, {"places-0-place": "x" * unsent.MOST_BYTES}),
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_foreign_or_too_large_forms_are_not_carried(headers, changes, is_signed_in, browser, worker):
    """Text from a page of another site must not be offered for sending with one press."""
    page, address, values = _new_case(worker)
    marks = marks_of(browser, page) | {"csrfmiddlewaretoken": "x" * 32}
    if not is_signed_in:
        browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    response = browser.post(address, values | marks | changes, headers=headers)
    assert response.status_code == 403
    assert "Zweiter" not in response.content.decode()
    assert "Send the form again" not in response.content.decode()


@pytest.mark.parametrize(
    "carried",
    [
        "", "{", "[]", "7", "{}", '{"path": 1, "typed_by": "1", "values": []}',
        '{"path": "//elsewhere.example/", "typed_by": "%s", "values": []}',
        '{"path": "https://elsewhere.example/", "typed_by": "%s", "values": []}',
        '{"path": "javascript:alert(1)", "typed_by": "%s", "values": []}',
        '{"path": "/", "typed_by": "%s", "values": [["a"]]}',
        '{"path": "/", "typed_by": "%s", "values": [["a", 1]]}',
        "[" * 5000,
    ],
)  # fmt: skip
def test_the_form_carried_by_the_sign_in_page_is_checked(carried, worker, client):
    carried = carried.replace("%s", str(worker.pk))
    fields = {"username": worker.username, "password": PASSWORD, "unsent": carried}
    response = client.post(reverse("sign-in"), fields)
    assert (response.status_code, response.url) == (302, reverse("home"))


def test_a_script_can_ask_whose_session_it_is_and_page_parts_are_refused_plainly(worker, client):
    assert client.get(reverse("session")).status_code == 401
    assert client.post(reverse("case-row", args=["places"]), headers={"HX-Request": "true"}).status_code == 401
    signed_in(worker, client)
    said = client.get(reverse("session")).json()
    assert said["user"] == worker.pk
    assert len(said["token"]) == 64


def test_every_form_that_is_posted_carries_the_mark():
    """The template tag adds it; a form without a token would be refused anyway."""
    root = Path(settings.BASE_DIR) / "templates"
    forms = [
        (path.name, form)
        for path in root.rglob("*.html")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL)
    ]
    assert len(forms) > 40
    assert not [name for name, form in forms if "{% csrf_token %}" not in form]
