"""Steps of the workflow. The table in ``workflow`` says between which states, ``permissions`` says who."""

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
    """Lock and return the row of the case. The caller must be inside a transaction."""
    # locks the case alone: PostgreSQL cannot lock the nullable side of an outer join, here the reviewer
    rows = Case.objects.select_for_update(of=("self",)).select_related("office", "author", "reviewer")
    return rows.get(pk=case.pk)


def check(action: str, case: Case, *, by: User | None, reason: str = "") -> None:
    """Raise a refusal if the table or the permissions do not allow the step. ``by`` is None for the library."""
    step = BY_ACTION[action]
    if not permissions.is_open_now(action, case):
        raise NotAllowed(
            _("“%(step)s” is not possible because the case is %(state)s.")
            % {"step": step.label, "state": case.get_state_display()}
        )
    if by is None:
        allowed = Who.LIBRARY in step.by
    else:
        if permissions.has_written(by, case) and Who.WRITER not in step.by:
            raise NotAllowed(_("You edited this case, so a colleague must review it."))
        allowed = any(permissions.is_one_of(by, case, who) for who in step.by)
    if not allowed:
        raise NotAllowed(_("You do not have permission for “%(step)s” in this case.") % {"step": step.label})
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
    """Take the step on a locked case and its newest version, and record it. The caller holds the transaction.

    ``on_case`` and ``on_version`` are further fields that the step changes. Those of the version are saved
    together with its state, because the database refuses an incomplete approval.
    """
    check(action, case, by=by, reason=reason)
    step = BY_ACTION[action]
    version = case.versions.defer("content", "pdf").order_by("-number").first()
    if version is not None:
        changes = dict(on_version or {})
        if step.version is not None:
            changes["state"] = step.version
        _save(version, changes)
    # update_fields leaves saved_at unchanged, because a step does not edit the case
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
