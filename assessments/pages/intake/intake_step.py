"""Saving a step of the intake: stored as typed, right or wrong. If that is refused, the page keeps the typed text."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from assessments import actions
from assessments.casefile.intake_steps import CHECK, FACTS, FIRST, Data, after, merged
from assessments.models import IntakeDraft
from assessments.pages.common import CONFLICT, UNPROCESSABLE, is_autosave
from assessments.pages.forms import CaseForm
from assessments.pages.forms.case import MOST_ROWS
from assessments.pages.forms.changes import changed_row
from assessments.pages.forms.compare import differences
from assessments.pages.forms.problems import Shown
from assessments.pages.intake.intake_pages import (
    address_of,
    fact_id,
    fact_on_page,
    form_of,
    has_room,
    next_address,
    plain,
    read_of,
    step_page,
    taken_reference,
)
from assessments.pages.saving import is_stale, save, whole


def posted_step(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    """Save the step as typed. Go to the next step, unless this one has problems."""
    user: Any = request.user
    posted = dict(request.POST.lists())

    def keep() -> IntakeDraft:
        quietly = is_autosave(request)
        return actions.save_step(draft, step, posted, by=user, version=stated_version(request), quietly=quietly)

    return save_typed(request, draft, step, posted, keep)


def save_typed(
    request: HttpRequest, draft: IntakeDraft, step: str, posted: Data, act: Callable[[], IntakeDraft]
) -> HttpResponse:
    """Save the step. After a refusal, ``draft`` has the typed text, so that the page shows it."""

    def typed() -> IntakeDraft:
        draft.data = merged(draft.data, posted, step)
        return draft

    return save(
        request,
        act,
        kept=lambda kept: _kept(request, kept, step),
        refused=lambda refusal: _refused(request, typed(), step, refusal),
        token=lambda kept: _token(request, kept, step),
        said=lambda refusal: _in_a_line(typed(), refusal),
        held=draft.case,
    )


def _token(request: HttpRequest, draft: IntakeDraft, step: str) -> dict[str, Any]:
    """Return the token for the script. It reports at once if the reference is taken."""
    form = form_of(draft)
    told = {"version": draft.version, "url": address_of(draft, step, fact=fact_id(request, step, form))}
    note = taken_reference(form, draft) if step == FIRST else ""
    return told | ({"note": note} if note else {})


def stated_version(request: HttpRequest) -> int:
    """Return the version that the page was opened on, or the one that the user chose to overwrite."""
    return whole(request.POST.get("over") or request.POST.get("version", ""))


def _in_a_line(draft: IntakeDraft, refusal: actions.ActionRefused) -> str:
    """Return a refusal as one line for the script."""
    if isinstance(refusal, actions.Incomplete):
        return f"{form_of(draft).label_of(refusal.field)}: {refusal}"
    if is_stale(refusal):
        return f"{refusal} " + _("Press “Save and continue” to see both texts.")
    return str(refusal)


def _kept(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    """Return the answer after the step was saved."""
    form = form_of(draft)
    if any(name in request.POST for name in ("add", "remove", "restore")):
        return _row_changed(request, draft, step, form, request.POST)
    if "leave" in request.POST:
        messages.success(request, _("Your answers are kept. You can continue at any time."))
        return redirect("case", uuid=draft.case.uuid) if draft.case else redirect("home")
    read_of(form, draft)
    if errors := form.errors_at(step, fact_id(request, step, form)):
        return step_page(request, draft, step, form, errors=errors, status=UNPROCESSABLE, may_go_on=True)
    if "another" in request.POST:
        return _row_changed(request, draft, step, form, {"add": FACTS})
    if "finish" in request.POST:
        return redirect(address_of(draft, CHECK))
    if "on" in request.POST:
        return redirect(address_of(draft, after(step)))
    return redirect(next_address(draft, step, form, fact_on_page(request, step, form)))


def _row_changed(
    request: HttpRequest, draft: IntakeDraft, step: str, form: CaseForm, wanted: Mapping[str, Any]
) -> HttpResponse:
    """Show the page after a row was added, removed or put back without a script, with the cursor on that row."""
    user: Any = request.user
    here = address_of(draft, step, fact=fact_id(request, step, form))
    if "add" in wanted and not has_room(form, wanted["add"]):
        messages.warning(request, _("You can add at most %(most)d entries of each kind here.") % {"most": MOST_ROWS})
        return redirect(here)
    changed = changed_row(form, wanted)
    if changed is None:
        return redirect(here)
    try:
        actions.save_step(draft, step, plain(form.data), by=user, version=draft.version)
    except actions.ActionRefused as refusal:
        return _refused(request, draft, step, refusal)
    if changed.kind == "interviews":
        return redirect(f"{here}#rows-{changed.fact}-interviews")  # type: ignore[attr-defined]
    # Use no fragment: with one, a browser ignores the page's autofocus.
    asked = {"row": changed.name} | ({"new": "1"} if "add" in wanted else {})
    return redirect(address_of(draft, step, fact=changed.text("ident") if changed.kind == FACTS else "", **asked))


def _refused(request: HttpRequest, draft: IntakeDraft, step: str, refusal: actions.ActionRefused) -> HttpResponse:
    """Show the page again with everything that was typed, and with what somebody else saved meanwhile."""
    form = form_of(draft)
    if isinstance(refusal, actions.Incomplete):
        message = _in_a_line(draft, refusal)
        read_of(form, draft)
        errors = form.errors_at(step, fact_id(request, step, form)) or [Shown(message)]
        return step_page(request, draft, step, form, errors=errors, status=UNPROCESSABLE, is_unsaved=True)
    context: dict[str, Any] = {"is_unsaved": True, "errors": [{"message": str(refusal)}]}
    theirs = refusal.theirs if isinstance(refusal, actions.StaleCase) else None
    if isinstance(theirs, IntakeDraft):
        context["over"] = theirs.version
        context["differences"] = differences(form, form_of(theirs), step)
    context["is_held"] = isinstance(refusal, actions.HeldElsewhere)
    return step_page(request, draft, step, form, status=CONFLICT, **context)
