"""The checks that precede every change of a case: permission, state and editing lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import locks, permissions
from assessments.actions.refusals import HeldElsewhere, NotAllowed
from assessments.models import Case, Writer
from audit.record import record


@contextmanager
def writing(case: Case, event: str, *, by: User, quietly: bool = False, **details: Any) -> Iterator[Case]:
    """Open a transaction in which ``by`` changes the case. Yield its locked row; record the writer and the event.

    ``event`` is the code of the audit record. With ``quietly`` the caller records it (autosaves, once per step).
    """
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).select_related("office", "author", "edit_lock__holder")
        has_written = Exists(Writer.objects.filter(case=OuterRef("pk"), user=by.pk))
        locked = rows.annotate(by_a_writer=has_written).get(pk=case.pk)
        if not permissions.may_edit_case(by, locked):
            raise NotAllowed(_("Only caseworkers who can see the case can edit it."))
        if not locked.is_editable:
            raise NotAllowed(
                _("The case is %(state)s, so you cannot edit it now.") % {"state": locked.get_state_display()}
            )
        holder = locks.hold(locked, by, lock=getattr(locked, "edit_lock", None))
        if holder is not None:
            raise HeldElsewhere(
                _("%(name)s is editing this case. Your text is kept. To save it, take over.") % {"name": holder}
            )
        if not locked.by_a_writer:
            Writer.objects.get_or_create(case=locked, user=by)
        yield locked
        Case.objects.filter(pk=locked.pk).update(saved_at=timezone.now())
        if not quietly:
            record(by=str(by.pk), action=event, object_type="case", object_id=str(locked.uuid), **details)
