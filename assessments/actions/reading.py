"""Reading leaves a row in the record: one a person, case and quarter of an hour."""

from django.db import transaction

from accounts.models import User
from assessments.models import Case
from audit.record import record_once


def note_read(case: Case, *, by: User) -> None:
    """Somebody opened the case, or a memo of it."""
    with transaction.atomic():
        record_once(by=str(by.pk), action="case.read", object_type="case", object_id=str(case.uuid))
