"""Citation checks: read by everyone, marked by COI admins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coi.drafts import coi_admin_access
from coi.editions import citation_checks, field_values
from coi.library import lookup
from coi.models import Source
from coi.text import characters


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the problems of citations in each current edition, as far as they are visible without a network."""
    typed = request.GET.get("months", "").strip()
    months, errors = citation_checks.LIMIT, []
    if typed:
        is_number = typed.isascii() and typed.isdigit() and len(typed) <= 4
        if is_number and citation_checks.FEWEST_MONTHS <= int(typed) <= citation_checks.MOST_MONTHS:
            months = int(typed)
        else:
            message = _(
                "Months: write a whole number from %(fewest)d to %(most)d. The list for %(limit)d is shown."
            ) % {
                "fewest": citation_checks.FEWEST_MONTHS,
                "most": citation_checks.MOST_MONTHS,
                "limit": months,
            }
            errors.append({"href": "#id_months", "message": message})
    today = timezone.localdate()
    editions = list(lookup.current_editions().order_by("report__country", "code"))
    context = {
        "section": "library",
        "editions": citation_checks.of_editions(editions, months=months, today=today),
        "months": months,
        "typed": typed[:20] if errors else months,
        "limit_day": citation_checks.months_before(today, months),
        "errors": errors,
        "may_mark": coi_admin_access.is_active_coi_admin(request.user),
    }
    return render(request, "coi/citation_checks/overview.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one cited item and, to COI admins, the form for marking its link as dead."""
    source = get_object_or_404(citation_checks.cited(), pk=pk)
    if request.method != "POST":
        return _item(request, source)
    coi_admin_access.require_coi_admin(request.user)
    note = characters.cleaned(request.POST.get("note", ""))
    do = request.POST.get("do", "")
    if error := characters.problem_with(note, field_values.LONGEST_WORDS):
        return _item(request, source, note=note, error=error, status=422)
    if do not in ("mark", "unmark"):
        return _item(request, source, note=note, error=_("Choose whether to mark the link."), status=422)
    if do == "mark" and not source.url:
        return _item(request, source, note=note, error=_("The item has no address to mark as dead."), status=422)
    if do == "mark":
        done = citation_checks.mark(source, note=note, today=timezone.localdate(), by=request.user)
    else:
        done = citation_checks.unmark(source, by=request.user)
    if not done:
        error = (
            _("Someone else has marked this link in the meantime. Your note was not saved.")
            if do == "mark"
            else _("The mark was already removed.")
        )
        return _item(request, citation_checks.cited().get(pk=pk), note=note, error=error, status=409)
    messages.success(request, _("The link is marked as dead.") if do == "mark" else _("The mark is removed."))
    return redirect("citation-health")


def _item(request: HttpRequest, source: Source, *, note: str = "", error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "section": "library",
        "source": source,
        "edition": source.footnote.edition,
        "wrong": citation_checks.malformed(source.url),
        "dead_link": getattr(source, "dead_link", None),
        "note": note,
        "error": error,
        "errors": [{"href": "#id_note", "message": error}] if error else [],
        "may_mark": coi_admin_access.is_active_coi_admin(request.user),
    }
    return render(request, "coi/citation_checks/item.html", context, status=status)
