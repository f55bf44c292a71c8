"""The intake while it is typed: kept as typed, step by step, until it reads as a case."""

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
from assessments.casefile.intake_steps import Data, changed_at, marked, merged, unstorable
from assessments.casefile.values import CaseFile
from assessments.models import Case, IntakeDraft
from audit.record import record, record_once

MOST_DRAFTS = 50  # of one person, not yet cases


def begin_draft(uuid: UUID, data: Data, *, by: User) -> IntakeDraft:
    """Begin the intake of a new case."""
    if by.office is None or not permissions.may_record_cases(by):
        raise NotAllowed(_("Only caseworkers who belong to an office record cases."))
    _refuse_unstorable(data)
    with transaction.atomic():
        if IntakeDraft.objects.filter(author=by, case=None).count() >= MOST_DRAFTS:
            raise NotAllowed(
                _("You have %(most)d intakes that are not cases yet. Finish or discard one of them first.")
                % {"most": MOST_DRAFTS}
            )
        draft = IntakeDraft.objects.create(uuid=uuid, office=by.office, author=by, data=data)
        _record("intake.begin", draft, by)
    return draft


def begin_change(case: Case, data: Data, *, by: User, case_version: int | None = None) -> IntakeDraft:
    """Begin to change a case, or go on with what somebody began; an untouched draft of an older case is begun anew.

    ``case_version`` is the one that the page was made of, where it is older than the case: before the change is
    stored, both are shown.
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
        except IntegrityError:  # a colleague began at the same moment
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
    """Begin to change a case with the first step that is saved; where that is refused, nothing is begun."""
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
    """Keep a step as it was typed, right or wrong; ``quietly`` for autosaves, recorded once a step.

    Refused if anybody saved this step since ``version``, unless the very same text was saved already (sent twice).
    """
    with _writing(draft, by) as locked:
        data = merged(locked.data, posted, step)
        if data == locked.data:
            return locked
        if not changed_at(locked.data, step) <= version <= locked.version:
            raise StaleCase(
                _("This page was saved elsewhere after you opened it, by a colleague or in another window."), locked
            )
        _refuse_unstorable(data)
        locked.version += 1
        locked.data = marked(data, step, locked.version)
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
    """Throw away what was typed and not saved as a case; a case that was being changed stays as it was."""
    with _writing(draft, by) as locked:
        _record("intake.discard", locked, by)
        locked.delete()


def finish_draft(
    draft: IntakeDraft, case_file: CaseFile, *, by: User, version: int, case_version: int | None = None
) -> Case:
    """Store what the draft states as a case, or as a change of its case; the draft is gone with it.

    ``case_version`` says which version of the case is replaced knowingly; else the one the draft began with.
    """
    with _writing(draft, by) as locked:
        if locked.version != version:
            raise StaleCase(_("The answers were changed elsewhere since this page was opened."), locked)
        if locked.case is None:
            case = record_case(case_file, by=by)
        else:
            begun_with = locked.case_version if case_version is None else case_version
            case = change_case(locked.case, case_file, by=by, version=begun_with)
        locked.delete()
    return case


@contextmanager
def _writing(draft: IntakeDraft, by: User) -> Iterator[IntakeDraft]:
    """One transaction on the draft's row, locked; of a draft of a case, on the terms of writing in the case."""
    with transaction.atomic():
        if draft.case is not None:
            with writing(draft.case, "intake.save", by=by, quietly=True):
                yield _locked(draft)
            return
        if not permissions.may_see_draft(by, draft):
            raise NotAllowed(_("Only the author of an intake writes in it."))
        yield _locked(draft)


def _locked(draft: IntakeDraft) -> IntakeDraft:
    found = IntakeDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise NotAllowed(_("This intake is gone: it was saved as a case, or discarded, elsewhere."))
    return found


def _refuse_unstorable(data: Data) -> None:
    if found := unstorable(data):
        name, message = found
        raise Incomplete(message, field=name)


def _record(action: str, draft: IntakeDraft, by: User, **details: Any) -> None:
    record(by=str(by.pk), action=action, object_type="intake", object_id=str(draft.uuid), **details)
