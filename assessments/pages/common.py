"""Helpers that all pages of a case share: opening it, editing it, autosaving."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import actions
from assessments.actions import ActionRefused, locks, permissions, visible_cases
from assessments.casefile import stored_case
from assessments.memo import pending_recalls
from assessments.models import Case
from assessments.review import recall_checks

UNPROCESSABLE, CONFLICT = 422, 409
_PENDING = "footnote_pending"  # on a request: by case, whether its memo may yet be recalled


def open_case(request: HttpRequest, uuid: Any) -> Case:
    """Return the case if the user may see it, otherwise raise 404. The audit record notes that the case was read."""
    user: Any = request.user
    case = visible_cases.visible_case(user, uuid)
    actions.note_read(case, by=user)
    if request.method in ("GET", "HEAD"):
        is_pending = pending_recalls.is_pending_in(case)
        if is_pending:
            recall_checks.go_on()
            case.refresh_from_db(fields=["state", "state_since"])
            is_pending = pending_recalls.is_pending_in(case)
        setattr(request, _PENDING, {case.pk: is_pending})
        stored_case.read_facts_once(case)
    return case


def _is_pending(request: HttpRequest, case: Case) -> bool:
    """Return whether the case's memo may yet be recalled, as read when the case was opened."""
    known: dict[int, bool] = getattr(request, _PENDING, {})
    return known[case.pk] if case.pk in known else pending_recalls.is_pending_in(case)


def writers(request: HttpRequest, uuid: Any) -> Case:
    """Return the case if this user's role may write in it. Whether its state allows that now is checked elsewhere."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_case(user, case):
        raise PermissionDenied
    return case


def held_by(request: HttpRequest, case: Case) -> User | None:
    """Return the other user who is editing the case.

    If there is none and the reader may edit it now, the reader holds it from here on.
    """
    user: Any = request.user
    if not permissions.may_edit_now(user, case):
        return None
    return locks.begin(case, user)


def case_context(request: HttpRequest, case: Case, tab: str, **more: Any) -> dict[str, Any]:
    """Return the context that every page of a case needs: for base.html and for case_head.html."""
    user: Any = request.user
    return {
        "section": "cases",
        "case": case,
        "tab": tab,
        "may_edit": permissions.may_edit_now(user, case),
        "may_review": permissions.may_review(user, case),
        "is_being_compared": _is_pending(request, case),
        "facts": list(case.facts.all()),
        **more,
    }


def is_autosave(request: HttpRequest) -> bool:
    """Return whether autosave.js sent the request and expects JSON."""
    return request.headers.get("X-Autosave") == "1"


def saved(**tokens: Any) -> JsonResponse:
    """Return the answer to a successful autosave. ``version`` is the token for the next one.

    A form that saves several texts has a token for each: ``tokens``, by the name of the field.
    """
    return JsonResponse({"saved": time_format(timezone.localtime(), "H:i:s"), **tokens})


def not_saved(refusal: ActionRefused, status: int = CONFLICT, **tokens: Any) -> JsonResponse:
    """Return the answer to a refused autosave. The typed text stays on the page.

    ``tokens`` belong to the texts of the same form that were saved.
    """
    return JsonResponse({"message": str(refusal), **tokens}, status=status)


def closed(request: HttpRequest, case: Case, typed: Iterable[tuple[str, str]] = ()) -> HttpResponse:
    """Say that the case cannot be changed in its present state, and show the typed text so that it can be copied."""
    case.refresh_from_db(fields=["state"])
    if is_autosave(request):
        message = _("The case is %(state)s, so you cannot edit it now. Copy what you typed before you leave this page.")
        return not_saved(ActionRefused(message % {"state": case.get_state_display()}))
    context = {"section": "cases", "case": case, "typed": typed}
    return render(request, "assessments/case/closed.html", context, status=CONFLICT)


def typed_words(form: forms.Form) -> list[tuple[str, str]]:
    """Return the texts of a form as sent, with their labels."""
    fields = [form[name] for name, field in form.fields.items() if isinstance(field, forms.CharField)]
    found = [(str(f.label), str(f.data or "")) for f in fields if not f.is_hidden]
    return [(label, words) for label, words in found if words.strip()]
