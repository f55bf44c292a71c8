"""Check a memo's PDF against its record, without the database and without a network."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assessments.memo import memo, printing, snapshot
from assessments.memo.document_mark import DocumentMark, mark_in
from assessments.memo.heading import Heading, status_words
from assessments.memo.memo import Memo
from assessments.memo.pdf_renderer import MemoFailed
from assessments.memo.snapshot import BadSnapshot
from assessments.models.codes import State


@dataclass(frozen=True)
class Verification:
    """Whether the PDF is the memo of the record, and a sentence on what was found."""

    holds: bool
    words: str


def verify(pdf: bytes, record: str, *, printed: Callable[[Memo], bytes] = printing.memo_pdf) -> Verification:
    """Compare a PDF with a record: the digest that the PDF names, then every byte.

    ``printed`` prints the memo of the record. It does not prove who approved the memo. The audit record does.
    """
    mark = mark_in(pdf)
    if mark is None:
        return Verification(False, _("The PDF names no record. It is no submitted memo, or it was changed."))
    if not mark.record_sha256:
        return Verification(False, _("The PDF is a draft of a case that was not submitted. It names no record."))
    if snapshot.sha256(record) != mark.record_sha256:
        words = _("The record is not the one that the PDF names. Its SHA-256 is %(is)s, the PDF names %(named)s.")
        return Verification(False, words % {"is": snapshot.sha256(record), "named": mark.record_sha256})
    try:
        answer, assessment, heading = snapshot.thaw(record)
        heading = _decided(heading, mark)
        made = printed(memo.build(answer, assessment, heading, record_sha256=mark.record_sha256))
    except (BadSnapshot, MemoFailed, ValueError) as error:
        words = _("The record is the one that the PDF names, but this release cannot print it: %(error)s")
        return Verification(False, words % {"error": error})
    if made != pdf:
        return Verification(
            False,
            _(
                "The record is the one that the PDF names, but this release prints other bytes from it. The PDF comes "
                "from another release, or it was changed. Compare it with the stored PDF."
            ),
        )
    words = _(
        "The PDF is byte for byte what this release prints from the record: %(case)s, version %(number)d. %(status)s."
    )
    values = {"case": answer.case.reference, "number": mark.version, "status": status_words(heading)}
    return Verification(True, words % values)


def _decided(heading: Heading, mark: DocumentMark) -> Heading:
    """The heading as it was printed: with what was decided after the record was frozen."""
    return replace(
        heading,
        status=State(mark.status).value,
        version=mark.version,
        reviewer=mark.reviewer,
        decided_on=mark.decided_on,
    )
