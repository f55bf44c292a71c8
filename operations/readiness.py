"""Whether this installation can serve people: one check for each thing that it needs, without personal data."""

import os
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from assessments.memo.pdf_renderer import MemoFailed, render_pdf
from audit import anchor
from audit.models import FIRST, Entry, Head
from jobs import kinds

LEAST_FREE = 512 * 1024**2  # bytes on the disk of VAR_DIR
KEPT = 5.0  # seconds for which an answer is repeated, so that asking often costs nothing
RENDERER_KEPT = 300.0  # seconds for the check of the renderer, which takes a second of processor time
_PAGE = "<!doctype html><html lang='en'><title>Check</title><p>Check</p></html>"


class NotReady(Exception):
    """A check failed. The message says what to do. It names no person and quotes no case."""


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("The database is not up to date. Run: python manage.py migrate")


def renderer() -> None:
    try:
        render_pdf(_PAGE, seconds=settings.MEMO_SECONDS, megabytes=settings.MEMO_MEGABYTES)
    except MemoFailed:
        raise NotReady("No PDF can be made. Install the packages of system-packages.txt, and see the log.") from None


def queue() -> None:
    for kind in kinds.KINDS:
        if (waited := kind.oldest_wait()) > kind.patience:
            said = f"A job of the kind {kind.model.__name__} has waited for {waited.total_seconds():.0f} seconds."
            raise NotReady(f"{said} Start workers: python manage.py run_worker")


def disk() -> None:
    if (free := free_bytes()) < LEAST_FREE:
        raise NotReady(f"Only {free // 1024**2} MB are free in VAR_DIR. Make room.")


def record() -> None:
    """Check that the head has a valid last entry, and that the anchor is not ahead and can be written."""
    head = Head.objects.filter(pk=Head.ROW).first()
    last = Entry.objects.order_by("pk").last()
    is_valid = (head.mac if head else FIRST) == (last.mac if last else FIRST)
    if not is_valid or (last is not None and last.computed_mac() != last.mac):
        raise NotReady("The head of the audit record is not valid. Run: python manage.py verify_audit")
    if (file := anchor.path()) is None:
        return
    try:
        outside = anchor.read()
    except anchor.AnchorUnreadable:
        raise NotReady("The anchor of the audit record cannot be read. See docs/record.md") from None
    if outside is not None and outside.count > (head.count if head else 0):
        # read again: entries may have been written between the two looks
        now = Head.objects.filter(pk=Head.ROW).values_list("count", flat=True).first() or 0
        if outside.count > now:
            raise NotReady("The anchor knows more entries than the audit record. Run: python manage.py verify_audit")
    if not os.access(file.parent, os.W_OK):
        raise NotReady("The anchor of the audit record cannot be written. Check AUDIT_ANCHOR_FILE and its folder.")


def static_files() -> None:
    if not settings.DEBUG:
        try:
            staticfiles_storage.url("css/app.css")
        except ValueError:
            raise NotReady("Static files are missing. Run: python manage.py collectstatic --no-input") from None


def file_modes() -> None:
    """Refuse a database, anchor or data folder that others on this machine can read."""
    paths = [Path(settings.VAR_DIR)]
    if connection.vendor == "sqlite":
        paths.append(Path(settings.DATABASES["default"]["NAME"]))
    if (file := anchor.path()) is not None:
        paths.append(file)
    if open_to_others := [str(path) for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]:
        raise NotReady(f"Others on this machine can read {', '.join(open_to_others)}. Run: chmod go= FILE, for each")


# Each is put in this order; without a database the rest is not tried.
NEEDED: dict[str, Callable[[], None]] = {
    "database": database, "migrations": migrations, "record": record, "queue": queue, "disk": disk, "renderer": renderer,
}  # fmt: skip
AT_START: dict[str, Callable[[], None]] = {
    "database": database, "migrations": migrations, "static files": static_files, "file modes": file_modes,
}  # fmt: skip


def problems(checks: dict[str, Callable[[], None]]) -> dict[str, str]:
    """Return a sentence for each check that failed, by its name."""
    found = {}
    for name, check in checks.items():
        try:
            check()
        except NotReady as error:
            found[name] = str(error)
        except DatabaseError as error:
            found[name] = f"The database does not answer ({type(error).__name__}). Check its settings and its server."
            if name == "database":
                break
    return found


class Answers:
    """The answer to a load balancer, repeated for a few seconds. One thread at a time checks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[str, str] = {}
        self._at = self._rendered_at = float("-inf")
        self._renderer: dict[str, str] = {}

    def current(self) -> dict[str, str]:
        with self._lock:
            now = time.monotonic()
            if now - self._at > KEPT:
                found = problems({name: check for name, check in NEEDED.items() if name != "renderer"})
                if now - self._rendered_at > (RENDERER_KEPT if not self._renderer else KEPT):
                    self._renderer, self._rendered_at = problems({"renderer": renderer}), now
                self._found, self._at = found | self._renderer, time.monotonic()
            return self._found


ANSWERS = Answers()


# --- figures, also for metrics ------------------------------------------------------------------------


def free_bytes() -> int:
    """Return how many bytes are free on the disk of VAR_DIR."""
    return shutil.disk_usage(settings.VAR_DIR).free
