"""Event data: what is held, importing it, and a report's figures beside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coi import keeping, library
from coi.context_processors import country_names
from coi.events import figure_queries
from coi.events.comparing import NARROW, WIDE, compare
from coi.events.reading import BadFile, Problem
from coi.events.storing import import_events
from coi.models import Edition, EventDataset, Place
from coi.redline_views import readable_editions

GROUPS = {
    "state-forces": gettext_lazy("state forces"),
    "rebel-groups": gettext_lazy("rebel groups"),
    "political-militias": gettext_lazy("political militias"),
    "identity-militias": gettext_lazy("identity militias"),
    "rioters": gettext_lazy("rioters"),
    "protesters": gettext_lazy("protesters"),
    "civilians": gettext_lazy("civilians"),
    "external-forces": gettext_lazy("external and other forces"),
    "non-state": gettext_lazy("non-state groups"),
    "unknown": gettext_lazy("not coded"),
}


# --- importing ----------------------------------------------------------------------------------


class UploadForm(forms.Form):
    """What an import needs beside the file."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), help_text=gettext_lazy("Rows of other countries are left out.")
    )
    retrieved = forms.DateField(
        label=gettext_lazy("Retrieved on"),
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("The day on which you fetched the file from its provider."),
        error_messages={"invalid": gettext_lazy("Write the day as 2026-11-02.")},
        widget=forms.DateInput(attrs={"type": "date", "class": "w-date"}, format="%Y-%m-%d"),
    )
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        required=False,
        max_length=50,
        help_text=gettext_lazy("What to call it; left empty, it is made of the country and the day."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8, as ACLED (either layout) or UCDP GED give it."),
        error_messages={"required": gettext_lazy("Choose the file to be imported.")},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        codes = Place.objects.filter(kind=Place.Kind.REGION).values_list("country", flat=True).distinct()
        names = country_names(sorted(set(codes)))
        current = library.current_editions().values_list("report__country", flat=True)
        first = set(current)
        self.fields["country"].choices = sorted(names.items(), key=lambda item: (item[0] not in first, item[1]))

    @property
    def code_or_default(self) -> str:
        data = self.cleaned_data
        return data["code"] or f"events-{data['country'].lower()}-{data['retrieved']:%Y-%m-%d}"


class _Limit(FileUploadHandler):
    """Stops an upload that is larger than may be imported here; the rest of it is read and thrown away."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.size = 0

    @property
    def is_exceeded(self) -> bool:
        return self.size > settings.EVENTS_LARGEST_UPLOAD

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.is_exceeded:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@csrf_exempt  # only here, since the token would be read before the limit is set: _events checks it
@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """What event data is held; COI admins import more."""
    if request.method == "POST":
        keeping.only_keepers(request.user)  # before a byte of the file is read
        limit = _Limit(request)
        request.upload_handlers = [limit, TemporaryFileUploadHandler(request)]
        return _upload(request, limit)
    return _list(request, UploadForm())


@csrf_protect
def _upload(request: HttpRequest, limit: _Limit) -> HttpResponse:
    files = list(request.FILES.values())
    try:
        form = UploadForm(request.POST, request.FILES)
        is_valid = form.is_valid()
        if limit.is_exceeded:
            form.errors.pop("file", None)
            form.add_error("file", _too_large())
        elif is_valid:
            try:
                return _import(request, form)
            except BadFile as bad:
                return _list(request, form, problems=bad.problems, status=422)
            except IntegrityError:
                problem = Problem(_("The same data was imported meanwhile by somebody else."))
                return _list(request, form, problems=[problem], status=409)
        return _list(request, form, status=422)
    finally:
        for file in files:
            file.close()  # removes it from the disk


def _too_large() -> str:
    return _("The file is larger than %(most)d MB; import it on the server with the command import_events.") % {
        "most": settings.EVENTS_LARGEST_UPLOAD // 1024**2
    }


def _import(request: HttpRequest, form: UploadForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    if not isinstance(upload, TemporaryUploadedFile):
        raise TypeError("event files are read from disk")
    upload.flush()
    dataset = import_events(
        Path(upload.temporary_file_path()),
        code=form.code_or_default,
        country=form.cleaned_data["country"],
        retrieved_on=form.cleaned_data["retrieved"],
        today=timezone.localdate(),
        by=request.user,
    )
    text = _("%(code)s is imported: %(events)s events; %(repeated)s rows repeated an event, %(elsewhere)s were of other countries.")  # fmt: skip
    messages.success(
        request,
        text
        % {
            "code": dataset.code,
            "events": f"{dataset.events:,}",
            "repeated": f"{dataset.repeated:,}",
            "elsewhere": f"{dataset.elsewhere:,}",
        },
    )
    return redirect("events")


def _list(
    request: HttpRequest, form: UploadForm, *, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    datasets = list(EventDataset.objects.select_related("imported_by"))
    editions = list(library.current_editions().order_by("code"))
    names = country_names(sorted({row.country for row in datasets}))
    errors = [
        {"href": f"#{form[name].id_for_label}", "message": f"{form[name].label}: {message}"}
        for name, found in form.errors.items()
        for message in found
    ]
    if problems:
        errors.append({"href": "#problems", "message": _("Nothing was imported. What is wrong is listed below.")})
    context = {
        "section": "library",
        "datasets": [(row, [e for e in editions if e.report.country == row.country]) for row in datasets],
        "countries": names,
        "form": form,
        "problems": sorted(problems, key=lambda problem: problem.row or 0),
        "errors": errors,
        "may_import": keeping.keeps_library(request.user),
        "most": settings.EVENTS_LARGEST_UPLOAD // 1024**2,
    }
    return render(request, "coi/events/events.html", context, status=status)


# --- comparing ----------------------------------------------------------------------------------


@require_safe
def figures(request: HttpRequest, edition: str, dataset: str) -> HttpResponse:
    """An edition's figures beside the same sums from event data."""
    return _figures(request, *_pair(request, edition, dataset))


@require_POST
def add_query(request: HttpRequest, edition: str, dataset: str) -> HttpResponse:
    """One difference as a curator's query on the figure, in a draft edition of the same report."""
    keeping.only_keepers(request.user)
    row, data = _pair(request, edition, dataset)
    wanted = figure_queries.find(compare(row, data), request.POST.get("difference", ""))
    if wanted is None:
        message = _("That difference is not there, or no longer: choose one of the list.")
        return _figures(request, row, data, error=message, status=422)
    draft = figure_queries.drafts_of(row).filter(code=request.POST.get("draft", "")).first()
    if draft is None:
        message = _("There is no such draft edition, or it was published meanwhile: copy the wording instead.")
        return _figures(request, row, data, error=message, status=409)
    try:
        figure_queries.add(draft, wanted, today=timezone.localdate(), by=request.user)
    except figure_queries.CannotAddError as refused:
        return _figures(request, row, data, error=str(refused), status=409)
    messages.success(
        request,
        _("The query on figure %(figure)d is in the draft “%(draft)s”; it is printed once that is published.")
        % {"figure": wanted.figure, "draft": draft.label},
    )
    return redirect("figures-compare", row.code, data.code)


def _pair(request: HttpRequest, edition: str, dataset: str) -> tuple[Edition, EventDataset]:
    row = get_object_or_404(readable_editions(request.user), code=edition)
    data = get_object_or_404(EventDataset.objects.select_related("imported_by"), code=dataset)
    if data.country != row.report.country:
        raise Http404
    return row, data


def _figures(
    request: HttpRequest, edition: Edition, dataset: EventDataset, *, error: str = "", status: int = 200
) -> HttpResponse:
    found = compare(edition, dataset)
    differences = {one.key: one for one in figure_queries.differences(found)}
    numbers = dict.fromkeys(cell.figure for cell in found.cells)
    rows = {
        number: [
            (cell, differences.get(figure_queries.cell_key(cell))) for cell in found.cells if cell.figure == number
        ]
        for number in numbers
    }
    fits = {
        number: [(fit, differences.get(figure_queries.fit_key(fit))) for fit in found.fits if fit.figure == number]
        for number in numbers
    }
    titles = dict(edition.figures.values_list("number", "title"))
    context = {
        "section": "library",
        "edition": edition,
        "dataset": dataset,
        "is_acled": dataset.provider == "ACLED",
        "figures": [(number, titles[number], rows[number], fits[number]) for number in numbers],
        "images": edition.figures.filter(values_available=False),
        "shares": [(one, round(100 * one.against_civilians / one.all) if one.all else None) for one in found.shares],
        "perpetrators": [(GROUPS.get(one.group, one.group), one) for one in found.perpetrators],
        "narrow": NARROW,
        "wide": WIDE,
        "draft": figure_queries.drafts_of(edition).first() if keeping.keeps_library(request.user) else None,
        "may_add": keeping.keeps_library(request.user),
        "errors": [{"message": error}] if error else [],
    }
    return render(request, "coi/events/figures.html", context, status=status)
