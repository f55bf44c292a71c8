"""The anchor: the head of the audit record in a file outside the database.

Anybody who rewrites or cuts the record must also reach this file. It is written after each commit and never goes back
to fewer entries. It is not flushed to the disk: after a power failure it may be behind the database, which is
harmless, but never ahead of it.
"""

import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import locks

logger = logging.getLogger(__name__)


class AnchorUnreadable(Exception):
    """The file exists but contains no head."""


@dataclass(frozen=True)
class Anchor:
    """A head of the audit record at some time: the number of entries and the hash of the last."""

    count: int
    mac: str


def parse(text: str) -> Anchor:
    """Read COUNT:MAC, or a whole line as ``audit_head`` prints it. Raises ValueError."""
    count, colon, mac = (text.split() or [""])[0].partition(":")
    if not (colon and count.isascii() and count.isdigit() and len(mac) == 64 and set(mac) <= set("0123456789abcdef")):
        raise ValueError("A head is COUNT:MAC, as audit_head prints it.")
    return Anchor(int(count), mac)


def path() -> Path | None:
    """Return the path of the anchor; None if the setting is empty."""
    return Path(settings.AUDIT_ANCHOR_FILE) if settings.AUDIT_ANCHOR_FILE else None


def read() -> Anchor | None:
    """Return the anchor; None if there is no file. Raises AnchorUnreadable."""
    file = path()
    if file is None or not file.exists():
        return None
    try:
        held = json.loads(file.read_text(encoding="ascii"))
        return parse(f"{held['count']}:{held['mac']}")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AnchorUnreadable(str(file)) from error


def write(count: int, mac: str, at: datetime, *, begins: bool = False) -> None:
    """Write the anchor after a commit. A failure is logged only; ``verify_audit`` reports the state of the file.

    Only the first entry of a record, or ``begins``, makes the file: one that disappeared stays missing until somebody
    asks for a new one, because whoever cuts the record also removes the file.
    """
    file = path()
    if file is None:
        return
    try:
        with file.with_suffix(".lock").open("w") as lock:
            locks.lock(lock, locks.LOCK_EX)
            held = read()
            if held is None and count > 1 and not begins:
                logger.error("The anchor of the audit record is missing: %s", file)
                return
            if held is not None and held.count >= count:
                return
            new = file.with_suffix(".new")
            new.write_text(json.dumps({"count": count, "mac": mac, "at": at.isoformat()}) + "\n", encoding="ascii")
            os.replace(new, file)
    except (OSError, AnchorUnreadable) as error:
        logger.error("The anchor of the audit record could not be written: %s", error)
