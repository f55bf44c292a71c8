"""Several approved memos as one ZIP file, checked a few at a time, so that the user can watch or leave the page.

The row of the batch stores how many memos are checked and which are left out. The file is made from the stored PDFs
while it is downloaded, so there is none on a disk.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions import visible_cases
from assessments.memo import pending_recalls, stored_versions
from assessments.models import Batch, MemoVersion
from assessments.models.codes import State
from audit.spreadsheets import lines

A_STEP = 10
MOST = 200  # memos in one batch
MOST_A_DAY = 20  # batches of one person
KEPT_FOR = timedelta(days=1)
_NEVER = (1980, 1, 1, 0, 0, 0)  # a fixed date, so that the same memos give the same file
INDEX = "index.csv"
_NOT_COMPARED = gettext_lazy(
    "the memo is being compared with a new edition and may be recalled; download the file later"
)
_REVOKED = gettext_lazy("the memo was recalled or replaced by a newer draft")
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
    is_there: bool  # whether it can still be downloaded

    @property
    def packed(self) -> int:
        return self.done - len(self.left_out)


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
    """Return the progress of a batch, with the memos that are not in its ZIP."""
    versions = versions_of(batch)
    pending = _pending(versions)
    missing = [v for v in versions[: batch.done] if not _is_in(v, batch, pending)]
    return Progress(
        total=len(versions),
        done=min(batch.done, len(versions)),
        left_out=_why(missing, batch, pending),
        is_finished=batch.finished_at is not None,
        is_there=batch.created_at > timezone.now() - KEPT_FOR,
    )


def _pending(versions: Collection[MemoVersion]) -> set[int]:
    """Return the ids of the memos that may yet be recalled, so that they cannot be handed out now."""
    rows = MemoVersion.objects.filter(pk__in=[v.pk for v in versions])
    return set(pending_recalls.not_compared(rows).values_list("pk", flat=True))


def _is_in(version: MemoVersion, batch: Batch, pending: Collection[int]) -> bool:
    return version.pk not in batch.left_out and version.pk not in pending and version.state == State.APPROVED


def _reason(version: MemoVersion, pending: Collection[int]) -> Any:
    if version.state != State.APPROVED:
        return _REVOKED
    return _NOT_COMPARED if version.pk in pending else _CHANGED


def _why(missing: Sequence[MemoVersion], batch: Batch, pending: Collection[int]) -> tuple[LeftOut, ...]:
    visible = visible_of(missing, batch) if missing else set()
    return tuple(
        LeftOut(v, _reason(v, pending), is_visible=True)
        if v.case_id in visible
        else LeftOut(v, _HIDDEN, is_visible=False)
        for v in missing
    )


def visible_of(versions: Sequence[MemoVersion], batch: Batch) -> set[int]:
    """Return the ids of their cases that the owner of the batch may see now."""
    cases = visible_cases.visible_cases(batch.by).order_by().filter(versions__in=versions)
    return set(cases.values_list("pk", flat=True))


def check_some(batch: Batch) -> None:
    """Check the next few memos. The caller holds a lock on the row of the batch."""
    if batch.finished_at:
        return
    versions = versions_of(batch)
    next_ones = versions[batch.done : batch.done + A_STEP]
    visible = visible_of(next_ones, batch)
    unfit = (v.pk for v in next_ones if v.case_id not in visible or v.state != State.APPROVED or _pdf(v) is None)
    batch.left_out = [*batch.left_out, *unfit]
    batch.done = min(batch.done + A_STEP, len(versions))
    if batch.done == len(versions):
        batch.finished_at = timezone.now()
    batch.save(update_fields=["done", "left_out", "finished_at"])


def _pdf(version: MemoVersion) -> bytes | None:
    """Return the stored PDF, or None if it is not the approved one."""
    try:
        return stored_versions.approved_pdf(version)
    except stored_versions.NotAsRecorded:
        return None


class _Outgoing(io.BytesIO):
    """A file of which the part that was sent is no longer kept. Its positions are those of the whole file."""

    sent = 0

    def tell(self) -> int:
        return self.sent + super().tell()

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        return self.sent + super().seek(position - self.sent if whence == io.SEEK_SET else position, whence)

    def take(self) -> bytes:
        content = self.getvalue()
        self.sent += len(content)
        super().seek(0)
        self.truncate()
        return content


def file(batch: Batch) -> Iterator[bytes]:
    """Yield the ZIP memo by memo, and at its end the index. Each PDF is checked again as it is read."""
    out = _Outgoing()
    versions = versions_of(batch)
    called, pending = names_of(versions), _pending(versions)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for version in versions:
            if _is_in(version, batch, pending) and (pdf := _pdf(version)) is not None:
                _add(packed, called[version.pk], pdf)
                yield out.take()
        _add(packed, INDEX, _index(versions, called, set(packed.namelist())))
    yield out.take()


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_NEVER)
    entry.external_attr = 0o600 << 16
    packed.writestr(entry, content)


def _index(versions: Iterable[MemoVersion], called: Mapping[int, str], names: Collection[str]) -> bytes:
    """Return the list of files as CSV. It names cases by id, from which the office can find its own reference."""
    rows: list[list[object]] = [["file", "case", "version", "sha256", "remark"]]
    for version in versions:
        remark = (
            ""
            if called[version.pk] in names
            else _("not packed: not, or no longer, the approved memo, or being compared with a new edition")
        )
        rows.append([called[version.pk], version.case.uuid, version.number, version.pdf_sha256, remark])
    return "".join(lines(rows)).encode()
