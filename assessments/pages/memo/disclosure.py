"""The disclosure sheet: all COI matched, for the applicant or counsel."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from assessments import actions
from assessments.actions.renderings import NotReady, What
from assessments.memo import disclosure as disclosures
from assessments.memo import printing
from assessments.memo.disclosure import Disclosure
from assessments.memo.pdf_renderer import MemoFailed
from assessments.memo.snapshot import BadSnapshot
from assessments.models import Case
from assessments.pages.case_with_answer import as_it_stands
from assessments.pages.common import case_context, open_case
from assessments.pages.memo.versions import broken
from assessments.pages.pdf_files import as_file, being_made, kept_file, name_of, status_of


@require_safe
def disclosure(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show all COI matched, for the applicant or counsel, without internal notes."""
    case = open_case(request, uuid)
    sheet = _sheet(request, case)
    return sheet if isinstance(sheet, HttpResponse) else _page(request, case, sheet)


def _sheet(request: HttpRequest, case: Case) -> Disclosure | HttpResponse:
    """Return the frozen sheet of the memo in force, or a sheet from today's library for a draft."""
    version = disclosures.version_of(case)
    if version is not None:
        try:
            return disclosures.of_version(version)
        except BadSnapshot as refusal:
            return broken(request, case, version, str(refusal))
    opened = as_it_stands(request, case)
    if isinstance(opened, HttpResponse):
        return opened
    return disclosures.build(opened.answer, opened.assessment, office=str(case.office))


def _page(
    request: HttpRequest, case: Case, sheet: Disclosure, *, pdf_refusal: str = "", status: int = 200
) -> HttpResponse:
    context = case_context(request, case, "disclosure", sheet=sheet, pdf_refusal=pdf_refusal)
    return render(request, "assessments/memo/disclosure/page.html", context, status=status)


@require_safe
def disclosure_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Return the sheet as a PDF."""
    case = open_case(request, uuid)
    sheet = _sheet(request, case)
    if isinstance(sheet, HttpResponse):
        return sheet
    try:
        pdf = kept_file(case, What.DISCLOSURE, printing.sheet_html(sheet))
    except NotReady as waits:
        return being_made(request, case, waits, tab="disclosure")
    except MemoFailed as refusal:
        return _page(request, case, sheet, pdf_refusal=str(refusal), status=status_of(refusal))
    actions.export_disclosure(case, by=request.user)  # type: ignore[arg-type]
    return as_file(pdf, name_of(case, "disclosure"))


urlpatterns = [
    path("cases/<uuid:uuid>/disclosure/", disclosure, name="disclosure"),
    path("cases/<uuid:uuid>/disclosure.pdf", disclosure_pdf, name="disclosure-export"),
]
