"""The submitted versions, and how two of them differ."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import actions
from assessments.actions.renderings import NotReady, What
from assessments.answer.answer import answer
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.casefile.problems import BadCase
from assessments.memo import differences, memo, pending_recalls, printing, stored_versions, word_copy
from assessments.memo.heading import heading_of
from assessments.memo.memo import Memo
from assessments.memo.pdf_renderer import MemoFailed
from assessments.memo.snapshot import BadSnapshot
from assessments.memo.stored_versions import memo_of
from assessments.models import Case, MemoVersion
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, open_case
from assessments.pages.pdf_files import as_file, being_made, kept_file, status_of
from assessments.review import review_sheet

DRAFT = "draft"  # the case's present state, in the address of a comparison
BROKEN = 500


@require_safe
def versions(request: HttpRequest, uuid: Any) -> HttpResponse:
    """List every version, the newest first."""
    case = open_case(request, uuid)
    found = list(_versions(case).order_by("-number"))
    newest = found[0] if found else None
    has_gaps = newest is not None and newest.number > len(found)
    context = case_context(request, case, "versions", versions=found, newest=newest, has_gaps=has_gaps)
    return render(request, "assessments/memo/versions/list.html", context)


@require_safe
def version(request: HttpRequest, uuid: Any, number: int) -> HttpResponse:
    """Show one frozen version, and what happened to it since."""
    case = open_case(request, uuid)
    found = _version(case, number)
    try:
        built = memo_of(found)
    except BadSnapshot as refusal:
        return broken(request, case, found, str(refusal))
    newest = _versions(case).order_by("-number").first()
    recalls = found.recalls.order_by("pk")
    news = found.new_matches.filter(disposition="").values("finding").distinct().count()
    comments = review_sheet.comments_on(found) if found.decided_at else None
    context = case_context(
        request,
        case,
        "versions",
        version=found,
        newest=newest,
        recalls=recalls,
        news=news,
        comments=comments,
        makes_word=word_copy.pandoc() is not None,
    )
    return render(
        request,
        "assessments/memo/versions/version.html",
        context | printing.memo_context(built, as_page=True, notes_once=True),
    )


@require_safe
def version_pdf(request: HttpRequest, uuid: Any, number: int) -> HttpResponse:
    """Return the approved file, byte for byte. Every page of any other version's PDF says "not approved"."""

    def make(version: MemoVersion) -> tuple[bytes, str]:
        if version.is_final:
            return stored_versions.approved_pdf(version), "approved.pdf"
        html = printing.memo_html(memo_of(version))
        return kept_file(version.case, What.VERSION, html, target=str(version.number)), "draft.pdf"

    return _handed_out(request, uuid, number, make, kind="application/pdf")


@require_safe
def version_word(request: HttpRequest, uuid: Any, number: int) -> HttpResponse:
    """Return a Word copy of a version. Only the PDF is authoritative."""

    def make(version: MemoVersion) -> tuple[bytes, str]:
        html = printing.memo_html(memo_of(version))
        return kept_file(version.case, What.WORD, html, target=str(version.number)), "copy-without-force.docx"

    return _handed_out(request, uuid, number, make, kind=word_copy.KIND)


@require_safe
def version_record(request: HttpRequest, uuid: Any, number: int) -> HttpResponse:
    """Return the record of a version: the canonical JSON that its PDF names, for ``verify_memo``."""

    def make(version: MemoVersion) -> tuple[bytes, str]:
        return stored_versions.content_of(version).encode(), "record.json"

    return _handed_out(request, uuid, number, make, kind="application/json")


def _handed_out(
    request: HttpRequest, uuid: Any, number: int, make: Callable[[MemoVersion], tuple[bytes, str]], *, kind: str
) -> HttpResponse:
    """Return a file of a version. If it cannot be made or trusted, return a page that says why.

    A file cannot say that the memo may yet be recalled, so it is not handed out until the memo has been compared.
    """
    user: Any = request.user
    case = open_case(request, uuid)
    found = _version(case, number)
    if pending_recalls.is_pending(found):
        context = case_context(request, case, "versions", version=found)
        return render(request, "assessments/memo/versions/not_compared.html", context, status=CONFLICT)
    try:
        content, name = make(found)
    except BadSnapshot as refusal:
        return broken(request, case, found, str(refusal))
    except NotReady as waits:
        return being_made(request, case, waits, tab="versions")
    except MemoFailed as refusal:
        return broken(request, case, found, str(refusal), status=status_of(refusal))
    actions.export_memo(case, by=user, number=found.number)
    return as_file(content, f"memo-v{found.number}-{name}", kind=kind)


@require_safe
def compare(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show how two versions differ, section by section. One may be the case's present state."""
    case = open_case(request, uuid)
    known = {str(v.number): v for v in _versions(case).order_by("number")}
    typed = [request.GET.get("a", ""), request.GET.get("b", "")]
    if not any(typed):  # by default, compare the last version with the present state
        typed = [list(known)[-1] if known else "", DRAFT]
    context = case_context(request, case, "versions", a=typed[0], b=typed[1], choices=list(known.values()))
    unknown = [name for name in typed if name not in known and name != DRAFT]
    if unknown:
        accepted = ", ".join([*known, DRAFT])
        words = _("There is no such version of this memo. Choose one of: %(names)s.") % {"names": accepted}
        context["errors"] = [
            {"href": f"#id_{field}", "message": words}
            for field, name in zip("ab", typed, strict=True)
            if name in unknown
        ]
        return render(request, "assessments/memo/versions/compare.html", context, status=404)
    try:
        old, new = (working_memo(case) if name == DRAFT else memo_of(known[name]) for name in typed)
    except BadCase:
        return redirect("case-matches", uuid=case.uuid)  # that page says what must be chosen again
    except BadSnapshot as refusal:
        context["errors"] = [{"message": str(refusal)}]
        return render(request, "assessments/memo/versions/compare.html", context, status=UNPROCESSABLE)
    if DRAFT in typed:
        actions.show_matches(case, by=request.user)  # type: ignore[arg-type]
    context["changes"] = differences.between(old, new)
    return render(request, "assessments/memo/versions/compare.html", context)


def working_memo(case: Case) -> Memo:
    """Return the memo of the case's present state."""
    today = timezone.localdate()
    found = answer(stored_case.case_file(case, today=today), on=today)
    return memo.build(found, stored_assessment.assessment_of(case), heading_of(case))


def _versions(case: Case) -> Any:
    return case.versions.select_related("submitted_by", "decided_by").defer("pdf", "content")


def _version(case: Case, number: int) -> MemoVersion:
    # a number beyond the database's range is no version either
    found = _versions(case).filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def broken(request: HttpRequest, case: Case, found: MemoVersion, words: str, status: int = BROKEN) -> HttpResponse:
    """Say that the memo of this version cannot be shown, and why."""
    context = case_context(request, case, "versions", version=found, errors=[{"message": words}])
    return render(request, "assessments/memo/versions/broken.html", context, status=status)


urlpatterns = [
    path("cases/<uuid:uuid>/versions/", versions, name="versions"),
    path("cases/<uuid:uuid>/versions/compare/", compare, name="compare"),
    path("cases/<uuid:uuid>/versions/<int:number>/", version, name="version"),
    path("cases/<uuid:uuid>/versions/<int:number>/memo.pdf", version_pdf, name="version-memo"),
    path("cases/<uuid:uuid>/versions/<int:number>/memo.docx", version_word, name="version-word"),
    path("cases/<uuid:uuid>/versions/<int:number>/record.json", version_record, name="version-record"),
]
