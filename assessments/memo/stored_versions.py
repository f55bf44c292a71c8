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

Thawed = tuple[Answer, Assessment, Heading]  # the content of a version, read back


def memo_of(version: MemoVersion) -> Memo:
    """Return the frozen memo. What happened to it after approval is never part of it.

    Raise snapshot.BadSnapshot if it cannot be read.
    """
    thawed = snapshot.thaw_kept(version.content, version.content_sha256)
    reviewer = str(version.decided_by) if version.decided_by is not None else ""
    on = timezone.localdate(version.decided_at) if version.decided_at else None
    return _built(version, thawed, State.APPROVED if version.is_final else State(version.state), reviewer, on)


def as_approved(version: MemoVersion, thawed: Thawed, *, reviewer: str, on: date) -> Memo:
    """Return the memo as it will be if this reviewer approves it on this day. ``thawed`` is its snapshot."""
    return _built(version, thawed, State.APPROVED, reviewer, on)


def _built(version: MemoVersion, thawed: Thawed, status: State, reviewer: str, on: date | None) -> Memo:
    """Return the memo with the standing of its version in the heading."""
    found, assessment, heading = thawed
    heading = replace(heading, status=status.value, version=version.number, reviewer=reviewer, decided_on=on)
    return memo.build(found, assessment, heading, record_sha256=version.content_sha256)
