"""Rows of the intake, which a script requests one at a time."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from assessments.actions import permissions
from assessments.casefile.intake_steps import Data, merged
from assessments.models import Case, IntakeDraft
from assessments.pages.common import open_case
from assessments.pages.forms import CaseForm
from assessments.pages.forms.changes import FIRST_FIELD, changed_row
from assessments.pages.intake.intake_pages import as_sent, draft_of, has_room, unstored_draft

STEP_OF_ROWS = {
    "persons": "applicant",
    "places": "applicant",
    "interviews": "facts",
    "relocations": "relocation",
}


@require_POST
def row(request: HttpRequest, kind: str) -> HttpResponse:
    """Return one row for htmx: a new one, or one just removed or put back. The next save stores it."""
    user: Any = request.user
    if not permissions.may_record_cases(user):
        raise PermissionDenied
    if kind not in STEP_OF_ROWS:
        raise Http404
    uuid = uuid_of(request.POST.get("draft", ""))
    known = uuid is not None and IntakeDraft.objects.filter(uuid=uuid).exists()
    changed_case = uuid_of(request.POST.get("case", ""))
    stored: Data = {}
    if known:
        stored = draft_of(request, uuid).data
    elif changed_case is not None:  # a change of a case that has not started yet
        stored = unstored_draft(request, _to_change(request, changed_case)).data
    form = CaseForm(as_sent(merged(stored, dict(request.POST.lists()), STEP_OF_ROWS[kind])))
    if "add" in request.POST and not has_room(form, request.POST["add"]):
        return HttpResponse(status=204)
    changed = changed_row(form, request.POST)
    if changed is None or changed.kind != kind:
        raise Http404
    if "quietly" in request.POST:  # no button was pressed: the cursor stays where it is
        changed.fields[FIRST_FIELD[kind]].widget.attrs.pop("autofocus", None)
    return render(request, f"assessments/intake/rows/{kind}.html", {"row": changed, "form": form})


def _to_change(request: HttpRequest, uuid: UUID) -> Case:
    """Return the case if the user may change it now, otherwise raise 404."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_now(user, case):
        raise Http404
    return case


def uuid_of(text: str) -> UUID | None:
    """Return the UUID in a form's value, or None if it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


urlpatterns = [path("cases/rows/<slug:kind>/", row, name="case-row")]
