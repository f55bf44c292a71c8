"""The PDFs and Word copies of a case, made outside the requests and cached under the digest of their content.

If a worker is free or makes another PDF, it makes them. If none is, the request that needs a PDF makes it, unless ``MEMOS_AT_ONCE`` are
being made already. The page that asks for a PDF decides who may fetch it: a row has no address. A row has no text of
the case until it has the PDF, so the worker reads the case again. If the case has changed by then, that PDF is no
longer needed, and the page asks for a new one.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from assessments.answer.answer import answer
from assessments.assessing.stored_assessment import assessment_of
from assessments.casefile import stored_case
from assessments.memo import disclosure, memo, pdf_renderer, printing, stored_versions
from assessments.memo.heading import heading_of
from assessments.memo.pdf_renderer import MemoFailed, MemoLost, MissingGlyph
from assessments.models import Case, MemoVersion, Rendering
from coi.models import EventImport
from jobs import queue
from jobs.kinds import BY_REQUEST, Kind

What, State = Rendering.What, Rendering.State
KEPT_FOR = timedelta(days=1)
TOLD_FOR = timedelta(minutes=1)  # how long a failure is reported before another attempt
BESIDE = timedelta(seconds=20)  # time for a job besides the layout: reading the case, storing the PDF
ANY_NUMBER = 10_000
PATIENCE = 6  # times MEMO_SECONDS, where a command makes the PDF: nobody waits for it


class NotReady(Exception):
    """The PDF is being made, or waits until ``ahead`` others are done. Nothing was sent or changed."""

    def __init__(self, ahead: int, *, is_running: bool) -> None:
        super().__init__("being made")
        self.ahead = ahead
        self.is_running = is_running


def file_of(
    case: Case, what: str, html: str, *, on: date, target: str = "", here: bool = False, at_once: bool = False
) -> bytes:
    """Return the PDF or Word copy of this HTML. Raise NotReady if it is not made yet, or MemoFailed if it cannot be made.

    ``html`` is the result of ``HTML[what]`` for the case. With ``here``, this process makes it without a queue and in more time,
    as commands do. With ``at_once``, the request makes it although a worker lives, if it is its turn.
    """
    digest = digest_of(html)
    row = Rendering.objects.defer("pdf").filter(case=case, what=what, target=target).first()
    if row is None or row.digest != digest or _may_be_tried_again(row):
        row = _asked(case, what, target, on=on, digest=digest)
    if row.state == State.DONE:
        if (kept := _kept(row, digest)) is not None:
            return kept
        row = _asked(case, what, target, on=on, digest=digest)
    if row.state == State.FAILED:
        raise _refusal(row.problem)
    if here or at_once or not queue.a_worker_lives(lease(), besides=[EventImport]):  # an import takes minutes
        most = ANY_NUMBER if here else settings.MEMOS_AT_ONCE
        seconds = settings.MEMO_SECONDS * (PATIENCE if here else 1)
        taken = queue.take(Rendering, by=BY_REQUEST, most=most, lease=lease(seconds), pk=row.pk)
        if taken is not None:
            try:
                return _print(taken, html, seconds)
            except BaseException:
                queue.drop(taken)  # an unexpected error must not leave the job marked as being made
                raise
        if here:  # another process is making it
            return printing.pdf(html, seconds=seconds)
    raise NotReady(queue.ahead_of(row), is_running=row.state == State.RUNNING)


def forget(case: Case, what: str) -> None:
    """Remove the PDF of this kind, because it is now stored elsewhere."""
    Rendering.objects.filter(case=case, what=what).delete()


def lease(seconds: float | None = None) -> timedelta:
    """Return how long a process has for one PDF, before another may take it."""
    return timedelta(seconds=settings.MEMO_SECONDS if seconds is None else seconds) + BESIDE


def digest_of(html: str) -> str:
    """Return the digest that identifies the PDF: the same HTML, printed by the same files, gives the same bytes."""
    return hashlib.sha256(f"{pdf_renderer.printed_by()}\0{html}".encode(errors="replace")).hexdigest()


def _kept(row: Rendering, digest: str) -> bytes | None:
    """Return the cached file; None if it is not the one that was made, so that nobody approves a file put in its place."""
    found = Rendering.objects.filter(pk=row.pk, digest=digest, state=State.DONE).values_list("pdf", "seal").first()
    if found is None or found[0] is None:
        return None
    pdf = bytes(found[0])
    return pdf if constant_time_compare(found[1], _seal(digest, pdf)) else None


def _seal(digest: str, pdf: bytes) -> str:
    said = digest.encode() + hashlib.sha256(pdf).digest()
    return salted_hmac("assessments.renderings", said, algorithm="sha256").hexdigest()


def _may_be_tried_again(row: Rendering) -> bool:
    return row.state == State.FAILED and (row.ended_at is None or row.ended_at < timezone.now() - TOLD_FOR)


def _asked(case: Case, what: str, target: str, *, on: date, digest: str) -> Rendering:
    anew: dict[str, Any] = {
        "digest": digest,
        "on": on,
        "state": State.WAITING,
        "asked_at": timezone.now(),
        "taken_by": "",
        "attempts": 0,
        "lease_until": None,
        "ended_at": None,
        "problem": {},
        "pdf": None,
        "seal": "",
    }
    row, _is_new = Rendering.objects.update_or_create(case=case, what=what, target=target, defaults=anew)
    return row


def _print(job: Rendering, html: str, seconds: float | None = None) -> bytes:
    """Make the file of a job that this process holds, and store the result."""
    try:
        if job.what == What.WORD:
            pdf = _word_copy(job, settings.MEMO_SECONDS if seconds is None else seconds)
        else:
            pdf = printing.pdf(html, seconds=seconds)
    except MemoFailed as refusal:
        with suppress(queue.Interrupted):
            queue.end(job, State.FAILED, problem=_problem(refusal))
        raise
    with suppress(queue.Interrupted):  # the file is what was asked for, also if another process makes it again
        queue.end(job, State.DONE, pdf=pdf, seal=_seal(job.digest, pdf))
    return pdf


def _word_copy(job: Rendering, seconds: float) -> bytes:
    return printing.memo_word(stored_versions.memo_of(_version(job.case, job.target)), seconds=seconds)


def _problem(refusal: MemoFailed) -> dict[str, Any]:
    """Return the stored form of a refusal: its kind, its message, and single characters by their codes."""
    if isinstance(refusal, MissingGlyph):
        return {"kind": "MissingGlyph", "characters": sorted(map(ord, refusal.characters))}
    return {"kind": type(refusal).__name__, "words": str(refusal)}


def _refusal(problem: dict[str, Any]) -> MemoFailed:
    if problem["kind"] == "MissingGlyph":
        return MissingGlyph(map(chr, problem["characters"]))
    if problem == queue.LOST:
        return MemoLost()
    kinds: dict[str, type[MemoFailed]] = {each.__name__: each for each in MemoFailed.__subclasses__()}
    return kinds.get(problem["kind"], MemoFailed)(problem["words"])


# --- for a worker ---------------------------------------------------------------------------------------


def draft_html(case: Case, on: date) -> str:
    """Return the memo of the case's present state. Raise BadCase if a place is no longer clear."""
    found = answer(stored_case.case_file(case, today=on), on=on)
    return printing.memo_html(memo.build(found, assessment_of(case), heading_of(case)))


def _version_html(case: Case, target: str, on: date) -> str:
    return printing.memo_html(stored_versions.memo_of(_version(case, target)))


def _approval_html(case: Case, target: str, on: date) -> str:
    version = _version(case, target)
    content = stored_versions.thawed(version)
    return printing.memo_html(stored_versions.as_approved(version, content, reviewer=str(case.reviewer), on=on))


def _version(case: Case, target: str) -> MemoVersion:
    return case.versions.select_related("decided_by").defer("pdf").get(number=int(target))


def _disclosure_html(case: Case, target: str, on: date) -> str:
    version = disclosure.version_of(case)
    if version is not None:
        return printing.sheet_html(disclosure.of_version(version))
    found = answer(stored_case.case_file(case, today=on), on=on)
    return printing.sheet_html(disclosure.build(found, assessment_of(case), office=str(case.office)))


def _questions_html(case: Case, target: str, on: date) -> str:
    found = answer(stored_case.case_file(case, today=on), on=on)
    return printing.questions_html(found, assessment_of(case), office=str(case.office), to=target)


HTML: dict[str, Callable[[Case, str, date], str]] = {
    What.DRAFT: lambda case, target, on: draft_html(case, on),
    What.VERSION: _version_html,
    What.APPROVAL: _approval_html,
    What.DISCLOSURE: _disclosure_html,
    What.QUESTIONS: _questions_html,
    What.WORD: _version_html,
}


def _make(job: Rendering) -> None:
    case = Case.objects.select_related("office", "author", "reviewer").get(pk=job.case_id)
    html = HTML[job.what](case, job.target, job.on)
    if digest_of(html) != job.digest:  # the case has changed since
        queue.drop(job)
        return
    with suppress(MemoFailed):  # the problem is stored, and the waiting page reports it
        _print(job, html)


KIND = Kind(Rendering, _make, lease=lease, most=lambda: settings.MEMOS_AT_ONCE)
