"""The documents of a case as HTML and PDF: the memo, the disclosure sheet and the questions.

The other modules of this package hold values and words. Only this one renders templates.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment
from assessments.memo import pdf_renderer, word_copy
from assessments.memo.disclosure import Disclosure, question_parts
from assessments.memo.footnote_numbers import PageNotes
from assessments.memo.memo import Memo
from assessments.memo.paragraphs import CONTEXT_GROUPS


def memo_context(memo: Memo, *, as_page: bool = False, notes_once: bool = False) -> dict[str, Any]:
    """The context of the memo's templates.

    ``as_page`` places the footnotes beside the text; with ``notes_once``, a footnote is printed at its first sentence.
    """
    return {
        "memo": memo,
        "answer": memo.answer,
        "heading": memo.heading,
        "case_file": memo.case,
        "language": get_language() or "en",
        "as_page": as_page,
        "context_groups": CONTEXT_GROUPS,
        "page_notes": PageNotes(once=notes_once),
    }


def memo_html(memo: Memo) -> str:
    """The memo as HTML, only for the PDF renderer."""
    return render_to_string("assessments/memo/memo.html", memo_context(memo))


def memo_pdf(memo: Memo) -> bytes:
    """The memo as a PDF. Raise pdf_renderer.MemoFailed, which says what to do."""
    return pdf(memo_html(memo))


def memo_word(memo: Memo, *, seconds: float | None = None) -> bytes:
    """A copy of the memo for Word, which says that it has no force. Raise pdf_renderer.MemoFailed."""
    words = _("This is a copy for Word. It has no force. Only the PDF is the memo.")
    if memo.record_sha256:
        words += " " + _("SHA-256 of the record: %(digest)s") % {"digest": memo.record_sha256}
    return word_copy.word_copy(memo_html(memo), notice=words, day=memo.case.assessed_on, seconds=seconds)


def sheet_html(sheet: Disclosure) -> str:
    """The disclosure sheet as HTML, only for the PDF renderer."""
    return render_to_string("assessments/memo/disclosure/sheet.html", _context(sheet.answer, sheet=sheet))


def questions_html(answer: Answer, assessment: Assessment, *, office: str = "", to: str = "") -> str:
    """The questions as HTML, only for the PDF renderer: all of them, or those for one addressee."""
    context = _context(answer, parts=question_parts(answer, assessment, to), office=office)
    return render_to_string("assessments/workspace/open_questions/questions.html", context)


def _context(answer: Answer, **more: Any) -> dict[str, Any]:
    return {"answer": answer, "case": answer.case, "language": get_language() or "en", **more}


def pdf(html: str, *, seconds: float | None = None) -> bytes:
    """Return a document as a PDF, within the time of the settings or another. Raise pdf_renderer.MemoFailed."""
    limit = settings.MEMO_SECONDS if seconds is None else seconds
    return pdf_renderer.render_pdf(html, seconds=limit, megabytes=settings.MEMO_MEGABYTES)
