"""The page with the differences between two editions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coi.editions.redline import redline
from coi.models import Edition


def readable_editions(user: Any) -> Any:
    """Return the published editions and, for COI admins, the drafts."""
    editions = Edition.objects.select_related("report", "publication")
    return editions if getattr(user, "is_coi_admin", False) and user.is_active else editions.exclude(publication=None)


@require_safe
def compare(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """Show the differences from one edition of a report to another."""
    found = {e.code: e for e in readable_editions(request.user).filter(code__in=[old, new])}
    if old not in found or new not in found or found[old].report_id != found[new].report_id:
        raise Http404
    others = readable_editions(request.user).filter(report=found[new].report_id).order_by("-cut_off", "code")
    context = {"section": "library", "redline": redline(found[old], found[new]), "editions": others}
    return render(request, "coi/library/redline.html", context)
