"""The memo of a case in its present state, as a page and as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments import actions
from assessments.actions import permissions, renderings
from assessments.actions.renderings import NotReady, What
from assessments.casefile.problems import BadCase
from assessments.memo import memo, printing, submission
from assessments.memo.heading import heading_of
from assessments.memo.pdf_renderer import MemoFailed
from assessments.pages.cases import case_page
from assessments.pages.common import case_context, open_case
from assessments.pages.pdf_files import as_file, being_made, kept_file, status_of


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
        html = renderings.draft_html(case, today)
    except BadCase:
        return redirect("case-matches", uuid=case.uuid)
    try:
        pdf = kept_file(case, What.DRAFT, html, on=today)
    except NotReady as waits:
        return being_made(request, case, waits, tab="preview")
    except MemoFailed as refusal:
        return case_page(request, case, refusal=str(refusal), status=status_of(refusal))
    actions.show_matches(case, by=user)
    actions.export_memo(case, by=user)
    return as_file(pdf, "memo-draft.pdf")


urlpatterns = [
    path("cases/<uuid:uuid>/preview/", preview, name="preview"),
    path("cases/<uuid:uuid>/memo.pdf", download, name="case-memo"),
]
