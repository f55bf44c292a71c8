"""What an applicant can ask for: a copy of all data about the case."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from assessments import actions
from assessments.actions import permissions
from assessments.models import Case
from assessments.pages import case_export
from assessments.pages.common import case_context, open_case
from assessments.pages.pdf_files import as_file


@require_safe
def applicant_data(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Say what a copy contains, and offer it to those who may make it."""
    return data_page(request, open_case(request, uuid))


def data_page(request: HttpRequest, case: Case) -> HttpResponse:
    """Render the page."""
    user: Any = request.user
    context = case_context(request, case, "data", may_export=permissions.may_export_case(user, case))
    return render(request, "assessments/case/applicant_data.html", context)


@require_POST
def export(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Return the ZIP file."""
    user: Any = request.user
    case = open_case(request, uuid)
    try:
        actions.note_case_export(case, by=user)  # recorded first, so that the copy contains its own export
    except actions.NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return as_file(case_export.export(case), f"footnote-data-{str(case.uuid)[:8]}.zip", kind="application/zip")


urlpatterns = [
    path("cases/<uuid:uuid>/applicant-data/", applicant_data, name="applicant-data"),
    path("cases/<uuid:uuid>/applicant-data/export/", export, name="applicant-data-export"),
]
