"""Pages of event data: the list, importing a file, and the progress of an import."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from coi.drafts import coi_admin_access
from coi.events import jobs
from coi.events.problems import BadFile, EventProblem
from coi.library import countries, lookup
from coi.models import Edition, EventDataset, EventImport, Place
from coi.pages.choice_fields import choice_field
from coi.pages.context_processors import country_names
from coi.pages.uploads import UploadLimit, receive
from coi.text.date_fields import DayInput
from jobs import queue

MOST_LISTED = 10  # imports, the newest


class UploadForm(forms.Form):
    """The fields of an import."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), help_text=gettext_lazy("Rows of other countries are not imported.")
    )
    retrieved = DayInput(
        label=gettext_lazy("Retrieved on"),
        help_text=gettext_lazy("The day when you downloaded the file from its provider, such as 2.11.2026."),
    )
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        required=False,
        max_length=50,
        help_text=gettext_lazy("A name for the data. If you leave it blank, it is made from the country and the day."),
        error_messages={
            "invalid": gettext_lazy("A code may have only letters from a to z, digits, hyphens and underscores.")
        },
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8 from ACLED (either layout) or UCDP GED."),
        error_messages={"required": gettext_lazy("Choose a file to import.")},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = Place.objects.filter(kind=Place.Kind.REGION).values_list("country", flat=True).distinct()
        choice_field(self, "country").choices = countries.grouped(codes)

    @property
    def code_or_default(self) -> str:
        data = self.cleaned_data
        return data["code"] or f"events-{data['country'].lower()}-{data['retrieved']:%Y-%m-%d}"


@csrf_exempt  # ``receive`` checks the token
@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """List the event data. COI admins can import more."""
    if request.method == "POST":
        coi_admin_access.require_coi_admin(request.user)  # before any of the file is read
        return receive(request, settings.EVENTS_LARGEST_UPLOAD, _upload)
    again = _import_with(request.GET.get("again", ""))
    typed = {"country": again.country, "retrieved": again.retrieved_on, "code": again.code} if again else None
    return _list(request, UploadForm(initial=typed))


def _import_with(uuid: str) -> EventImport | None:
    try:
        return EventImport.objects.filter(uuid=UUID(uuid)).first()
    except ValueError:
        return None


def _upload(request: HttpRequest, limit: UploadLimit) -> HttpResponse:
    form = limit.checked(UploadForm(request.POST, request.FILES), command="import_events")
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        return _begin(request, form)
    except BadFile as bad:
        return _list(request, form, problems=bad.problems, status=422)


def _begin(request: HttpRequest, form: UploadForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    if not isinstance(upload, TemporaryUploadedFile):
        raise TypeError("event files are read from disk")
    upload.flush()
    job = jobs.begin(
        Path(upload.temporary_file_path()),
        code=form.code_or_default,
        country=form.cleaned_data["country"],
        retrieved_on=form.cleaned_data["retrieved"],
        today=timezone.localdate(),
        by=request.user,
    )
    return redirect("event-import", job.uuid)


def _list(
    request: HttpRequest, form: UploadForm, *, problems: Sequence[EventProblem] = (), status: int = 200
) -> HttpResponse:
    may_import = coi_admin_access.is_active_coi_admin(request.user)
    if may_import:
        jobs.tend()
    datasets = list(EventDataset.objects.select_related("imported_by"))
    editions = list(lookup.current_editions().order_by("code"))
    imports = EventImport.objects.select_related("begun_by")[:MOST_LISTED] if may_import else []
    errors = [
        {"href": f"#{form[name].id_for_label}", "message": f"{form[name].label}: {message}"}
        for name, found in form.errors.items()
        for message in found
    ]
    if problems:
        errors.append({"href": "#problems", "message": _("Nothing was imported. The problems are listed below.")})
    context = {
        "section": "library",
        "datasets": [(row, [e for e in editions if e.report.country == row.country]) for row in datasets],
        "countries": country_names(sorted({row.country for row in datasets})),
        "imports": imports,
        "form": form,
        "problems": sorted(problems, key=lambda problem: problem.row or 0),
        "errors": errors,
        "may_import": may_import,
        "most": settings.EVENTS_LARGEST_UPLOAD // 1024**2,
    }
    return render(request, "coi/events/events.html", context, status=status)


@require_safe
def event_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the progress and result of an import. htmx gets only the progress, and the whole page at the end."""
    coi_admin_access.require_coi_admin(request.user)
    jobs.tend()
    job = get_object_or_404(EventImport.objects.select_related("begun_by", "dataset"), uuid=uuid)
    context = {
        "section": "library",
        "job": job,
        "before": queue.ahead_of(job) if job.is_open else 0,
        "problems": jobs.problems_of(job),
        "country": country_names([job.country]).get(job.country, job.country),
        "editions": _beside(job.dataset),
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "coi/events/import.html", context)
    response = render(request, "coi/events/progress.html", context)
    if not job.is_open:
        response["HX-Refresh"] = "true"
    return response


def _beside(dataset: EventDataset | None) -> Iterable[Edition]:
    return lookup.current_editions().filter(report__country=dataset.country) if dataset else []
