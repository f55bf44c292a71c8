"""Middleware that records refusals, and refuses a request that cannot be recorded."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from audit.record import RecordUnavailable, record_once

FORBIDDEN, NOT_FOUND, UNAVAILABLE = 403, 404, 503
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RecordMiddleware:
    """Records the refusals of signed-in users. Answers 503 if the audit record cannot be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        try:
            _record_refusal(request, response.status_code)
        except RecordUnavailable:
            # also for a 404: otherwise 404 and 503 would differ by whether the object exists
            return _unavailable(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _unavailable(request) if isinstance(exception, RecordUnavailable) else None


def _record_refusal(request: HttpRequest, status: int) -> None:
    """Record every 403, and every 404 of an object that does not exist or is not theirs. Store only the URL name."""
    match = request.resolver_match
    uuid = match.kwargs.get("uuid") if match else None
    if not (status == FORBIDDEN or (status == NOT_FOUND and uuid)) or not request.user.is_authenticated:
        return
    with transaction.atomic():
        record_once(
            by=str(request.user.pk),
            action="refused",
            object_type=match.view_name[:60] if match else "",
            object_id=str(uuid)[:100] if uuid else "",
            status=status,
            method=request.method if request.method in METHODS else "other",
        )


def _unavailable(request: HttpRequest) -> HttpResponse:
    message = _(
        "Nothing was done. The audit record, which notes who read and changed what, cannot be written at the moment."
    )
    response: HttpResponse
    if request.headers.get("X-Autosave") == "1":
        response = JsonResponse({"message": message}, status=UNAVAILABLE)
    else:
        response = render(request, "503.html", status=UNAVAILABLE)
    response["Retry-After"] = "60"
    return response
