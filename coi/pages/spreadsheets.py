"""Spreadsheet downloads: the empty template and filled-in editions. Upload them again as drafts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from coi.files.spreadsheets import writing
from coi.models import Edition
from coi.pages.drafts import coi_admin_required


@require_safe
@coi_admin_required
def template(request: HttpRequest) -> HttpResponse:
    """Download the empty spreadsheet, with instructions, an example row on each sheet and the accepted values."""
    return _file(writing.template(), "edition-template.xlsx")


@require_safe
@coi_admin_required
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Download an edition, published or draft, as a spreadsheet that can be uploaded again."""
    row = get_object_or_404(Edition.objects.select_related("report"), code=edition)
    try:
        content = writing.edition(row)
    except writing.DoesNotFit as error:
        messages.error(request, str(error))
        return redirect("drafts")
    return _file(content, f"{row.code}.xlsx")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=writing.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
