"""The page of one material fact: the COI on it and the officer's part, as a form or read-only."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import actions
from assessments.actions import permissions
from assessments.answer.answer import Answer, FactAnswer, answer
from assessments.assessing import evidence, fact_changes, pending_decisions, shown, stored_assessment
from assessments.assessing.assessment import Assessment, FactWritten
from assessments.assessing.fact_changes import Changes, Seen
from assessments.assessing.fact_presenter import present
from assessments.casefile import stored_case
from assessments.casefile.values import CaseFile
from assessments.memo.memo import fact_anchor
from assessments.models import Case, SectionReview
from assessments.models.codes import ExplanationAsked, ExternalConsistency, Indicator, Outcome, State
from assessments.pages.common import case_context, held_by
from assessments.pages.fact_history import read_facts
from assessments.pages.forms.assessment import FactForm
from assessments.pages.workspace.sentences import by_sentence

PAGE = "assessments/workspace/fact.html"


@dataclass(frozen=True)
class Opened:
    """A fact of a case, with the library's answer on all facts and the officer's part."""

    case: Case
    read: CaseFile
    answer: Answer
    assessment: Assessment
    fact: FactAnswer

    @property
    def ident(self) -> str:
        return self.fact.stated.id

    @property
    def pieces(self) -> tuple[evidence.Piece, ...]:
        return evidence.pieces(self.fact, self.assessment)

    @property
    def written(self) -> FactWritten:
        return self.assessment.of(self.ident)

    @property
    def seen(self) -> Seen:
        """Return what the page shows now."""
        return Seen.of(self.fact)

    @property
    def shown(self) -> str:
        """Return the same as a signed token, with what an indicator may name. An autosave with it needs no matching."""
        return shown.token(self.case, self.ident, self.seen, self.pieces)

    def seen_by(self, token: str) -> Seen | None:
        """Return what the page that sent this token showed; None if the answer has changed since.

        Before the first save, return it even then: it is stored as seen, and the officer is told what changed.
        """
        if token == self.seen.token:
            return self.seen
        rows = self.case.fact_assessments.filter(fact_ident=self.ident).exclude(answer_seen={})
        return None if rows.exists() else Seen.posted(token)

    @property
    def address(self) -> str:
        return reverse("fact", args=[self.case.uuid, self.ident])

    def neighbour(self, step: int) -> str:
        """Return the address of the fact before or after this one; empty at the ends."""
        idents = [f.stated.id for f in self.answer.facts]
        at = idents.index(self.ident) + step
        return idents[at] if 0 <= at < len(idents) else ""

    @property
    def next_page(self) -> str:
        """Return the address of the next page: the next fact, the places proposed, or the memo."""
        if following := self.neighbour(+1):
            return reverse("fact", args=[self.case.uuid, following])
        return reverse("relocation" if self.read.relocations else "preview", args=[self.case.uuid])


def open_fact(case: Case, ident: str) -> Opened:
    """Return the fact. Raises intake.BadCase if a place must be chosen again."""
    read = stored_case.case_file(case, today=timezone.localdate())
    if ident not in {f.id for f in read.facts}:
        raise Http404
    # profile and places have pages of their own
    found = answer(replace(read, traits=(), places=()), on=timezone.localdate())
    this = next(f for f in found.facts if f.stated.id == ident)
    return Opened(case, read, found, stored_assessment.assessment_of(case), this)


def fact_page(
    request: HttpRequest,
    opened: Opened,
    form: FactForm | None = None,
    *,
    version: int | None = None,
    errors: list[dict[str, str]] | None = None,
    failed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page. ``form`` holds typed text; ``failed``, a finding that could not be removed."""
    user: Any = request.user
    case, written = opened.case, opened.written
    actions.show_matches(case, by=user)
    actions.keep_reliance(case, opened.read, opened.answer, opened.assessment, by=user)
    changes = _changes(opened, user)
    holder = held_by(request, case)
    # keep typed text on the page, with the button to take over
    is_held = holder is not None and (form is not None or failed is not None)
    may_write = permissions.may_edit_now(user, case) and (holder is None or is_held)
    facts, _removed = read_facts(case, opened.answer, opened.assessment)
    read = next(fact for fact in facts if fact.ident == opened.ident)
    form = form or FactForm.of(opened.pieces, written)
    same = evidence.facts_with_same_reasoning(opened.assessment, opened.ident)
    context = case_context(
        request,
        case,
        "facts",
        title=_("Fact %(ident)s") % {"ident": opened.ident},
        ident=opened.ident,
        fact=read,
        answer=opened.answer,
        found=by_sentence(read),
        to_decide=_to_decide(opened),
        change=changes.by_fact.get(opened.ident),
        seen=request.POST.get("seen", "") if form.is_bound else opened.seen.token,
        shown=request.POST.get("shown", "") if form.is_bound else opened.shown,
        also=_other_facts_of_findings(opened),
        own_sources=opened.assessment.sources_on(opened.ident),
        links=_links(opened, changes),
        before=opened.neighbour(-1),
        after=opened.neighbour(+1),
        has_relocations=bool(opened.read.relocations),
        may_write=may_write,
        held_by=holder,
        is_held=is_held,
        form=form,
        indicators=_indicators(form),
        explanation_is_open=_explanation_is_open(opened, form),
        version=written.version if version is None else version,
        written=written,
        saved_row=case.fact_assessments.select_related("saved_by").filter(fact_ident=opened.ident).first(),
        officer=None if may_write else _read_only(opened),
        same_reasoning=same_reasoning(opened.ident, same) if same else "",
        review=_review_of(case, opened.ident),
        failed=failed,
        errors=[*(errors or []), *(form.lines_of_errors() if form.is_bound else [])],
    )
    return render(request, PAGE, context, status=status)


def _to_decide(opened: Opened) -> tuple[pending_decisions.ToDecide, ...]:
    """Return the decisions to make again on this fact.

    There are none while the case cannot be edited: its versions record what was decided.
    """
    if not opened.case.is_editable:
        return ()
    found = pending_decisions.to_decide(opened.answer, opened.assessment.undecided)
    return tuple(each for each in found if each.fact == opened.ident)


def _review_of(case: Case, ident: str) -> SectionReview | None:
    """Return the reviewer's comments on the fact while the case is returned with comments."""
    if case.state != State.RETURNED:
        return None
    newest = case.versions.order_by("-number").values("pk")[:1]
    found = SectionReview.objects.filter(version__in=newest, section=fact_anchor(ident))
    return found.select_related("version__decided_by").first()


def _changes(opened: Opened, user: Any) -> Changes:
    """Return how the COI changed since the officer wrote, while the case is being edited."""
    if not opened.case.is_editable:
        return Changes()
    found = fact_changes.changes(opened.case, opened.answer)
    actions.keep_marks(opened.case, found, by=user)
    return found


def _links(opened: Opened, changes: Changes) -> list[dict[str, Any]]:
    """Return the facts of the case, each with its position and how far the officer has come."""
    changed = {f.ident for f in opened.case.facts.all() if f.changed_after_matches_at}
    found = []
    for each in opened.answer.facts:
        written = opened.assessment.of(each.stated.id)
        said = present(opened.answer, each, opened.assessment)
        found.append(
            {
                "ident": each.stated.id,
                "said": said,
                "person": each.stated.person if said.whose else "",
                "outcome": Outcome(written.outcome).label,
                "is_assessed": written.is_assessed,
                "is_changed": each.stated.id in changed,
                "has_new_answer": each.stated.id in changes.by_fact,
            }
        )
    return found


def _other_facts_of_findings(opened: Opened) -> dict[str, str]:
    """Return the other facts that each finding bears on. Each fact decides separately whether to rely on it."""
    found: dict[str, list[str]] = {}
    for each in opened.answer.facts:
        if each.stated.id != opened.ident:
            for m in each.supporting + each.opposing:
                found.setdefault(m.card.key, []).append(each.stated.id)
    return {key: ", ".join(idents) for key, idents in found.items()}


def _indicators(form: FactForm) -> list[dict[str, Any]]:
    """Return the four indicators, each with its fields; those with text are unfolded."""
    return [
        {
            "code": code,
            "label": label,
            "is_open": form.is_open(code),
            "view": form[f"{code}_view"] if f"{code}_view" in form.fields else None,
            "words": form[f"{code}_words"],
            "rests": form[f"{code}_rests"] if f"{code}_rests" in form.fields else None,
            "expected": form[f"{code}_expected"] if f"{code}_expected" in form.fields else None,
        }
        for code, label in Indicator.choices
    ]


def _explanation_is_open(opened: Opened, form: FactForm) -> bool:
    """Return whether the explanation is unfolded: it is if COI opposes the fact or something was written."""
    names = ("explanation_asked", "explanation")
    return (
        bool(opened.fact.stated.explanation)
        or any(piece.opposes for piece in opened.pieces)
        or any(form[name].value() or name in form.errors for name in names)
    )


def _read_only(opened: Opened) -> dict[str, Any]:
    """Return the officer's part for a reader who cannot edit it."""
    written = opened.written
    named = {piece.key: f"{piece.where}: {piece.words}" for piece in opened.pieces}
    asked = written.explanation_asked
    return {
        "asked": ExplanationAsked(asked).label if asked else "",
        "outcome": Outcome(written.outcome).label,
        "indicators": [
            {
                "label": label,
                "of": of,
                "view": ExternalConsistency(of.view).label if of and of.view else "",
                "rests": [named.get(key, key) for key in of.relies_on] if of else [],
            }
            for code, label in Indicator.choices
            for of in [written.indicator(code)]
        ],
    }


def same_reasoning(ident: str, same: tuple[str, ...]) -> str:
    return _("The reasoning on %(fact)s is largely the same as on %(others)s. Check that it is about this fact.") % {
        "fact": ident,
        "others": ", ".join(same),
    }
