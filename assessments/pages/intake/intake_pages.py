"""The pages of the intake: a step as typed so far, the check of all answers, and the navigation."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Office
from assessments.actions import permissions, visible_cases
from assessments.casefile import reader, references, stored_case
from assessments.casefile.form_data import form_data
from assessments.casefile.intake_steps import BY_SLUG, CHECK, FACTS, FIRST, STEPS, Data, after
from assessments.casefile.problems import BadCase
from assessments.casefile.values import CaseFile
from assessments.models import Case, IntakeDraft
from assessments.pages.common import held_by, open_case, typed_words
from assessments.pages.forms import CaseForm
from assessments.pages.forms.answers import sections
from assessments.pages.forms.changes import focused
from assessments.pages.forms.fact_row import FactRow


@dataclass(frozen=True)
class Mark:
    """A step in the list of steps: its address and its status."""

    slug: str
    title: str
    href: str
    words: str
    is_current: bool
    anchors: str


@dataclass(frozen=True)
class FactMark:
    """A fact in the list of facts: its address, its subject and its status."""

    ident: str
    name: str  # the name of its row in the form, which starts the ids on its page
    title: str
    words: str
    href: str
    is_current: bool
    is_removed: bool


# --- reading a draft --------------------------------------------------------------------------------


def unstored_draft(request: HttpRequest, case: Case) -> IntakeDraft:
    """Return the stored case as a new draft. Only the first save stores the draft."""
    user: Any = request.user
    data = plain(form_data(stored_case.document_of(case), next_fact=stored_case.next_fact_number(case)))
    return IntakeDraft(
        uuid=uuid4(), office=case.office, author=user, case=case, case_version=case.version, version=1, data=data
    )


def draft_of(request: HttpRequest, uuid: Any) -> IntakeDraft:
    """Return the draft if the user may see it, otherwise raise 404."""
    found = IntakeDraft.objects.select_related("office", "author", "case__office", "case__author").filter(uuid=uuid)
    draft = found.first()
    if draft is None or not permissions.may_see_draft(request.user, draft):  # type: ignore[arg-type]
        raise Http404
    if draft.case is not None:
        draft.case = open_case(request, draft.case.uuid)
    return draft


def form_of(draft: IntakeDraft) -> CaseForm:
    return CaseForm(as_sent(draft.data), pattern=_pattern(draft))


def _pattern(draft: IntakeDraft) -> str:
    office: Office = draft.case.office if draft.case else draft.office
    return office.reference_pattern


def read_of(form: CaseForm, draft: IntakeDraft) -> CaseFile | None:
    """Return the case that the draft states. If it is not valid, return None and show every problem at its field."""
    read = None
    form.is_judged = True
    try:
        read = reader.read(form.document(), today=timezone.localdate(), on_form=True)
    except BadCase as error:
        form.show(error.problems)
    typed = form.data.get("reference", "").strip()
    if draft.case is None or draft.case.reference != typed:  # ask nothing about the reference that the case already has
        form.question_the_reference(_pattern(draft))
    if not form.head.errors.get("reference") and (taken := taken_reference(form, draft)):
        form.refuse(taken, at="reference")
    return read if not form.errors else None


def taken_reference(form: CaseForm, draft: IntakeDraft) -> str:
    """Return the message if another case of the office has the typed reference, otherwise an empty string."""
    typed = form.data.get("reference", "").strip()
    case = draft.case
    office = case.office_id if case is not None else draft.office_id
    if not typed or not visible_cases.is_reference_taken(typed, office, but=case.pk if case else None):
        return ""
    return references.taken_words(typed)


def as_sent(data: Data) -> "MultiValueDict[str, Any]":
    return MultiValueDict({name: list(values) for name, values in data.items()})


def plain(data: "MultiValueDict[str, Any]") -> Data:
    return {name: list(values) for name, values in data.lists()}


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the texts of a step as sent, with their labels."""
    form = CaseForm(request.POST)
    rows = [row for rows in form.rows.values() for row in rows]
    rows += [interview for fact in form.facts for interview in fact.interviews]
    return [line for part in (form.head, *rows) for line in typed_words(part)]


def has_room(form: CaseForm, kind: str) -> bool:
    return kind not in form.rows or form.may_add(kind)


# --- the pages --------------------------------------------------------------------------------------


def step_to_resume(draft: IntakeDraft, form: CaseForm | None = None) -> str:
    """Return the step where the writer stopped. A place that is no longer unique comes first.

    ``form`` is the draft's form if ``read_of`` has already checked it.
    """
    if form is None:
        form = form_of(draft)
        read_of(form, draft)
    return next((found.step for found in form.errors if found.step), draft.step if draft.version > 1 else FIRST)


def open_step(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    """Show the step as typed so far, or where the writer stopped if ``step`` is empty.

    Its problems are shown once somebody has started it.
    """
    form = form_of(draft)
    read = read_of(form, draft)
    step = step or step_to_resume(draft, form)
    if step == CHECK:
        return check_page(request, draft, form, read)
    if form.is_begun(step) and "row" not in request.GET:
        return step_page(request, draft, step, form, errors=form.errors_at(step, fact_id(request, step, form)))
    return step_page(request, draft, step, _unjudged(request, draft), steps=marks(draft, step, form))


def _unjudged(request: HttpRequest, draft: IntakeDraft) -> CaseForm:
    """Return the form without checking it, focused on the row that was just added, removed or put back."""
    form = form_of(draft)
    for changed in (row for rows in form.rows.values() for row in rows if row.name == request.GET.get("row")):
        changed.is_marked = "new" not in request.GET
        if "new" in request.GET:
            focused(changed)
    return form


def fact_on_page(request: HttpRequest, step: str, form: CaseForm) -> FactRow | None:
    """Return the fact on the page that was requested or posted; None on a page of another step."""
    if step != FACTS:
        return None
    posted = request.POST.getlist(FACTS)
    of_row = request.GET.get("row", "")
    found = [f for f in form.facts if f.key in posted[-1:] or f.name == of_row]
    return found[0] if found else form.fact(request.GET.get("fact", ""))


def fact_id(request: HttpRequest, step: str, form: CaseForm) -> str:
    """Return the id of the fact on the page; empty on a page of another step."""
    fact = fact_on_page(request, step, form)
    return fact.text("ident") if fact else ""


def step_page(
    request: HttpRequest, draft: IntakeDraft, step: str, form: CaseForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    if not more.get("errors") and not request.GET.get("row"):
        form.focus(step, fact_on_page(request, step, form))
    context = _context(request, draft, step, form) | more
    return render(request, f"assessments/intake/{step}.html", context, status=status)


def check_page(
    request: HttpRequest, draft: IntakeDraft, form: CaseForm, read: CaseFile | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = _context(request, draft, CHECK, form)
    errors = [
        {"message": e.message, "href": address_of(draft, e.step, e.href, fact=e.fact) if e.step else e.href}
        for e in form.errors
    ]
    context |= {"sections": sections(form, read), "errors": errors, "is_whole": not form.errors} | more
    return render(request, "assessments/intake/check.html", context, status=status)


def _context(request: HttpRequest, draft: IntakeDraft, step: str, form: CaseForm) -> dict[str, Any]:
    case = draft.case
    holder = held_by(request, case) if case is not None and request.method != "POST" else None
    fact = fact_on_page(request, step, form)
    return {
        "section": "cases",
        "draft": draft,
        "case": case,
        # after correcting one answer, the user goes back to check all of them
        "may_check": case is not None or (form.is_judged and not form.errors),
        "form": form,
        "step": BY_SLUG[step],
        "steps": marks(draft, step, form),
        "address": address_of(draft, step, fact=fact_id(request, step, form)),
        "next_address": next_address(draft, step, form, fact),
        "fact": fact,
        "facts": fact_marks(draft, form, fact) if step == FACTS else [],
        "next_fact": fact_after(form, fact),
        "held_by": holder,
        "may_write": holder is None,
        "is_behind": case is not None and case.version != draft.case_version,
    }


def address_of(draft: IntakeDraft, step: str, anchor: str = "", *, fact: str = "", **asked: str) -> str:
    """Return the address of a step or of a fact's page. Before its first save, an intake has no address of its own."""
    asked = ({"fact": fact} if fact else {}) | asked
    if draft.pk:
        return reverse("intake", args=[draft.uuid, step]) + (f"?{urlencode(asked)}" if asked else "") + anchor
    if draft.case is not None:
        return f"{reverse('case-edit', args=[draft.case.uuid])}?{urlencode({'step': step} | asked)}{anchor}"
    return reverse("case-new")


def fact_after(form: CaseForm, fact: FactRow | None) -> str:
    """Return the id of the next fact that is not removed; empty after the last."""
    following = form.facts[form.facts.index(fact) + 1 :] if fact is not None else []
    return next((f.text("ident") for f in following if not f.is_removed), "")


def next_address(draft: IntakeDraft, step: str, form: CaseForm, fact: FactRow | None) -> str:
    """Return the address of the next page: the next fact's if there is one, otherwise the next step's."""
    if step == FACTS and (ident := fact_after(form, fact)):
        return address_of(draft, FACTS, fact=ident)
    return address_of(draft, after(step))


def fact_marks(draft: IntakeDraft, form: CaseForm, current: FactRow | None) -> list[FactMark]:
    """Return every fact with what, where and when, or with the problem on its page."""
    marks = []
    for fact in form.facts:
        ident = fact.text("ident")
        title, words = fact.summary
        if wrong := len([e for e in form.errors if e.fact == ident]):
            words = ngettext("%(n)d problem", "%(n)d problems", wrong) % {"n": wrong}
        if fact.is_removed:
            words = _("will be removed when you save")
        href = address_of(draft, FACTS, fact=ident)
        marks.append(FactMark(ident, fact.name, title or _("New fact"), words, href, fact is current, fact.is_removed))
    return marks


def marks(draft: IntakeDraft, current: str, form: CaseForm) -> list[Mark]:
    """Return the steps, each with its status: its problems, or whether it has content."""
    marks = []
    for step in STEPS:
        words = ""
        if form.is_judged and step.slug != CHECK:
            wrong = len(form.errors_at(step.slug))
            if not form.is_begun(step.slug):
                words = _("empty")
            elif wrong:
                words = ngettext("%(n)d problem", "%(n)d problems", wrong) % {"n": wrong}
            else:
                words = _("filled in")
        # before its first save a new case has no other step
        href = address_of(draft, step.slug) if draft.pk or draft.case is not None else ""
        marks.append(Mark(step.slug, str(step.title), href, words, step.slug == current, " ".join(step.anchors)))
    return marks
