"""Checks of a stored version against the audit record. Its row can be changed in the database; the record cannot."""

from datetime import timedelta

from assessments.models import MemoVersion
from assessments.models.codes import State
from audit.models import Entry


def is_as_submitted(version: MemoVersion) -> bool:
    """Whether its content is what was submitted."""
    return _is_recorded(version, "memo.submit", version.content_sha256)


def is_as_approved(version: MemoVersion) -> bool:
    """Whether it was approved and its file is the approved one."""
    return _is_recorded(version, "memo.approve", version.pdf_sha256)


READ_ONCE = timedelta(minutes=15)  # reads by one person within this time share one row


def is_replaceable(version: MemoVersion) -> bool:
    """Whether it was taken back and only writers of the case can have seen it, on the page or as a file.

    The audit record says who opened the case since the submission, and shortly before. The version is replaceable
    only if no one else did and no file of it was made.
    """
    was_reviewed = version.taken_at or version.decided_at or version.pdf_sha256 or version.section_reviews.exists()
    if version.state != State.SUPERSEDED or was_reviewed or version.recalls.exists():
        return False
    case = version.case
    writers = {str(case.author_id), *map(str, case.writers.values_list("user", flat=True))}
    of_case = Entry.objects.filter(object_type="case", object_id=str(case.uuid))
    if of_case.filter(at__gte=version.submitted_at - READ_ONCE).exclude(actor__in=writers).exists():
        return False
    exports = of_case.filter(action="memo.export").values_list("details", flat=True)
    return not any(details.get("memo_version") == version.number for details in exports)


def _is_recorded(version: MemoVersion, action: str, digest: str) -> bool:
    entries = Entry.objects.filter(action=action, object_type="case", object_id=str(version.case.uuid))
    found = [details for details in entries.values_list("details", flat=True) if details["version"] == version.number]
    return bool(found) and all(details.get("sha256", digest) == digest for details in found)
