"""The inbox of proposed sources, for COI admins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coi.drafts import coi_admin_access, proposed_sources
from coi.editions import field_values
from coi.models import ProposedSource
from coi.pages.context_processors import country_names
from coi.text import characters

A_PAGE = 25
DO = {"take-up": ProposedSource.Status.TAKEN_UP, "decline": ProposedSource.Status.DECLINED}


@dataclass(frozen=True)
class Typed:
    """An answer that was not saved, with the reason."""

    pk: int
    words: str
    error: str


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """List the sources that officers proposed, those to answer first. The page says nothing about cases."""
    coi_admin_access.require_coi_admin(request.user)
    return _page(request)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a source up or decline it."""
    coi_admin_access.require_coi_admin(request.user)
    row = get_object_or_404(ProposedSource, pk=pk)
    words = characters.cleaned(request.POST.get("answer", ""))
    status = DO.get(request.POST.get("do", ""))
    error = characters.problem_with(words, field_values.LONGEST_WORDS)
    if status is None:
        error = _("Choose whether to take up or decline the source.")
    elif status == ProposedSource.Status.DECLINED and not words and not error:
        error = _("Write in a few words why you decline the source, so that the officer who proposed it can be told.")
    if error and row.status == ProposedSource.Status.WAITING:
        return _page(request, typed=Typed(pk, words[: field_values.LONGEST_WORDS * 2], error), status=422)
    try:
        proposed_sources.answer(pk, status=str(status or ""), words=words, by=request.user)
    except ProposedSource.DoesNotExist as gone:
        raise Http404 from gone
    except proposed_sources.AlreadyAnsweredError as answered:
        context = {"answered": answered.proposal, "words": words}
        return _page(request, more=context, status=409)
    messages.success(
        request,
        _("The source is marked as taken up. Now add it to a draft edition.")
        if status == ProposedSource.Status.TAKEN_UP
        else _("The source is declined."),
    )
    return redirect("inbox")


def _page(
    request: HttpRequest, *, typed: Typed | None = None, more: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    found = proposed_sources.proposals()
    number: Any = request.GET.get("page")
    if typed:  # the page with the proposal
        number = list(found.values_list("pk", flat=True)).index(typed.pk) // A_PAGE + 1
    page = Paginator(found, A_PAGE).get_page(number)
    names = country_names(sorted({row.country for row in page}))
    context = {
        "section": "library",
        "page": page,
        "waiting": [row for row in page if row.status == ProposedSource.Status.WAITING],
        "done": [row for row in page if row.status != ProposedSource.Status.WAITING],
        "waiting_count": found.filter(status=ProposedSource.Status.WAITING).count(),
        "countries": names,
        "typed": typed,
        "errors": [{"href": f"#id_answer_{typed.pk}", "message": typed.error}] if typed else [],
        **(more or {}),
    }
    return render(request, "coi/proposed_sources/inbox.html", context, status=status)
