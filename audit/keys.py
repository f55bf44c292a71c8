"""The keys of the audit record: the present one, older ones, and whether the present one fits the record."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from audit.models import Entry, Head

CHANGED = "record.key"  # the first entry of a new key


class WrongKey(ImproperlyConfigured):
    """The present key did not write the last entry: entries written with it would never verify."""


_fitting: set[str] = set()  # keys that fitted in this process


def known() -> list[str]:
    """Return the present key and the older ones."""
    return [settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS]


def key_of(entry: Entry) -> str | None:
    """Return the known key that wrote this entry."""
    return next((key for key in known() if hmac.compare_digest(entry.computed_mac(key), entry.mac)), None)


def signature(key: str, count: int, mac: str, sha256: str) -> str:
    """Return the signature of an old key under the end and the content of its part of the record."""
    return hmac.new(key.encode(), f"{count}:{mac}:{sha256}".encode(), hashlib.sha256).hexdigest()


def check(head: Head | None) -> None:
    """Raise WrongKey if the present key did not write the last entry. It reads one row."""
    last = Entry.objects.filter(mac=head.mac).first() if head is not None else None
    if last is None:  # an empty record, or one that verify_audit will complain about
        return
    key = key_of(last)
    if key is None:
        raise WrongKey(
            "AUDIT_KEY is not the key of this audit record, or its last entry was changed. Set the right key. "
            "If you are sure that it is right, run verify_audit."
        )
    if key != settings.AUDIT_KEY:
        raise WrongKey("The audit record still uses an older key. Run rotate_audit_key (see docs/record.md).")


def check_once(head: Head) -> None:
    """Check the key before the first entry that this process writes with it."""
    if settings.AUDIT_KEY not in _fitting and head.count:
        check(head)
        _fitting.add(settings.AUDIT_KEY)


def check_at_start() -> None:
    """Raise WrongKey when a server or worker starts on a wrong key. A database that is absent or new is not refused.

    What cannot be checked now is checked before the first entry.
    """
    try:
        head = Head.objects.filter(pk=Head.ROW).first()
        check(head)
    except DatabaseError:
        return


@register(Tags.database)
def key_fits(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report a wrong key in the checks of a database."""
    if not databases:
        return []
    try:
        check_at_start()
    except WrongKey as error:
        return [Error(str(error), id="audit.E001")]
    return []
