"""Audit records of reading: one for each person and case in a quarter of an hour."""

from django.db import transaction

from accounts.models import User
from assessments.models import Case
from audit.record import is_recorded, record_once


def note_read(case: Case, *, by: User) -> None:
    """Record that the user opened the case or one of its memos."""
    # looked at without a transaction, which would make all who write wait
    if is_recorded(by=str(by.pk), action="case.read", object_type="case", object_id=str(case.uuid)):
        return
    with transaction.atomic():
        record_once(by=str(by.pk), action="case.read", object_type="case", object_id=str(case.uuid))


def note_check(case_id: str, *, by: User) -> None:
    """Record that the user checked a file against a memo of this case, or against none that was found."""
    with transaction.atomic():
        kind = "case" if case_id else ""
        record_once(by=str(by.pk), action="memo.check", object_type=kind, object_id=case_id)
