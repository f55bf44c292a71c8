"""Several approved memos as one ZIP file, packed a few at a time, so that the user can watch or leave the page.

The row of the batch stores how many memos are done; the file itself says which it contains. A file that a crash
cut short is started again.
"""

import hashlib
import os
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions import visible_cases
from assessments.memo import version_integrity
from assessments.models import Batch, MemoVersion
from assessments.models.codes import State
from audit.spreadsheets import lines

A_STEP = 10
MOST = 200  # memos in one batch
MOST_A_DAY = 20  # batches of one person, because their files take up disk space
KEPT_FOR = timedelta(days=1)
_NEVER = (1980, 1, 1, 0, 0, 0)  # a fixed date, so that the same memos give the same file
INDEX = "index.csv"
_REVOKED = gettext_lazy("the memo was recalled or replaced by a newer draft before it was packed")
_CHANGED = gettext_lazy(
    "the stored file does not match its SHA-256, so it was changed outside the application; tell the administrator"
)
_HIDDEN = gettext_lazy("a memo that you can no longer see")


@dataclass(frozen=True)
class LeftOut:
    """A memo that was not packed, and why. ``is_visible``: whether the owner of the batch may see its reference."""

    version: MemoVersion
    reason: Any
    is_visible: bool


@dataclass(frozen=True)
class Progress:
    """How many memos of a batch are done, and which were not packed."""

    total: int
    done: int
    left_out: tuple[LeftOut, ...]
    is_finished: bool
    is_there: bool  # whether the file still exists

    @property
    def packed(self) -> int:
        return self.done - len(self.left_out)


def folder() -> Path:
    """Return the folder of the files, readable by the application only."""
    path = Path(settings.VAR_DIR) / "batches"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(batch: Batch) -> Path:
    """Return the path of the finished file."""
    return folder() / f"{batch.uuid}.zip"


def _part(batch: Batch) -> Path:
    return folder() / f"{batch.uuid}.part"


def names_of(versions: Collection[MemoVersion]) -> dict[int, str]:
    """Return the file name of each memo in the ZIP: unique, and without anything from the case."""
    short = {v.pk: f"{str(v.case.uuid)[:8]}-v{v.number}" for v in versions}
    twice = {name for name, n in Counter(short.values()).items() if n > 1}
    long = {v.pk: f"{v.case.uuid}-v{v.number}" for v in versions}
    return {pk: f"footnote-{long[pk] if name in twice else name}.pdf" for pk, name in short.items()}


def versions_of(batch: Batch) -> list[MemoVersion]:
    """Return the memos of the batch in order, without their large columns."""
    return list(batch.versions.select_related("case").defer("content", "pdf").order_by("pk"))


def progress(batch: Batch) -> Progress:
    """Return the progress of a batch, with the memos that could not be packed."""
    versions = versions_of(batch)
    called = names_of(versions)
    path = file_of(batch) if batch.finished_at else _part(batch)
    names = _names(path)
    missing = [] if names is None else [v for v in versions[: batch.done] if called[v.pk] not in names]
    return Progress(
        total=len(versions),
        done=min(batch.done, len(versions)),
        left_out=_why(missing, batch),
        is_finished=batch.finished_at is not None,
        is_there=names is not None,
    )


def _why(missing: Sequence[MemoVersion], batch: Batch) -> tuple[LeftOut, ...]:
    visible = visible_of(missing, batch) if missing else set()
    return tuple(
        LeftOut(v, _REVOKED if v.state != State.APPROVED else _CHANGED, is_visible=True)
        if v.case_id in visible
        else LeftOut(v, _HIDDEN, is_visible=False)
        for v in missing
    )


def visible_of(versions: Sequence[MemoVersion], batch: Batch) -> set[int]:
    """Return the ids of their cases that the owner of the batch may see now."""
    cases = visible_cases.visible_cases(batch.by).order_by().filter(versions__in=versions)
    return set(cases.values_list("pk", flat=True))


def _names(path: Path) -> set[str] | None:
    try:
        with zipfile.ZipFile(path) as packed:
            return set(packed.namelist())
    except (OSError, zipfile.BadZipFile):
        return None


def pack_some(batch: Batch) -> None:
    """Pack the next few memos and, after the last, the index. The caller holds a lock on the row of the batch."""
    part = _part(batch)
    if batch.finished_at:
        return
    if batch.done and _names(part) is None:
        batch.done = 0  # a crash cut the file short: start again
    if not batch.done:
        _begin(part)
    versions = versions_of(batch)
    called = names_of(versions)
    visible = visible_of(versions, batch)
    with zipfile.ZipFile(part, "a", zipfile.ZIP_STORED) as packed:
        there = set(packed.namelist())
        for version in versions[batch.done : batch.done + A_STEP]:
            if called[version.pk] not in there and version.case_id in visible and version.state == State.APPROVED:
                pdf = bytes(MemoVersion.objects.values_list("pdf", flat=True).get(pk=version.pk) or b"")
                if hashlib.sha256(pdf).hexdigest() == version.pdf_sha256 and version_integrity.is_as_approved(version):
                    _add(packed, called[version.pk], pdf)
            batch.done += 1
        if batch.done >= len(versions):
            if INDEX not in there:
                _add(packed, INDEX, _index(versions, called, set(packed.namelist())))
            batch.done, batch.finished_at = len(versions), timezone.now()
    if batch.finished_at:
        os.replace(part, file_of(batch))
    batch.save(update_fields=["done", "finished_at"])


def _begin(part: Path) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with zipfile.ZipFile(part, "w"):
        pass  # an empty ZIP, to which memos are added


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_NEVER)
    entry.external_attr = 0o600 << 16
    packed.writestr(entry, content)


def _index(versions: Iterable[MemoVersion], called: Mapping[int, str], names: Collection[str]) -> bytes:
    """Return the list of files as CSV. It names cases by id, from which the office can find its own reference."""
    rows: list[list[object]] = [["file", "case", "version", "sha256", "remark"]]
    for version in versions:
        remark = "" if called[version.pk] in names else _("not packed: not, or no longer, the approved memo")
        rows.append([called[version.pk], version.case.uuid, version.number, version.pdf_sha256, remark])
    return "".join(lines(rows)).encode()


def remove_old() -> int:
    """Delete files older than a day and files of deleted batches. Return how many."""
    limit = timezone.now() - KEPT_FOR
    kept = {str(uuid) for uuid in Batch.objects.filter(created_at__gte=limit).values_list("uuid", flat=True)}
    removed = 0
    for path in folder().iterdir():
        if path.stem not in kept:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
