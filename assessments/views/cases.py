"""The list of cases, and one case as it was recorded."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments import intake, permissions, queries, summary
from assessments.models import Case

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
    return case_page(request, queries.visible_case(request.user, uuid))  # type: ignore[arg-type]


def case_page(request: HttpRequest, case: Case, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The case's page; ``refusal`` says what could not be done."""
    try:
        read = queries.case_file(case, today=timezone.localdate())
        problems: list[intake.Problem] = []
    except intake.BadCase as error:
        read, problems = None, error.problems
    context = {
        "section": "cases",
        "case": case,
        "sections": summary.sections(case, read),
        "problems": problems,
        "errors": [{"message": refusal}] if refusal else [],
        "may_edit": permissions.may_edit_case(request.user, case),  # type: ignore[arg-type]
    }
    return render(request, "assessments/case.html", context, status=status)
