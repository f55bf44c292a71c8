"""COI admins' pages for drafts of editions, from start to publication."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from coi.drafts import draft_review, publishing, starting
from coi.drafts.coi_admin_access import require_coi_admin
from coi.drafts.draft_review import Reliance
from coi.drafts.refused import ChangedSince, Overwrites, OwnDraft, ReasonsChanged, Refused
from coi.editions import place_warnings
from coi.editions.redline import Changed, whole_edition
from coi.editions.redline_figures import SeriesChanged
from coi.editions.refusals import ImportRefused
from coi.files import fixture, loading
from coi.library.cited_findings import FindingCard
from coi.models import DraftWork, Edition
from coi.pages.signed_in_request import SignedInRequest

OK, FORBIDDEN, CONFLICT, UNPROCESSABLE = 200, 403, 409, 422
MOST_PROBLEMS = 200  # listed on one page
View = Callable[..., HttpResponse]


def coi_admin_required(view: View) -> View:
    """Allow only active COI admins."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_coi_admin(request.user)
        return view(request, *args, **kwargs)

    return guarded


def _draft(code: str) -> Edition:
    return get_object_or_404(draft_review.drafts(), code=code)


# --- the list ---------------------------------------------------------------------------------


@require_safe
@coi_admin_required
def drafts(request: SignedInRequest) -> HttpResponse:
    """List the drafts, with the ways to start one."""
    return _list(request)


@require_POST
@coi_admin_required
def copy(request: SignedInRequest) -> HttpResponse:
    """Start a draft as a copy of a published edition."""
    published = Edition.objects.filter(publication__isnull=False, code=request.POST.get("edition", "")[:50])
    source = published.first()
    if source is None:
        return _list(request, [("edition", _("Choose the edition to copy."))])
    code, label = request.POST.get("code", ""), request.POST.get("label", "")
    try:
        made = starting.copy(source, code=code, label=label, by=request.user)
    except Refused as refusal:
        return _list(request, refusal.problems)
    except ImportRefused as refusal:
        return _list(request, [("edition", problem) for problem in refusal.problems])
    messages.success(request, _("The draft was started as a copy of %(code)s.") % {"code": source.code})
    return redirect("draft", made.code)


@require_POST
@coi_admin_required
def upload(request: SignedInRequest) -> HttpResponse:
    """Start a draft from a fixture file or spreadsheet. All problems are listed at once, and nothing is saved if
    there are any.
    """
    file = request.FILES.get("file")
    if file is None:
        return _list(request, [("file", _("Choose a file."))])
    try:
        # one byte more than is accepted shows that it is too large
        content, replacing = file.read(loading.MAX_BYTES + 1), request.POST.get("replace", "")
        made = starting.upload(content, by=request.user, name=file.name or "", replacing=replacing)
    except Overwrites as refusal:
        return _list(request, refusal.problems, CONFLICT, overwrites=refusal.version)
    except ImportRefused as refusal:
        return _list(request, [("file", problem) for problem in refusal.problems])
    messages.success(request, _("The file has no problems and is now a draft."))
    return redirect("draft", made.code)


def _list(
    request: SignedInRequest,
    problems: Iterable[tuple[str, str]] = (),
    refused: int = UNPROCESSABLE,
    *,
    overwrites: str = "",
) -> HttpResponse:
    errors = _errors(problems)
    published = Edition.objects.filter(publication__isnull=False).select_related("report", "publication")
    context = {
        "section": "library",
        "drafts": draft_review.drafts().annotate(finding_count=Count("findings")),
        "published": published.order_by("report__code", "-cut_off", "code"),
        "errors": errors,
        "typed": request.POST,
        "overwrites": overwrites,
        "megabytes": loading.MAX_BYTES // 1_000_000,
    }
    return render(request, "coi/drafts/list.html", context, status=refused if errors else OK)


def _errors(problems: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the problems for the error summary, each with a link to its field."""
    listed = [{"href": f"#id_{field}" if field else "", "message": message} for field, message in problems]
    if len(listed) > MOST_PROBLEMS:
        more = len(listed) - MOST_PROBLEMS
        said = ngettext("%(count)d more problem is not listed.", "%(count)d more problems are not listed.", more)
        listed = [*listed[:MOST_PROBLEMS], {"href": "", "message": said % {"count": more}}]
    return listed


# --- one draft --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangedShown:
    """A changed finding, with the number of cases that rely on it."""

    change: Changed
    relying: Reliance


@dataclass(frozen=True)
class FigureShown:
    """A figure's changed numbers for one place, with the number of cases that print them; None if they are new."""

    series: SeriesChanged
    relying: Reliance | None


@dataclass(frozen=True)
class RetiredShown:
    """A retired finding, with the number of cases that rely on it, the reason as typed, and the version that was
    shown.
    """

    card: FindingCard
    relying: Reliance
    reason: str
    since: str


@require_safe
@coi_admin_required
def draft(request: SignedInRequest, edition: str) -> HttpResponse:
    """Show everything to read before the draft is published."""
    return _page(request, _draft(edition))


@require_POST
@coi_admin_required
def reasons(request: SignedInRequest, edition: str) -> HttpResponse:
    """Save the reasons for retiring findings."""
    row = _draft(edition)
    retired = draft_review.retired_codes(row)
    sent = request.POST.dict()
    typed, since = (
        {code: sent[f"{name}-{code}"] for code in retired if f"{name}-{code}" in sent} for name in ("reason", "since")
    )
    touched = publishing.reasons_touched(typed, since)
    try:
        publishing.save_reasons(row, typed, since=since, by=request.user)
    except ReasonsChanged as refusal:
        # the refusal shows the stored reason, so saving again replaces it with the typed one
        return _page(request, row, refusal.problems, CONFLICT, touched)
    except ChangedSince as refusal:
        return _gone(request, refusal)
    except Refused as refusal:
        return _page(request, row, refusal.problems, UNPROCESSABLE, touched, since)
    messages.success(request, _("The reasons are saved."))
    return redirect("draft", row.code)


@require_POST
@coi_admin_required
def ask(request: SignedInRequest, edition: str) -> HttpResponse:
    """Notify the other COI admins that the draft waits for a second person."""
    row = _draft(edition)
    try:
        told = publishing.ask_second_person(row, by=request.user)
    except ChangedSince as refusal:
        return _gone(request, refusal)
    except Refused as refusal:
        return _page(request, row, refusal.problems, CONFLICT)
    said = (
        _("%(names)s have been notified that this draft is waiting.")
        if len(told) > 1
        else _("%(names)s has been notified that this draft is waiting.")
    )
    messages.success(request, said % {"names": ", ".join(str(user) for user in told)})
    return redirect("draft", row.code)


@require_POST
@coi_admin_required
def discard(request: SignedInRequest, edition: str) -> HttpResponse:
    """Delete a draft and everything in it."""
    row = _draft(edition)
    try:
        publishing.discard(row, by=request.user, digest=request.POST.get("digest", ""))
    except ChangedSince as refusal:
        return _changed(request, row, refusal)
    messages.success(request, _("The draft %(code)s was discarded.") % {"code": edition})
    return redirect("drafts")


@require_POST
@coi_admin_required
def publish(request: SignedInRequest, edition: str) -> HttpResponse:
    """Publish the draft if it still has the digest that was shown."""
    row = _draft(edition)
    try:
        publishing.publish(row, by=request.user, digest=request.POST.get("digest", ""))
    except OwnDraft as refusal:
        return _page(request, row, refusal.problems, FORBIDDEN)
    except ChangedSince as refusal:
        return _changed(request, row, refusal)
    except Refused as refusal:
        return _page(request, row, refusal.problems, UNPROCESSABLE, review=refusal.review)
    said = _(
        "%(code)s is published. Approved memos that rely on a changed or retired finding are recalled. Those with relevant new findings are listed for their supervisors."
    )
    messages.success(request, said % {"code": row.code})
    return redirect("edition", row.code)


def _changed(request: SignedInRequest, row: Edition, refusal: Refused) -> HttpResponse:
    if Edition.objects.filter(pk=row.pk, publication=None).exists():
        return _page(request, row, refusal.problems, CONFLICT, review=refusal.review)
    return _gone(request, refusal)


def _gone(request: SignedInRequest, refusal: Refused) -> HttpResponse:
    for _field, message in refusal.problems:
        messages.error(request, message)
    return redirect("drafts")


def _page(
    request: SignedInRequest,
    row: Edition,
    problems: Iterable[tuple[str, str]] = (),
    status: int = OK,
    typed: dict[str, str] | None = None,
    since: dict[str, str] | None = None,
    *,
    review: draft_review.Review | None = None,
) -> HttpResponse:
    review = review or draft_review.review(row)
    reasons = {**review.reasons, **(typed or {})}
    versions = {code: since[code] for code in typed or {} if since and code in since}
    changed = review.redline.changed if review.redline else ()
    retired = review.redline.retired if review.redline else ()
    context = {
        "section": "library",
        "edition": row,
        "review": review,
        "warnings": place_warnings.warnings(row),
        "concerned": draft_review.memos_concerned(review),
        "begun_by": draft_review.begun_by(row),
        "written_by": draft_review.written_by(row),
        "needs_another": draft_review.needs_another(row, request.user),
        "work": DraftWork.objects.filter(edition=row).select_related("asked_by").first(),
        "changed": [ChangedShown(change, review.relying[change.code]) for change in changed],
        "retired": [
            RetiredShown(
                card,
                review.relying[card.code],
                reasons.get(card.code, ""),
                # a reason refused for its own text is still compared with the version that its form showed
                versions.get(card.code) or publishing.reason_version(review.reasons.get(card.code, "")),
            )
            for card in retired
        ],
        "figures": [
            FigureShown(series, review.relying.get(series.code))
            for series in (review.redline.figures if review.redline else ())
        ],
        "is_same": review.redline is not None and review.redline.is_empty,
        "finding_count": row.findings.count(),
        "whole": None if review.replaces else whole_edition(row),
        "errors": _errors(problems),
    }
    return render(request, "coi/drafts/draft.html", context, status=status)


# --- the file ---------------------------------------------------------------------------------


@require_safe
@coi_admin_required
def edition_fixture(request: SignedInRequest, edition: str) -> HttpResponse:
    """Download an edition, published or draft, as the file that loads to it."""
    row = get_object_or_404(Edition, code=edition)
    response = HttpResponse(fixture.dump(row), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.code}.yaml"'
    return response
