"""The one way to write into the record."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.models import Entry

FIRST = "0" * 64


def record(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> Entry:
    """Append one entry in the caller's transaction.

    Must be called inside ``transaction.atomic()``: what is recorded and its record stand or fall
    together. ``by`` is a user's id or the name of a command; ``details`` hold no text of a case.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs into the transaction of what it records")
    last = Entry.objects.select_for_update().order_by("-pk").first()
    entry = Entry(
        at=timezone.now(),
        actor=by,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=details,
        previous=last.mac if last else FIRST,
    )
    entry.mac = entry.computed_mac()
    entry.save(force_insert=True)
    return entry


def record_once(*, by: str, action: str, object_type: str = "", object_id: str = "", **details: Any) -> Entry | None:
    """The same, but at most one entry a quarter of an hour for the same person, action and object.

    For what repeats while somebody works: reading a page again, saving as one types.
    """
    now = timezone.localtime()
    quarter = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    same = Entry.objects.filter(actor=by, action=action, object_type=object_type, object_id=object_id, at__gte=quarter)
    if any(entry.details == details for entry in same):
        return None
    return record(by=by, action=action, object_type=object_type, object_id=object_id, **details)
