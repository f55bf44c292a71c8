"""The contents page of a draft, with the problems of each item, and the page for starting a new report."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coi.drafts import draft_review, editing
from coi.drafts.editing import ITEM_EDITORS
from coi.drafts.refused import Refused
from coi.models import Edition, Section
from coi.pages.draft_items.common import draft_of, problems_by_item, refused_at
from coi.pages.drafts import OK, UNPROCESSABLE, coi_admin_required
from coi.pages.forms.frame import ReportForm
from coi.pages.signed_in_request import SignedInRequest
from coi.text.dates import moment_words


@dataclass(frozen=True)
class Line:
    """An item in the list: its key, its text and its problems."""

    key: str
    says: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class SectionLines:
    """A section with its findings."""

    line: Line
    title: str
    findings: tuple[Line, ...]


@require_safe
@coi_admin_required
def contents(request: SignedInRequest, edition: str) -> HttpResponse:
    """List everything in the draft, with links."""
    draft = draft_of(edition)
    wrong = problems_by_item(draft)
    listed = {"edition", "footnotes"}
    sections = []
    by_section: dict[int, list[Line]] = defaultdict(list)
    for finding in draft.findings.order_by("position"):
        by_section[finding.section_id].append(_line("findings", finding, finding.statement, wrong))
    for section in draft.sections.order_by("position", "code"):
        line = _line("sections", section, _reach(section), wrong)
        sections.append(SectionLines(line, section.title, tuple(by_section[section.pk])))
    notes = draft.footnotes.prefetch_related("sources").order_by("number")
    context = {
        "section": "library",
        "edition": draft,
        "sections": sections,
        "coverage": [
            _line("coverage", r, str(r), wrong) for r in draft.coverage.select_related("place").order_by("code")
        ],
        "footnotes": [_line("footnotes", r, " / ".join(s.citation for s in r.sources.all()), wrong) for r in notes],
        "figures": [_line("figures", r, r.title, wrong) for r in draft.figures.order_by("number")],
        "queries": [_line("queries", r, r.remark, wrong) for r in draft.queries.order_by("code")],
        "of_edition": [message for where in sorted(listed) for message in wrong.get(where, ())],
        "count": sum(map(len, wrong.values())),
        "needs_another": draft_review.needs_another(draft, request.user),
    }
    return render(request, "coi/drafts/contents.html", context)


def _line(kind: str, row: Any, says: str, wrong: dict[str, list[str]]) -> Line:
    part = ITEM_EDITORS[kind]
    return Line(part.key(row), Truncator(says).chars(180), tuple(wrong.get(part.where(row), ())))


def _reach(section: Section) -> str:
    return _("undated statements cover the time from %(date)s") % {"date": moment_words(section.period_from)}


@require_http_methods(["GET", "HEAD", "POST"])
@coi_admin_required
def new_report(request: SignedInRequest) -> HttpResponse:
    """Start a draft of a report that is not in the library yet."""
    if request.method != "POST":
        return _report_page(request, ReportForm())
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _report_page(request, form, form.listed_errors)
    try:
        made: Edition = editing.begin(form.cleaned_data, by=request.user)
    except Refused as refusal:
        for field, message in refusal.problems:
            form.add_error(field or None, message)
        return _report_page(request, form, refused_at(refusal.problems, form))
    messages.success(request, _("The draft is started. Add its sections first, then footnotes, findings and coverage."))
    return redirect("draft-contents", made.code)


def _report_page(request: SignedInRequest, form: ReportForm, errors: Any = ()) -> HttpResponse:
    context = {"section": "library", "form": form, "errors": list(errors)}
    return render(request, "coi/drafts/new.html", context, status=UNPROCESSABLE if errors else OK)
