"""The pages of the audit record: list, export, verification."""

import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.entry_lines import lines_of
from audit.forms import Filters
from audit.models import Entry, Head
from audit.people import People
from audit.record import record, record_once
from audit.searches import Search, by_post
from audit.spreadsheets import lines
from audit.verification import verify
from audit.words import in_words

PER_PAGE = 50
MOST_NAMES = 200  # suggested while typing; others are found by their full name
MOST_VERIFIED = 100_000  # rows that a page checks, in a few seconds
UNPROCESSABLE = 422
# names and ids are typed; an entry links to the others of its object
by_filters = by_post("who", "object", "since", "until", chosen=["what"], linked=["object"])


def for_auditors(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Limit a view to auditors. This app knows no roles, so it asks the user object."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and getattr(request.user, "is_auditor", False)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@for_auditors
@by_filters
@require_safe
def record_page(request: HttpRequest, search: Search) -> HttpResponse:
    """List the entries, newest first. Pages start at a row number, so that new entries do not shift them."""
    filters = Filters(search.asked)
    if not filters.is_valid():
        return _with_errors(request, filters)
    with transaction.atomic():
        record_once(by=str(request.user.pk), action="record.read", object_type="record", **_used(filters))
    found = filters.entries()
    before, after = _row(request, "before"), _row(request, "after")
    if after is not None:
        rows = list(reversed(found.filter(pk__gt=after).order_by("pk")[: PER_PAGE + 1]))
        has_newer, has_older = len(rows) > PER_PAGE, True
        rows = rows[-PER_PAGE:]
    else:
        rows = list((found if before is None else found.filter(pk__lt=before)).order_by("-pk")[: PER_PAGE + 1])
        has_newer, has_older = before is not None, len(rows) > PER_PAGE
        rows = rows[:PER_PAGE]
    return render(
        request,
        "audit/record.html",
        _context(filters)
        | {
            "lines": lines_of(rows),
            "total": found.count() if filters.used() else None,
            "query": search.query,
            "newer": rows[0].pk if rows and has_newer else None,
            "older": rows[-1].pk if rows and has_older else None,
            "is_page": before is not None or after is not None,
        },
    )


@require_safe
@for_auditors
@by_filters
def export(request: HttpRequest, search: Search) -> HttpResponseBase:
    """Export all entries that fit the filters as CSV."""
    filters = Filters(search.asked)
    if not filters.is_valid():
        return _with_errors(request, filters)
    with transaction.atomic():
        last = record(by=str(request.user.pk), action="record.export", object_type="record", **_used(filters))
    response = StreamingHttpResponse(
        lines(_rows(filters.entries().filter(pk__lte=last.pk))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="record-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


@require_POST
@for_auditors
def verify_page(request: HttpRequest) -> HttpResponse:
    """Verify the chain, or its newest rows if it is long."""
    result = verify(newest=MOST_VERIFIED)
    with transaction.atomic():
        record(
            by=str(request.user.pk),
            action="record.verify",
            object_type="record",
            entries=result.entries,
            checked=result.checked,
            problems=len(result.problems) + result.more,
        )
    return render(request, "audit/verified.html", {"section": "record", "result": result})


def _context(filters: Filters) -> dict[str, Any]:
    users = get_user_model()._default_manager.order_by("username").values_list("username", flat=True)[:MOST_NAMES]
    return {
        "section": "record",
        "form": filters,
        "head": Head.objects.filter(pk=Head.ROW).first(),
        "verified": Entry.objects.filter(action="record.verify").order_by("-pk").first(),
        "people": users,
    }


def _with_errors(request: HttpRequest, filters: Filters) -> HttpResponse:
    for name in ("since", "until"):
        if name in filters.errors:  # a browser shows nothing in a date field whose text is not a date
            filters.fields[name].widget.attrs["type"] = "text"
    errors = [
        {"href": f"#{filters[name].id_for_label}", "message": f"{filters[name].label}: {message}"}
        for name, messages in filters.errors.items()
        for message in messages
    ]
    return render(request, "audit/record.html", _context(filters) | {"errors": errors}, status=UNPROCESSABLE)


def _used(filters: Filters) -> dict[str, Any]:
    return {"filters": filters.used()} if filters.used() else {}


def _row(request: HttpRequest, name: str) -> int | None:
    """Return a row number from the address; None for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _rows(entries: QuerySet[Entry]) -> Iterator[list[Any]]:
    names = [_("row"), _("time"), _("who (id)"), _("user name"), _("role today"), _("action"), _("what")]
    names += [_("kind of object"), _("object"), _("details"), _("hash")]
    yield names
    people = People(entries.order_by().values_list("actor", flat=True).distinct())
    for entry in entries.order_by("-pk").iterator(chunk_size=2000):
        who = people.of(entry.actor)
        cells = [entry.pk, timezone.localtime(entry.at).isoformat(), entry.actor, who.name, who.role, entry.action]
        cells += [in_words(entry.action), entry.object_type, entry.object_id]
        cells += [json.dumps(entry.details, sort_keys=True, ensure_ascii=False), entry.mac]
        yield cells
