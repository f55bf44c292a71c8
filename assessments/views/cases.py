"""The list of cases, and one case as it was recorded."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from assessments import actions, intake, permissions, queries, summary
from assessments.models import Case
from assessments.views.common import case_context, open_case

A_PAGE = 25
LONGEST_SEARCH = 100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My cases, or those of my office; who has none is shown the way to the library."""
    user: Any = request.user
    if not permissions.may_have_cases(user):
        return render(request, "assessments/no_cases.html", {"section": "cases"})
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    found = queries.case_list(user)
    if sought:
        found = found.filter(reference__icontains=sought)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "cases",
        "page": page,
        "sought": sought,
        "may_record": permissions.may_record_cases(user),
        "has_any": bool(page.paginator.count) or (bool(sought) and queries.visible_cases(user).exists()),
    }
    return render(request, "assessments/list.html", context)


@require_safe
def detail(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The case as recorded, to check it."""
    return case_page(request, open_case(request, uuid))  # type: ignore[arg-type]


def case_page(request: HttpRequest, case: Case, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The case's page; ``refusal`` says what could not be done."""
    try:
        read = queries.case_file(case, today=timezone.localdate())
        problems: list[intake.Problem] = []
    except intake.BadCase as error:
        read, problems = None, error.problems
    user: Any = request.user
    context = case_context(
        request,
        case,
        "case",
        sections=summary.sections(case, read),
        problems=problems,
        errors=[{"message": refusal}] if refusal else [],
        steps=permissions.steps_open_to(user, case),
        may_share=permissions.may_share_case(user, case),
    )
    return render(request, "assessments/case.html", context, status=status)


@require_POST
def take_over(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Edit a case that somebody else holds: what they have not saved is refused, and stays on their page."""
    user: Any = request.user
    case = open_case(request, uuid)
    try:
        actions.take_over(case, by=user)
    except actions.NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("case", uuid=case.uuid)


@require_POST
def share(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Let the caseworkers of the office see and edit the case, or no longer."""
    user: Any = request.user
    case = open_case(request, uuid)
    try:
        actions.share_case(case, shared=request.POST.get("shared") == "1", by=user)
    except actions.NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return redirect("case", uuid=case.uuid)


urlpatterns = [
    path("cases/<uuid:uuid>/", detail, name="case"),
    path("cases/<uuid:uuid>/take-over/", take_over, name="case-take-over"),
    path("cases/<uuid:uuid>/share/", share, name="case-share"),
]
