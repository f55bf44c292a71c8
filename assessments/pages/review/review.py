"""Reviewing a submitted memo section by section, and deciding on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.actions import ActionRefused, Incomplete, permissions
from assessments.memo import printing
from assessments.memo.pdf_renderer import MemoFailed, MissingGlyph
from assessments.memo.snapshot import BadSnapshot
from assessments.models import Case, MemoVersion
from assessments.pages import workflow_steps
from assessments.pages.cases import colleagues
from assessments.pages.common import CONFLICT, UNAVAILABLE, UNPROCESSABLE, case_context, is_autosave, open_case
from assessments.pages.forms.review import ReviewForm
from assessments.pages.memo import submit
from assessments.pages.saving import save, status_of, unreadable, whole
from assessments.pages.workflow_steps import again, newest
from assessments.review import review_sheet


def intact(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A version whose content was tampered with is not reviewed: its own page says so."""

    @wraps(view)
    def guarded(request: HttpRequest, uuid: Any) -> HttpResponse:
        case, version = _to_review(request, uuid)
        try:
            return view(request, case, version)
        except BadSnapshot:
            return redirect("version", uuid=uuid, number=version.number if version else 0)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@intact
def review(request: HttpRequest, case: Case, version: MemoVersion | None) -> HttpResponse:
    """The submitted memo with what stood behind each section; posted: grades and comments are kept."""
    if request.method != "POST":
        return _review_page(request, case, version)
    if version is None:
        return _review_page(request, case, None, refusal=_("Nothing has been submitted yet."), status=CONFLICT)
    form = _review_form(request, version)
    if not form.is_valid():
        if is_autosave(request):
            return unreadable(form.lines_of_errors()[0]["message"])
        return _review_page(request, case, version, form=form, status=UNPROCESSABLE)

    def kept(token: int) -> HttpResponse:
        messages.success(request, _("The review was saved."))
        return redirect("review", uuid=case.uuid)

    return save(
        request,
        lambda: _grade(request, case, form, autosave=is_autosave(request)),
        kept=kept,
        refused=lambda refusal: _review_page(
            request, again(case), None, form=form, refusal=str(refusal), status=status_of(refusal)
        ),
        token=lambda token: {"version": token},
    )


@require_POST
@intact
def decide(request: HttpRequest, case: Case, version: MemoVersion | None) -> HttpResponse:
    """Keep what was typed, then approve or return the version that was read."""
    user: Any = request.user
    if version is None:
        return _review_page(request, case, None, refusal=_("Nothing has been submitted yet."), status=CONFLICT)
    form = _review_form(request, version)
    decision = request.POST.get("decision", "")
    number, digest = whole(request.POST.get("number", "")), request.POST.get("digest", "")
    refusal, status = "", UNPROCESSABLE
    if form.is_valid():
        remark = form.cleaned_data["remark"]
        try:
            _grade(request, case, form)
            is_complete = form.explains_errors() and (decision != "approve" or form.has_every_grade())
            if decision == "approve" and is_complete:
                actions.approve(case, by=user, number=number, digest=digest, remark=remark)
                messages.success(request, _("The memo was approved. Its PDF is stored and will not change."))
                return redirect("case", uuid=case.uuid)
            if decision == "return" and is_complete:
                actions.send_back(case, by=user, number=number, digest=digest, remark=remark)
                messages.success(request, _("The memo was returned with your comments."))
                return redirect("home")
            if decision not in ("approve", "return"):
                refusal = _("Choose whether to approve or return the memo.")
        except ActionRefused as refused:
            if isinstance(refused, Incomplete) and refused.field == "reason":
                form.add_error("remark", _("Write what has to change before you return the memo."))
            else:
                refusal, status = str(refused), status_of(refused)
        except MemoFailed as failed:
            refusal = str(failed)
            status = UNPROCESSABLE if isinstance(failed, MissingGlyph) else UNAVAILABLE
    return _review_page(request, again(case), None, form=form, refusal=refusal, status=status)


def _to_review(request: HttpRequest, uuid: Any) -> tuple[Case, MemoVersion | None]:
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_review(user, case):
        raise PermissionDenied
    return case, newest(case)


def _review_form(request: HttpRequest, version: MemoVersion) -> ReviewForm:
    return ReviewForm(review_sheet.titles(version), request.POST)


def _grade(request: HttpRequest, case: Case, form: ReviewForm, *, autosave: bool = False) -> int:
    user: Any = request.user
    return actions.grade(
        case,
        by=user,
        number=whole(request.POST.get("number", "")),
        digest=request.POST.get("digest", ""),
        token=whole(request.POST.get("version", "")),
        graded=form.graded(),
        remark=form.cleaned_data["remark"],
        autosave=autosave,
    )


def _review_page(
    request: HttpRequest,
    case: Case,
    version: MemoVersion | None,
    *,
    form: ReviewForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user: Any = request.user
    version = version or newest(case)
    errors = [*(form.lines_of_errors() if form else ()), *([{"message": refusal}] if refusal else [])]
    context = case_context(request, case, "review", version=version, errors=errors)
    if version is None:
        return render(request, "assessments/review/page.html", context, status=status)
    read = review_sheet.read(case, version)
    may_grade = permissions.may(user, "approve", case)
    stored = {s.anchor: s.review for s in read.graded if s.review}
    titles = [(s.anchor, s.title) for s in read.graded]
    initial = ReviewForm.initial_of(stored.values(), user) | {"remark": version.decision_note}
    shown = form if may_grade and form else ReviewForm(titles, initial=initial)
    context |= printing.memo_context(read.memo, as_page=True) | {
        "read": read,
        "form": shown,
        "rows": [
            (s, *(shown[f"{what}-{s.anchor}"] if s.title else None for what in ("grade", "comment")))
            for s in read.sections
        ],
        "may_grade": may_grade,
        "token": actions.review_token(version),
        # unsaved text is never lost: it is shown beside the fields if they hold something else
        "unsaved": form.unsaved(stored) if form and not may_grade else [],
        "saved_elsewhere": form.saved_elsewhere(stored) if form and may_grade and status == CONFLICT else [],
        "steps": {t.action for t in permissions.steps_open_to(user, case)},
        "colleagues": colleagues(case, user),
    }
    return render(request, "assessments/review/page.html", context, status=status)


urlpatterns = [
    *submit.urlpatterns,
    *workflow_steps.urlpatterns,
    path("cases/<uuid:uuid>/review/", review, name="review"),
    path("cases/<uuid:uuid>/review/decide/", decide, name="decide"),
]
