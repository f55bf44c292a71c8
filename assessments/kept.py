"""Whether a stored version is the one that the record knows: its row can be rewritten in the database, the record cannot."""

from assessments.models import MemoVersion
from audit.models import Entry


def is_as_submitted(version: MemoVersion) -> bool:
    """Its content is what was submitted."""
    return _is_recorded(version, "memo.submit", version.content_sha256)


def is_as_approved(version: MemoVersion) -> bool:
    """It was approved by somebody, and its file is the one of that approval."""
    return _is_recorded(version, "memo.approve", version.pdf_sha256)


def _is_recorded(version: MemoVersion, action: str, digest: str) -> bool:
    entries = Entry.objects.filter(action=action, object_type="case", object_id=str(version.case.uuid))
    found = [details for details in entries.values_list("details", flat=True) if details["version"] == version.number]
    return bool(found) and all(details.get("sha256", digest) == digest for details in found)
