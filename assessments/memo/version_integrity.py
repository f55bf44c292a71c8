"""Whether a stored version is the one that the record knows: its row can be rewritten in the database, the record cannot."""

from datetime import timedelta

from assessments.models import MemoVersion
from assessments.models.codes import State
from audit.models import Entry


def is_as_submitted(version: MemoVersion) -> bool:
    """Its content is what was submitted."""
    return _is_recorded(version, "memo.submit", version.content_sha256)


def is_as_approved(version: MemoVersion) -> bool:
    """It was approved by somebody, and its file is the one of that approval."""
    return _is_recorded(version, "memo.approve", version.pdf_sha256)


READ_ONCE = timedelta(minutes=15)  # a person's reads leave one row for so long at most


def is_replaceable(version: MemoVersion) -> bool:
    """It was taken back, and nobody but who writes in the case can have seen it, on the page or as a file.

    The record says who opened the case since then, and a little before: only where it holds nobody else's row, and
    no file of this version was made, can nobody miss it.
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
