"""Downloads of a case, and the page that waits for one that is being made."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.sessions import reload_by_itself
from accounts.unavailable import UNAVAILABLE
from assessments.actions import renderings
from assessments.actions.renderings import NotReady
from assessments.memo.pdf_renderer import MemoFailed, MissingGlyph
from assessments.models import Case
from assessments.pages.common import UNPROCESSABLE, case_context

ACCEPTED = 202
A_LOOK = 2  # seconds until a waiting page asks again


def kept_file(case: Case, what: str, html: str, *, target: str = "", on: date | None = None) -> bytes:
    """Return the PDF or Word copy of this HTML. Raise NotReady if it is being made, or MemoFailed if it cannot be made."""
    return renderings.file_of(case, what, html, target=target, on=on or timezone.localdate())


def being_made(request: HttpRequest, case: Case, waits: NotReady, *, tab: str, **more: Any) -> HttpResponse:
    """Say that the file is being made. The page reloads automatically, even without a script."""
    context = case_context(request, case, tab, waits=waits, back=reverse("case", args=[case.uuid]), **more)
    response = render(request, "assessments/memo/being_made.html", context, status=ACCEPTED)
    response["Retry-After"] = str(A_LOOK)
    if request.method == "GET":
        reload_by_itself(request, response, A_LOOK)  # by a header, because a script may fetch the file instead
    return response


def status_of(refusal: MemoFailed) -> int:
    """Return 422 if a character cannot be printed, 503 if it may work later."""
    return UNPROCESSABLE if isinstance(refusal, MissingGlyph) else UNAVAILABLE


def as_file(content: bytes, name: str, *, kind: str = "application/pdf") -> HttpResponse:
    """Return the PDF or record as a download. Its name does not contain the case's reference."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def name_of(case: Case, what: str) -> str:
    """Return the name of a file of a case, which says nothing about the case."""
    return f"footnote-{what}-{str(case.uuid)[:8]}.pdf"
