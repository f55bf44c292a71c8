"""Stored versions compared with the audit record. A row can be changed in the database; the record cannot."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from assessments.memo import snapshot
from assessments.models import MemoVersion
from assessments.models.codes import State
from audit.genuine import genuine
from audit.models import Entry

_SUBMIT, _APPROVE = "memo.submit", "memo.approve"


@dataclass(frozen=True)
class Act:
    """A submission or an approval, as recorded: the id of the user, and the SHA-256 of the content or the PDF."""

    by: str
    sha256: str


@dataclass(frozen=True)
class Recorded:
    """What the audit record says of a version."""

    submission: Act | None = None
    approval: Act | None = None


def recorded(versions: Collection[MemoVersion]) -> dict[int, Recorded]:
    """Return what the audit record says of each version, by its id, in one query."""
    entries = Entry.objects.filter(
        action__in=(_SUBMIT, _APPROVE), object_type="case", object_id__in={str(v.case.uuid) for v in versions}
    ).order_by("pk")
    acts: dict[tuple[str, object], dict[str, Act]] = defaultdict(dict)
    for entry in genuine(entries):
        said = entry.details
        acts[entry.object_id, said.get("version")][entry.action] = Act(entry.actor, said.get("sha256", ""))
    found = {}
    for version in versions:
        of_it = acts[str(version.case.uuid), version.number]
        found[version.pk] = Recorded(of_it.get(_SUBMIT), of_it.get(_APPROVE))
    return found


def differences(version: MemoVersion, said: Recorded | None = None) -> list[str]:
    """Return what of a version does not agree with the audit record, in words. It does not read the PDF.

    ``said`` is what the record says, if it was read already.
    """
    if said is None:
        said = recorded([version])[version.pk]
    found = list(_of_content(version, said.submission))
    if version.is_final or said.approval is not None:
        found += _of_approval(version, said.approval)
    return found


def pdf_differs(version: MemoVersion) -> str:
    """Return in words that the stored PDF is not the one of its digest; an empty text if it is."""
    if hashlib.sha256(bytes(version.pdf or b"")).hexdigest() == version.pdf_sha256:
        return ""
    return _("the PDF is not the one that was approved")


def _of_content(version: MemoVersion, said: Act | None) -> Iterator[str]:
    if said is None:
        yield _("the record knows of no such submission")
        return
    stored = snapshot.sha256(version.content)
    if said.sha256 != stored or version.content_sha256 != stored:
        yield _("the content is not the one that was submitted")
    if said.by != str(version.submitted_by_id):
        yield _("another person submitted it")


def _of_approval(version: MemoVersion, said: Act | None) -> Iterator[str]:
    if said is None:
        yield _("the record knows of no such approval")
        return
    if said.sha256 != version.pdf_sha256:
        yield _("the digest of the PDF is not the one that was approved")
    if said.by != str(version.decided_by_id):
        yield _("another person approved it")
    if version.read_sha256 != version.content_sha256:
        yield _("the reviewer read another content")


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
