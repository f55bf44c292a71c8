"""One-time codes and recovery codes: each is accepted once, and none can be read in the database."""

import pytest
from django.core.management import call_command

from accounts import second_factor_codes
from accounts.models import RecoveryCode, SecondFactor
from tests.accounts.app import CODE, HALF_MINUTE, OWN, SET_UP, is_in, key_on, recorded
from tests.markup import visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


# --- codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(at, code):
    assert second_factor_codes.code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at // HALF_MINUTE) == code


def test_a_code_is_accepted_once(owner):
    code = owner.code()
    first, second = owner.gave_password(), owner.gave_password()
    assert first.post(CODE, {"code": code}).status_code == 302
    assert is_in(first)
    assert "used before" in visible_text(second.post(CODE, {"code": code}))
    assert not is_in(second)
    assert owner.gave_password().post(CODE, {"code": owner.code(-1)}).status_code == 200, "nor one before it"


def test_the_code_of_the_set_up_signs_nobody_in(person):
    person.set_up(signed_in(person.user))
    assert "used before" in visible_text(person.gave_password().post(CODE, {"code": person.code()}))


@pytest.mark.parametrize(("steps", "status"), [(-2, 200), (-1, 302), (0, 302), (1, 302), (2, 200)])
def test_clocks_may_differ_by_a_step(steps, status, owner):
    owner.clock.later(10 * HALF_MINUTE)
    assert owner.gave_password().post(CODE, {"code": owner.code(steps)}).status_code == status


def test_a_recovery_code_signs_in_once_and_is_recorded(owner):
    code = owner.recovery[3]
    client = owner.gave_password()
    assert client.post(CODE, {"code": f" {code.lower().replace('-', ' ').replace('0', 'o')} "}).status_code == 302
    assert is_in(client)
    again = owner.gave_password()
    assert again.post(CODE, {"code": code}).status_code == 200
    assert not is_in(again)
    pk = str(owner.user.pk)
    assert recorded()[1:] == [(pk, "recovery", pk, {"left": 9}), ("stranger", "failed", pk, {})]
    assert "9 recovery codes are left" in visible_text(client.get(OWN))


@pytest.mark.parametrize("typed", ["", "123", "000000", "\0", "٠٠٠٠٠٠", "x" * 5000, "é" * 6, "a\r\nb"])
def test_what_is_no_code_is_refused(typed, owner):
    client = owner.gave_password()
    assert client.post(CODE, {"code": typed}).status_code == 200
    assert not is_in(client)


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_database(owner):
    stored = str([list(model.objects.values_list()) for model in (SecondFactor, RecoveryCode)])
    assert owner.secret not in stored
    assert not any(code.replace("-", "") in stored or code in stored for code in owner.recovery)


def test_the_secret_offered_by_the_set_up_page_is_encrypted_in_the_session(person):
    client = signed_in(person.user)
    secret = key_on(client.get(SET_UP))
    assert secret not in str(dict(client.session))


def test_the_secret_of_one_user_is_none_of_another(owner, supervisor):
    """Whoever writes to the database cannot give somebody their own secret."""
    factor = SecondFactor.objects.get()
    assert second_factor_codes.decrypted(factor.secret, owner.user.pk) == owner.secret
    assert second_factor_codes.decrypted(factor.secret, supervisor.pk) is None


def test_a_new_key_reads_what_the_old_one_encrypted_until_all_is_encrypted_anew(owner, settings):
    settings.SECOND_FACTOR_KEY_FALLBACKS = [settings.SECOND_FACTOR_KEY]
    settings.SECOND_FACTOR_KEY = "n" * 50
    assert owner.gave_password().post(CODE, {"code": owner.code()}).status_code == 302
    call_command("encrypt_second_factors")
    settings.SECOND_FACTOR_KEY_FALLBACKS = []
    owner.clock.later(HALF_MINUTE)
    assert owner.gave_password().post(CODE, {"code": owner.code()}).status_code == 302
    settings.SECOND_FACTOR_KEY = "m" * 50
    owner.clock.later(HALF_MINUTE)
    lost = owner.gave_password()
    assert lost.post(CODE, {"code": owner.code()}).status_code == 200
    assert lost.post(CODE, {"code": owner.recovery[0]}).status_code == 302, "recovery codes need no key"


def test_a_guess_costs_no_row(owner):
    """A code that was used is refused before the database is asked to note it."""
    code = owner.code()
    assert owner.gave_password().post(CODE, {"code": code}).status_code == 302
    assert second_factor_codes.step_of(owner.secret, code, after=SecondFactor.objects.get().last_step) is None
