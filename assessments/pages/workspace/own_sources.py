"""Sources that the officer adds, on a fact or on a place proposed for relocation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.models import Case, OwnSource
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, closed, held_by, typed_words, writers
from assessments.pages.forms.assessment import SourceForm, differences
from assessments.pages.saving import both_texts, save, settled, status_of, whole
from coi.text.dates import moment_words, words_or_typed


@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Add an own source, on a fact or on a proposed place."""
    user: Any = request.user
    case = writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, typed_words(SourceForm(request.POST, today=timezone.localdate())))
    if request.method == "POST":
        data, ident, place = request.POST, request.POST.get("fact", ""), request.POST.get("place", "")
    else:  # the address has the number of the place, never its name
        data, ident, place = None, request.GET.get("fact", ""), _nth_place(case, request.GET.get("place", ""))
    if bool(ident) == bool(place):
        raise Http404
    if ident and ident not in case.facts.values_list("ident", flat=True):
        raise Http404
    if place and place not in _places(case):
        raise Http404
    form = SourceForm(data, today=timezone.localdate(), of_place=bool(place))
    blank = OwnSource(case=case, fact_ident=ident, place=place, version=0)
    if request.method != "POST":
        return _source_page(request, blank, form)
    if not form.is_valid():
        return _source_page(request, blank, form, status=UNPROCESSABLE)

    def kept(row: Any) -> HttpResponse:
        words = _("Your source was added. Its citation and content were proposed to the COI admin.")
        messages.success(request, words)
        return redirect(_where(blank))

    return save(
        request,
        lambda: actions.add_source(case, form.written(id=0, fact=ident, place=place), by=user),
        kept=kept,
        refused=lambda refusal: _source_page(request, blank, form, refusal=refusal, status=CONFLICT),
        not_allowed=lambda refusal: closed(request, case, typed_words(form)),
        held=case,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, uuid: Any, pk: Any) -> HttpResponse:
    """Change an own source."""
    user: Any = request.user
    row = _own_source(writers(request, uuid), pk)
    of_place = not row.fact_ident
    today = timezone.localdate()
    if not row.case.is_editable:
        return closed(request, row.case, typed_words(SourceForm(request.POST, today=today)))
    if request.method != "POST":
        return _source_page(request, row, SourceForm(initial=_source_values(row), today=today, of_place=of_place))
    version = whole(request.POST.get("version", ""), otherwise=0)
    data, unsettled = settled(
        request.POST,
        is_current=version == row.version,
        form=SourceForm(today=today, of_place=of_place),
        mine=_typed(request),
        theirs=_source_values(row),
    )
    if unsettled:
        return _source_conflict(request, row, unsettled)
    form = SourceForm(data, today=today, of_place=of_place)
    if not form.is_valid():
        return _source_page(request, row, form, version=version, status=UNPROCESSABLE)

    def again(refusal: actions.ActionRefused) -> HttpResponse:
        return _source_page(request, row, form, version=version, refusal=refusal, status=CONFLICT)

    def incomplete(refusal: actions.Incomplete) -> HttpResponse:
        form.add_error(refusal.field or None, str(refusal))
        return _source_page(request, row, form, version=version, status=UNPROCESSABLE)

    def stale(refusal: actions.StaleCase) -> HttpResponse:
        if refusal.theirs is None:
            return again(refusal)
        row.refresh_from_db()
        return _source_conflict(request, row)

    def kept(made: Any) -> HttpResponse:
        messages.success(request, _("Your source was saved."))
        return redirect(_where(row))

    written = form.written(id=row.pk, fact=row.fact_ident, place=row.place)
    return save(
        request,
        lambda: actions.change_source(row.case, written, version=version, by=user),
        kept=kept,
        refused=again,
        stale=stale,
        incomplete=incomplete,
        not_allowed=lambda refusal: closed(request, row.case, typed_words(form)),
        held=row.case,
    )


@require_POST
def remove_source(request: HttpRequest, uuid: Any, pk: Any) -> HttpResponse:
    """Remove an own source from the case."""
    user: Any = request.user
    row = _own_source(writers(request, uuid), pk)
    if not row.case.is_editable:
        return closed(request, row.case)
    form = SourceForm(initial=_source_values(row), today=timezone.localdate(), of_place=not row.fact_ident)

    def refused(refusal: actions.ActionRefused) -> HttpResponse:
        return _source_page(request, row, form, refusal=refusal, status=status_of(refusal))

    def kept(made: Any) -> HttpResponse:
        messages.success(request, _("Your source was removed from the case. The proposal to the COI admin remains."))
        return redirect(_where(row))

    version = whole(request.POST.get("version", ""), otherwise=0)
    return save(
        request,
        lambda: actions.remove_source(row.case, row.pk, version=version, by=user),
        kept=kept,
        refused=refused,
        not_allowed=lambda refusal: closed(request, row.case),
    )


SOURCE_FIELDS = ("citation", "published", "url", "says", "bearing")


def _source_values(row: OwnSource) -> dict[str, str]:
    values = {name: getattr(row, name) for name in SOURCE_FIELDS}
    return values | {"published": moment_words(row.published)}


def _typed(request: HttpRequest) -> dict[str, str]:
    """Return the typed values, with the date in the words that a stored one is shown in."""
    values = {name: request.POST.get(name, "") for name in SOURCE_FIELDS}
    return values | {"published": words_or_typed(values["published"])}


def _own_source(case: Case, pk: int) -> OwnSource:
    row = case.own_sources.select_related("saved_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    row.case = case
    return row


def _places(case: Case) -> dict[str, str]:
    """Return the proposed places by key, as typed."""
    rows = case.places.filter(role="relocation").select_related("place")
    return {row.place.code if row.place else row.place_typed: row.place_typed for row in rows}


def _nth_place(case: Case, number: str) -> str:
    """Return the proposed place with this number; empty if there is none."""
    places = dict(enumerate(_places(case), start=1))
    return places.get(int(number), "") if number.isascii() and number.isdigit() and len(number) < 5 else ""


def _where(row: OwnSource) -> str:
    """Return the address of the page that has the source."""
    if row.fact_ident:
        return reverse("fact", args=[row.case.uuid, row.fact_ident]) + "#own-sources"
    return reverse("relocation", args=[row.case.uuid])


def _source_page(
    request: HttpRequest,
    row: OwnSource,
    form: SourceForm,
    *,
    version: int | None = None,
    refusal: actions.ActionRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    case = row.case
    context = case_context(
        request,
        case,
        "facts" if row.fact_ident else "relocation",
        title=_("Your source") if row.pk else _("Add a source of your own"),
        form=form,
        row=row,
        back=_where(row),
        place=_places(case).get(row.place, row.place),
        statement=next((f.statement for f in case.facts.all() if f.ident == row.fact_ident), ""),
        version=row.version if version is None else version,
        held_by=held_by(request, case),
        errors=[*([{"message": str(refusal)}] if refusal else []), *(form.lines_of_errors() if form.is_bound else [])],
    )
    return render(request, "assessments/workspace/source.html", context, status=status)


def _source_conflict(
    request: HttpRequest, row: OwnSource, unsettled: list[dict[str, str]] | None = None
) -> HttpResponse:
    mine = _typed(request)
    form = SourceForm(today=timezone.localdate(), of_place=not row.fact_ident)
    found = differences(form, mine, _source_values(row))
    if not found:
        return redirect(_where(row))
    return both_texts(
        request,
        row.case,
        "facts" if row.fact_ident else "relocation",
        found=found,
        mine=mine,
        unsettled=unsettled,
        title=_("Your source: two texts"),
        row=row,
        action=reverse("own-source", args=[row.case.uuid, row.pk]),
    )


urlpatterns = [
    path("cases/<uuid:uuid>/own-sources/new/", new_source, name="own-source-new"),
    path("cases/<uuid:uuid>/own-sources/<int:pk>/", source, name="own-source"),
    path("cases/<uuid:uuid>/own-sources/<int:pk>/remove/", remove_source, name="own-source-remove"),
]
