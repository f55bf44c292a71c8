"""Erasing a case before its time: one person asks with reasons, a supervisor who is another person approves."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import permissions
from assessments.actions.refusals import Incomplete, NotAllowed
from assessments.models import Batch, Case, ErasureRequest
from assessments.models.codes import ERASED_ON_REQUEST
from assessments.office import retention
from audit.record import record


def request_erasure(case: Case, *, because: str, reasons: str, by: User) -> ErasureRequest:
    """Ask to erase the case. The audit record keeps who asked and the ground, not the reasons."""
    if not permissions.may_see_case(by, case):
        raise NotAllowed(_("Only people who can see the case can ask for its erasure."))
    if because not in ErasureRequest.Because.values:
        raise Incomplete(_("Choose why the case is erased."), field="because")
    if not reasons.strip():
        raise Incomplete(_("Write the reasons."), field="reasons")
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if ErasureRequest.objects.filter(case=locked).exists():
            raise NotAllowed(_("Somebody already asked for the erasure of this case."))
        made = ErasureRequest.objects.create(case=locked, because=because, reasons=reasons, requested_by=by)
        _record("erasure.request", locked, by, because=because)
    return made


def end_request(case: Case, *, number: int, by: User) -> None:
    """Withdraw one's own request, or decline a colleague's. The case stays."""
    with transaction.atomic():
        found = _locked(case, number)
        if found.requested_by_id != by.pk and not permissions.may_approve_erasure(by, found):
            raise NotAllowed(_("Only the person who asked, or a supervisor of the office, can end the request."))
        found.delete()
        _record("erasure.decline", case, by)


def approve(case: Case, *, number: int, by: User) -> None:
    """Erase the case with everything in it, and the batches that contain its memos."""
    with retention.overwriting():
        with transaction.atomic():
            found = _locked(case, number)
            if not permissions.may_approve_erasure(by, found):
                raise NotAllowed(_("A supervisor of the office who did not ask for the erasure must approve it."))
            found.approved_by = by
            found.save(update_fields=["approved_by"])  # the database refuses the person who asked
            Batch.objects.filter(versions__case=case.pk).delete()
            found.case.delete()
            _record(ERASED_ON_REQUEST, case, by, because=found.because, requested_by=str(found.requested_by_id))
        retention.remove_former_files()


def _locked(case: Case, number: int) -> ErasureRequest:
    """Return the request that the page showed, and lock its case."""
    Case.objects.select_for_update().filter(pk=case.pk).first()
    found = ErasureRequest.objects.select_related("case__office").filter(case=case.pk, pk=number).first()
    if found is None:
        raise NotAllowed(_("This request no longer exists: it was withdrawn or declined. Read the page again."))
    return found


def _record(action: str, case: Case, by: User, **details: str) -> None:
    record(by=str(by.pk), action=action, object_type="case", object_id=str(case.uuid), **details)
