"""Spreadsheets to take away: the template, and an edition filled in. They come back by the upload of drafts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from coi.files.spreadsheets import writing
from coi.models import Edition
from coi.pages.drafts import for_keepers


@require_safe
@for_keepers
def template(request: HttpRequest) -> HttpResponse:
    """The empty spreadsheet of an edition, with instructions, an example row a sheet and the accepted words."""
    return _file(writing.template(), "edition-template.xlsx")


@require_safe
@for_keepers
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """An edition, published or draft, as the spreadsheet that uploads to it."""
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
