"""The memo of a stored version, as it is and as it will be once approved."""

from dataclasses import replace
from datetime import date

from django.utils import timezone

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment
from assessments.memo import memo, snapshot
from assessments.memo.heading import Heading
from assessments.memo.memo import Memo
from assessments.models import MemoVersion
from assessments.models.codes import State


def memo_of(version: MemoVersion) -> Memo:
    """Return the frozen memo. What happened to it after approval is never part of it.

    Raise snapshot.BadSnapshot if it cannot be read.
    """
    found, assessment, heading = snapshot.thaw_kept(version.content, version.content_sha256)
    decided = version.decided_by is not None
    status = State.APPROVED if version.is_final else State(version.state)
    heading = replace(
        heading,
        status=status.value,
        version=version.number,
        reviewer=str(version.decided_by) if decided else "",
        decided_on=timezone.localdate(version.decided_at) if version.decided_at else None,
    )
    return memo.build(found, assessment, heading, record_sha256=version.content_sha256)


def as_approved(version: MemoVersion, thawed: tuple[Answer, Assessment, Heading], *, reviewer: str, on: date) -> Memo:
    """Return the memo as it will be if this reviewer approves it on this day. ``thawed`` is its snapshot."""
    found, assessment, heading = thawed
    approved = replace(heading, status=State.APPROVED.value, version=version.number, reviewer=reviewer, decided_on=on)
    return memo.build(found, assessment, approved, record_sha256=version.content_sha256)
