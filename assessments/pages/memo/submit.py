"""Submitting: the page shows what would be submitted, and exactly that is submitted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.actions import ActionRefused, NotAllowed, steps
from assessments.casefile.problems import BadCase
from assessments.memo import differences, memo, submission
from assessments.memo.differences import SectionDiff
from assessments.memo.memo import Memo
from assessments.memo.snapshot import BadSnapshot
from assessments.memo.stored_versions import memo_of
from assessments.models import Case, MemoVersion
from assessments.pages.cases import case_page
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, held_by, open_case
from assessments.pages.forms.review import SubmitForm
from assessments.pages.saving import status_of, whole
from assessments.pages.workflow_steps import again, check_role


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show what would be submitted and what to check first. On POST, submit it if it is still what was shown."""
    user: Any = request.user
    case = open_case(request, uuid)
    check_role(user, "submit", case)
    if request.method != "POST":
        try:
            steps.check("submit", case, by=user)
        except NotAllowed as refusal:
            return case_page(request, case, refusal=str(refusal), status=CONFLICT)
        return _submit_page(request, case)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _submit_page(request, case, form=form, status=UNPROCESSABLE)
    version, digest = whole(request.POST.get("version", "")), request.POST.get("digest", "")
    try:
        made = actions.submit(case, by=user, version=version, digest=digest, **form.cleaned_data)
    except NotAllowed as refusal:
        return case_page(request, again(case), refusal=str(refusal), status=CONFLICT)
    except ActionRefused as refusal:
        return _submit_page(request, again(case), form=form, refusal=str(refusal), status=status_of(refusal))
    messages.success(request, _("Version %(number)d was submitted for review.") % {"number": made.number})
    return redirect("case", uuid=case.uuid)


def _submit_page(
    request: HttpRequest, case: Case, *, form: SubmitForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    try:
        found = submission.prepare(case, on=timezone.localdate())
    except BadCase:
        words = _("Before you can submit, choose a place of this case again.")
        return case_page(request, case, refusal=words, status=CONFLICT)
    built = memo.build(found.answer, found.assessment, found.heading)
    previous = case.versions.defer("pdf").select_related("decided_by").order_by("-number").first()
    context = case_context(
        request,
        case,
        "submit",
        memo=built,
        previous=previous,
        changes=_changes(previous, built),
        submission=found,
        required=submission.required(case, found),
        to_decide=submission.to_decide(found),
        advised=submission.advised(case, found),
        held_by=held_by(request, case),
        form=form or SubmitForm(),
        errors=[*(form.lines_of_errors() if form else ()), *([{"message": refusal}] if refusal else [])],
    )
    return render(request, "assessments/review/submit.html", context, status=status)


def _changes(previous: MemoVersion | None, built: Memo) -> tuple[SectionDiff, ...] | None:
    """Return the sections that differ from the previous version; None if there is none or its record cannot be read."""
    if previous is None:
        return None
    try:
        return differences.between(memo_of(previous), built)
    except BadSnapshot:  # the page of that version says so
        return None


urlpatterns = [path("cases/<uuid:uuid>/submit/", submit, name="submit")]
