"""Batches of memos, exports of an office's figures, and read notifications."""

from collections.abc import Collection

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import batches, permissions, visible_cases
from assessments.actions.refusals import Incomplete, NotAllowed
from assessments.models import Batch, MemoVersion, Notification
from assessments.models.codes import State
from audit.record import record


def start_batch(versions: Collection[int], *, by: User) -> Batch:
    """Create a batch of these approved versions. Raises Http404 if the user may not see one of them."""
    if not permissions.may_have_cases(by):
        raise NotAllowed(_("Only caseworkers and supervisors can download memos."))
    if not versions:
        raise Incomplete(_("Select at least one approved memo."), field="version")
    if len(versions) > batches.MOST:
        raise Incomplete(_("Select at most %(most)d memos at a time.") % {"most": batches.MOST}, field="version")
    visible = MemoVersion.objects.filter(pk__in=versions, case__in=visible_cases.visible_cases(by).order_by())
    states = dict(visible.values_list("pk", "state"))
    if set(versions) - set(states):
        raise Http404
    if any(state != State.APPROVED for state in states.values()):
        raise Incomplete(
            _("One of these memos is no longer approved. Go back to the list of cases and select again."),
            field="version",
        )
    with transaction.atomic():
        if Batch.objects.filter(by=by, created_at__gt=timezone.now() - batches.KEPT_FOR).count() >= batches.MOST_A_DAY:
            raise Incomplete(
                _("You have made %(most)d ZIP files in the last 24 hours. Download those, or make more tomorrow.")
                % {"most": batches.MOST_A_DAY},
                field="version",
            )
        batch = Batch.objects.create(by=by)
        batch.versions.set(states)
        record(by=str(by.pk), action="batch.create", object_type="batch", object_id=str(batch.uuid), memos=len(states))
    return batch


def pack_batch(batch: Batch, *, by: User) -> Batch:
    """Check the next few memos of the user's own batch."""
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk, by=by)
        batches.check_some(locked)
    return locked


def note_batch_taken(batch: Batch, *, by: User) -> None:
    """Record the download of the file, for the batch and for every case with a memo in it."""
    left_out = {out.version for out in batches.progress(batch).left_out}
    taken = [version for version in batches.versions_of(batch) if version not in left_out]
    visible = batches.visible_of(taken, batch)
    if any(version.case_id not in visible for version in taken):
        raise NotAllowed(
            _("You can no longer see one of the memos in this ZIP file. Go to the list of cases and select again.")
        )
    with transaction.atomic():
        record(by=str(by.pk), action="batch.download", object_type="batch", object_id=str(batch.uuid), memos=len(taken))
        for version in taken:
            record(
                by=str(by.pk), action="memo.export", object_type="case", object_id=str(version.case.uuid),
                version=version.number, batch=str(batch.uuid),
            )  # fmt: skip


def export_quality(*, by: User) -> None:
    """Record that the figures of the office were exported."""
    if not permissions.may_see_quality(by):
        raise NotAllowed(_("Only supervisors of an office can see its figures."))
    with transaction.atomic():
        record(by=str(by.pk), action="quality.export", object_type="office", object_id=str(by.office_id))


def read_notifications(*, by: User, pk: int | None = None) -> None:
    """Mark one notification of the user as read, or all of them."""
    mine = Notification.objects.filter(user=by, read_at=None)
    (mine.filter(pk=pk) if pk is not None else mine).update(read_at=timezone.now())
