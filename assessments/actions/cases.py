"""Storing a case and its material facts."""

from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import locks, permissions, visible_cases
from assessments.actions.refusals import ActionRefused, NotAllowed, ReferenceTaken, StaleCase
from assessments.actions.writing import writing
from assessments.answer.answer import answer
from assessments.assessing import fact_changes
from assessments.casefile import fields, stored_case
from assessments.casefile.fields import Field, Kind
from assessments.casefile.problems import BadCase
from assessments.casefile.references import taken_words
from assessments.casefile.values import CaseFile
from assessments.models import Case, CaseFact, CasePerson, CasePlace, CaseTrait, FactRevision, Writer
from audit.record import record


def record_case(case_file: CaseFile, *, by: User) -> Case:
    """Store a new case of this caseworker."""
    if by.office is None or not permissions.may_record_cases(by):
        raise ActionRefused(_("Only caseworkers who belong to an office can record cases."))
    with transaction.atomic():
        case = Case(office=by.office, author=by, is_shared=by.office.shares_cases)
        _write(case, case_file, by)
        Writer.objects.create(case=case, user=by)
        record(by=str(by.pk), action="case.create", object_type="case", object_id=str(case.uuid))
    return case


def change_case(case: Case, case_file: CaseFile, *, by: User, version: int) -> Case:
    """Store a changed case. Raises StaleCase if anybody saved it since version ``version``."""
    with writing(case, "case.change", by=by, version=version + 1) as locked:
        if locked.version != version:
            raise StaleCase(
                _(
                    "The case was saved elsewhere after you opened it. Your text is kept below. Open the case again to compare."
                )
            )
        locked.version += 1
        _write(locked, case_file, by)
        mark_changes(locked)
    return locked


def mark_changes(case: Case) -> None:
    """Mark for lists the facts on which the COI changed since the officer wrote. To be called in a transaction.

    Called when a case can be edited again, and when its facts were changed.
    """
    if not case.fact_assessments.exists():
        return
    try:
        read = stored_case.case_file(case, today=timezone.localdate())
    except BadCase:  # its pages ask for the place again and compare afterwards
        return
    fact_changes.keep_marks(fact_changes.changes(case, answer(replace(read, traits=(), places=()))))


def show_matches(case: Case, *, by: User) -> None:
    """Record that a writer saw the matches. From then on, changed facts are marked."""
    if case.matches_first_shown_at is not None or not permissions.may_edit_case(by, case):
        return
    with transaction.atomic():
        now = timezone.now()
        first = Case.objects.filter(pk=case.pk, matches_first_shown_at=None).update(matches_first_shown_at=now)
        if first:
            case.matches_first_shown_at = now
            record(by=str(by.pk), action="case.matches-first-shown", object_type="case", object_id=str(case.uuid))


def take_over(case: Case, *, by: User) -> None:
    """Take the editing lock from its holder."""
    with transaction.atomic():
        # locks the case first, as every write does, so that a submission, which removes the lock, cannot interleave
        locked = Case.objects.select_for_update(of=("self",)).select_related("office", "author").get(pk=case.pk)
        if not permissions.may_edit_now(by, locked):
            raise NotAllowed(_("Only caseworkers who can edit the case now can take it over."))
        locks.take_over(locked, by)
        record(by=str(by.pk), action="case.take-over", object_type="case", object_id=str(case.uuid))


def share_case(case: Case, *, shared: bool, by: User) -> None:
    """Share the case with the caseworkers of the office, or stop sharing it."""
    if not permissions.may_share_case(by, case):
        raise NotAllowed(_("Only the author of the case can share it."))
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(is_shared=shared)
        case.is_shared = shared
        action = "case.share" if shared else "case.unshare"
        record(by=str(by.pk), action=action, object_type="case", object_id=str(case.uuid))


def export_memo(case: Case, *, by: User, number: int = 0) -> None:
    """Record the download of a memo: of a submitted version by its number, or of the present case."""
    which = {"memo_version": number} if number else {"version": case.version}
    with transaction.atomic():
        record(by=str(by.pk), action="memo.export", object_type="case", object_id=str(case.uuid), **which)


def note_case_export(case: Case, *, by: User) -> None:
    """Record that everything stored about the case was exported."""
    if not permissions.may_export_case(by, case):
        raise NotAllowed(_("Only supervisors of the office can export all data of a case."))
    with transaction.atomic():
        record(by=str(by.pk), action="case.export", object_type="case", object_id=str(case.uuid))


def _write(case: Case, read: CaseFile, by: User) -> None:
    for name, value in _columns(read, fields.HEAD + fields.ORIGIN).items():
        setattr(case, name, value)
    # checked first, because a database may log a refused row with all its text
    if visible_cases.is_reference_taken(read.reference, case.office_id, but=case.pk):
        raise ReferenceTaken(taken_words(read.reference))
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        raise ReferenceTaken(taken_words(read.reference)) from error
    for rows in (case.persons, case.traits, case.places):
        rows.all().delete()
    CasePerson.objects.bulk_create(
        CasePerson(case=case, position=n, **_columns(p, fields.PERSON)) for n, p in enumerate(read.persons)
    )
    CaseTrait.objects.bulk_create(
        CaseTrait(case=case, position=n, **_columns(t, fields.TRAIT)) for n, t in enumerate(read.traits)
    )
    CasePlace.objects.bulk_create(
        CasePlace(case=case, position=n, **_columns(p, fields.PLACE)) for n, p in enumerate(read.places)
    )
    _write_facts(case, read, by)


def _columns(value: Any, table: tuple[Field, ...]) -> dict[str, Any]:
    """The fields of the frozen value as columns of its row."""
    columns: dict[str, Any] = {}
    for field in fields.stored(table):
        stated = getattr(value, field.attribute)
        if field.kind is Kind.PLACE:
            columns |= {"place_typed": stated.typed, "place": stated.place if stated.located else None}
            continue
        if field.kind is Kind.CODES:
            stated = list(stated)
        elif field.kind is Kind.INTERVIEWS:
            stated = [{f.name: getattr(record, f.attribute) for f in fields.INTERVIEW} for record in stated]
        elif field.kind is Kind.YES_NO:
            stated = bool(stated)
        elif field.kind in (Kind.CODE, Kind.WORD):
            stated = str(stated)
        columns[field.column] = stated
    return columns


def _write_facts(case: Case, read: CaseFile, by: User) -> None:
    """Write the facts to their existing rows. Once matches were shown, store earlier wordings too."""
    stored = {fact.ident: fact for fact in case.facts.select_related("place")}
    shown = case.matches_first_shown_at is not None

    def keep(row: CaseFact, what: FactRevision.What) -> None:
        was = {f.column: getattr(row, f.column) for f in fields.stored(fields.FACT) if f.kind is not Kind.ID}
        was["place"] = row.place_typed
        FactRevision.objects.create(case=case, fact_ident=row.ident, version=row.version, what=what, content=was, by=by)

    for ident in stored.keys() - {f.id for f in read.facts}:
        if shown:
            keep(stored[ident], FactRevision.What.REMOVED)
        stored[ident].delete()
    for position, fact in enumerate(read.facts):
        content = _columns(fact, fields.FACT)
        row = stored.get(fact.id)
        if row is None:
            marked = timezone.now() if shown else None
            CaseFact.objects.create(case=case, position=position, changed_after_matches_at=marked, **content)
            continue
        if any(getattr(row, name) != value for name, value in content.items()):
            if shown:
                keep(row, FactRevision.What.CHANGED)
                row.version += 1
                row.changed_after_matches_at = timezone.now()
            for name, value in content.items():
                setattr(row, name, value)
        row.position = position
        row.save()
