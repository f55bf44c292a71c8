"""Addresses for load balancers, monitoring, robots and testers. They hold no personal data and need no sign-in."""

import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.unavailable import UNAVAILABLE
from operations import metrics, readiness

TEXT = "text/plain; charset=utf-8"
CONTACT_HOLDS = timedelta(days=180)  # the standard advises less than a year


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process answers. It touches nothing else."""
    return JsonResponse({"live": True})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if people can work, else 503. It names what failed; the log and ``check_installation`` say why."""
    found = readiness.ANSWERS.current()
    checks = {name: "failed" if name in found else "ok" for name in readiness.NEEDED}
    return JsonResponse({"ready": not found, "checks": checks}, status=UNAVAILABLE if found else 200)


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Return the figures to whoever sends METRICS_TOKEN. For others, and without that setting, there is no page."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Http404
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines to list nothing."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type=TEXT)


@login_not_required
@require_safe
def security_contact(request: HttpRequest) -> HttpResponse:
    """Say to whom a flaw is reported (RFC 9116). Without SECURITY_CONTACT there is no such page."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = datetime.now(UTC) + CONTACT_HOLDS
    lines = (f"Contact: {settings.SECURITY_CONTACT}", f"Expires: {until:%Y-%m-%dT00:00:00Z}")
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)
