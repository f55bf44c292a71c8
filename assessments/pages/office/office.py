"""The office's pages on its work: batches, quality, notifications."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions
from assessments.actions import batches, permissions, visible_cases
from assessments.models import Batch, Notification
from assessments.models.codes import Grade
from assessments.office import quality as figures

UNPROCESSABLE = 422
A_PAGE = 25
LONGEST_NUMBER = 18  # digits that fit the database's integer


# --- batches ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_batch(request: HttpRequest) -> HttpResponse:
    """List the user's batches. On POST, make a batch of the selected approved memos."""
    user: Any = request.user
    if not permissions.may_have_cases(user):
        raise PermissionDenied
    if request.method != "POST":
        return _batches(request)
    chosen = request.POST.getlist("version")
    if not all(map(_is_number, chosen)):
        raise Http404
    try:
        made = actions.start_batch({int(number) for number in chosen}, by=user)
    except actions.Incomplete as refusal:
        return _batches(request, refusal=str(refusal), status=UNPROCESSABLE)
    return redirect("batch", uuid=made.uuid)


def _batches(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    context = {
        "section": "cases",
        "errors": [{"message": refusal}] if refusal else [],
        "batches": Batch.objects.filter(by=user)[:A_PAGE],
    }
    return render(request, "assessments/office/batches.html", context, status=status)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def _own(request: HttpRequest, uuid: Any) -> Batch:
    """Return the user's own batch, otherwise raise 404."""
    user: Any = request.user
    if not permissions.may_have_cases(user):
        raise Http404
    return get_object_or_404(Batch, uuid=uuid, by=user)


@require_safe
def batch(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show the progress of a batch. The user can leave the page and come back."""
    own = _own(request, uuid)
    context = {"section": "cases", "batch": own, "progress": batches.progress(own)}
    return render(request, "assessments/office/batch.html", context)


@require_POST
def pack(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Check the next few memos. Return only the progress to htmx, and the whole page once the batch is done."""
    user: Any = request.user
    packed = actions.pack_batch(_own(request, uuid), by=user)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("batch", uuid=packed.uuid)
    context = {"batch": packed, "progress": batches.progress(packed)}
    response = render(request, "assessments/office/progress.html", context)
    if packed.finished_at:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def batch_file(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """Return the file as it is made. Before the memos are checked, and after a day, return to the batch's page."""
    user: Any = request.user
    own = _own(request, uuid)
    progress = batches.progress(own)
    if not (progress.is_finished and progress.is_there):
        return redirect("batch", uuid=own.uuid)
    try:
        actions.note_batch_taken(own, by=user)
    except actions.NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    name = f"footnote-memos-{str(own.uuid)[:8]}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(batches.file(own), content_type="application/zip", headers=headers)


# --- quality ----------------------------------------------------------------------------------


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Show figures on the process of the user's own office."""
    user: Any = request.user
    if not permissions.may_see_quality(user):
        raise PermissionDenied
    of = figures.period(request.GET, timezone.localdate())
    context = {
        "section": "quality",
        "office": user.office,
        "period": of,
        "errors": list(of.problems),
        "quality": figures.figures(user.office, of),
        "grades": Grade,
    }
    return render(request, "assessments/office/quality.html", context, status=UNPROCESSABLE if of.problems else 200)


@require_safe
def quality_export(request: HttpRequest) -> HttpResponse:
    """Return the same figures as a file."""
    user: Any = request.user
    if not permissions.may_see_quality(user):
        raise PermissionDenied
    of = figures.period(request.GET, timezone.localdate())
    if of.problems:
        return quality(request)
    text = figures.as_csv(user.office, of, figures.figures(user.office, of))
    actions.export_quality(by=user)
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="quality-{of.first}-{of.last}.csv"'
    return response


# --- notifications ----------------------------------------------------------------------------


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """List the user's notifications, newest first. A reference is shown only if the user may still see the case."""
    user: Any = request.user
    if not permissions.may_have_cases(user):
        raise PermissionDenied
    mine = Notification.objects.filter(user=user)
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    cases = visible_cases.visible_cases(user).order_by().filter(pk__in=[n.case_id for n in page])
    references = dict(cases.values_list("pk", "reference"))
    context = {
        "section": "notifications",
        "page": page,
        "rows": [(note, references.get(note.case_id, "")) for note in page],
    }
    return render(request, "assessments/office/notifications.html", context)


@require_POST
def read_notifications(request: HttpRequest) -> HttpResponse:
    """Mark one as read and go to its case, or mark all as read."""
    user: Any = request.user
    if not permissions.may_have_cases(user):
        raise PermissionDenied
    number = request.POST.get("id")
    if number is None:
        actions.read_notifications(by=user)
        return redirect("notifications")
    if not _is_number(number):
        raise Http404
    note = get_object_or_404(Notification.objects.select_related("case"), pk=int(number), user=user)
    actions.read_notifications(by=user, pk=note.pk)
    if not permissions.may_see_case(user, note.case):
        return redirect("notifications")
    if note.kind == Notification.Kind.ASSIGNED and permissions.may_review(user, note.case):
        return redirect("review", uuid=note.case.uuid)
    return redirect("case", uuid=note.case.uuid)


urlpatterns = [
    path("batches/new/", new_batch, name="batch-new"),
    path("batches/<uuid:uuid>/", batch, name="batch"),
    path("batches/<uuid:uuid>/pack/", pack, name="batch-pack"),
    path("batches/<uuid:uuid>/memos.zip", batch_file, name="batch-file"),
    path("quality/", quality, name="quality"),
    path("quality/export.csv", quality_export, name="quality-export"),
    path("notifications/", notifications, name="notifications"),
    path("notifications/read/", read_notifications, name="notifications-read"),
]
