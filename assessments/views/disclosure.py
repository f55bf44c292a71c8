"""The disclosure sheet: all COI that was matched, for the applicant or counsel."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from assessments import actions
from assessments import disclosure as disclosures
from assessments.memo_pdf import MemoFailed
from assessments.views.answered import Opened, opened_case, pdf_file, pdf_status
from assessments.views.common import case_context


@require_safe
def disclosure(request: HttpRequest, uuid: Any) -> HttpResponse:
    """All COI that was matched, for the applicant or counsel, without internal notes."""
    opened = opened_case(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    return _disclosure_page(request, opened)


def _disclosure_page(request: HttpRequest, opened: Opened, *, pdf_refusal: str = "", status: int = 200) -> HttpResponse:
    sheet = disclosures.build(opened.answer, opened.assessment, office=str(opened.case.office))
    context = case_context(request, opened.case, "disclosure", sheet=sheet, pdf_refusal=pdf_refusal)
    return render(request, "assessments/disclosure/page.html", context, status=status)


@require_safe
def disclosure_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The sheet as a file."""
    opened = opened_case(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    try:
        pdf = disclosures.pdf(disclosures.build(opened.answer, opened.assessment, office=str(opened.case.office)))
    except MemoFailed as refusal:
        return _disclosure_page(request, opened, pdf_refusal=str(refusal), status=pdf_status(refusal))
    actions.export_disclosure(opened.case, by=request.user)  # type: ignore[arg-type]
    return pdf_file(pdf, opened.case, "disclosure")


urlpatterns = [
    path("cases/<uuid:uuid>/disclosure/", disclosure, name="disclosure"),
    path("cases/<uuid:uuid>/disclosure.pdf", disclosure_pdf, name="disclosure-export"),
]
