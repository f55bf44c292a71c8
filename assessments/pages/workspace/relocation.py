"""The relocation page: the officer's conclusion on each test at each proposed place. Each text is saved separately."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions import ActionRefused
from assessments.pages.case_with_answer import Opened, opened_case
from assessments.pages.common import CONFLICT, UNPROCESSABLE, is_autosave, not_saved, saved
from assessments.pages.workspace.relocation_page import relocation_page
from assessments.pages.workspace.relocation_parts import parts_of, texts_without_place


@require_http_methods(["GET", "HEAD", "POST"])
def relocation(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show home and proposed places side by side, with the officer's conclusion on each test."""
    opened = opened_case(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    if request.method != "POST":
        return relocation_page(request, opened, parts_of(opened))
    return _save(request, opened)


def _save(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Save every changed text. If one cannot be saved, the others still are."""
    user: Any = request.user
    autosaves = is_autosave(request)
    parts = parts_of(opened, request.POST)
    sent = [part for part in parts if part.form.is_bound]
    lost = texts_without_place(opened, request.POST)
    refusals = [(refusal, part.ident) for part in sent if (refusal := part.save(user, autosave=autosaves))]
    if lost:
        gone = _("This place is no longer proposed. Copy what you typed before you leave this page.")
        refusals.append((ActionRefused(gone), "lost"))
    problems = [problem for part in sent for problem in part.problems]
    if autosaves:
        tokens = {part.token_name: part.kept for part in sent if part.kept is not None}
        if refusals:
            return not_saved(refusals[0][0], tokens=tokens)
        if problems:
            return not_saved(ActionRefused(problems[0]["message"]), UNPROCESSABLE, tokens=tokens)
        return saved(tokens=tokens)
    if refusals or problems:
        at_once = {str(refusal): f"#{ident}" for refusal, ident in reversed(refusals)}
        problems += [{"message": message, "href": href} for message, href in at_once.items()]
        status = CONFLICT if refusals else UNPROCESSABLE
        return relocation_page(request, opened, parts, status=status, errors=problems, lost=lost)
    messages.success(request, _("Your conclusions were saved."))
    if request.POST.get("then") == "submit":
        return redirect("submit", uuid=opened.case.uuid)
    written = next((f"#{part.ident}" for part in sent if part.kept is not None), "")
    return redirect(reverse("relocation", args=[opened.case.uuid]) + written)


urlpatterns = [path("cases/<uuid:uuid>/relocation/", relocation, name="relocation")]
