"""Recalls of approved memos, new findings on them, and the decisions on both."""

import zlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import steps
from assessments.actions.notify import notify, supervisors_of, writers_of
from assessments.actions.refusals import Incomplete, NotAllowed, StaleCase
from assessments.memo import pending_recalls
from assessments.models import Case, Disposition, MemoVersion, NewMatch, Notification, Recall
from assessments.models.codes import State
from audit.record import record


def recall(memo_version: MemoVersion, finding: str, reason: str, by: User | None = None) -> Recall:
    """Recall an approved memo because a finding that it relies on changed, or for a supervisor's own reason.

    ``by`` is None for a recall by the library. A memo that is already recalled gets a further row for each finding.
    """
    with transaction.atomic():
        case = steps.locked(memo_version.case)
        newest = case.versions.order_by("-number").values_list("pk", flat=True).first()
        again = case.state == State.RECALLED and by is None
        if newest != memo_version.pk:
            raise NotAllowed(_("Only the newest version of a memo can be recalled."))
        if again and not reason.strip():
            raise Incomplete(_("Write the reason."), field="reason")
        if not again:
            details: dict[str, Any] = {"finding": finding} if finding else {}
            steps.take("recall", case, by=by, reason=reason, **details)
        row, is_new = Recall.objects.get_or_create(
            version=memo_version, finding=finding, disposition="", defaults={"reason": reason, "recalled_by": by}
        )
        if again and is_new:
            record(by="library", action="memo.recall", object_type="case", object_id=str(case.uuid), finding=finding)
        if is_new:
            notified = [*supervisors_of(case), *writers_of(case)]
            notify(case, Notification.Kind.RECALLED, [user for user in notified if user != by])
    return row


def list_new_matches(memo_version: MemoVersion, rows: Iterable[NewMatch]) -> bool:
    """Store the relevant findings of a new edition for an approved memo, and notify its supervisors.

    The memo stays as it is. Return False if it is no longer approved or recalled, or all are stored already.
    """
    with transaction.atomic():
        case = steps.locked(memo_version.case)
        newest = case.versions.order_by("-number").values_list("pk", flat=True).first()
        if case.state not in (State.APPROVED, State.RECALLED) or newest != memo_version.pk:
            return False
        listed = set(memo_version.new_matches.values_list("finding", "fact_ident"))
        fresh = [row for row in rows if (row.finding, row.fact_ident) not in listed]
        if not fresh:
            return False
        NewMatch.objects.bulk_create(fresh)
        record(
            by="library",
            action="memo.new-findings",
            object_type="case",
            object_id=str(case.uuid),
            version=memo_version.number,
            findings=len({row.finding for row in fresh}),
        )
        notify(case, Notification.Kind.NEW_FINDINGS, supervisors_of(case))
    return True


def uphold(case: Case, *, by: User, reason: str, waiting: str | None = None) -> None:
    """Uphold the memo: it stays approved, unchanged, despite the recalls or new findings."""
    _settle("uphold", case, Disposition.UPHELD, by, reason, waiting)


def supersede(case: Case, *, by: User, reason: str, waiting: str | None = None) -> None:
    """Mark the memo as superseded."""
    _settle("supersede", case, Disposition.SUPERSEDED, by, reason, waiting)


def waiting_token(version: MemoVersion) -> str:
    """Return a token of all recalls and new findings that wait for a decision. It changes when one is added."""
    rows = (version.recalls, version.new_matches)
    return "-".join(str(zlib.crc32(repr(list(_open(r))).encode())) for r in rows)


def _open(rows: Any) -> Any:
    return rows.filter(disposition="").order_by("pk").values_list("pk", flat=True)


def check_waiting(case: Case, token: str | None) -> None:
    """Raise StaleCase if more waits for a decision than the page showed.

    ``token`` is the ``waiting_token`` of the page; None skips the check.
    """
    version = case.versions.defer("content", "pdf").order_by("-number").first()
    if token is not None and version is not None and token != waiting_token(version):
        raise StaleCase(_("There is more to decide than this page showed. Reload it, then decide."))


def _settle(action: str, case: Case, disposition: str, by: User, reason: str, waiting: str | None) -> None:
    with transaction.atomic():
        locked = steps.locked(case)
        check_waiting(locked, waiting)
        if action == "uphold" and pending_recalls.is_pending_in(locked):
            raise NotAllowed(_("The memo is being compared with a new edition. Wait until that is done, then decide."))
        version = steps.take(action, locked, by=by, reason=reason)
        if version is not None:
            dispose(version, disposition, reason, by)


def dispose(version: MemoVersion, disposition: str, reason: str, by: User) -> None:
    """Store one decision for all recalls and new findings that wait for one."""
    decided = {
        "disposition": disposition,
        "disposition_reason": reason,
        "disposed_by": by,
        "disposed_at": timezone.now(),
    }
    version.recalls.filter(disposition="").update(**decided)
    version.new_matches.filter(disposition="").update(**decided)
