"""One case: its state, the steps that can be taken, and what was recorded."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from assessments import actions
from assessments.actions import permissions
from assessments.answer import case_lines
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.casefile.problems import BadCase, Problem
from assessments.models import Case, MemoVersion
from assessments.models.codes import State
from assessments.pages.case_overview import overview
from assessments.pages.common import case_context, closed, open_case
from assessments.pages.forms.assessment import Part
from assessments.pages.forms.review import CloseForm, ReasonForm
from assessments.review import review_sheet


@require_safe
def detail(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show the case as recorded, so that the officer can check it."""
    return case_page(request, open_case(request, uuid))


def case_page(
    request: HttpRequest,
    case: Case,
    *,
    refusal: str = "",
    forms: Mapping[str, Part] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the case's page. ``refusal`` says why a step was refused; ``forms`` are the forms of that step."""
    prefetch_related_objects([case], "persons", "traits")  # the case file and the intake below use them
    try:
        read = stored_case.case_file(case, today=timezone.localdate())
        problems: list[Problem] = []
    except BadCase as error:
        read, problems = None, error.problems
    user: Any = request.user
    typed = forms or {}
    errors = [line for form in typed.values() for line in form.lines_of_errors()]
    steps = {t.action for t in permissions.steps_open_to(user, case)}
    version = (
        case.versions.defer("content", "pdf").select_related("submitted_by", "decided_by").order_by("-number").first()
    )
    short = overview(case, read) if read else None
    context = case_context(
        request,
        case,
        "case",
        overview=short,
        is_to_check=short is None,
        sections=case_lines.sections(case, read),
        problems=problems,
        errors=[*errors, *([{"message": refusal}] if refusal else [])],
        version=version,
        comments=review_sheet.comments_on(version) if version and case.state == State.RETURNED else [],
        why_recalled=_why_recalled(case, version),
        changed_facts=_changed_facts(case) if case.is_editable else [],
        steps=steps,
        news=version.new_matches.filter(disposition="").values("finding").distinct().count() if version else 0,
        next_fact=short.next_ident if short else stored_assessment.next_fact_to_assess(case),
        step_forms={"close": CloseForm(prefix="close"), "reopen": ReasonForm(prefix="reopen")} | dict(typed),
        refused_step=next(iter(typed), ""),
        colleagues=colleagues(case, user) if "reassign" in steps else [],
        may_share=permissions.may_share_case(user, case),
    )
    return render(request, "assessments/case/case.html", context, status=status)


def _why_recalled(case: Case, version: MemoVersion | None) -> list[str]:
    """Return the reasons for the recall that wait for a decision, each once."""
    if version is None or case.state != State.RECALLED:
        return []
    return list(dict.fromkeys(version.recalls.filter(disposition="").order_by("pk").values_list("reason", flat=True)))


def _changed_facts(case: Case) -> list[str]:
    """Return the facts on which the COI changed since the officer wrote."""
    marked = set(case.fact_assessments.filter(answer_changed_at__isnull=False).values_list("fact_ident", flat=True))
    return [ident for ident in case.facts.values_list("ident", flat=True) if ident in marked] if marked else []


def colleagues(case: Case, user: User) -> list[User]:
    """Return the users who can take the review."""
    others = User.objects.filter(office=case.office_id, is_active=True).exclude(pk__in=[user.pk, case.reviewer_id or 0])
    return [other for other in others if permissions.may_review(other, case)]


@require_POST
def take_over(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Take over a case that somebody else is editing. Their unsaved text is refused and stays on their page."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_case(user, case):
        raise PermissionDenied
    try:
        actions.take_over(case, by=user)
    except actions.NotAllowed:
        return closed(request, case)
    back = request.POST.get("next", "")
    # accept only a path of this site: redirect() would try to resolve anything else as a view name
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("case", uuid=case.uuid)


@require_POST
def share(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Share the case with the caseworkers of the office, or stop sharing it."""
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
