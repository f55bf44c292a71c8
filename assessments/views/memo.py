"""The memo as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments import actions, intake, queries
from assessments.answer import answer
from assessments.memo_pdf import MemoFailed, MissingGlyph
from assessments.views.cases import case_page
from assessments.views.common import open_case

UNPROCESSABLE, UNAVAILABLE = 422, 503


@require_safe
def download(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The draft memo of the case as a PDF; where it cannot be made, the case's page says why."""
    from assessments import memo

    user: Any = request.user
    case = open_case(request, uuid)
    today = timezone.localdate()
    try:
        read = queries.case_file(case, today=today)
    except intake.BadCase:
        return redirect("case-matches", uuid=case.uuid)  # which says what must be chosen again
    try:
        pdf = memo.draft_pdf(answer(read, on=today), author=str(case.author), office=str(case.office))
    except MemoFailed as refusal:
        status = UNPROCESSABLE if isinstance(refusal, MissingGlyph) else UNAVAILABLE
        return case_page(request, case, refusal=str(refusal), status=status)
    actions.show_matches(case, by=user)  # the memo shows them
    actions.export_memo(case, by=user)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="footnote-{str(case.uuid)[:8]}.pdf"'
    return response


urlpatterns = [
    path("cases/<uuid:uuid>/memo.pdf", download, name="case-memo"),
]
