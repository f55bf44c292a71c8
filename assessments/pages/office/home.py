"""The home page of each role."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import standing
from accounts.models import OLDEST_COI, User
from assessments.actions import permissions
from assessments.models import Batch
from assessments.office import case_needs, coi_admin_work, dashboards, filters, retention, workload
from audit.entry_lines import lines_of
from audit.searches import Search, by_post

OK, UNPROCESSABLE = 200, 422


@by_post(*filters.TYPED, chosen=filters.CHOSEN)
@require_safe
def home(request: HttpRequest, search: Search) -> HttpResponse:
    """Show the user's cases by next step, and the queue to supervisors. A user with neither gets directions."""
    user: Any = request.user
    if user.is_administrator and user.is_caseworker and user.office_id is None:
        return redirect("people")  # has no cases
    if permissions.may_review_cases(user):
        return _supervisor(request, user, search)
    if permissions.may_have_cases(user) and user.is_caseworker:
        return _caseworker(request, user, search)
    may_read_record = permissions.may_read_record(user)
    if user.is_coi_admin and not may_read_record:
        work = coi_admin_work.work_of(user, timezone.localdate())
        context = {"section": "start", "work": work, "oldest_coi": OLDEST_COI, "fewest": coi_admin_work.FEWEST_COUNTED}
        return render(request, "assessments/office/home/coi_admin.html", context)
    told = lines_of(standing.told_to_auditors(timezone.now())) if may_read_record else []
    context = {"section": "start", "may_read_record": may_read_record, "told": told}
    return render(request, "assessments/office/home/no_cases.html", context)


def _caseworker(request: HttpRequest, user: User, search: Search) -> HttpResponse:
    asked = filters.read(search, tuple(need.code for need in case_needs.CASEWORK))
    board = dashboards.my_cases(user, asked, request.GET.get("page"))
    may_record = permissions.may_record_cases(user)
    return _page(request, "assessments/office/home/caseworker.html", asked, board, may_record=may_record)


def _supervisor(request: HttpRequest, user: User, search: Search) -> HttpResponse:
    is_all = search.asked.get("view") == "all"
    needs = case_needs.OFFICE if is_all else case_needs.QUEUE
    codes = tuple(need.code for need in needs)
    if is_all:
        asked = filters.read(search, codes)
        board = dashboards.office_cases(user, asked, request.GET.get("page"))
        return _page(request, "assessments/office/home/office.html", asked, board)
    officers = dashboards.officers(user)
    asked = filters.read(search, codes, [str(officer.pk) for officer in officers])
    board = dashboards.queue(user, asked, request.GET.get("page"))
    more = {"officers": officers, "colleagues": dashboards.colleagues(user), "load": workload.workload(user)}
    return _page(request, "assessments/office/home/queue.html", asked, board, **more)


def _page(
    request: HttpRequest, template: str, asked: filters.Filters, board: dashboards.Board, **more: Any
) -> HttpResponse:
    user: Any = request.user
    context = {
        "section": "cases",
        "filters": asked,
        "errors": list(asked.problems),
        "board": board,
        "untouched": retention.untouched_of(user, timezone.now()),
        "page": board.page,
        "has_batches": Batch.objects.filter(by=user).exists(),
        **more,
    }
    return render(request, template, context, status=UNPROCESSABLE if asked.problems else OK)


urlpatterns = [path("", home, name="home")]
