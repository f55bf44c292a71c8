"""Backups: the database, the stored files, the anchor of the audit record, and a manifest that proves them whole.

The manifest is signed with AUDIT_KEY, so a backup that was changed is not restored. A backup contains no key.
"""

import hashlib
import hmac
import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from audit import anchor
from audit.record import record
from operations import databases

FORMAT = 1
MANIFEST, ANCHOR = "manifest.json", "audit-head.json"


class BackupRefused(Exception):
    """The backup was not made, or not restored. The message says why and what to do."""


def make(target: Path) -> dict[str, Any]:
    """Make a backup in the folder ``target``, which must not exist yet. Return its manifest. Raises BackupRefused.

    Until everything is written, the folder has the ending ``.partial``.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists already. Name a new folder for each backup.")
    partial = target.with_name(target.name + ".partial")
    if partial.exists():
        raise BackupRefused(f"{partial} is left from a backup that was interrupted. Remove it and try again.")
    before = os.umask(0o077)
    try:
        partial.mkdir(parents=True)
        outside = anchor.read()
        tables, count, mac = databases.copy_to(partial)
        head: dict[str, Any] = {"count": count, "mac": mac, "at": timezone.now().isoformat()}
        if outside is not None and outside.count > count:
            raise BackupRefused(
                "The anchor file has more entries than the audit record. Run verify_audit before any backup."
            )
        (partial / ANCHOR).write_text(json.dumps(head) + "\n", encoding="ascii")
        manifest = {
            "format": FORMAT, "made_at": timezone.now().isoformat(), "database": connection.vendor,
            "tables": tables, "head": head, "files": _files_in(partial),
        }  # fmt: skip
        signed = {**manifest, "signature": _signature(manifest)}
        (partial / MANIFEST).write_text(json.dumps(signed, indent=1, sort_keys=True) + "\n", encoding="ascii")
        _to_disk(partial)
        partial.rename(target)
    except (databases.CopyFailed, OSError, anchor.AnchorUnreadable) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupRefused(f"The backup was not made. {error}") from error
    except BackupRefused:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        os.umask(before)
    with transaction.atomic():
        record(by="backup", action="backup.make", entries=head["count"])
    return manifest


def restore(source: Path) -> dict[str, Any]:
    """Put the backup into the empty place that the settings name, and check it. Return its manifest.

    Raises BackupRefused. Before the copy, the whole backup is checked against its manifest.
    """
    manifest = check(source)
    _needs_an_empty_place()
    before = os.umask(0o077)
    try:
        databases.copy_back(source)
        if (file := anchor.path()) is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / ANCHOR, file)
    except (databases.CopyFailed, OSError) as error:
        raise BackupRefused(f"The backup was not restored. Empty the place again and repeat. {error}") from error
    finally:
        os.umask(before)
    if differing := _differences(manifest["tables"], databases.contents()):
        raise BackupRefused(
            f"The restored database differs from the manifest in: {', '.join(differing)}. Do not use it."
        )
    try:
        call_command("verify_audit")
    except SystemExit as error:
        raise BackupRefused("The audit record in this backup is not intact. Do not use it.") from error
    made = datetime.fromisoformat(manifest["made_at"])
    with transaction.atomic():
        record(by="restore", action="backup.restore", made=made.isoformat(), entries=manifest["head"]["count"])
    return manifest


def check(source: Path) -> dict[str, Any]:
    """Compare every file of a backup with its manifest. Return the manifest. Raises BackupRefused."""
    try:
        signed = json.loads((source / MANIFEST).read_text(encoding="ascii"))
        signature = signed.pop("signature")
        manifest: dict[str, Any] = signed
        made_by = manifest["format"], manifest["database"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BackupRefused(f"{source} is not a backup: it has no readable {MANIFEST}.") from error
    if made_by != (FORMAT, connection.vendor):
        raise BackupRefused(
            f"This backup is of {made_by[1]}, format {made_by[0]}. The settings name {connection.vendor}, format {FORMAT}."
        )
    if not hmac.compare_digest(str(signature), _signature(manifest)):
        raise BackupRefused(
            "The manifest was changed, or written with another AUDIT_KEY. Set the key that was in use on that day."
        )
    if differing := _differences(manifest["files"], _files_in(source)):
        raise BackupRefused(f"The backup differs from its manifest in: {', '.join(differing)}. Use another backup.")
    return manifest


def _needs_an_empty_place() -> None:
    if not databases.is_empty():
        raise BackupRefused("The database is not empty. Restore into a new one: restoring overwrites nothing.")
    if (file := anchor.path()) is not None and file.exists():
        raise BackupRefused(f"Move this away first: {file}. Restoring overwrites nothing.")


def _signature(manifest: dict[str, Any]) -> str:
    text = json.dumps(manifest, sort_keys=True).encode()
    return hmac.new(settings.AUDIT_KEY.encode(), b"footnote backup\0" + text, hashlib.sha256).hexdigest()


def _files_in(folder: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST:
            with path.open("rb") as file:
                found[name] = {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    return found


def _differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def _to_disk(folder: Path) -> None:
    """Wait until the disk holds the files."""
    for path in (*folder.rglob("*"), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
