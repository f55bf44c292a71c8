"""The second step of sign-in, and who must set one up."""

import json
import subprocess
import sys

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import Role, SecondFactor, User
from audit.models import Entry
from tests import ROOT
from tests.accounts.app import (
    CODE,
    HALF_MINUTE,
    HOME,
    OWN,
    PASSWORD,
    SET_UP,
    SIGN_IN,
    Person,
    is_in,
    key_on,
    recorded,
)
from tests.browser_post import BrowserClient
from tests.markup import elements, visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


# --- the second step of sign-in -----------------------------------------------------------------


def test_the_password_alone_opens_nothing(owner):
    client = owner.gave_password()
    assert SESSION_KEY not in client.session
    assert not is_in(client)
    assert client.get(reverse("session")).status_code == 401
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(CODE).status_code == 200


def test_the_page_that_follows_the_password_asks_for_the_code(owner):
    sent = {"username": owner.user.username, "password": PASSWORD}
    assert "<h1>Enter a code</h1>" in BrowserClient().post(SIGN_IN, sent).content.decode()


def test_without_a_password_there_is_no_second_step(owner):
    client = BrowserClient()
    assert client.post(CODE, {"code": owner.code()}).url == client.get(CODE).url == SIGN_IN
    assert not is_in(client)


def test_after_the_code_the_page_that_was_asked_for_opens(owner):
    there = reverse("record")
    client = owner.gave_password(next=there)
    assert client.post(CODE, {"code": owner.code(), "next": there}).url == there
    owner.clock.later(HALF_MINUTE)
    elsewhere = {"code": owner.code(), "next": "https://elsewhere.example/"}
    assert owner.gave_password().post(CODE, elsewhere).url == reverse("home")


def test_a_code_that_comes_late_is_refused(owner):
    client = owner.gave_password()
    owner.clock.later(second_factor.PATIENCE)
    assert client.post(CODE, {"code": owner.code()}).url == SIGN_IN
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.AUDITOR}, {"password": "!"}])
def test_a_change_between_password_and_code_ends_the_sign_in(change, owner):
    client = owner.gave_password()
    User.objects.filter(pk=owner.user.pk).update(**change)
    assert client.post(CODE, {"code": owner.code()}).url == SIGN_IN
    assert not is_in(client)


def test_a_session_opened_in_any_other_way_ends(owner):
    """As if a page had forgotten the second step."""
    client = signed_in(User.objects.get(pk=owner.user.pk))  # read anew: with its factor
    assert not is_in(client)
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("passed", [None, 0, True, "1", "1.", [], {}, 2**70])
def test_a_forged_mark_of_the_second_step_opens_nothing(passed, owner):
    client = signed_in(User.objects.get(pk=owner.user.pk))  # read anew: with its factor
    session = client.session
    session[second_factor.PASSED] = passed
    session.save()
    assert not is_in(client)


def test_the_mark_of_another_person_opens_nothing(owner, supervisor, code_clock):
    other = Person(supervisor, code_clock)
    other.set_up(signed_in(supervisor))
    client = signed_in(User.objects.get(pk=owner.user.pk))  # read anew: with its factor
    session = client.session
    session[second_factor.PASSED] = SecondFactor.objects.get(user=supervisor).mark
    session.save()
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"user": 0}, {"user": 2**70}, {"_auth_user_hash": ""}, {"at": 0}])
def test_a_forged_wait_for_the_code_opens_nothing(change, owner):
    client = owner.gave_password()
    session = client.session
    session[second_factor.WAITING] = session[second_factor.WAITING] | change
    session.save()
    assert client.post(CODE, {"code": owner.code()}).url == SIGN_IN
    assert not is_in(client)


def test_whose_code_is_awaited_cannot_be_exchanged(owner, supervisor, code_clock):
    other = Person(supervisor, code_clock)
    other.set_up(signed_in(supervisor))
    code_clock.later(HALF_MINUTE)
    client = owner.gave_password()
    session = client.session
    session[second_factor.WAITING] = session[second_factor.WAITING] | {"user": supervisor.pk}
    session.save()
    assert client.post(CODE, {"code": other.code()}).url == SIGN_IN
    assert not is_in(client)


def test_wrong_codes_block_where_they_come_from_and_nobody_else(owner, supervisor):
    client = owner.gave_password()
    said = [client.post(CODE, {"code": "000000"}).status_code for _time in range(5)]
    assert said == [200] * 4 + [429]
    assert client.post(CODE, {"code": owner.code()}).status_code == 429
    assert owner.gave_password().get(CODE).url == SIGN_IN, "the password is blocked there too"
    pk = str(owner.user.pk)
    assert recorded()[1:] == [("stranger", "failed", pk, {})] * 4
    assert Entry.objects.filter(action="sign-in.locked", object_id=pk).count() == 1
    assert "000000" not in str(list(AccessAttempt.objects.values_list()))
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    elsewhere.post(SIGN_IN, {"username": owner.user.username, "password": PASSWORD})
    assert elsewhere.post(CODE, {"code": owner.code()}).status_code == 302
    colleague = {"username": supervisor.username, "password": PASSWORD}
    assert BrowserClient().post(SIGN_IN, colleague).status_code == 302


def test_a_form_that_expired_with_its_session_passes_both_steps(owner):
    answers = [["places-0-place", "Zweiter Absatz"]]
    carried = json.dumps({"path": "/cases/new/", "typed_by": str(owner.user.pk), "values": answers})
    client = BrowserClient()
    sent = {"username": owner.user.username, "password": PASSWORD, "unsent": carried}
    for page in (client.post(SIGN_IN, sent), client.post(CODE, {"code": "000000", "unsent": carried})):
        (field,) = elements(page, "input[name=unsent]")
        assert json.loads(field.get("value")) == json.loads(carried)
    offered = client.post(CODE, {"code": owner.code(), "unsent": carried})
    assert "Zweiter Absatz" in visible_text(offered)
    assert elements(offered, "form[action='/cases/new/']")
    late = owner.gave_password()
    owner.clock.later(second_factor.PATIENCE)
    shown = late.post(CODE, {"code": owner.code(), "unsent": carried})
    assert shown.status_code == 401
    assert "Your answers are still here" in visible_text(shown)


# --- who must have one --------------------------------------------------------------------------

MUST = [
    ("roles", {"role": Role.CASEWORKER}, False),
    ("roles", {"role": Role.SUPERVISOR}, True),
    ("roles", {"role": Role.COI_ADMIN}, True),
    ("roles", {"role": Role.AUDITOR}, True),
    ("roles", {"is_staff": True}, True),
    ("roles", {"is_superuser": True}, True),
    ("everyone", {"role": Role.CASEWORKER}, True),
    ("nobody", {"is_superuser": True, "role": Role.SUPERVISOR}, False),
]


@pytest.mark.parametrize(("who", "fields", "must"), MUST)
def test_who_must_have_one_sets_it_up_before_anything_else_opens(who, fields, must, caseworker, code_clock, settings):
    settings.SECOND_FACTOR_FOR = who
    User.objects.filter(pk=caseworker.pk).update(**fields)
    caseworker.refresh_from_db()
    client = signed_in(caseworker)
    assert is_in(client) is not must
    if not must:
        return
    for page in (HOME, reverse("home"), reverse("admin:index"), OWN):
        assert client.get(page).url == SET_UP
    assert client.get(HOME, headers={"HX-Request": "true"}).status_code == 401
    assert "You need a second factor" in visible_text(client.get(SET_UP))
    assert Person(caseworker, code_clock).set_up(client)
    assert is_in(client)


def test_a_form_passes_the_set_up_too(caseworker, code_clock, settings):
    settings.SECOND_FACTOR_FOR = "everyone"
    client = signed_in(caseworker)
    typed = {"places-0-place": "Zweiter Absatz", "typed_by": str(caseworker.pk)}
    page = client.post(reverse("case-new"), typed)
    (field,) = elements(page, "input[name=unsent]")
    person = Person(caseworker, code_clock)
    person.secret = key_on(page)
    sent = {"present_password": PASSWORD, "code": person.code(), "unsent": field.get("value")}
    assert "Zweiter Absatz" in visible_text(client.post(SET_UP, sent))


def test_outside_development_the_roles_need_one(tmp_path):
    keys = {name: name * 5 for name in ("SECRET_KEY", "AUDIT_KEY", "SECOND_FACTOR_KEY")}
    for asked, said in (
        ({"DEBUG": "0"}, "roles"),
        ({"DEBUG": "0", "SECOND_FACTOR_FOR": "everyone"}, "everyone"),
        ({}, "nobody"),
    ):
        run = [sys.executable, "-c", "from config import settings; print(settings.SECOND_FACTOR_FOR)"]
        environment = keys | {"VAR_DIR": str(tmp_path)} | asked
        done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == said
