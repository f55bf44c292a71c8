"""Regions side by side with the three tests, the gaps with their questions, and the disclosure sheet."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from assessments import actions, currency, gaps, intake, ipa, permissions, queries
from assessments import disclosure as disclosures
from assessments.actions import ActionRefused, HeldElsewhere, Incomplete, StaleCase
from assessments.answer import Answer, FactAnswer, answer
from assessments.assessment import Assessment, ConclusionWritten, QuestionWritten
from assessments.casefile import CaseFile
from assessments.forms.relocation import ConclusionForm, JustificationForm, QuestionForm, Versioned
from assessments.memo_pdf import MemoFailed, MissingGlyph
from assessments.models import Case, Question, RegionTest
from assessments.views.common import (
    CONFLICT,
    UNAVAILABLE,
    UNPROCESSABLE,
    case_context,
    held_by,
    is_autosave,
    not_saved,
    open_case,
    saved,
)
from assessments.vocabulary import Conclusion, IpaTest, QuestionTo


@dataclass
class Conflict:
    """What somebody else saved while this form was open."""

    by: User | None
    lines: list[str]


@dataclass
class Opened:
    """A case as these pages read it. What the library says of it is asked when it is needed: saving needs it not."""

    case: Case
    file: CaseFile
    held_by: User | None
    may_write: bool

    @cached_property
    def answer(self) -> Answer:
        return answer(self.file)

    @cached_property
    def assessment(self) -> Assessment:
        return queries.assessment_of(self.case)

    @cached_property
    def sheet(self) -> ipa.PairSheet | None:
        return ipa.pair_sheet(self.answer, self.assessment)

    @property
    def proposed(self) -> list[str]:
        """The places proposed for relocation, by their keys."""
        return list(dict.fromkeys(ipa.place_key(p) for p in self.file.relocations))


def _opened(request: HttpRequest, uuid: Any) -> Opened | HttpResponse:
    """The case, for whoever may see it; where a place has to be chosen again, the page that says so."""
    user: Any = request.user
    case = open_case(request, uuid)
    if request.method == "POST" and not permissions.may_edit_case(user, case):
        raise PermissionDenied
    try:
        read = queries.case_file(case, today=timezone.localdate())
    except intake.BadCase:
        messages.warning(request, _("This cannot be shown before a place of this case is chosen again."))
        return redirect("case-edit" if permissions.may_edit_now(user, case) else "case", uuid=case.uuid)
    held = held_by(request, case)
    actions.show_matches(case, by=user)  # these pages show them
    return Opened(case, read, held, permissions.may_edit_now(user, case) and held is None)


# --- regions side by side -----------------------------------------------------------------------


@dataclass
class TestRow:
    """One test at one proposed place, as the page shows it."""

    ident: str
    number: int  # of the place among those proposed
    test: IpaTest
    column: ipa.Column
    written: ConclusionWritten
    form: ConclusionForm | None
    conflict: Conflict | None = None


def _ident(opened: Opened, place: str, test: str) -> str:
    """An id on the page: a place that was typed may hold anything."""
    return f"place-{opened.proposed.index(place) + 1}-{test}"


@require_http_methods(["GET", "HEAD", "POST"])
def relocation(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Home and proposed places side by side, with the officer's conclusion test by test."""
    opened = _opened(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    if request.method != "POST":
        return _relocation_page(request, opened)
    if request.POST.get("do") == "justify":
        return _justify(request, opened)
    return _conclude(request, opened)


def _conclude(request: HttpRequest, opened: Opened) -> HttpResponse:
    place, test = request.POST.get("place", ""), request.POST.get("test", "")
    if place not in opened.proposed or test not in IpaTest.values:
        gone = ActionRefused(_("This place is not proposed any more. Open the page again to see what is."))
        return _refused(request, gone, lambda: _relocation_page(request, opened, refusal=gone))
    ident = _ident(opened, place, test)
    form = ConclusionForm(request.POST, auto_id=f"id_{ident}_%s")
    page = _Again(request, opened, form, (place, test))
    if not form.is_valid():
        return page.invalid()
    try:
        row = actions.conclude(
            opened.case,
            by=request.user,  # type: ignore[arg-type]
            place=place,
            test=test,
            conclusion=form.cleaned_data["conclusion"],
            reasons=form.cleaned_data["reasons"],
            version=form.cleaned_data["version"],
            without_coi=not form.cleaned_data["reasons"] and _is_blank(opened, place, test),
            autosave=is_autosave(request),
        )
    except Incomplete as refusal:
        form.add_error("reasons", str(refusal))
        return page.invalid()
    except ActionRefused as refusal:
        return page.refused(refusal)
    if is_autosave(request):
        return saved(row.version)
    messages.success(request, _("The conclusion was saved."))
    return redirect(reverse("relocation", args=[opened.case.uuid]) + f"#{ident}")


def _is_blank(opened: Opened, place: str, test: str) -> bool:
    columns = opened.sheet.relocations if opened.sheet else ()
    return all(column.cell(test).is_blank for column in columns if column.place == place)


def _justify(request: HttpRequest, opened: Opened) -> HttpResponse:
    form = JustificationForm(request.POST)
    page = _Again(request, opened, form, None)
    if not form.is_valid():
        return page.invalid()
    try:
        version = actions.justify_old_coi(
            opened.case,
            by=request.user,  # type: ignore[arg-type]
            words=form.cleaned_data["justification"],
            version=form.cleaned_data["version"],
            autosave=is_autosave(request),
        )
    except ActionRefused as refusal:
        return page.refused(refusal)
    if is_autosave(request):
        return saved(version)
    messages.success(request, _("The justification was saved."))
    return redirect(reverse("relocation", args=[opened.case.uuid]) + "#age")


@dataclass
class _Again:
    """The relocation page with what was typed, after a save that was not carried out."""

    request: HttpRequest
    opened: Opened
    form: Versioned
    of: tuple[str, str] | None  # place and test; None is the justification

    def invalid(self) -> HttpResponse:
        if is_autosave(self.request):
            return not_saved(ActionRefused(self.form.first_problem), UNPROCESSABLE)
        return self._page(
            UNPROCESSABLE, errors=[p | {"message": self._where() + p["message"]} for p in self.form.problems]
        )

    def _where(self) -> str:
        """Which of the many alike fields the summary speaks of."""
        if self.of is None or self.opened.sheet is None:
            return ""
        place, test = self.of
        name = next((c.name for c in self.opened.sheet.relocations if c.place == place), place)
        return _("%(place)s, %(test)s: ") % {"place": name, "test": IpaTest(test).label}

    def refused(self, refusal: ActionRefused) -> HttpResponse:
        conflict = None
        if isinstance(refusal, StaleCase) and not isinstance(refusal, HeldElsewhere):
            conflict, token = _conflict(refusal)
            self.form.over(token)
        return _refused(self.request, refusal, lambda: self._page(CONFLICT, refusal=refusal, conflict=conflict))

    def _page(self, status: int, **more: Any) -> HttpResponse:
        return _relocation_page(self.request, self.opened, status=status, bound=self.form, of=self.of, **more)


def _conflict(refusal: StaleCase) -> tuple[Conflict, int]:
    """What the other saved, in words, and the token with which one's own text may replace it."""
    theirs = refusal.theirs
    if isinstance(theirs, RegionTest):
        lines = [f"{theirs.get_conclusion_display()}", theirs.reasons]
        return Conflict(theirs.saved_by, [line for line in lines if line]), theirs.version
    if isinstance(theirs, Question):
        return Conflict(theirs.saved_by, [theirs.get_to_display(), theirs.words]), theirs.version
    words = str(theirs or "")
    return Conflict(None, [words] if words else []), actions.text_version(words)


def _refused(request: HttpRequest, refusal: ActionRefused, page: Any) -> HttpResponse:
    return not_saved(refusal) if is_autosave(request) else page()


def _relocation_page(
    request: HttpRequest,
    opened: Opened,
    *,
    status: int = 200,
    bound: Versioned | None = None,
    of: tuple[str, str] | None = None,
    conflict: Conflict | None = None,
    errors: list[dict[str, str]] | None = None,
    refusal: ActionRefused | None = None,
) -> HttpResponse:
    assessment, case, sheet = opened.assessment, opened.case, opened.sheet
    if refusal:
        at = f"#{_ident(opened, *of)}" if of else "#id_justification" if bound else ""
        status, errors = CONFLICT, [{"message": str(refusal), "href": at}]

    def test_row(column: ipa.Column, test: IpaTest) -> TestRow:
        written, ident = column.conclusion(test), _ident(opened, column.place, test)
        number = opened.proposed.index(column.place) + 1
        if bound is not None and of == (column.place, test):
            return TestRow(ident, number, test, column, written, bound, conflict)  # type: ignore[arg-type]
        form = ConclusionForm(
            initial={"conclusion": written.conclusion, "reasons": written.reasons, "version": written.version},
            auto_id=f"id_{ident}_%s",
        )
        return TestRow(ident, number, test, column, written, form if opened.may_write else None)

    rows = sheet and [
        (
            test,
            [(column, cell, test_row(column, test) if column.is_relocation else None) for column, cell in cells],
        )
        for test, cells in sheet.rows
    ]
    old = currency.old_parts(opened.answer, assessment, case.office.coi_age_limit)
    justification = assessment.old_coi_justification
    if bound is not None and of is None:
        justify: Any = bound
    elif opened.may_write and (old or justification):
        justify = JustificationForm(
            initial={"justification": justification, "version": actions.text_version(justification)}
        )
    else:
        justify = None
    earlier = [
        (t, IpaTest(t.test).label, Conclusion(t.conclusion).label)
        for t in assessment.tests
        if t.place not in opened.proposed and (t.reasons or t.conclusion != Conclusion.NOT_ASSESSED)
    ]
    context = case_context(
        request,
        case,
        "relocation",
        sheet=sheet,
        rows=rows,
        old=old,
        age_limit=case.office.coi_age_limit,
        justification=justification,
        justify=justify,
        justify_conflict=conflict if of is None else None,
        earlier=earlier,
        answer=opened.answer,
        editions={e.code: e for e in opened.answer.editions},
        held_by=opened.held_by,
        may_write=opened.may_write,
        errors=errors,
    )
    return render(request, "assessments/relocation/page.html", context, status=status)


# --- gaps and questions -------------------------------------------------------------------------


@dataclass
class QuestionRow:
    """A question that was written, with its form where it may be changed."""

    row: Question
    form: QuestionForm | None
    conflict: Conflict | None = None


@dataclass
class GapRow:
    """A fact with what is asked about it, and what else might be."""

    ident: str
    fact: FactAnswer | None
    suggestions: tuple[gaps.Suggestion, ...]
    questions: list[QuestionRow]
    new: QuestionForm | None
    is_gap: bool


@require_http_methods(["GET", "HEAD", "POST"])
def gaps_page(request: HttpRequest, uuid: Any) -> HttpResponse:
    """What the COI leaves open, and the questions for a further interview or the COI unit."""
    opened = _opened(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    if request.method != "POST":
        return _gaps_page(request, opened)
    do = {"add": _add, "save": _change, "remove": _remove}.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    return do(request, opened)


def _add(request: HttpRequest, opened: Opened) -> HttpResponse:
    ident = request.POST.get("fact", "")
    if ident and ident not in {f.id for f in opened.file.facts}:
        refusal = ActionRefused(_("This fact is not part of the case any more. Open the page again to see what is."))
        return _gaps_page(request, opened, refusal=refusal)
    form = QuestionForm(request.POST, auto_id=f"id_new-{ident}_%s")
    if not form.is_valid():
        return _gaps_page(request, opened, bound=form, of=ident, errors=form.problems, status=UNPROCESSABLE)
    words = form.cleaned_data
    try:
        added = actions.add_question(
            opened.case,
            by=request.user,  # type: ignore[arg-type]
            fact=ident,
            to=words["to"],
            words=words["words"],
        )
    except ActionRefused as refusal:
        return _gaps_page(request, opened, bound=form, of=ident, refusal=refusal)
    messages.success(request, _("The question was added."))
    return redirect(reverse("gaps", args=[opened.case.uuid]) + f"#question-{added.pk}")


def _change(request: HttpRequest, opened: Opened) -> HttpResponse:
    pk = _pk(request)
    form = QuestionForm(request.POST, auto_id=f"id_q{pk}_%s")
    if not form.is_valid():
        if is_autosave(request):
            return not_saved(ActionRefused(form.first_problem), UNPROCESSABLE)
        return _gaps_page(request, opened, bound=form, of=pk, errors=form.problems, status=UNPROCESSABLE)
    words = form.cleaned_data
    try:
        row = actions.change_question(
            opened.case,
            by=request.user,  # type: ignore[arg-type]
            pk=pk,
            to=words["to"],
            words=words["words"],
            version=words["version"],
            autosave=is_autosave(request),
        )
    except ActionRefused as refusal:
        return _question_refused(request, opened, refusal, form, pk)
    if is_autosave(request):
        return saved(row.version)
    messages.success(request, _("The question was saved."))
    return redirect(reverse("gaps", args=[opened.case.uuid]) + f"#question-{pk}")


def _remove(request: HttpRequest, opened: Opened) -> HttpResponse:
    pk = _pk(request)
    form = QuestionForm(request.POST, auto_id=f"id_q{pk}_%s")
    form.is_valid()  # what was typed since the last save is not needed: the question goes
    version = form.cleaned_data.get("version", -1)
    try:
        removed = actions.remove_question(opened.case, by=request.user, pk=pk, version=version)  # type: ignore[arg-type]
    except ActionRefused as refusal:
        return _question_refused(request, opened, refusal, form, pk)
    # no redirect: the words are offered back on this answer, and are kept nowhere else
    return _gaps_page(request, opened, removed=removed)


def _question_refused(
    request: HttpRequest, opened: Opened, refusal: ActionRefused, form: QuestionForm, pk: int
) -> HttpResponse:
    if is_autosave(request):
        return not_saved(refusal)
    conflict = None
    if isinstance(refusal, StaleCase) and not isinstance(refusal, HeldElsewhere):
        if refusal.theirs is None:  # taken out meanwhile: what was typed can be added again
            return _gaps_page(request, opened, bound=form, of="", refusal=refusal)
        conflict, token = _conflict(refusal)
        form.over(token)
    return _gaps_page(request, opened, bound=form, of=pk, refusal=refusal, conflict=conflict)


def _pk(request: HttpRequest) -> int:
    stated = request.POST.get("question", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else 0


def _gaps_page(
    request: HttpRequest,
    opened: Opened,
    *,
    status: int = 200,
    bound: QuestionForm | None = None,
    of: int | str | None = None,  # a question, or the fact of a new one
    conflict: Conflict | None = None,
    errors: list[dict[str, str]] | None = None,
    refusal: ActionRefused | None = None,
    removed: Question | None = None,
    pdf_refusal: str = "",
) -> HttpResponse:
    if refusal:
        status, errors = CONFLICT, [{"message": str(refusal), "href": f"#question-{of}" if conflict else ""}]
    written = list(opened.case.questions.select_related("saved_by"))
    facts = {f.stated.id: f for f in opened.answer.facts}
    found = {gap.fact.stated.id: gap for gap in gaps.gaps(opened.answer)}
    by_fact: dict[str, list[QuestionRow]] = {}
    for row in written:
        by_fact.setdefault(row.fact_ident if row.fact_ident in facts else "", []).append(
            _question_row(opened, row, bound if of == row.pk else None, conflict)
        )
    asked = [QuestionWritten(row.pk, row.fact_ident, row.to, row.words) for row in written]

    def gap_row(ident: str) -> GapRow:
        gap = found.get(ident)
        new = QuestionForm(auto_id=f"id_new-{ident}_%s") if opened.may_write else None
        return GapRow(
            ident=ident,
            fact=facts.get(ident),
            suggestions=gap.not_taken(asked) if gap else (),
            questions=by_fact.get(ident, []),
            new=bound if bound is not None and of == ident else new,
            is_gap=gap is not None,
        )

    context = case_context(
        request,
        opened.case,
        "gaps",
        gaps=[gap_row(ident) for ident in facts],
        general=gap_row(""),
        has_gaps=bool(found),
        has_questions=bool(written),
        removed=removed,
        removed_fact=removed.fact_ident if removed and removed.fact_ident in facts else "",
        answer=opened.answer,
        held_by=opened.held_by,
        may_write=opened.may_write,
        errors=errors,
        pdf_refusal=pdf_refusal,
    )
    return render(request, "assessments/gaps/page.html", context, status=status)


def _question_row(opened: Opened, row: Question, bound: QuestionForm | None, conflict: Conflict | None) -> QuestionRow:
    if bound is not None:
        return QuestionRow(row, bound, conflict)
    form = QuestionForm(initial={"to": row.to, "words": row.words, "version": row.version}, auto_id=f"id_q{row.pk}_%s")
    return QuestionRow(row, form if opened.may_write else None)


@require_safe
def questions_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The questions as a file: all, or those for one of the two (``?to=``)."""
    opened = _opened(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    to = request.GET.get("to", "")
    if to and to not in QuestionTo.values:
        raise Http404
    try:
        pdf = disclosures.questions_pdf(opened.answer, opened.assessment, office=str(opened.case.office), to=to)
    except MemoFailed as refusal:
        return _gaps_page(request, opened, pdf_refusal=str(refusal), status=_pdf_status(refusal))
    actions.export_questions(opened.case, by=request.user)  # type: ignore[arg-type]
    return _file(pdf, opened.case, "questions")


# --- the disclosure sheet -----------------------------------------------------------------------


@require_safe
def disclosure(request: HttpRequest, uuid: Any) -> HttpResponse:
    """All COI that was matched, for the applicant or counsel, without internal notes."""
    opened = _opened(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    return _disclosure_page(request, opened)


def _disclosure_page(request: HttpRequest, opened: Opened, *, pdf_refusal: str = "", status: int = 200) -> HttpResponse:
    sheet = disclosures.build(opened.answer, opened.assessment, office=str(opened.case.office))
    context = case_context(request, opened.case, "disclosure", sheet=sheet, pdf_refusal=pdf_refusal)
    return render(request, "assessments/disclosure/page.html", context, status=status)


@require_safe
def disclosure_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The sheet as a file."""
    opened = _opened(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    try:
        pdf = disclosures.pdf(disclosures.build(opened.answer, opened.assessment, office=str(opened.case.office)))
    except MemoFailed as refusal:
        return _disclosure_page(request, opened, pdf_refusal=str(refusal), status=_pdf_status(refusal))
    actions.export_disclosure(opened.case, by=request.user)  # type: ignore[arg-type]
    return _file(pdf, opened.case, "disclosure")


def _pdf_status(refusal: MemoFailed) -> int:
    return UNPROCESSABLE if isinstance(refusal, MissingGlyph) else UNAVAILABLE


def _file(pdf: bytes, case: Case, what: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="footnote-{what}-{str(case.uuid)[:8]}.pdf"'
    return response


urlpatterns = [
    path("cases/<uuid:uuid>/relocation/", relocation, name="relocation"),
    path("cases/<uuid:uuid>/gaps/", gaps_page, name="gaps"),
    path("cases/<uuid:uuid>/questions.pdf", questions_pdf, name="questions-export"),
    path("cases/<uuid:uuid>/disclosure/", disclosure, name="disclosure"),
    path("cases/<uuid:uuid>/disclosure.pdf", disclosure_pdf, name="disclosure-export"),
]
