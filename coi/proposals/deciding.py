"""Proposing a change of a word, and approving, declining or withdrawing it. Each is recorded in its transaction."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import send_notices
from accounts.models import User
from audit.record import record
from coi.drafts import coi_admin_access
from coi.library import search_index, word_trees
from coi.models import ProposedChange
from coi.proposals import case_listeners
from coi.proposals import values as words

Status = ProposedChange.Status


class NotDone(Exception):
    """Nothing was changed, for the reason that the message gives."""


def waiting() -> QuerySet[ProposedChange]:
    """Return the proposals that wait for a decision, the longest waiting first."""
    rows = ProposedChange.objects.filter(status=Status.WAITING)
    return rows.select_related("proposed_by").order_by("proposed_at", "pk")


def decided() -> QuerySet[ProposedChange]:
    """Return the other proposals, the last decided first."""
    rows = ProposedChange.objects.exclude(status=Status.WAITING)
    return rows.select_related("proposed_by", "decided_by").order_by("-decided_at", "-pk")


def approved_words() -> set[tuple[str, str]]:
    """Return the words with an approved proposal: the name of the model and the code."""
    rows = ProposedChange.objects.filter(status=Status.APPROVED).values_list("subject", "code")
    return {(str(words.MODELS[subject]._meta.model_name), code) for subject, code in rows}


def propose(
    subject: str, code: str, values: words.Values, before: words.Values | None, *, reason: str, by: User
) -> ProposedChange:
    """Store a proposal. ``before`` are the values as its form showed them, none for a new word.

    Raises ValidationError if the models refuse the values, and NotDone.
    """
    with transaction.atomic():
        words.checked(subject, code, values)
        _refuse_a_changed_word(subject, code, before)
        if before is not None and dict(before) == dict(values):
            raise NotDone(_("You changed nothing."))
        try:
            with transaction.atomic():
                made = ProposedChange.objects.create(
                    subject=subject, code=code, values=values, before=before, reason=reason, proposed_by=by
                )
        except IntegrityError as error:
            raise NotDone(_("Another change of this word waits for a decision. Decide on it first.")) from error
        _record(made, "coi.change-proposed", by)
        send_notices(coi_admin_access.active_coi_admins().exclude(pk=by.pk))
    return made


def approve(pk: int, *, by: User, answer: str = "") -> ProposedChange:
    """Carry out a proposal of somebody else. Raises ValidationError if the models now refuse it, and NotDone."""
    with transaction.atomic():
        change = _locked(pk, by, Status.APPROVED)
        _refuse_a_changed_word(change.subject, change.code, change.before)
        before = word_trees.vocabulary()
        words.store(change.subject, change.code, change.values)
        search_index.index_words()
        case_listeners.changed(before, word_trees.vocabulary())
        _decide(change, Status.APPROVED, by, answer)
    return change


def decline(pk: int, *, by: User, answer: str) -> ProposedChange:
    """Decline a proposal of somebody else, with the reason. Raises NotDone."""
    with transaction.atomic():
        change = _locked(pk, by, Status.DECLINED)
        _decide(change, Status.DECLINED, by, answer)
    return change


def withdraw(pk: int, *, by: User) -> ProposedChange:
    """Withdraw a proposal of one's own. Raises NotDone."""
    with transaction.atomic():
        change = _locked(pk, by, Status.WITHDRAWN)
        _decide(change, Status.WITHDRAWN, by, "")
    return change


def may_decide(change: ProposedChange, user: User) -> bool:
    """Return whether the user may approve or decline the proposal: a COI admin who did not propose it."""
    return coi_admin_access.is_active_coi_admin(user) and change.proposed_by_id != user.pk


def _locked(pk: int, by: User, status: str) -> ProposedChange:
    """Return the proposal, locked. Raises NotDone if it is decided, PermissionDenied if another person must do this."""
    change = ProposedChange.objects.select_for_update(of=("self",)).get(pk=pk)
    if not change.is_waiting:
        said = _("This proposal no longer waits for a decision. It is %(status)s.")
        raise NotDone(said % {"status": change.get_status_display()})
    is_own = change.proposed_by_id == by.pk
    if not coi_admin_access.is_active_coi_admin(by) or is_own != (status == Status.WITHDRAWN):
        raise PermissionDenied
    return change


def _refuse_a_changed_word(subject: str, code: str, before: Any) -> None:
    word = words.word_of(subject, code)
    if (words.values_of(subject, word) if word else None) == (dict(before) if before is not None else None):
        return
    if before is None:
        raise NotDone(
            _("The code “%(code)s” is taken. Propose a change of that word, or choose another code.") % {"code": code}
        )
    raise NotDone(_("This word has changed since the change was proposed. Propose it again from the present values."))


def _decide(change: ProposedChange, status: str, by: User, answer: str) -> None:
    change.status, change.answer, change.decided_by, change.decided_at = status, answer, by, timezone.now()
    change.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    _record(change, f"coi.change-{status}", by)


def _record(change: ProposedChange, action: str, by: User) -> None:
    record(
        by=str(by.pk),
        action=action,
        object_type="proposed-change",
        object_id=str(change.pk),
        subject=change.subject,
        code=change.code,
        is_new=change.before is None,
    )
