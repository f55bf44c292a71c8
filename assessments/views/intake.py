"""Recording a case and changing it; rows are added and taken out with a script and without."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions, intake, permissions, queries
from assessments.casefile import CaseFile
from assessments.forms import CaseForm
from assessments.forms.case import MOST_ROWS
from assessments.forms.changes import changed_row
from assessments.forms.stored import BLANK, form_data
from assessments.models import Case

TEMPLATE = "assessments/form.html"
UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a case."""
    if not permissions.may_record_cases(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, CaseForm(form_data(BLANK)))
    return _posted(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Change a case; a place that is no longer clear is asked about as soon as the form opens."""
    case = queries.visible_case(request.user, uuid)  # type: ignore[arg-type]
    if not permissions.may_edit_case(request.user, case):  # type: ignore[arg-type]
        raise PermissionDenied
    if request.method == "POST":
        return _posted(request, case)
    stored = queries.document_of(case)
    form = CaseForm(form_data(stored, version=case.version, next_fact=queries.next_fact_number(case)))
    _read(form)
    return _page(request, form, case)


@require_POST
def row(request: HttpRequest, kind: str) -> HttpResponse:
    """One row for htmx: a new one, or one just marked as taken out or put back."""
    if not permissions.may_record_cases(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    form = CaseForm(request.POST)
    if "add" in request.POST and not _has_room(form, request.POST["add"]):
        return HttpResponse(status=204)
    changed = changed_row(form, request.POST)
    if changed is None or changed.kind != kind:
        raise Http404
    return render(request, f"assessments/rows/{kind}.html", {"row": changed, "form": form})


def _posted(request: HttpRequest, case: Case | None) -> HttpResponse:
    form = CaseForm(request.POST)
    if any(name in request.POST for name in ("add", "remove", "restore")):
        if "add" in request.POST and not _has_room(form, request.POST["add"]):
            messages.warning(request, _("At most %(most)d entries of a kind are added here.") % {"most": MOST_ROWS})
        else:
            changed_row(form, request.POST)
        return _page(request, form, case)
    read = _read(form)
    if read is None:
        return _page(request, form, case, status=UNPROCESSABLE)
    try:
        saved = _save(request, read, case)
    except actions.StaleCase as refusal:
        form.refuse(str(refusal))
        newer = queries.visible_case(request.user, case.uuid) if case else None  # type: ignore[arg-type]
        return _page(request, form, case, status=CONFLICT, newer=newer)
    except actions.ReferenceTaken as refusal:
        form.refuse(str(refusal), at="reference")
        return _page(request, form, case, status=CONFLICT)
    except actions.ActionRefused as refusal:
        form.refuse(str(refusal))
        return _page(request, form, case, status=CONFLICT)
    messages.success(request, _("The case was saved."))
    for sentence in _taken_for(read):
        messages.info(request, sentence)
    return redirect("case", uuid=saved.uuid)


def _read(form: CaseForm) -> CaseFile | None:
    """The case that the form states, or None with every problem at its field."""
    try:
        return intake.read(form.document(), today=timezone.localdate())
    except intake.BadCase as error:
        form.show(error.problems)
        return None


def _save(request: HttpRequest, read: CaseFile, case: Case | None) -> Case:
    by: Any = request.user
    if case is None:
        return actions.record_case(read, by=by)
    stated = request.POST.get("over") or request.POST.get("version", "")
    version = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 0
    return actions.change_case(case, read, by=by, version=version)


def _taken_for(read: CaseFile) -> list[str]:
    """What else bears the name of a place that was taken for the largest of them."""
    stated = [p.place for p in read.places] + [f.place for f in read.facts]
    sentences = []
    for place in stated:
        if place.located and place.also:
            others = ", ".join(f"{p.name} ({p.get_kind_display()})" for p in place.also)
            sentences.append(
                _("“%(typed)s” was taken for the %(kind)s. The name is also borne by: %(others)s.")
                % {"typed": place.typed, "kind": place.place.get_kind_display(), "others": others}
            )
    return list(dict.fromkeys(sentences))


def _has_room(form: CaseForm, kind: str) -> bool:
    return kind not in form.rows or form.may_add(kind)


def _page(
    request: HttpRequest, form: CaseForm, case: Case | None = None, *, status: int = 200, newer: Case | None = None
) -> HttpResponse:
    context = {"section": "cases", "form": form, "case": case, "errors": form.errors, "newer": newer}
    return render(request, TEMPLATE, context, status=status)


def step(request: HttpRequest, uuid: Any, step: str) -> HttpResponse:
    raise Http404


def discard(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("cases/new/", new, name="case-new"),
    path("cases/rows/<slug:kind>/", row, name="case-row"),
    path("cases/<uuid:uuid>/edit/", edit, name="case-edit"),
    path("intake/<uuid:uuid>/discard/", discard, name="intake-discard"),
    path("intake/<uuid:uuid>/<slug:step>/", step, name="intake"),
]
