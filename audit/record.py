"""The only way to write to the audit record."""

import json
import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.db import Error, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import anchor, keys
from audit.models import FIRST, Entry, Head

logger = logging.getLogger(__name__)


class RecordUnavailable(Exception):
    """The audit record could not be written, so the action is not carried out."""


def record(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> Entry:
    """Append an entry in the caller's transaction. Call it last, because it locks the head.

    It must be called inside ``transaction.atomic()``, so that the action and its entry are stored together or not at
    all. ``by`` is a user's id or the name of a command. ``details`` must not contain text of a case.
    """
    _needs_transaction()
    try:
        return _append(_locked_head(), by, action, object_type, object_id, details)
    except Error as error:
        raise _unavailable(error) from error


def record_once(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> Entry | None:
    """Append an entry unless the same person, action, object and details have one in this quarter of an hour.

    Used for actions that repeat while somebody works: reading a page again, autosaves.
    """
    _needs_transaction()
    same = _same(by, action, object_type, object_id, details)
    try:
        if same.exists():
            return None
        head = _locked_head()
        if same.exists():  # written by another transaction while this one waited for the head
            return None
        return _append(head, by, action, object_type, object_id, details)
    except Error as error:
        raise _unavailable(error) from error


def is_recorded(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> bool:
    """Return whether ``record_once`` would append nothing. It needs no transaction."""
    try:
        return _same(by, action, object_type, object_id, details).exists()
    except Error as error:
        raise _unavailable(error) from error


def _same(by: str, action: str, object_type: str, object_id: str, details: dict[str, Any]) -> QuerySet[Entry]:
    """Return the entries of this quarter of an hour that say the same."""
    return Entry.objects.filter(
        actor=by,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=_plain(details),
        at__gte=quarter_of(timezone.localtime()),
    )


def quarter_of(now: datetime) -> datetime:
    """Return the start of the quarter of an hour of this moment."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def _needs_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() must be called in the transaction of the action that it records")


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """Return the details as the database returns them, in a fixed order, so that equal details are equal text."""
    plain: dict[str, Any] = json.loads(json.dumps(details, sort_keys=True))
    return plain


def _locked_head() -> Head:
    head = Head.objects.select_for_update().filter(pk=Head.ROW).first()
    if head is not None:
        try:
            keys.check_once(head)
        except keys.WrongKey as error:
            logger.error("%s", error)
            raise RecordUnavailable(str(error)) from error
        return head
    if Entry.objects.exists():
        raise RecordUnavailable("the audit record has entries but no head")
    return Head.objects.create(count=0, mac=FIRST)


def append_key_change(by: str, details: dict[str, Any]) -> Entry:
    """Append the first entry of a new key, in the caller's transaction. Only ``rotate_audit_key`` calls it."""
    _needs_transaction()
    head = Head.objects.select_for_update().get(pk=Head.ROW)
    if [head.count, head.mac] != [details["count"], details["head"]]:
        raise RecordUnavailable("an entry was added meanwhile")
    return _append(head, by, keys.CHANGED, "record", "", details)


def _append(head: Head, by: str, action: str, object_type: str, object_id: str, details: dict[str, Any]) -> Entry:
    entry = Entry(
        at=timezone.now(),
        actor=by,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=_plain(details),
        previous=head.mac,
    )
    entry.mac = entry.computed_mac()
    entry.save()
    head.count, head.mac = head.count + 1, entry.mac
    head.save(update_fields=["count", "mac"])
    transaction.on_commit(partial(anchor.write, head.count, head.mac, entry.at))
    return entry


def _unavailable(error: Error) -> RecordUnavailable:
    logger.error("The audit record cannot be written, so the action was refused: %s", error)
    return RecordUnavailable(str(error))
