"""Drafts of an intake: saved as typed, step by step, until they are saved as a case."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import permissions
from assessments.actions.cases import change_case, record_case
from assessments.actions.refusals import Incomplete, NotAllowed, StaleCase
from assessments.actions.writing import writing
from assessments.casefile import stored_case
from assessments.casefile.intake_steps import Data, changed_at, changed_pages, marked, merged, unstorable
from assessments.casefile.values import CaseFile
from assessments.models import Case, IntakeDraft
from audit.record import record, record_once

MOST_DRAFTS = 50  # of one person, not yet saved as cases


def begin_draft(uuid: UUID, data: Data, *, by: User) -> IntakeDraft:
    """Start the intake of a new case."""
    if by.office is None or not permissions.may_record_cases(by):
        raise NotAllowed(_("Only caseworkers who belong to an office can record cases."))
    _refuse_unstorable(data)
    with transaction.atomic():
        if IntakeDraft.objects.filter(author=by, case=None).count() >= MOST_DRAFTS:
            raise NotAllowed(
                _("You have %(most)d intakes that are not saved as cases. Save or discard one of them first.")
                % {"most": MOST_DRAFTS}
            )
        draft = IntakeDraft.objects.create(uuid=uuid, office=by.office, author=by, data=data)
        _record("intake.begin", draft, by)
    return draft


def begin_change(case: Case, data: Data, *, by: User, case_version: int | None = None) -> IntakeDraft:
    """Start to change a case, or return the change that somebody started. Replace an untouched draft of an older state.

    ``case_version`` is the version that the page showed. If it is older than the case, both texts are shown before
    the change is stored.
    """
    draft = stored_case.draft_of(case)
    if draft is not None:
        return draft
    _refuse_unstorable(data)
    if not permissions.may_edit_now(by, case):
        raise NotAllowed(_("You cannot edit this case now."))
    with transaction.atomic():
        IntakeDraft.objects.filter(case=case, version=1).delete()
        try:
            with transaction.atomic():
                draft = IntakeDraft.objects.create(
                    office=case.office,
                    author=by,
                    case=case,
                    case_version=case.version if case_version is None else min(case_version, case.version),
                    data=data,
                )
        except IntegrityError:  # a colleague started one at the same moment
            return IntakeDraft.objects.get(case=case)
        _record("intake.begin", draft, by)
    return draft


def begin_with_step(
    case: Case,
    data: Data,
    step: str,
    posted: Mapping[str, Iterable[str]],
    *,
    by: User,
    version: int,
    case_version: int,
    quietly: bool = False,
) -> IntakeDraft:
    """Start to change a case by saving a first step. If the step is refused, no draft is created."""
    with transaction.atomic():
        draft = begin_change(case, data, by=by, case_version=case_version)
        return save_step(draft, step, posted, by=by, version=version, quietly=quietly)


def save_step(
    draft: IntakeDraft,
    step: str,
    posted: Mapping[str, Iterable[str]],
    *,
    by: User,
    version: int,
    quietly: bool = False,
) -> IntakeDraft:
    """Save a step as it was typed, valid or not. ``quietly`` is for autosaves, which are recorded once for each step.

    Raises StaleCase if anybody saved this page since ``version``, unless the same text is stored (sent twice).
    """
    with _writing(draft, by) as locked:
        data = merged(locked.data, posted, step)
        if data == locked.data:
            return locked
        pages = changed_pages(locked.data, data, step)
        if not changed_at(locked.data, pages) <= version <= locked.version:
            raise StaleCase(
                _("This page was saved elsewhere after you opened it, by a colleague or in another window."), locked
            )
        _refuse_unstorable(data)
        locked.version += 1
        locked.data = marked(data, pages, locked.version)
        locked.step = step
        locked.save()
        if quietly:
            record_once(
                by=str(by.pk), action="intake.save", object_type="intake", object_id=str(locked.uuid), step=step
            )
        else:
            _record("intake.save", locked, by, step=step)
    return locked


def discard_draft(draft: IntakeDraft, *, by: User) -> None:
    """Delete a draft. A case that was being changed stays as it was."""
    with _writing(draft, by) as locked:
        _record("intake.discard", locked, by)
        locked.delete()


def finish_draft(
    draft: IntakeDraft, case_file: CaseFile, *, by: User, version: int, case_version: int | None = None
) -> Case:
    """Store the draft as a new case or as a change of its case, and delete the draft.

    ``case_version`` is the version of the case that the user agreed to replace; by default the one that the draft
    started from.
    """
    with _writing(draft, by) as locked:
        if locked.version != version:
            raise StaleCase(_("The answers were changed elsewhere after you opened this page."), locked)
        if locked.case is None:
            case = record_case(case_file, by=by)
        else:
            begun_with = locked.case_version if case_version is None else case_version
            case = change_case(locked.case, case_file, by=by, version=begun_with)
        locked.delete()
    return case


@contextmanager
def _writing(draft: IntakeDraft, by: User) -> Iterator[IntakeDraft]:
    """Open a transaction and yield the locked draft. For a draft of a case, check the terms of ``writing`` too."""
    with transaction.atomic():
        if draft.case is not None:
            with writing(draft.case, "intake.save", by=by, quietly=True):
                yield _locked(draft)
            return
        if not permissions.may_see_draft(by, draft):
            raise NotAllowed(_("Only the author of an intake can edit it."))
        yield _locked(draft)


def _locked(draft: IntakeDraft) -> IntakeDraft:
    found = IntakeDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise NotAllowed(_("This intake no longer exists. It was saved as a case or discarded elsewhere."))
    return found


def _refuse_unstorable(data: Data) -> None:
    if found := unstorable(data):
        name, message = found
        raise Incomplete(message, field=name)


def _record(action: str, draft: IntakeDraft, by: User, **details: Any) -> None:
    record(by=str(by.pk), action=action, object_type="intake", object_id=str(draft.uuid), **details)
