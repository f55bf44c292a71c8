"""The page that compares a report's figures with event data."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coi.drafts import coi_admin_access, refused, starting
from coi.editions.refusals import ImportRefused
from coi.events import figure_queries
from coi.events.comparing import NARROW, WIDE, compare
from coi.models import Edition, EventDataset
from coi.pages.redline import readable_editions
from coi.pages.signed_in_request import SignedInRequest

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


@require_safe
def figures(request: SignedInRequest, edition: str, dataset: str) -> HttpResponse:
    """Show an edition's figures with the same totals from event data."""
    return _figures(request, *_pair(request, edition, dataset))


@require_POST
def add_query(request: SignedInRequest, edition: str, dataset: str) -> HttpResponse:
    """Add one difference as a curator's query on the figure, in a draft of the same report."""
    coi_admin_access.require_coi_admin(request.user)
    row, data = _pair(request, edition, dataset)
    wanted = figure_queries.find(compare(row, data), request.POST.get("difference", ""))
    if wanted is None:
        message = _("That difference does not exist any more. Choose one from the list.")
        return _figures(request, row, data, error=message, status=422)
    draft = figure_queries.drafts_of(row).filter(code=request.POST.get("draft", "")).first()
    if draft is None:
        message = _("That draft does not exist or has been published. Copy the wording instead.")
        return _figures(request, row, data, error=message, status=409)
    try:
        figure_queries.add(draft, wanted, today=timezone.localdate(), by=request.user)
    except figure_queries.CannotAddError as refused:
        return _figures(request, row, data, error=str(refused), status=409)
    messages.success(
        request,
        _(
            "The query on figure %(figure)d was added to the draft “%(draft)s”. It is printed once the draft is published."
        )
        % {"figure": wanted.figure, "draft": draft.label},
    )
    return redirect("figures-compare", row.code, data.code)


@require_POST
def begin_draft(request: SignedInRequest, edition: str, dataset: str) -> HttpResponse:
    """Start a draft as a copy of the edition, so that each query can be added with one click."""
    coi_admin_access.require_coi_admin(request.user)
    row, data = _pair(request, edition, dataset)
    if not row.is_published:
        return _figures(request, row, data, error=_("This edition is a draft itself."), status=409)
    typed = {name: request.POST.get(name, "") for name in ("code", "label")}
    try:
        starting.copy(row, code=typed["code"], label=typed["label"], by=request.user)
    except refused.Refused as refusal:
        return _figures(request, row, data, problems=refusal.problems, typed=typed, status=422)
    except ImportRefused as refusal:
        problems = [("", problem) for problem in refusal.problems]
        return _figures(request, row, data, problems=problems, typed=typed, status=422)
    messages.success(request, _("The draft was started as a copy of %(code)s.") % {"code": row.code})
    return redirect("figures-compare", row.code, data.code)


def _pair(request: SignedInRequest, edition: str, dataset: str) -> tuple[Edition, EventDataset]:
    row = get_object_or_404(readable_editions(request.user), code=edition)
    data = get_object_or_404(EventDataset.objects.select_related("imported_by"), code=dataset)
    if data.country != row.report.country:
        raise Http404
    return row, data


def _figures(
    request: SignedInRequest,
    edition: Edition,
    dataset: EventDataset,
    *,
    error: str = "",
    problems: Iterable[tuple[str, str]] = (),
    typed: Mapping[str, str] = MappingProxyType({}),
    status: int = 200,
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
        "shares": found.shares,
        "span": found.perpetrators_span,
        "perpetrators": [(GROUPS.get(one.group, one.group), one) for one in found.perpetrators],
        "narrow": NARROW,
        "wide": WIDE,
        "draft": figure_queries.drafts_of(edition).first()
        if coi_admin_access.is_active_coi_admin(request.user)
        else None,
        "may_add": coi_admin_access.is_active_coi_admin(request.user),
        "without_days": found.without_days,
        "typed": typed,
        "errors": [
            *([{"message": error}] if error else []),
            *({"href": f"#id_{field}" if field else "", "message": message} for field, message in problems),
        ],
    }
    return render(request, "coi/events/figures.html", context, status=status)
