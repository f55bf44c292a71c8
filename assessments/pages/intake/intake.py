"""The intake in steps: recording and changing a case, saved as one types, with a script and without."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.actions import permissions
from assessments.casefile import stored_case
from assessments.casefile.form_data import BLANK, form_data
from assessments.casefile.intake_steps import BY_SLUG, CHECK, FIRST, merged
from assessments.casefile.values import CaseFile
from assessments.models import Case, IntakeDraft
from assessments.pages.common import CONFLICT, UNPROCESSABLE, closed, held_by, is_autosave, open_case
from assessments.pages.forms import CaseForm
from assessments.pages.forms.compare import differences
from assessments.pages.intake import intake_rows
from assessments.pages.intake.intake_pages import (
    check_page,
    draft_of,
    form_of,
    open_step,
    plain,
    read_of,
    step_page,
    step_to_resume,
    typed_texts,
    unstored_draft,
)
from assessments.pages.intake.intake_rows import uuid_of
from assessments.pages.intake.intake_step import posted_step, save_typed, stated_version
from assessments.pages.saving import save, whole

# --- starting ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the first step of a new case. Its first save gives the intake its own address."""
    user: Any = request.user
    if not permissions.may_record_cases(user):
        raise PermissionDenied
    if request.method != "POST":
        draft = IntakeDraft(uuid=uuid4(), office=user.office, author=user, version=0, data=plain(form_data(BLANK)))
        return step_page(request, draft, FIRST, form_of(draft))
    uuid = uuid_of(request.POST.get("draft", "")) or uuid4()
    known = IntakeDraft.objects.filter(uuid=uuid).first()
    if known is not None:  # sent twice, as after a lost connection
        return posted_step(request, draft_of(request, uuid), FIRST)
    data = merged(plain(form_data(BLANK)), dict(request.POST.lists()), FIRST)
    draft = IntakeDraft(uuid=uuid, office=user.office, author=user, version=0, data=data)
    return save_typed(request, draft, FIRST, data, lambda: actions.begin_draft(uuid, data, by=user))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Change a case: show a step of it, or the step where the user stopped. The first save starts the change."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_case(user, case):
        raise PermissionDenied
    if not case.is_editable:
        return closed(request, case, typed_texts(request))
    draft, step = stored_case.draft_of(case), request.GET.get("step", "")
    if request.method == "POST":
        step = step if step in BY_SLUG and step != CHECK else FIRST
        return (
            posted_step(request, draft_of(request, draft.uuid), step) if draft else _start_change(request, case, step)
        )
    if draft is not None:
        return redirect("intake", uuid=draft.uuid, step=step if step in BY_SLUG else step_to_resume(draft))
    if holder := held_by(request, case):
        return render(request, "assessments/intake/held.html", {"section": "cases", "case": case, "held_by": holder})
    if step == CHECK:  # nothing was typed, so the case itself is checked
        messages.info(request, _("Nothing was changed. This is the case as saved."))
        return redirect("case", uuid=case.uuid)
    return open_step(request, unstored_draft(request, case), step if step in BY_SLUG else "")


def _start_change(request: HttpRequest, case: Case, step: str) -> HttpResponse:
    """Handle the first save of a change."""
    user: Any = request.user
    draft, posted = unstored_draft(request, case), dict(request.POST.lists())
    draft.case_version = min(case.version, max(0, whole(request.POST.get("case_version", ""))))

    def begin() -> IntakeDraft:
        of = {"version": stated_version(request), "case_version": draft.case_version}
        return actions.begin_with_step(case, draft.data, step, posted, by=user, **of, quietly=is_autosave(request))

    return save_typed(request, draft, step, posted, begin)


# --- a step -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, uuid: Any, step: str) -> HttpResponse:
    """Show one step as typed so far. The last step shows all answers and saves the case."""
    draft = draft_of(request, uuid)
    if step not in BY_SLUG:
        raise Http404
    if draft.case is not None and not draft.case.is_editable:
        return closed(request, draft.case, typed_texts(request))
    if request.method == "POST":
        return _finished(request, draft) if step == CHECK else posted_step(request, draft, step)
    return open_step(request, draft, step)


@require_POST
def discard(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Discard what was typed. A case that was being changed stays as it was."""
    user: Any = request.user
    draft = draft_of(request, uuid)
    if draft.case is not None and not draft.case.is_editable:
        return closed(request, draft.case)
    try:
        actions.discard_draft(draft, by=user)
    except actions.ActionRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("intake", uuid=draft.uuid, step=draft.step)
    if draft.case is not None:
        messages.success(request, _("The changes were discarded. The case is as it was."))
        return redirect("case", uuid=draft.case.uuid)
    messages.success(request, _("The intake was discarded."))
    return redirect("home")


# --- what was posted ----------------------------------------------------------------------------


def _finished(request: HttpRequest, draft: IntakeDraft) -> HttpResponse:
    """Save the answers as the case, or show what is still wrong with them."""
    user: Any = request.user
    form = form_of(draft)
    read = read_of(form, draft)
    if read is None or form.errors:
        return check_page(request, draft, form, None, status=UNPROCESSABLE)
    over = whole(request.POST["over"]) if "over" in request.POST else None
    version = whole(request.POST.get("version", ""))

    def refused(refusal: actions.ActionRefused) -> HttpResponse:
        if isinstance(refusal, actions.ReferenceTaken):
            form.refuse(str(refusal), at="reference")
            return check_page(request, draft, form, None, status=CONFLICT)
        form.refuse(str(refusal))
        more: dict[str, Any] = {"is_held": isinstance(refusal, actions.HeldElsewhere)}
        now = IntakeDraft.objects.select_related("case").filter(pk=draft.pk).first()
        if now is not None and now.case is not None and now.case.version != now.case_version:
            stored = CaseForm(form_data(stored_case.document_of(now.case)))
            more |= {"newer": now.case, "differences": differences(form, stored)}
        return check_page(request, draft, form, read, status=CONFLICT, **more)

    def kept(case: Case) -> HttpResponse:
        messages.success(request, _("The case was saved."))
        for sentence in _sentences_on_shared_names(read):
            messages.info(request, sentence)
        return redirect("case", uuid=case.uuid)

    return save(
        request,
        lambda: actions.finish_draft(draft, read, by=user, version=version, case_version=over),
        kept=kept,
        refused=refused,
        held=draft.case,
    )


def _sentences_on_shared_names(read: CaseFile) -> list[str]:
    """Return a sentence for each name that was resolved to the largest of several places."""
    stated = [p.place for p in read.places] + [f.place for f in read.facts]
    sentences = []
    for place in stated:
        if place.located and place.also:
            others = ", ".join(f"{p.name} ({p.get_kind_display()})" for p in place.also)
            sentences.append(
                _("“%(typed)s” was matched with the %(kind)s. Other places of this name: %(others)s.")
                % {"typed": place.typed, "kind": place.place.get_kind_display(), "others": others}
            )
    return list(dict.fromkeys(sentences))


urlpatterns = [
    path("cases/new/", new, name="case-new"),
    *intake_rows.urlpatterns,
    path("cases/<uuid:uuid>/edit/", edit, name="case-edit"),
    path("intake/<uuid:uuid>/discard/", discard, name="intake-discard"),
    path("intake/<uuid:uuid>/<slug:step>/", step, name="intake"),
]
