"""Taking a step of the workflow: the table says from where to where, permissions say who."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import permissions
from assessments.actions.refusals import Incomplete, NotAllowed
from assessments.actions.workflow import BY_ACTION, Who
from assessments.models import Case, MemoVersion
from audit.record import record


def locked(case: Case) -> Case:
    """The row of the case, locked; to be called inside a transaction."""
    # of the case alone: the row of a reviewer, who may be none, cannot be locked with it, and nobody else's needs to be
    rows = Case.objects.select_for_update(of=("self",)).select_related("office", "author", "reviewer")
    return rows.get(pk=case.pk)


def check(action: str, case: Case, *, by: User | None, reason: str = "") -> None:
    """Refuse what the table or the permissions do not allow. ``by`` is None for the library."""
    step = BY_ACTION[action]
    if not permissions.is_open_now(action, case):
        raise NotAllowed(
            _("“%(step)s” is not possible: the case is %(state)s.")
            % {"step": step.label, "state": case.get_state_display()}
        )
    if by is None:
        allowed = Who.LIBRARY in step.by
    else:
        if permissions.has_written(by, case) and Who.WRITER not in step.by:
            raise NotAllowed(_("You wrote in this case: somebody else has to review it."))
        allowed = any(permissions.is_one_of(by, case, who) for who in step.by)
    if not allowed:
        raise NotAllowed(_("“%(step)s” is not yours to do in this case.") % {"step": step.label})
    if step.reason and not reason.strip():
        raise Incomplete(_("Write the reason."), field="reason")


def take(
    action: str,
    case: Case,
    *,
    by: User | None,
    reason: str = "",
    on_case: Mapping[str, Any] | None = None,
    on_version: Mapping[str, Any] | None = None,
    **details: Any,
) -> MemoVersion | None:
    """Carry the step out on a locked case and its newest version, and record it. The caller holds the transaction.

    ``on_case`` and ``on_version`` is what else the step changes: of the version in the same statement as its
    state, for the database refuses an approval that lacks a part.
    """
    check(action, case, by=by, reason=reason)
    step = BY_ACTION[action]
    version = case.versions.defer("content", "pdf").order_by("-number").first()
    if version is not None:
        changes = dict(on_version or {})
        if step.version is not None:
            changes["state"] = step.version
        _save(version, changes)
    # update_fields leaves the time of the last save as it is: a step writes nothing in a case
    _save(case, {**(on_case or {}), "state": step.target, "state_since": timezone.now()})
    record(
        by=str(by.pk) if by else "library",
        action=step.event,
        object_type="case",
        object_id=str(case.uuid),
        **({"version": version.number} if version else {}),
        **details,
    )
    return version


def _save(row: Model, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=changes)
