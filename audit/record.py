"""The one way to write into the record."""

import json
import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.db import Error, transaction
from django.utils import timezone

from audit import anchor
from audit.models import FIRST, Entry, Head

logger = logging.getLogger(__name__)


class RecordUnavailable(Exception):
    """The record could not be written, and so what was to be recorded is not done."""


def record(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> Entry:
    """Append one entry in the caller's transaction; the last thing it does, since it locks the head.

    Must be called inside ``transaction.atomic()``: what is recorded and its record stand or fall
    together. ``by`` is a user's id or the name of a command; ``details`` hold no text of a case.
    """
    _needs_transaction()
    try:
        return _append(_locked_head(), by, action, object_type, object_id, details)
    except Error as error:
        raise _unavailable(error) from error


def record_once(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> Entry | None:
    """The same, but at most one entry a quarter of an hour for the same person, action, object and details.

    For what repeats while somebody works: reading a page again, saving as one types.
    """
    _needs_transaction()
    same = Entry.objects.filter(
        actor=by,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=_plain(details),
        at__gte=quarter_of(timezone.localtime()),
    )
    try:
        if same.exists():
            return None
        head = _locked_head()
        if same.exists():  # somebody wrote it while this waited for the head
            return None
        return _append(head, by, action, object_type, object_id, details)
    except Error as error:
        raise _unavailable(error) from error


def quarter_of(now: datetime) -> datetime:
    """When the quarter of an hour of this moment began."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def _needs_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs into the transaction of what it records")


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """As the database will give them back, in one order, so that equal details are equal text."""
    plain: dict[str, Any] = json.loads(json.dumps(details, sort_keys=True))
    return plain


def _locked_head() -> Head:
    head = Head.objects.select_for_update().filter(pk=Head.ROW).first()
    if head is not None:
        return head
    if Entry.objects.exists():
        raise RecordUnavailable("the record has entries and no head")
    return Head.objects.create(count=0, mac=FIRST)


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
    logger.error("The record cannot be written, so the action was refused: %s", error)
    return RecordUnavailable(str(error))
