"""Pages on which COI admins import a country's regions and cercles: the upload, its dry run, and the decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coi.drafts import coi_admin_access
from coi.library import countries
from coi.maps import area_imports
from coi.maps.boundaries import SOURCE
from coi.maps.country_areas import ADDED, CHANGED, SAME, Area, Done
from coi.maps.geojson import BadBoundaries, BoundaryProblem
from coi.models import AreaImport
from coi.pages.choice_fields import choice_field
from coi.pages.context_processors import country_names
from coi.pages.uploads import UploadLimit, receive
from coi.text.date_fields import DayInput

MOST_LISTED = 10  # imports, the newest
HEADINGS = {1: gettext_lazy("Regions"), 2: gettext_lazy("Cercles")}


class UploadForm(forms.Form):
    """The fields of an import."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), error_messages={"required": gettext_lazy("Choose a country.")}
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("GeoJSON of OCHA COD-AB: admin 1 for regions, then admin 2 for cercles."),
        error_messages={"required": gettext_lazy("Choose a file to import.")},
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        initial=SOURCE,
        help_text=gettext_lazy("As the maps name it, such as “OCHA COD-AB Eritrea”."),
    )
    dated = DayInput(
        label=gettext_lazy("Date of the file"),
        required=False,
        help_text=gettext_lazy("Leave it blank if the file states its day. Example: 23.4.2019."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choice_field(self, "country").choices = [("", _("Choose a country")), *countries.grouped()]


@csrf_exempt  # ``receive`` checks the token
@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """List the latest imports, and take a file."""
    coi_admin_access.require_coi_admin(request.user)  # before any of the file is read
    if request.method == "POST":
        return receive(request, area_imports.LARGEST_UPLOAD, _upload)
    return _page(request, UploadForm(initial={"country": request.GET.get("country", ""), "source": SOURCE}))


def _upload(request: HttpRequest, limit: UploadLimit) -> HttpResponse:
    form = limit.checked(UploadForm(request.POST, request.FILES), command="import_areas")
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        job = area_imports.begin(
            given["file"].read(),
            country=given["country"],
            source=given["source"],
            dated=given["dated"],
            by=request.user,
        )
    except BadBoundaries as bad:
        form.add_error(None, " ".join(problem.message for problem in bad.problems))
        return _page(request, form, status=422)
    return redirect("area-import", job.uuid)


def _page(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    area_imports.KIND.tend()
    imports = list(AreaImport.objects.select_related("begun_by").defer("areas", "problems")[:MOST_LISTED])
    errors = [
        {"href": "#import" if name == "__all__" else f"#{form[name].id_for_label}", "message": message}
        for name, found in form.errors.items()
        for message in found
    ]
    context = {
        "section": "library",
        "form": form,
        "errors": errors,
        "imports": imports,
        "countries": country_names(sorted({job.country for job in imports})),
        "most": area_imports.LARGEST_UPLOAD // 1024**2,
    }
    return render(request, "coi/areas/areas.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def area_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what the import of a file would do or did, and take the decision on it."""
    coi_admin_access.require_coi_admin(request.user)
    job = get_object_or_404(AreaImport, uuid=uuid)
    if request.method == "POST":
        decides = request.POST.get("decision")
        taken = area_imports.confirm(job, by=request.user) if decides == "import" else area_imports.discard(job)
        if taken:
            return redirect("area-import", uuid)
        return _import(request, job, status=409)
    area_imports.KIND.tend()
    return _import(request, job)


def _import(request: HttpRequest, job: AreaImport, *, status: int = 200) -> HttpResponse:
    job = AreaImport.objects.select_related("begun_by", "confirmed_by").get(pk=job.pk)
    done = area_imports.shown(job)
    problems: Sequence[BoundaryProblem] = area_imports.problems_of(job)
    context = {
        "section": "library",
        "job": job,
        "country": country_names([job.country]).get(job.country, job.country),
        "levels": [(HEADINGS[level], _groups(done, level)) for level in done.levels],
        "does_nothing": all(area.what == SAME for area in done.areas),
        "problems": problems,
        "is_late": status == 409,
    }
    response = render(request, "coi/areas/import.html", context, status=status)
    if request.htmx and not job.is_open:  # type: ignore[attr-defined]
        response["HX-Refresh"] = "true"
    return response


def _groups(done: Done, level: int) -> list[tuple[str, str, list[Area]]]:
    """Return the areas of a level in groups: what happens to them, and the words for it."""
    words = ((ADDED, _("Added")), (CHANGED, _("Changed")), (SAME, _("Left alone")))
    return [(what, heading, done.of(level, what)) for what, heading in words]
