"""The page that checks an uploaded PDF against the stored memos. It stores nothing of the file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.actions import permissions, visible_cases
from assessments.memo import file_check
from assessments.models import MemoVersion
from assessments.pages.common import UNPROCESSABLE
from audit.models import Entry
from coi.pages.upload_limit import UploadLimit


class _InMemory(MemoryFileUploadHandler):
    """Keeps every file in memory, never on the disk. ``UploadLimit`` bounds its size."""

    def handle_raw_input(self, *arguments: Any, **named: Any) -> None:
        self.activated = True


@csrf_exempt  # exempt here, because reading the token comes before the limit is set; _checked checks it
@require_http_methods(["GET", "HEAD", "POST"])
def memo_check(request: HttpRequest) -> HttpResponse:
    """Ask for a PDF. On POST, say whether it is a memo that the user may see, and whether it was changed."""
    user: Any = request.user
    if not (permissions.may_have_cases(user) or permissions.may_read_record(user)):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request)
    limit = UploadLimit(request, file_check.LARGEST)
    request.upload_handlers = [limit, _InMemory(request)]
    return _checked(request, limit)


@csrf_protect
def _checked(request: HttpRequest, limit: UploadLimit) -> HttpResponse:
    user: Any = request.user
    file = request.FILES.get("file")
    if limit.is_exceeded:
        words = _("The file is larger than %(most)d MB. No memo is.") % {"most": file_check.LARGEST // 2**20}
        return _refused(request, words)
    if file is None:
        return _refused(request, _("Choose a PDF to check."))
    versions = MemoVersion.objects.select_related("case", "decided_by")
    found = file_check.check(
        file.read(),
        versions.filter(case__in=visible_cases.visible_cases(user)),
        _entries(user),
    )
    case_id = str(found.version.case.uuid) if found.version else found.case_id
    actions.note_check(case_id, by=user)
    return _page(request, found=found, name=file.name)


def _entries(user: Any) -> Any:
    """Return the entries of the audit record that the user may see."""
    if permissions.may_read_record(user):
        return Entry.objects.all()
    return Entry.objects.filter(object_type="case", object_id__in=visible_cases.erased_case_ids(user))


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    return _page(request, errors=[{"href": "#id_file", "message": words}], status=UNPROCESSABLE)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    user: Any = request.user
    context = {
        "section": "cases" if permissions.may_have_cases(user) else "record",
        "most": file_check.LARGEST // 2**20,
        "reads_record": permissions.may_read_record(user),
        **more,
    }
    return render(request, "assessments/memo/versions/check.html", context, status=status)


urlpatterns = [path("memo-check/", memo_check, name="memo-check")]
