"""The memo of a case in its present state, as a page and as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments import actions
from assessments.actions import permissions
from assessments.answer.answer import answer
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.casefile.problems import BadCase
from assessments.memo import memo, printing, submission
from assessments.memo.heading import heading_of
from assessments.memo.pdf_renderer import MemoFailed, MissingGlyph
from assessments.pages.cases import case_page
from assessments.pages.common import UNAVAILABLE, UNPROCESSABLE, case_context, open_case


@require_safe
def preview(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show the memo, with points that its officer may want to check."""
    user: Any = request.user
    case = open_case(request, uuid)
    try:
        found = submission.prepare(case, on=timezone.localdate())
    except BadCase:
        return redirect("case-matches", uuid=case.uuid)  # that page says what must be chosen again
    may_submit = permissions.may(user, "submit", case)
    checks = (*submission.required(case, found), *submission.advised(case, found)) if may_submit else ()
    actions.show_matches(case, by=user)  # the memo shows them
    built = memo.build(found.answer, found.assessment, heading_of(case))
    versions = case.versions.defer("content", "pdf")
    context = case_context(
        request,
        case,
        "preview",
        may_submit=may_submit,
        checks=checks,
        newest=None if case.is_editable else versions.order_by("-number").first(),
        **printing.memo_context(built, as_page=True, notes_once=True),
    )
    return render(request, "assessments/memo/preview.html", context)


@require_safe
def download(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Return the present state of the case as a PDF marked as a draft. If that fails, the case's page says why."""
    user: Any = request.user
    case = open_case(request, uuid)
    today = timezone.localdate()
    try:
        read = stored_case.case_file(case, today=today)
    except BadCase:
        return redirect("case-matches", uuid=case.uuid)
    built = memo.build(answer(read, on=today), stored_assessment.assessment_of(case), heading_of(case))
    try:
        pdf = printing.memo_pdf(built)
    except MemoFailed as refusal:
        return case_page(request, case, refusal=str(refusal), status=status_of(refusal))
    actions.show_matches(case, by=user)
    actions.export_memo(case, by=user)
    return as_file(pdf, "memo-draft.pdf")


def status_of(refusal: MemoFailed) -> int:
    """Return the status: the writer's to fix, or a temporary failure."""
    return UNPROCESSABLE if isinstance(refusal, MissingGlyph) else UNAVAILABLE


def as_file(content: bytes, name: str, *, kind: str = "application/pdf") -> HttpResponse:
    """Return the PDF or record as a download. Its name does not contain the case's reference."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("cases/<uuid:uuid>/preview/", preview, name="preview"),
    path("cases/<uuid:uuid>/memo.pdf", download, name="case-memo"),
]
