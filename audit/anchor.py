"""The head of the record in a file, outside the database: who rewrites or cuts the one has to reach the other.

It follows each commit and never goes back to fewer entries. It is not flushed to the disk: after a
power failure it may then lag behind the database, which harms nothing, but not run ahead of it.
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
    """There is a file, and it holds no head."""


@dataclass(frozen=True)
class Anchor:
    """A head of the record, as it once was."""

    count: int
    mac: str


def parse(text: str) -> Anchor:
    """COUNT:MAC, or a whole line as ``audit_head`` prints it; raises ValueError."""
    count, colon, mac = (text.split() or [""])[0].partition(":")
    if not (colon and count.isascii() and count.isdigit() and len(mac) == 64 and set(mac) <= set("0123456789abcdef")):
        raise ValueError("A head is COUNT:MAC, as audit_head prints it.")
    return Anchor(int(count), mac)


def path() -> Path | None:
    """Where the anchor is; None where the setting is empty."""
    return Path(settings.AUDIT_ANCHOR_FILE) if settings.AUDIT_ANCHOR_FILE else None


def read() -> Anchor | None:
    """What the file says; None where there is no file."""
    file = path()
    if file is None or not file.exists():
        return None
    try:
        held = json.loads(file.read_text(encoding="ascii"))
        return parse(f"{held['count']}:{held['mac']}")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AnchorUnreadable(str(file)) from error


def write(count: int, mac: str, at: datetime) -> None:
    """After a commit. What is done is done: a failure is logged, and ``verify_audit`` tells of the file's state."""
    file = path()
    if file is None:
        return
    try:
        with file.with_suffix(".lock").open("w") as lock:
            locks.lock(lock, locks.LOCK_EX)
            held = read()
            if held is not None and held.count >= count:
                return
            new = file.with_suffix(".new")
            new.write_text(json.dumps({"count": count, "mac": mac, "at": at.isoformat()}) + "\n", encoding="ascii")
            os.replace(new, file)
    except (OSError, AnchorUnreadable) as error:
        logger.error("The anchor of the record could not be written: %s", error)
