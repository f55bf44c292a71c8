"""The only way to read what is stored of a version. It is compared with the audit record first.

Whoever can write in the database can change a row together with its digests, but not the record.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NoReturn

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment
from assessments.casefile.values import CaseFile
from assessments.memo import memo, snapshot, version_integrity
from assessments.memo.heading import Heading
from assessments.memo.memo import Memo
from assessments.memo.version_integrity import Recorded
from assessments.models import MemoVersion
from assessments.models.codes import State

Thawed = tuple[Answer, Assessment, Heading]  # the content of a version, read back

logger = logging.getLogger(__name__)


class NotAsRecorded(snapshot.BadSnapshot):
    """A version, or its PDF, does not agree with the audit record."""


def check(version: MemoVersion, said: Recorded | None = None) -> None:
    """Raise NotAsRecorded if the version is not what was submitted and approved. ``said`` is what the record says."""
    if found := version_integrity.differences(version, said):
        _refuse(version, found)


def content_of(version: MemoVersion) -> str:
    """Return the stored text. Raise NotAsRecorded."""
    check(version)
    return version.content


def thawed(version: MemoVersion) -> Thawed:
    """Return the frozen answer, assessment and heading. Raise NotAsRecorded, or BadSnapshot if they cannot be read."""
    return snapshot.thaw(content_of(version))


def case_of(version: MemoVersion, said: Recorded) -> CaseFile:
    """Return only the case, which is faster. Raise as ``thawed`` does."""
    check(version, said)
    return snapshot.case_of(version.content)


def approved_pdf(version: MemoVersion) -> bytes:
    """Return the approved file, byte for byte. Raise NotAsRecorded."""
    check(version)
    if differs := version_integrity.pdf_differs(version):
        _refuse(version, [differs])
    return bytes(version.pdf or b"")


def _refuse(version: MemoVersion, found: Iterable[str]) -> NoReturn:
    what = "; ".join(found)
    logger.error(
        "Version %s of case %s does not agree with the audit record: %s", version.number, version.case.uuid, what
    )
    raise NotAsRecorded(
        _(
            "This memo is not shown and not handed out, because what is stored does not agree with the audit record: "
            "%(what)s. Do not rely on a copy of it. Tell an administrator and an auditor, who can compare it with a "
            "backup."
        )
        % {"what": what}
    )


def memo_of(version: MemoVersion) -> Memo:
    """Return the frozen memo. What happened to it after approval is never part of it.

    Raise NotAsRecorded, or snapshot.BadSnapshot if it cannot be read.
    """
    reviewer = str(version.decided_by) if version.decided_by is not None else ""
    on = timezone.localdate(version.decided_at) if version.decided_at else None
    return _built(version, thawed(version), State.APPROVED if version.is_final else State(version.state), reviewer, on)


def as_approved(version: MemoVersion, content: Thawed, *, reviewer: str, on: date) -> Memo:
    """Return the memo as it will be if this reviewer approves it on this day."""
    return _built(version, content, State.APPROVED, reviewer, on)


def _built(version: MemoVersion, content: Thawed, status: State, reviewer: str, on: date | None) -> Memo:
    """Return the memo with the standing of its version in the heading."""
    found, assessment, heading = content
    heading = replace(heading, status=status.value, version=version.number, reviewer=reviewer, decided_on=on)
    return memo.build(found, assessment, heading, record_sha256=version.content_sha256)
