"""What an office takes away in bulk, and what its people have read of what they were told."""

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
    """A batch of these approved versions; one that is not the reader's to see does not exist for them."""
    if not permissions.may_have_cases(by):
        raise NotAllowed(_("Only caseworkers and supervisors take memos away."))
    if not versions:
        raise Incomplete(_("Choose at least one approved memo."), field="version")
    if len(versions) > batches.MOST:
        raise Incomplete(_("Choose at most %(most)d memos at a time.") % {"most": batches.MOST}, field="version")
    visible = MemoVersion.objects.filter(pk__in=versions, case__in=visible_cases.visible_cases(by).order_by())
    states = dict(visible.values_list("pk", "state"))
    if set(versions) - set(states):
        raise Http404
    if any(state != State.APPROVED for state in states.values()):
        raise Incomplete(
            _("One of these memos is no longer approved. Choose again from the list as it is now."), field="version"
        )
    with transaction.atomic():
        if Batch.objects.filter(by=by, created_at__gt=timezone.now() - batches.KEPT_FOR).count() >= batches.MOST_A_DAY:
            raise Incomplete(
                _("You have begun %(most)d batches since yesterday. Take those, or wait until they are removed.")
                % {"most": batches.MOST_A_DAY},
                field="version",
            )
        batch = Batch.objects.create(by=by)
        batch.versions.set(states)
        record(by=str(by.pk), action="batch.create", object_type="batch", object_id=str(batch.uuid), memos=len(states))
    return batch


def pack_batch(batch: Batch, *, by: User) -> Batch:
    """Pack the next few memos of one's own batch."""
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk, by=by)
        batches.pack_some(locked)
    return locked


def note_batch_taken(batch: Batch, *, by: User) -> None:
    """The file leaves the system: noted for the batch, and for every case that has a memo in it."""
    left_out = {out.version for out in batches.progress(batch).left_out}
    taken = [version for version in batches.versions_of(batch) if version not in left_out]
    visible = batches.visible_of(taken, batch)
    if any(version.case_id not in visible for version in taken):
        raise NotAllowed(_("A memo of this batch is no longer yours to see. Choose again from the list as it is now."))
    with transaction.atomic():
        record(by=str(by.pk), action="batch.download", object_type="batch", object_id=str(batch.uuid), memos=len(taken))
        for version in taken:
            record(
                by=str(by.pk), action="memo.export", object_type="case", object_id=str(version.case.uuid),
                version=version.number, batch=str(batch.uuid),
            )  # fmt: skip


def export_quality(*, by: User) -> None:
    """Note that the figures of the office left the system."""
    if not permissions.may_see_quality(by):
        raise NotAllowed(_("Only supervisors of an office see its figures."))
    with transaction.atomic():
        record(by=str(by.pk), action="quality.export", object_type="office", object_id=str(by.office_id))


def read_notifications(*, by: User, pk: int | None = None) -> None:
    """Mark all of one's own as read, or one."""
    mine = Notification.objects.filter(user=by, read_at=None)
    (mine.filter(pk=pk) if pk is not None else mine).update(read_at=timezone.now())
