"""The page that checks an uploaded PDF against the stored memos. It stores nothing of the file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.unavailable import UNAVAILABLE
from assessments import actions
from assessments.actions import permissions, renderings, visible_cases
from assessments.actions.renderings import NotReady, What
from assessments.memo import file_check, printing
from assessments.memo.memo import Memo
from assessments.models import MemoVersion
from assessments.pages.common import UNPROCESSABLE
from assessments.pages.pdf_files import A_LOOK
from audit.models import Entry
from coi.pages.uploads import UploadLimit, receive


class _InMemory(MemoryFileUploadHandler):
    """Keeps every file in memory, never on the disk. ``UploadLimit`` bounds its size."""

    def handle_raw_input(self, *arguments: Any, **named: Any) -> None:
        self.activated = True


@csrf_exempt  # ``receive`` checks the token
@require_http_methods(["GET", "HEAD", "POST"])
def memo_check(request: HttpRequest) -> HttpResponse:
    """Ask for a PDF. On POST, say whether it is a memo that the user may see, and whether it was changed."""
    user: Any = request.user
    if not (permissions.may_have_cases(user) or permissions.may_read_record(user)):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request)
    return receive(request, file_check.LARGEST, _checked, keeper=_InMemory)


def _checked(request: HttpRequest, limit: UploadLimit) -> HttpResponse:
    user: Any = request.user
    file = request.FILES.get("file")
    if limit.is_exceeded:
        words = _("The file is larger than %(most)d MB. No memo is.") % {"most": file_check.LARGEST // 2**20}
        return _refused(request, words)
    if file is None:
        return _refused(request, _("Choose a PDF to check."))
    versions = MemoVersion.objects.select_related("case", "decided_by")
    visible = versions.filter(case__in=visible_cases.visible_cases(user))
    try:
        found = file_check.check(file.read(), visible, _entries(user), printed=_printed)
    except NotReady as waits:
        response = _refused(request, _waiting_words(waits), status=UNAVAILABLE)
        response["Retry-After"] = str(A_LOOK)
        return response
    case_id = str(found.version.case.uuid) if found.version else found.case_id
    actions.note_check(case_id, by=user)
    return _page(request, found=found, name=file.name)


def _entries(user: Any) -> Any:
    """Return the entries of the audit record that the user may see."""
    if permissions.may_read_record(user):
        return Entry.objects.all()
    return Entry.objects.filter(object_type="case", object_id__in=visible_cases.erased_case_ids(user))


def _printed(version: MemoVersion, memo: Memo) -> bytes:
    """Print a version as the file shows it. A worker cannot fetch the file, so this request prints if it is its turn."""
    html, today = printing.memo_html(memo), timezone.localdate()
    return renderings.file_of(version.case, What.VERSION, html, target=str(version.number), on=today, at_once=True)


def _waiting_words(waits: NotReady) -> str:
    if not waits.ahead:
        return _("The PDF was not checked yet: its memo is being printed. Choose it again in a few seconds.")
    return ngettext(
        "The PDF was not checked yet: %(n)d other file is made first. Choose it again in a few seconds.",
        "The PDF was not checked yet: %(n)d other files are made first. Choose it again in a few seconds.",
        waits.ahead,
    ) % {"n": waits.ahead}


def _refused(request: HttpRequest, words: str, *, status: int = UNPROCESSABLE) -> HttpResponse:
    return _page(request, errors=[{"href": "#id_file", "message": words}], status=status)


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
