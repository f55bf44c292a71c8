"""What an applicant can ask for: a copy of all data about the case, and its erasure."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import actions
from assessments.actions import permissions
from assessments.models import Case, ErasureRequest
from assessments.office import erasure
from assessments.pages import case_export
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, open_case
from assessments.pages.forms.review import ErasureForm
from assessments.pages.pdf_files import as_file
from assessments.pages.saving import whole


@require_safe
def applicant_data(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Offer the copy and the erasure, each to those who may ask for it."""
    return data_page(request, open_case(request, uuid))


def data_page(
    request: HttpRequest, case: Case, *, form: ErasureForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Render the page. ``form`` is a request for erasure with errors, ``refusal`` why a step was refused."""
    user: Any = request.user
    asked = ErasureRequest.objects.select_related("case", "requested_by").filter(case=case.pk).first()
    errors = [*(form.lines_of_errors() if form else []), *([{"message": refusal}] if refusal else [])]
    context = case_context(
        request,
        case,
        "data",
        errors=errors,
        form=form or ErasureForm(),
        asked=asked,
        may_export=permissions.may_export_case(user, case),
        may_approve=asked is not None and permissions.may_approve_erasure(user, asked),
        is_own=asked is not None and asked.requested_by_id == user.pk,
    )
    return render(request, "assessments/case/applicant_data.html", context, status=status)


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


@require_POST
def erasure_request(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Ask for the erasure of the case, with reasons."""
    user: Any = request.user
    case = open_case(request, uuid)
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return data_page(request, case, form=form, status=UNPROCESSABLE)
    try:
        erasure.request_erasure(case, **form.cleaned_data, by=user)
    except actions.NotAllowed as refusal:
        return data_page(request, case, form=form, refusal=str(refusal), status=CONFLICT)
    messages.success(request, _("You asked for the erasure. A supervisor who is another person must approve it."))
    return redirect("applicant-data", uuid=case.uuid)


@require_POST
def erasure_decide(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Erase the case, or end the request for its erasure."""
    user: Any = request.user
    case = open_case(request, uuid)
    number = whole(request.POST.get("request", ""))
    try:
        if request.POST.get("do") == "erase":
            erasure.approve(case, number=number, by=user)
            messages.success(request, _("The case was erased. The audit record keeps who asked and who approved."))
            return redirect("home")
        erasure.end_request(case, number=number, by=user)
    except actions.NotAllowed as refusal:
        return data_page(request, case, refusal=str(refusal), status=CONFLICT)
    messages.success(request, _("The request was ended. The case stays."))
    return redirect("applicant-data", uuid=case.uuid)


urlpatterns = [
    path("cases/<uuid:uuid>/applicant-data/", applicant_data, name="applicant-data"),
    path("cases/<uuid:uuid>/applicant-data/export/", export, name="applicant-data-export"),
    path("cases/<uuid:uuid>/applicant-data/erasure/", erasure_request, name="erasure-request"),
    path("cases/<uuid:uuid>/applicant-data/erasure/decide/", erasure_decide, name="erasure-decide"),
]
