"""Giving cases, intakes and reviews to a colleague, for example because their officer is away."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import locks, permissions, review, steps
from assessments.actions.drafts import MOST_DRAFTS
from assessments.actions.notify import notify
from assessments.actions.refusals import ActionRefused, Incomplete, NotAllowed
from assessments.models import Case, IntakeDraft, Notification, Writer
from assessments.models.codes import EDITABLE, WAITING
from audit.record import record

OPEN = (*EDITABLE, *WAITING)  # the states in which a case can be given to another caseworker


def hand_over(cases: Iterable[Case], intakes: Collection[IntakeDraft], *, to: User | None, by: User) -> None:
    """Make ``to`` the author of open cases, and of intakes that are not saved as cases; of all or of none.

    Whoever wrote in a case remains one of its writers, and so may never review it.
    """
    if not permissions.may_reassign(by):
        raise NotAllowed(_("Only supervisors can give cases to another caseworker."))
    if to is None or not permissions.may_record_cases(to) or to.office_id != by.office_id:
        raise Incomplete(_("Choose a caseworker of your office."), field="to")
    with transaction.atomic():
        for case in sorted(cases, key=lambda case: case.pk):
            _give_case(case, to=to, by=by)
        if intakes:
            _give_intakes(intakes, to=to, by=by)


def _give_case(case: Case, *, to: User, by: User) -> None:
    locked = steps.locked(case)
    if locked.office_id != by.office_id:
        raise NotAllowed(_("You can only give away cases of your own office."))
    if locked.state not in OPEN:
        raise NotAllowed(
            _("%(reference)s is %(state)s, so you cannot give it to somebody else.")
            % {"reference": locked.reference, "state": locked.get_state_display()}
        )
    if locked.author_id == to.pk:
        return
    holder = locks.holder(locked)
    if holder is not None and holder != to:
        raise NotAllowed(
            _("%(name)s is editing %(reference)s now. Try again later.")
            % {"name": holder, "reference": locked.reference}
        )
    Writer.objects.get_or_create(case=locked, user=locked.author)
    locked.author = to
    locked.save(update_fields=["author"])  # saved_at stays: nobody edited the case
    locks.release_all(locked)
    record(by=str(by.pk), action="case.hand-over", object_type="case", object_id=str(locked.uuid), to=str(to.pk))
    notify(locked, Notification.Kind.HANDED_OVER, [to])


def _give_intakes(intakes: Collection[IntakeDraft], *, to: User, by: User) -> None:
    wanted = [draft.pk for draft in intakes]
    found = IntakeDraft.objects.select_for_update().filter(pk__in=wanted, office=by.office_id, case=None)
    moving = [draft for draft in found.order_by("pk") if draft.author_id != to.pk]
    if IntakeDraft.objects.filter(author=to, case=None).count() + len(moving) > MOST_DRAFTS:
        raise NotAllowed(
            _("%(name)s would have more than %(most)d intakes that are not saved as cases.")
            % {"name": to, "most": MOST_DRAFTS}
        )
    for draft in moving:
        IntakeDraft.objects.filter(pk=draft.pk).update(author=to)  # saved_at stays: the day of erasure too
        record(by=str(by.pk), action="intake.hand-over", object_type="intake", object_id=str(draft.uuid), to=str(to.pk))


def reassign_several(cases: Iterable[Case], *, to: User | None, by: User) -> None:
    """Assign the reviews of several memos to one supervisor; all or none."""
    with transaction.atomic():
        for case in sorted(cases, key=lambda case: case.pk):
            try:
                review.reassign(case, to=to, by=by)
            except Incomplete:
                raise
            except ActionRefused as refusal:
                words = {"reference": case.reference, "refusal": refusal}
                raise NotAllowed(_("%(reference)s: %(refusal)s") % words) from refusal
