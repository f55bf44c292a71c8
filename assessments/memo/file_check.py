"""Checks whether a PDF is a memo of this system, and an unchanged one.

It looks for the file by its own SHA-256 or by that of the record that it names. It searches only the versions and
entries passed to it, so the answer says nothing about other cases.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.memo import pending_recalls, verification, version_integrity
from assessments.memo.document_mark import DocumentMark, mark_in
from assessments.memo.memo import Memo
from assessments.models import MemoVersion
from assessments.models.codes import ERASED, State
from audit.models import Entry
from coi.text.dates import day_words

Printed = Callable[[MemoVersion, Memo], bytes]
LARGEST = 16 * 1024 * 1024  # bytes; a memo of twelve facts has half a megabyte


@dataclass(frozen=True)
class FileCheck:
    """The result of a check.

    ``version`` is None if no stored version matches; ``case_id`` is its case in the audit record.
    """

    result: Literal["holds", "differs", "unknown"]
    words: str
    version: MemoVersion | None = None
    case_id: str = ""


def check(pdf: bytes, versions: QuerySet[MemoVersion], entries: QuerySet[Entry], *, printed: Printed) -> FileCheck:
    """Compare a file with these versions and, if none fits, with these entries of the audit record.

    ``printed`` returns the PDF of a version's memo. What it raises passes through.
    """
    if not pdf.startswith(b"%PDF-"):
        return FileCheck("unknown", _("This file is no PDF."))
    digest, mark = hashlib.sha256(pdf).hexdigest(), mark_in(pdf)
    version = _version(versions, digest, mark)
    if version is not None:
        return _against(version, pdf, digest, mark, printed)
    if found := _in_the_record(entries, digest, mark):
        return found
    if mark is None:
        words = _("This PDF names no record. It is no memo of this system, or it was changed.")
    elif not mark.record_sha256:
        words = _(
            "This PDF says that it is a draft of a case that was not submitted. Such drafts are not kept, so there is "
            "nothing to compare it with."
        )
    else:
        words = _(
            "No memo that you may see has the record that this PDF names. It may belong to another office or system, "
            "or be forged."
        )
    return FileCheck("unknown", words)


def _version(versions: QuerySet[MemoVersion], digest: str, mark: DocumentMark | None) -> MemoVersion | None:
    found = versions.filter(pdf_sha256=digest).first()
    if found is None and mark is not None and mark.record_sha256:
        found = versions.filter(content_sha256=mark.record_sha256).first()
    return found


def _against(version: MemoVersion, pdf: bytes, digest: str, mark: DocumentMark | None, printed: Printed) -> FileCheck:
    """Compare a file with a stored version, which itself must be the one in the audit record."""
    names = {"number": version.number, "case": version.case.reference}
    if version_integrity.differences(version):
        words = _(
            "Version %(number)d of case %(case)s was changed in the database, so no file can be compared with it. "
            "Tell an administrator."
        )
        return FileCheck("differs", words % names, version)
    if version.is_final and digest == version.pdf_sha256:
        words = _("This is the approved PDF of version %(number)d of case %(case)s, byte for byte. %(since)s")
        return FileCheck("holds", words % (names | {"since": _since(version)}), version)
    if mark is None or mark.status == State.APPROVED:
        words = _(
            "This PDF says that it is the approved version %(number)d of case %(case)s. It is not: "
            "the file was changed, or it was not made by this system."
        )
        return FileCheck("differs", words % names, version)
    return _draft(version, pdf, mark, names, printed)


def _draft(
    version: MemoVersion, pdf: bytes, mark: DocumentMark, names: dict[str, object], printed: Printed
) -> FileCheck:
    """Compare a file with an unapproved version, printed again because such PDFs are not stored."""
    decided = (str(version.decided_by or ""), timezone.localdate(version.decided_at) if version.decided_at else None)
    if mark.version != version.number or (mark.reviewer, mark.decided_on) not in (("", None), decided):
        words = _("This PDF names version %(number)d of case %(case)s, but another decision on it than the stored one.")
        return FileCheck("differs", words % names, version)
    found = verification.verify(pdf, version.content, printed=partial(printed, version))
    if not found.holds:
        words = _("This PDF names version %(number)d of case %(case)s. %(why)s")
        return FileCheck("differs", words % (names | {"why": found.words}), version)
    words = _("This is an unchanged draft of version %(number)d of case %(case)s, not an approved memo. %(since)s")
    return FileCheck("holds", words % (names | {"since": _since(version)}), version)


def _since(version: MemoVersion) -> str:
    """The state of the version today."""
    by = {"name": str(version.decided_by), "day": day_words(timezone.localdate(version.decided_at or timezone.now()))}
    words = {
        State.APPROVED: _("%(name)s approved it on %(day)s.") % by,
        State.RECALLED: _("It was recalled after its approval."),
        State.SUPERSEDED: _("It is superseded."),
        State.RETURNED: _("It was returned with comments."),
    }.get(State(version.state), _("It is waiting for a decision."))
    if pending_recalls.is_pending(version):
        words += " " + _("It may be recalled: it is being compared with a new edition of a report.")
    if version.case.versions.filter(number__gt=version.number).exists():
        words += " " + _("A newer version exists.")
    return words


def _in_the_record(entries: QuerySet[Entry], digest: str, mark: DocumentMark | None) -> FileCheck | None:
    """Look the file up in the audit record, which has the SHA-256 of records and approved PDFs even of erased cases."""
    approval = entries.filter(action="memo.approve", details__sha256=digest).first()
    submission = None
    if approval is None and mark is not None and mark.record_sha256:
        submission = entries.filter(action="memo.submit", details__sha256=mark.record_sha256).first()
    entry = approval or submission
    if entry is None:
        return None
    words = _("The audit record holds the approval of this very file, as version %(number)s, on %(day)s.")
    result: Literal["holds", "differs", "unknown"] = "holds"
    if approval is None:
        words = _(
            "The audit record holds the submission of the record that this PDF names, version %(number)s, %(day)s."
        )
        result = "differs" if mark is not None and mark.status == State.APPROVED else "unknown"
    words %= {"number": entry.details.get("version"), "day": day_words(timezone.localdate(entry.at))}
    if result == "differs":
        words += " " + _("It holds no approval of this very file, which says that it was approved.")
    if result == "unknown":
        words += " " + _("A draft can be compared only with the stored version, by those who may see the case.")
    erased = Entry.objects.filter(action__in=ERASED, object_id=entry.object_id).first()
    if erased is not None:
        day = day_words(timezone.localdate(erased.at))
        words += " " + _("The case was erased on %(day)s, at the end of its retention period or on request.") % {
            "day": day
        }
    return FileCheck(result, words, case_id=entry.object_id)
