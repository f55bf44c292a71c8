"""One material fact at a time: the COI on it and the officer's part."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.actions import permissions
from assessments.assessing import evidence, stored_assessment
from assessments.assessing.fact_changes import Seen
from assessments.assessing.shown import Shown
from assessments.casefile.problems import BadCase
from assessments.models import Case
from assessments.pages.common import CONFLICT, UNPROCESSABLE, closed, is_autosave, open_case, typed_words, writers
from assessments.pages.forms.assessment import FactForm, differences, values_of
from assessments.pages.saving import autosave, both_texts, save, settled, unreadable, whole
from assessments.pages.workspace import own_sources, relied_on
from assessments.pages.workspace.fact_page import Opened, fact_page, open_fact, same_reasoning


@require_http_methods(["GET", "HEAD", "POST"])
def fact(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """Show the COI on one fact beside the officer's part."""
    user: Any = request.user
    case = writers(request, uuid) if request.method == "POST" else open_case(request, uuid)
    if request.method == "POST" and not case.is_editable:
        return _closed(request, case)
    if is_autosave(request) and (shown := Shown.read(request.POST.get("shown", ""), case, ident)):
        return _autosave(request, case, ident, shown.pieces, shown.seen)
    try:
        opened = open_fact(case, ident)
    except BadCase:
        messages.warning(request, _("To see the matches, choose a place of this case again."))
        return redirect("case-edit" if permissions.may_edit_now(user, case) else "case", uuid=case.uuid)
    if request.method == "POST":
        if is_autosave(request):
            return _autosave(request, case, ident, opened.pieces, _seen(request, opened))
        return _save(request, opened)
    return fact_page(request, opened)


def _closed(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that the case's state does not allow the change, and show what was typed on the fact."""
    return closed(request, case, typed_words(FactForm((), request.POST)))


def _autosave(
    request: HttpRequest, case: Case, ident: str, pieces: tuple[evidence.Piece, ...], seen: Seen | None
) -> HttpResponse:
    user: Any = request.user
    form = FactForm(pieces, request.POST)
    if not form.is_valid() and form.has_bad_text:
        return unreadable(form.lines_of_errors()[0]["message"])
    written = form.written(ident, whole(request.POST.get("version", ""), otherwise=0))
    return autosave(
        lambda: actions.autosave_fact(case, written, pieces, by=user, seen=seen),
        token=lambda made: {"version": made[0].version, "note": " ".join(made[1])},
    )


def _seen(request: HttpRequest, opened: Opened) -> Seen | None:
    return opened.seen_by(request.POST.get("seen", ""))


def _save(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    version = whole(request.POST.get("version", ""), otherwise=0)
    data, unsettled = settled(
        request.POST,
        is_current=version == opened.written.version,
        form=FactForm(opened.pieces),
        mine=_values(FactForm(opened.pieces, request.POST), opened.ident),
        theirs=values_of(opened.written),
    )
    if unsettled:
        return _conflict(request, opened, FactForm(opened.pieces, request.POST), unsettled)
    form = FactForm(opened.pieces, data)
    form.is_valid()
    written, notes = evidence.with_words(form.written(opened.ident, version))
    form.complain(evidence.lacking(written, opened.pieces))
    if form.errors:
        return fact_page(request, opened, form, version=version, status=UNPROCESSABLE)

    def again(refusal: actions.ActionRefused) -> HttpResponse:
        errors = [{"message": str(refusal), "href": "#take-over"}]
        return fact_page(request, opened, form, version=version, errors=errors, status=CONFLICT)

    def conflict(refusal: actions.ActionRefused) -> HttpResponse:
        return _conflict(request, replace(opened, assessment=stored_assessment.assessment_of(opened.case)), form)

    return save(
        request,
        lambda: actions.save_fact(opened.case, written, opened.pieces, by=user, seen=_seen(request, opened)),
        kept=lambda row: _saved(request, opened, data, notes),
        refused=again,
        stale=conflict,
        not_allowed=lambda refusal: _closed(request, opened.case),
        held=opened.case,
    )


def _saved(request: HttpRequest, opened: Opened, data: Any, notes: tuple[str, ...]) -> HttpResponse:
    messages.success(request, _("Fact %(fact)s was saved.") % {"fact": opened.ident})
    for note in notes:
        messages.info(request, note)
    if data.get("then") != "next":
        return redirect(opened.address)
    same = evidence.facts_with_same_reasoning(stored_assessment.assessment_of(opened.case), opened.ident)
    if same:
        messages.info(request, same_reasoning(opened.ident, same))
    return redirect(opened.next_page)


def _values(form: FactForm, ident: str) -> dict[str, Any]:
    form.is_valid()
    return values_of(form.written(ident, 0))


def _conflict(
    request: HttpRequest, opened: Opened, form: FactForm, unsettled: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Show what was typed here beside what somebody saved meanwhile."""
    mine, theirs = _values(form, opened.ident), values_of(opened.written)
    found = differences(FactForm(opened.pieces), mine, theirs)
    if not found:
        return _saved(request, opened, request.POST, ())
    return both_texts(
        request,
        opened.case,
        "facts",
        found=found,
        mine=mine,
        unsettled=unsettled,
        title=_("Fact %(ident)s: two texts") % {"ident": opened.ident},
        ident=opened.ident,
        row=opened.case.fact_assessments.select_related("saved_by").get(fact_ident=opened.ident),
        action=opened.address,
    )


@require_POST
def change_seen(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """Record that the officer saw how the COI on a fact changed."""
    user: Any = request.user
    case = writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, ())
    try:
        opened = open_fact(case, ident)
    except BadCase:
        return redirect("case-edit", uuid=case.uuid)
    if request.POST.get("seen", "") != opened.seen.token:
        messages.warning(request, _("The COI on this fact changed again. Check it as it is now."))
        return redirect(opened.address)

    def refused(refusal: actions.ActionRefused) -> HttpResponse:
        return fact_page(request, opened, errors=[{"message": str(refusal)}], status=CONFLICT)

    def kept(_none: None) -> HttpResponse:
        messages.success(request, _("Noted. Your text on %(fact)s stays as it is.") % {"fact": opened.ident})
        return redirect(opened.address)

    return save(
        request,
        lambda: actions.note_change_seen(case, opened.ident, opened.seen, by=user),
        kept=kept,
        refused=refused,
        held=case,
    )


urlpatterns = [
    path("cases/<uuid:uuid>/facts/<slug:ident>/", fact, name="fact"),
    path("cases/<uuid:uuid>/facts/<slug:ident>/change-seen/", change_seen, name="fact-change-seen"),
    *relied_on.urlpatterns,
    *own_sources.urlpatterns,
]
