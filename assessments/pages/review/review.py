"""Reviewing a submitted memo section by section, and deciding on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.actions import ActionRefused, Incomplete, permissions
from assessments.actions.renderings import NotReady
from assessments.memo.pdf_renderer import MemoFailed
from assessments.memo.snapshot import BadSnapshot
from assessments.models import Case, MemoVersion
from assessments.pages import pdf_files, workflow_steps
from assessments.pages.cases import colleagues
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, is_autosave, open_case
from assessments.pages.forms.review import RemarkForm, SectionForm, unsaved
from assessments.pages.memo import submit
from assessments.pages.pdf_files import being_made
from assessments.pages.review import section_text
from assessments.pages.saving import save, status_of, unreadable, whole
from assessments.pages.workflow_steps import again, newest
from assessments.review import review_sheet
from assessments.review.review_sheet import ReviewRead, SectionRead


def intact(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send the user to the version's own page if its content was tampered with: it cannot be reviewed."""

    @wraps(view)
    def guarded(request: HttpRequest, uuid: Any, **named: str) -> HttpResponse:
        case, version = _to_review(request, uuid)
        try:
            return view(request, case, version, **named)
        except BadSnapshot:
            return redirect("version", uuid=uuid, number=version.number if version else 0)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@intact
def review(request: HttpRequest, case: Case, version: MemoVersion | None) -> HttpResponse:
    """Show the sections with grades and comments, and the decision. On POST, save the remark on it."""
    if request.method != "POST":
        return _overview(request, case, version)
    if version is None:
        return _nothing_submitted(request, case)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        if is_autosave(request):
            return unreadable(form.lines_of_errors()[0]["message"])
        return _overview(request, case, version, form=form, status=UNPROCESSABLE)
    return save(
        request,
        lambda: _write_remark(request, case, form),
        kept=lambda token: redirect("review", uuid=case.uuid),
        refused=lambda refusal: _overview(
            request, again(case), None, form=form, refusal=str(refusal), status=status_of(refusal)
        ),
        token=lambda token: {"version": token},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@intact
def section(request: HttpRequest, case: Case, version: MemoVersion | None, anchor: str) -> HttpResponse:
    """Show one section of the memo with its evidence. On POST, save its grade and comment.

    Record that its reviewer was shown the section, because an approval needs that.
    """
    if version is None:
        return _nothing_submitted(request, case)
    read = review_sheet.read(case, version)
    shown = read.section(anchor)
    if shown is None:
        raise Http404
    if request.method != "POST":
        response = _section_page(request, case, version, read, shown)
        if request.method == "GET":
            user: Any = request.user
            actions.note_shown(case, by=user, number=version.number, sections=[anchor])
        return response
    form = SectionForm(request.POST)
    if not form.is_valid():
        if is_autosave(request):
            return unreadable(form.lines_of_errors()[0]["message"])
        return _section_page(request, case, version, read, shown, form=form, status=UNPROCESSABLE)

    def kept(token: int) -> HttpResponse:
        if not form.explains_error():
            return _section_again(request, case, anchor, form=form, status=UNPROCESSABLE)
        following = review_sheet.with_reviews(read, again(case), version).next_ungraded(anchor)
        return redirect(_address(case, following))

    return save(
        request,
        lambda: _grade(request, case, form, anchor),
        kept=kept,
        refused=lambda refusal: _section_again(
            request, case, anchor, form=form, refusal=str(refusal), status=status_of(refusal)
        ),
        token=lambda token: {"version": token},
    )


@require_POST
@intact
def decide(request: HttpRequest, case: Case, version: MemoVersion | None) -> HttpResponse:
    """Save the remark, then approve or return the version that was read."""
    user: Any = request.user
    if version is None:
        return _nothing_submitted(request, case)
    form = RemarkForm(request.POST)
    decision = request.POST.get("decision", "")
    number, digest = whole(request.POST.get("number", "")), request.POST.get("digest", "")
    refusal, status = "", UNPROCESSABLE
    lacking: list[dict[str, str]] = []
    if form.is_valid():
        remark = form.cleaned_data["remark"]
        try:
            _write_remark(request, case, form)
            lacking = _lacking(case, review_sheet.read(case, version), decision)
            if decision == "approve" and not lacking:
                actions.approve(case, by=user, number=number, digest=digest, remark=remark)
                messages.success(request, _("The memo was approved. Its PDF is stored and will not change."))
                return redirect("case", uuid=case.uuid)
            if decision == "return" and not lacking:
                actions.send_back(case, by=user, number=number, digest=digest, remark=remark)
                messages.success(request, _("The memo was returned with your comments."))
                return redirect("home")
            if decision not in ("approve", "return"):
                refusal = _("Choose whether to approve or return the memo.")
        except ActionRefused as refused:
            if isinstance(refused, Incomplete) and refused.field == "reason":
                form.add_error("remark", _("Write what has to change, here or in a comment on a section."))
            else:
                refusal, status = str(refused), status_of(refused)
        except NotReady as waits:
            sent = {name: request.POST.get(name, "") for name in ("decision", "number", "digest", "version", "remark")}
            return being_made(request, case, waits, tab="review", approval=sent)
        except MemoFailed as failed:
            refusal, status = str(failed), pdf_files.status_of(failed)
    return _overview(request, again(case), None, form=form, lacking=lacking, refusal=refusal, status=status)


def _lacking(case: Case, read: ReviewRead, decision: str) -> list[dict[str, str]]:
    """Return what the reviewer has to do before this decision, each with the address of its section."""
    found = []
    for each in read.sections:
        words = ""
        if decision == "approve" and not each.is_graded:
            words = _("Not graded yet: %(section)s.")
        elif decision == "approve" and not each.is_shown:
            words = _("Not opened yet in this version: %(section)s.")
        elif each.lacks_comment:
            words = _("%(section)s: describe the error.")
        if words:
            found.append({"message": words % {"section": each.title}, "href": _address(case, each)})
    return found


def _address(case: Case, section: SectionRead | None) -> str:
    """Return the page of the section; without one, the page on which the memo is decided."""
    if section is None:
        return reverse("review", args=[case.uuid]) + "#decision"
    return reverse("review-section", args=[case.uuid, section.anchor])


def _to_review(request: HttpRequest, uuid: Any) -> tuple[Case, MemoVersion | None]:
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_review(user, case):
        raise PermissionDenied
    return case, newest(case)


def _typed_on(request: HttpRequest) -> dict[str, Any]:
    """Return which user and which version the page was opened for."""
    return {
        "by": request.user,
        "number": whole(request.POST.get("number", "")),
        "digest": request.POST.get("digest", ""),
        "token": whole(request.POST.get("version", "")),
        "autosave": is_autosave(request),
    }


def _write_remark(request: HttpRequest, case: Case, form: RemarkForm) -> int:
    return actions.write_remark(case, remark=form.cleaned_data["remark"], **_typed_on(request))


def _grade(request: HttpRequest, case: Case, form: SectionForm, anchor: str) -> int:
    return actions.grade(case, graded=[form.graded(anchor)], **_typed_on(request))


# --- the pages ---------------------------------------------------------------------------------------


def _nothing_submitted(request: HttpRequest, case: Case) -> HttpResponse:
    return _overview(request, case, None, refusal=_("Nothing has been submitted yet."), status=CONFLICT)


def _overview(
    request: HttpRequest,
    case: Case,
    version: MemoVersion | None,
    *,
    form: RemarkForm | None = None,
    lacking: list[dict[str, str]] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user: Any = request.user
    version = version or newest(case)
    errors = [*(form.lines_of_errors() if form else ()), *(lacking or ()), *([{"message": refusal}] if refusal else [])]
    if version is None:
        context = case_context(request, case, "review", version=None, errors=errors)
        return render(request, "assessments/review/page.html", context, status=status)
    read = review_sheet.read(case, version)
    context = _of_both(request, case, version, read, errors)
    lost = unsaved(form, "remark", version.decision_note) if form else ""
    context |= {
        "form": form if form and context["may_grade"] else RemarkForm(initial={"remark": version.decision_note}),
        "token": actions.review_token(version),
        "lost": lost if not context["may_grade"] else "",
        "saved_elsewhere": version.decision_note if lost and status == CONFLICT else "",
        "steps": {t.action for t in permissions.steps_open_to(user, case)},
        "colleagues": colleagues(case, user),
    }
    return render(request, "assessments/review/page.html", context, status=status)


def _section_again(request: HttpRequest, case: Case, anchor: str, **more: Any) -> HttpResponse:
    """Show the page of a section as it is stored now, with the typed text."""
    case = again(case)
    version = newest(case)
    read = review_sheet.read(case, version) if version else None
    shown = read.section(anchor) if read else None
    if version is None or read is None or shown is None:  # resubmitted meanwhile, without this section
        return _overview(request, case, version, refusal=more.get("refusal", ""), status=more.get("status", CONFLICT))
    return _section_page(request, case, version, read, shown, **more)


def _section_page(
    request: HttpRequest,
    case: Case,
    version: MemoVersion,
    read: ReviewRead,
    shown: SectionRead,
    *,
    form: SectionForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = [*(form.lines_of_errors() if form else ()), *([{"message": refusal}] if refusal else [])]
    context = _of_both(request, case, version, read, errors)
    may_grade = context["may_grade"]
    lost = unsaved(form, "comment", shown.review.comment if shown.review else "") if form else ""
    context |= {
        "section_read": shown,
        "text": section_text.text_of(request, case, read, shown),
        "form": form if form and may_grade else SectionForm(initial=SectionForm.initial_of(shown.review, request.user)),
        "token": actions.review_token(version, [shown.anchor]),
        "lost": lost if not may_grade else "",
        "saved_elsewhere": shown.review if form and may_grade and status == CONFLICT else None,
        "following": read.next_ungraded(shown.anchor),
    }
    return render(request, "assessments/review/section_page.html", context, status=status)


def _of_both(
    request: HttpRequest, case: Case, version: MemoVersion, read: ReviewRead, errors: list[dict[str, str]]
) -> dict[str, Any]:
    user: Any = request.user
    may_grade = permissions.may(user, "approve", case)
    context = case_context(request, case, "review", version=version, errors=errors)
    return context | {
        "read": read,
        "may_grade": may_grade,
        "next_ungraded": read.next_ungraded() if may_grade else None,
    }


urlpatterns = [
    *submit.urlpatterns,
    *workflow_steps.urlpatterns,
    path("cases/<uuid:uuid>/review/", review, name="review"),
    path("cases/<uuid:uuid>/review/decide/", decide, name="decide"),
    path("cases/<uuid:uuid>/review/<slug:anchor>/", section, name="review-section"),
]
