"""The points that COI leaves open, and the questions for a further interview or the COI unit."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions
from assessments.actions import ActionRefused, StaleCase
from assessments.actions.renderings import NotReady, What
from assessments.assessing import open_questions
from assessments.assessing.assessment import QuestionWritten
from assessments.assessing.fact_presenter import PresentedFact, present
from assessments.memo import printing
from assessments.memo.pdf_renderer import MemoFailed
from assessments.models import Question
from assessments.models.codes import QuestionTo
from assessments.pages.case_with_answer import Opened, opened_case
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, is_autosave
from assessments.pages.forms.relocation import QuestionForm
from assessments.pages.pdf_files import as_file, being_made, kept_file, name_of, status_of
from assessments.pages.saving import Conflict, conflict_of, save, unreadable


@dataclass
class QuestionRow:
    """A question, with its form if it may be changed."""

    row: Question
    form: QuestionForm | None
    conflict: Conflict | None = None


@dataclass
class GapRow:
    """A fact with its questions and with further suggestions."""

    ident: str
    fact: PresentedFact | None
    suggestions: tuple[open_questions.Suggestion, ...]
    questions: list[QuestionRow]
    new: QuestionForm | None
    is_gap: bool


@require_http_methods(["GET", "HEAD", "POST"])
def gaps_page(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show the points that COI leaves open, and the questions for a further interview or the COI unit."""
    opened = opened_case(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    if request.method != "POST":
        return _gaps_page(request, opened)
    do = {"add": _add, "add-all": _add_all, "save": _change, "remove": _remove}.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    return do(request, opened)


def _add(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    ident = request.POST.get("fact", "")
    if ident and ident not in {f.id for f in opened.file.facts}:
        refusal = ActionRefused(_("This fact is no longer part of the case. Reload the page."))
        return _gaps_page(request, opened, refusal=refusal)
    form = QuestionForm(request.POST, auto_id=f"id_new-{ident}_%s")
    if not form.is_valid():
        return _gaps_page(request, opened, bound=form, of=ident, errors=form.problems, status=UNPROCESSABLE)
    words = form.cleaned_data

    def kept(added: Question) -> HttpResponse:
        messages.success(request, _("The question was added."))
        return redirect(reverse("gaps", args=[opened.case.uuid]) + f"#question-{added.pk}")

    return save(
        request,
        lambda: actions.add_question(opened.case, by=user, fact=ident, to=words["to"], words=words["words"]),
        kept=kept,
        refused=lambda refusal: _gaps_page(request, opened, bound=form, of=ident, refusal=refusal),
    )


def _add_all(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Add every question suggested on a fact that is not there yet."""
    user: Any = request.user
    ident = request.POST.get("fact", "")
    suggested = next((gap for gap in open_questions.gaps(opened.answer) if gap.fact.stated.id == ident), None)

    def add_all() -> int:
        wanted = suggested.not_taken(opened.assessment.questions) if suggested else ()
        for each in wanted:
            actions.add_question(opened.case, by=user, fact=ident, to=each.to, words=each.words)
        return len(wanted)

    def kept(n: int) -> HttpResponse:
        said = ngettext("%(n)d question was added.", "%(n)d questions were added.", n)
        messages.success(request, said % {"n": n})
        return redirect(reverse("gaps", args=[opened.case.uuid]) + f"#gap-{ident}")

    return save(request, add_all, kept=kept, refused=lambda refusal: _gaps_page(request, opened, refusal=refusal))


def _change(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    pk = _pk(request)
    form = QuestionForm(request.POST, auto_id=f"id_q{pk}_%s")
    if not form.is_valid():
        if is_autosave(request):
            return unreadable(form.first_problem)
        return _gaps_page(request, opened, bound=form, of=pk, errors=form.problems, status=UNPROCESSABLE)
    words, autosaves = form.cleaned_data, is_autosave(request)

    def change() -> Question:
        said = {"to": words["to"], "words": words["words"], "version": words["version"]}
        return actions.change_question(opened.case, by=user, pk=pk, **said, autosave=autosaves)

    def kept(row: Question) -> HttpResponse:
        messages.success(request, _("The question was saved."))
        return redirect(reverse("gaps", args=[opened.case.uuid]) + f"#question-{pk}")

    return save(
        request,
        change,
        kept=kept,
        refused=lambda refusal: _gaps_page(request, opened, bound=form, of=pk, refusal=refusal),
        stale=lambda refusal: _stale(request, opened, refusal, form, pk),
        token=lambda row: {"version": row.version},
    )


def _remove(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    pk = _pk(request)
    form = QuestionForm(request.POST, auto_id=f"id_q{pk}_%s")
    form.is_valid()  # text typed since the last save is not needed: the question is removed
    version = form.cleaned_data.get("version", -1)
    return save(
        request,
        lambda: actions.remove_question(opened.case, by=user, pk=pk, version=version),
        # no redirect: only this answer can offer the text again
        kept=lambda removed: _gaps_page(request, opened, removed=removed),
        refused=lambda refusal: _gaps_page(request, opened, bound=form, of=pk, refusal=refusal),
        stale=lambda refusal: _stale(request, opened, refusal, form, pk),
    )


def _stale(request: HttpRequest, opened: Opened, refusal: StaleCase, form: QuestionForm, pk: int) -> HttpResponse:
    if refusal.theirs is None:  # removed meanwhile: the typed text can be added again
        return _gaps_page(request, opened, bound=form, of="", refusal=refusal)
    conflict, token = conflict_of(refusal)
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
    facts = {f.stated.id: present(opened.answer, f, opened.assessment) for f in opened.answer.facts}
    found = {gap.fact.stated.id: gap for gap in open_questions.gaps(opened.answer)}
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
    return render(request, "assessments/workspace/open_questions/page.html", context, status=status)


def _question_row(opened: Opened, row: Question, bound: QuestionForm | None, conflict: Conflict | None) -> QuestionRow:
    if bound is not None:
        return QuestionRow(row, bound, conflict)
    form = QuestionForm(initial={"to": row.to, "words": row.words, "version": row.version}, auto_id=f"id_q{row.pk}_%s")
    return QuestionRow(row, form if opened.may_write else None)


@require_safe
def questions_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Return the questions as a file: all, or with ``?to=`` those for one addressee."""
    opened = opened_case(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    to = request.GET.get("to", "")
    if to and to not in QuestionTo.values:
        raise Http404
    html = printing.questions_html(opened.answer, opened.assessment, office=str(opened.case.office), to=to)
    try:
        pdf = kept_file(opened.case, What.QUESTIONS, html, target=to)
    except NotReady as waits:
        return being_made(request, opened.case, waits, tab="gaps")
    except MemoFailed as refusal:
        return _gaps_page(request, opened, pdf_refusal=str(refusal), status=status_of(refusal))
    actions.export_questions(opened.case, by=request.user)  # type: ignore[arg-type]
    return as_file(pdf, name_of(opened.case, "questions"))


urlpatterns = [
    path("cases/<uuid:uuid>/gaps/", gaps_page, name="gaps"),
    path("cases/<uuid:uuid>/questions.pdf", questions_pdf, name="questions-export"),
]
