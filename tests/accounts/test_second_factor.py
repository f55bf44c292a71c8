"""One's own second factor, and its reset by an administrator."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts import second_factor_codes
from accounts.models import RecoveryCode, Role, SecondFactor, User
from audit.models import Entry
from tests.accounts.app import CODE, HALF_MINUTE, OWN, PASSWORD, SET_UP, SIGN_IN, codes_on, is_in, key_on, recorded
from tests.accounts.test_passwords import AtOnce
from tests.markup import elements, visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


# --- one's own page -----------------------------------------------------------------------------


def test_the_set_up_needs_the_present_password_and_a_code(person, django_capture_on_commit_callbacks):
    client = signed_in(person.user)
    page = client.get(SET_UP)
    person.secret = key_on(page)
    for sent, said in (
        ({"present_password": "wrong", "code": person.code()}, "The present password is wrong."),
        ({"present_password": PASSWORD, "code": "000000"}, "This code is wrong."),
        ({}, "Enter a code."),
    ):
        answered = client.post(SET_UP, sent)
        assert answered.status_code == 422
        assert said in visible_text(answered)
        assert person.secret in visible_text(answered).replace(" ", ""), "the same key again"
    assert not SecondFactor.objects.exists()


def test_the_qr_code_is_inline_and_has_nothing_that_the_policy_blocks(person):
    page = signed_in(person.user).get(SET_UP)
    (picture,) = elements(page, "svg.qr-code")
    assert not [part for part in picture.iter() if part.get("style") or part.get("href")]
    assert "data:" not in page.content.decode()
    assert "img-src 'self';" in page["Content-Security-Policy"] + ";"


def test_setting_one_up_ends_the_other_sessions_and_not_this_one(person):
    here, elsewhere = signed_in(person.user), signed_in(person.user)
    codes = person.set_up(here)
    assert len(set(codes)) == 10
    assert is_in(here)
    assert not is_in(elsewhere)
    pk = str(person.user.pk)
    assert recorded() == [(pk, "set-up", pk, {})]
    page = visible_text(here.get(OWN))
    assert "10 recovery codes are left" in page
    assert not any(code in page for code in codes), "shown once"


def test_another_device_replaces_the_first(owner):
    client = owner.gave_password()
    client.post(CODE, {"code": owner.code()})
    old_secret, old_codes = owner.secret, owner.recovery
    owner.clock.later(HALF_MINUTE)
    owner.set_up(client)
    assert owner.secret != old_secret
    assert is_in(client)
    owner.clock.later(HALF_MINUTE)
    old = second_factor_codes.code_at(old_secret, owner.clock.now // HALF_MINUTE)
    for code in (old, old_codes[0]):
        assert owner.gave_password().post(CODE, {"code": code}).status_code == 200
    assert owner.gave_password().post(CODE, {"code": owner.code()}).status_code == 302


def test_new_recovery_codes_replace_the_old_ones(owner, inside):
    assert inside.post(OWN, {"do": "codes", "present_password": "wrong"}).status_code == 422
    shown = inside.post(OWN, {"do": "codes", "present_password": PASSWORD})
    new = codes_on(shown)
    assert len(set(new) | set(owner.recovery)) == 20
    assert owner.gave_password().post(CODE, {"code": owner.recovery[0]}).status_code == 200
    assert owner.gave_password().post(CODE, {"code": new[0]}).status_code == 302
    assert [what for _by, what, *_more in recorded()] == ["set-up", "codes", "failed", "recovery"]


def test_who_need_not_have_one_turns_it_off(owner, inside, settings):
    settings.SECOND_FACTOR_FOR = "everyone"
    assert inside.post(OWN, {"do": "off", "present_password": PASSWORD}).status_code == 422
    settings.SECOND_FACTOR_FOR = "roles"
    assert inside.post(OWN, {"do": "off", "present_password": PASSWORD}).status_code == 302
    assert is_in(inside)
    assert is_in(owner.gave_password())
    assert recorded()[-1][1] == "off"


@pytest.mark.parametrize("address", [OWN, SET_UP])
def test_wrong_present_passwords_on_these_pages_count_and_block(address, owner, inside):
    sent = {"present_password": "Hunter2", "do": "codes", "code": "000000"}
    assert [inside.post(address, sent).status_code for _time in range(5)] == [422] * 4 + [429]
    assert inside.post(address, sent | {"present_password": PASSWORD}).status_code == 429
    assert is_in(inside)
    assert Entry.objects.filter(action="password.failed", actor=str(owner.user.pk)).count() == 4


# --- a lost device ------------------------------------------------------------------------------


@pytest.fixture
def root(make_user) -> User:
    return make_user(Role.CASEWORKER, None, "root", is_staff=True, is_superuser=True)


def test_another_administrator_resets_it_with_a_reason(owner, inside, root, django_capture_on_commit_callbacks):
    User.objects.filter(pk=owner.user.pk).update(email="owner@office.example")
    address, admin = reverse("second-factor-reset", args=[owner.user.pk]), signed_in(root)
    assert address in admin.get(reverse("admin:accounts_user_change", args=[owner.user.pk])).content.decode()
    assert admin.post(address, {"reason": " "}).status_code == 422
    assert is_in(inside)
    waiting = owner.gave_password()
    assert admin.post(address, {"reason": "The phone is lost; seen in person."}).status_code == 302
    assert not is_in(inside)
    assert waiting.post(CODE, {"code": owner.recovery[0]}).url == SIGN_IN
    assert recorded()[-1] == (
        str(root.pk), "reset", str(owner.user.pk), {"reason": "The phone is lost; seen in person."},
    )  # fmt: skip
    assert is_in(owner.gave_password())
    assert admin.post(address, {"reason": "Again."}).status_code == 422, "there is none"


def test_nobody_resets_their_own_or_without_the_power(root, supervisor, make_user, office):
    clerk = make_user(Role.COI_ADMIN, office, "clerk", is_staff=True)
    for person in (root, supervisor, clerk):
        client = signed_in(person)
        target = root.pk
        for method in (client.get, client.post):
            assert method(reverse("second-factor-reset", args=[target]), {"reason": "x"}).status_code == 403
    client = signed_in(root)
    for nobody in (0, 2**63 - 1, 2**70):
        assert client.get(reverse("second-factor-reset", args=[nobody])).status_code == 404


def test_the_person_is_told_by_mail(person, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("accounts.mail.Thread", AtOnce)
    User.objects.filter(pk=person.user.pk).update(email="owner@office.example")
    with django_capture_on_commit_callbacks(execute=True):
        person.set_up(signed_in(User.objects.get(pk=person.user.pk)))
    (message,) = mail.outbox
    assert message.to == ["owner@office.example"]
    assert "second factor was set up" in str(message.body)


def test_nothing_changes_unrecorded(owner, inside, root, break_record):
    admin = signed_in(root)
    break_record()
    inside.raise_request_exception = False
    assert inside.post(OWN, {"do": "off", "present_password": PASSWORD}).status_code == 503
    assert inside.post(OWN, {"do": "codes", "present_password": PASSWORD}).status_code == 503
    assert SecondFactor.objects.filter(user=owner.user).count() == 1
    assert RecoveryCode.objects.count() == 10
    address = reverse("second-factor-reset", args=[owner.user.pk])
    assert admin.post(address, {"reason": "x"}).status_code == 503
    assert SecondFactor.objects.filter(user=owner.user).count() == 1
