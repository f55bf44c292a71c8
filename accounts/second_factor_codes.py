"""One-time codes (RFC 6238) and recovery codes: how they are made, stored and accepted once."""

import base64
import hashlib
import hmac
import logging
import secrets
import time
from enum import StrEnum
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import RecoveryCode, SecondFactor

logger = logging.getLogger(__name__)

DIGITS, SECONDS = 6, 30  # of a one-time code: what every app supports
DRIFT = 1  # steps that a clock may be wrong, either way
SECRET_BYTES = 20
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 signs, none of which is taken for another
RECOVERY_SIGNS, RECOVERY_CODES = 16, 10  # 80 random bits each, so a plain digest is enough
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Kind(StrEnum):
    """What was given as the second factor."""

    APP = "app"
    RECOVERY = "recovery"


# --- one-time codes -----------------------------------------------------------------------------


def new_secret() -> str:
    """Return a new secret in base 32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the code of a step of half a minute since 1970."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, typed: str, *, after: int = 0) -> int | None:
    """Return the step later than ``after`` whose code was typed, if the clocks differ by a step at most."""
    now = int(time.time()) // SECONDS
    found = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), plain(typed).encode())
    ]
    return next((step for step in found if step > after), None)


def address(secret: str, name: str) -> str:
    """Return the address that the QR code holds. Apps show the name of the application and of the user."""
    query = urlencode({"secret": secret, "issuer": "Footnote", "digits": DIGITS, "period": SECONDS})
    return f"otpauth://totp/Footnote:{quote(name)}?{query}"


# --- as stored ----------------------------------------------------------------------------------


def encrypted(secret: str, user_id: int) -> str:
    return _cipher(user_id).encrypt(secret.encode()).decode()


def decrypted(stored: str, user_id: int) -> str | None:
    """Return the secret. None, with a line in the log, if no key of ours reads it or it was made for another user."""
    try:
        return _cipher(user_id).decrypt(stored.encode()).decode()
    except InvalidToken:
        logger.error("The second factor of user %s cannot be read with SECOND_FACTOR_KEY", user_id)
        return None


def _cipher(user_id: int) -> MultiFernet:
    """Return what encrypts with the present key, and also reads older ones. Each user has a key of their own."""
    keys = [settings.SECOND_FACTOR_KEY, *settings.SECOND_FACTOR_KEY_FALLBACKS]
    made = [
        salted_hmac("accounts.second_factor", str(user_id), secret=key, algorithm="sha256").digest() for key in keys
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


def new_recovery_codes(factor: SecondFactor) -> list[str]:
    """Replace the recovery codes of a factor. They are returned this once; the database has their digests."""
    codes = ["".join(secrets.choice(ALPHABET) for _sign in range(RECOVERY_SIGNS)) for _code in range(RECOVERY_CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(factor, code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_SIGNS, 4)) for code in codes]


def _digest(factor: SecondFactor, code: str) -> str:
    return hashlib.sha256(f"{factor.user_id}:{code}".encode()).hexdigest()


# --- accepted once ------------------------------------------------------------------------------


def plain(typed: str) -> str:
    """Return a code without the spaces and hyphens between its groups."""
    return "".join(typed.split()).replace("-", "").upper()


def accept(factor: SecondFactor, typed: str) -> Kind | None:
    """Use up a code, and return what kind it was; None if it is wrong or was used before.

    The database decides: of two processes with the same code, one changes a row and the other finds none to change.
    """
    code = plain(typed)
    if len(code) == DIGITS:
        secret = decrypted(factor.secret, factor.user_id)
        step = step_of(secret, code, after=factor.last_step) if secret else None
        if step is None:
            return None
        used = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
        return Kind.APP if used else None
    digest = _digest(factor, code.translate(_READ_AS))
    used, _by_model = RecoveryCode.objects.filter(factor=factor, digest=digest).delete()
    return Kind.RECOVERY if used else None
