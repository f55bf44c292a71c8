"""The intake in steps: recording a case and changing it, kept as one types, with a script and without."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Office
from assessments import actions, intake, permissions, queries
from assessments.casefile import CaseFile
from assessments.forms import CaseForm
from assessments.forms.answers import sections
from assessments.forms.case import MOST_ROWS
from assessments.forms.changes import changed_row, focused
from assessments.forms.compare import differences
from assessments.forms.steps import BY_SLUG, CHECK, FIRST, STEPS, Data, after, merged
from assessments.forms.stored import BLANK, form_data
from assessments.models import Case, IntakeDraft
from assessments.views.common import (
    CONFLICT,
    UNPROCESSABLE,
    closed,
    held_by,
    is_autosave,
    not_saved,
    open_case,
    saved,
    typed_words,
)

STEP_OF_ROWS = {
    "persons": "applicant",
    "places": "applicant",
    "facts": "facts",
    "interviews": "facts",
    "relocations": "relocation",
}


@dataclass(frozen=True)
class Mark:
    """A step in the list of steps: where it leads, and in a word how far it is."""

    slug: str
    title: str
    href: str
    words: str
    is_current: bool
    anchors: str


# --- beginning --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first step of a new case; with its first save the intake has an address of its own."""
    user: Any = request.user
    if not permissions.may_record_cases(user):
        raise PermissionDenied
    if request.method != "POST":
        draft = IntakeDraft(uuid=uuid4(), office=user.office, author=user, version=0, data=_plain(form_data(BLANK)))
        return _step_page(request, draft, FIRST, _form(draft))
    uuid = _uuid(request.POST.get("draft", "")) or uuid4()
    known = IntakeDraft.objects.filter(uuid=uuid).first()
    if known is not None:  # sent twice, as after a lost connection
        return _posted(request, _draft(request, uuid), FIRST)
    data = merged(_plain(form_data(BLANK)), dict(request.POST.lists()), FIRST)
    draft = IntakeDraft(uuid=uuid, office=user.office, author=user, version=0, data=data)
    try:
        draft = actions.begin_draft(uuid, data, by=user)
    except actions.ActionRefused as refusal:
        return _refused(request, draft, FIRST, refusal)
    return _kept(request, draft, FIRST)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Change a case: a step as the case has it, or on to where somebody left off. The first save begins the change."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_case(user, case):
        raise PermissionDenied
    if not case.is_editable:
        return closed(request, case, _typed(request))
    draft, step = queries.draft_of(case), request.GET.get("step", "")
    if request.method == "POST":
        step = step if step in BY_SLUG and step != CHECK else FIRST
        return _posted(request, _draft(request, draft.uuid), step) if draft else _begun(request, case, step)
    if draft is not None:
        return redirect("intake", uuid=draft.uuid, step=step if step in BY_SLUG else _left_at(draft))
    if holder := held_by(request, case):
        return render(request, "assessments/intake/held.html", {"section": "cases", "case": case, "held_by": holder})
    draft = _unbegun(request, case)
    return _open_step(request, draft, step if step in BY_SLUG and step != CHECK else _left_at(draft))


def _unbegun(request: HttpRequest, case: Case) -> IntakeDraft:
    """The case as it stands, in a draft that nobody began: it is stored with the first save."""
    user: Any = request.user
    data = _plain(form_data(queries.document_of(case), next_fact=queries.next_fact_number(case)))
    return IntakeDraft(
        uuid=uuid4(), office=case.office, author=user, case=case, case_version=case.version, version=1, data=data
    )


def _left_at(draft: IntakeDraft) -> str:
    """Where the writer was last; a place that is no longer clear is asked about first."""
    form = _form(draft)
    _read(form, draft)
    return next((found.step for found in form.errors if found.step), draft.step if draft.version > 1 else FIRST)


def _begun(request: HttpRequest, case: Case, step: str) -> HttpResponse:
    """The first save of a change."""
    user: Any = request.user
    draft, posted = _unbegun(request, case), dict(request.POST.lists())
    draft.case_version = min(case.version, max(0, _number(request.POST.get("case_version", ""))))
    try:
        if "take_over" in request.POST:
            actions.take_over(case, by=user)
        kept = actions.begin_with_step(
            case,
            draft.data,
            step,
            posted,
            by=user,
            version=_number(request.POST.get("over") or request.POST.get("version", "")),
            case_version=draft.case_version,
            quietly=is_autosave(request),
        )
    except actions.ActionRefused as refusal:
        draft.data = merged(draft.data, posted, step)
        return _refused(request, draft, step, refusal)
    return _kept(request, kept, step)


# --- a step -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, uuid: Any, step: str) -> HttpResponse:
    """One step as it was typed so far; the last one shows all answers and saves the case."""
    draft = _draft(request, uuid)
    if step not in BY_SLUG:
        raise Http404
    if draft.case is not None and not draft.case.is_editable:
        return closed(request, draft.case, _typed(request))
    if request.method == "POST":
        return _finished(request, draft) if step == CHECK else _posted(request, draft, step)
    return _open_step(request, draft, step)


def _open_step(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    """The step as it was typed so far, with what is wrong on it once somebody began it."""
    form = _form(draft)
    read = _read(form, draft)
    if step == CHECK:
        return _check_page(request, draft, form, read)
    if form.is_begun(step) and "row" not in request.GET:
        return _step_page(request, draft, step, form, errors=form.errors_at(step))
    return _step_page(request, draft, step, _unjudged(request, draft), steps=_marks(draft, step, form))


def _unjudged(request: HttpRequest, draft: IntakeDraft) -> CaseForm:
    """The form where nobody is done typing: at the row that was just added, taken out or put back, if one was."""
    form = _form(draft)
    for changed in (row for rows in form.rows.values() for row in rows if row.name == request.GET.get("row")):
        changed.is_marked = "new" not in request.GET
        if "new" in request.GET:
            focused(changed)
    return form


@require_POST
def discard(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Throw away what was typed; a case that was being changed stays as it was."""
    user: Any = request.user
    draft = _draft(request, uuid)
    if draft.case is not None and not draft.case.is_editable:
        return closed(request, draft.case)
    try:
        actions.discard_draft(draft, by=user)
    except actions.ActionRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("intake", uuid=draft.uuid, step=draft.step)
    if draft.case is not None:
        messages.success(request, _("The changes were discarded; the case is as it was."))
        return redirect("case", uuid=draft.case.uuid)
    messages.success(request, _("The intake was discarded."))
    return redirect("home")


@require_POST
def row(request: HttpRequest, kind: str) -> HttpResponse:
    """One row for htmx: a new one, or one just marked as taken out or put back. It is kept with the next save."""
    user: Any = request.user
    if not permissions.may_record_cases(user):
        raise PermissionDenied
    if kind not in STEP_OF_ROWS:
        raise Http404
    uuid = _uuid(request.POST.get("draft", ""))
    known = uuid is not None and IntakeDraft.objects.filter(uuid=uuid).exists()
    changed_case = _uuid(request.POST.get("case", ""))
    stored: Data = {}
    if known:
        stored = _draft(request, uuid).data
    elif changed_case is not None:  # a change of a case that is not begun yet
        stored = _unbegun(request, _to_change(request, changed_case)).data
    form = CaseForm(_multi(merged(stored, dict(request.POST.lists()), STEP_OF_ROWS[kind])))
    if "add" in request.POST and not _has_room(form, request.POST["add"]):
        return HttpResponse(status=204)
    changed = changed_row(form, request.POST)
    if changed is None or changed.kind != kind:
        raise Http404
    return render(request, f"assessments/rows/{kind}.html", {"row": changed, "form": form})


# --- what was posted ----------------------------------------------------------------------------


def _posted(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    """Keep the step as typed; then on to the next, unless something on it is wrong."""
    user: Any = request.user
    posted = dict(request.POST.lists())
    version = _number(request.POST.get("over") or request.POST.get("version", ""))
    try:
        if "take_over" in request.POST and draft.case is not None:
            actions.take_over(draft.case, by=user)
        kept = actions.save_step(draft, step, posted, by=user, version=version, quietly=is_autosave(request))
    except actions.ActionRefused as refusal:
        draft.data = merged(draft.data, posted, step)
        return _refused(request, draft, step, refusal)
    return _kept(request, kept, step)


def _kept(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    """The step is stored; what comes next."""
    if is_autosave(request):
        return saved(draft.version, url=reverse("intake", args=[draft.uuid, step]))
    form = _form(draft)
    if any(name in request.POST for name in ("add", "remove", "restore")):
        return _row_changed(request, draft, step, form)
    if "leave" in request.POST:
        messages.success(request, _("What you typed is kept. Go on with it whenever you like."))
        return redirect("case", uuid=draft.case.uuid) if draft.case else redirect("home")
    _read(form, draft)
    if errors := form.errors_at(step):
        return _step_page(request, draft, step, form, errors=errors, status=UNPROCESSABLE, may_go_on=True)
    return redirect("intake", uuid=draft.uuid, step=after(step))


def _row_changed(request: HttpRequest, draft: IntakeDraft, step: str, form: CaseForm) -> HttpResponse:
    """A row was added, taken out or put back without a script: the page comes again, with the cursor there."""
    user: Any = request.user
    here = reverse("intake", args=[draft.uuid, step])
    if "add" in request.POST and not _has_room(form, request.POST["add"]):
        messages.warning(request, _("At most %(most)d entries of a kind are added here.") % {"most": MOST_ROWS})
        return redirect(here)
    changed = changed_row(form, request.POST)
    if changed is None:
        return redirect(here)
    try:
        actions.save_step(draft, step, _plain(form.data), by=user, version=draft.version)
    except actions.ActionRefused as refusal:
        return _refused(request, draft, step, refusal)
    if changed.kind == "interviews":
        return redirect(f"{here}#rows-{changed.fact}-interviews")  # type: ignore[attr-defined]
    # No fragment: with one, a browser would not put the cursor where the page asks for it.
    return redirect(f"{here}?{urlencode({'row': changed.name} | ({'new': '1'} if 'add' in request.POST else {}))}")


def _refused(request: HttpRequest, draft: IntakeDraft, step: str, refusal: actions.ActionRefused) -> HttpResponse:
    """Not kept: the page again with everything that was typed, and with what somebody else saved meanwhile."""
    form = _form(draft)
    if isinstance(refusal, actions.Incomplete):
        message = f"{form.label_of(refusal.field)}: {refusal}"
        if is_autosave(request):
            return not_saved(actions.Incomplete(message, refusal.field), UNPROCESSABLE)
        _read(form, draft)
        errors = form.errors_at(step) or [{"message": message}]
        return _step_page(request, draft, step, form, errors=errors, status=UNPROCESSABLE, is_unsaved=True)
    if is_autosave(request):
        if isinstance(refusal, actions.StaleCase) and not isinstance(refusal, actions.HeldElsewhere):
            refusal = actions.ActionRefused(f"{refusal} " + _("Press “Save and continue” to see both texts."))
        return not_saved(refusal)
    context: dict[str, Any] = {"is_unsaved": True, "errors": [{"message": str(refusal)}]}
    theirs = refusal.theirs if isinstance(refusal, actions.StaleCase) else None
    if isinstance(theirs, IntakeDraft):
        context["over"] = theirs.version
        context["differences"] = differences(form, _form(theirs), step)
    context["is_held"] = isinstance(refusal, actions.HeldElsewhere)
    return _step_page(request, draft, step, form, status=CONFLICT, **context)


def _finished(request: HttpRequest, draft: IntakeDraft) -> HttpResponse:
    """The last step: the answers become the case, or say what is still wrong with them."""
    user: Any = request.user
    form = _form(draft)
    read = _read(form, draft)
    if read is None or form.errors:
        return _check_page(request, draft, form, None, status=UNPROCESSABLE)
    over = _number(request.POST["over"]) if "over" in request.POST else None
    try:
        if "take_over" in request.POST and draft.case is not None:
            actions.take_over(draft.case, by=user)
        version = _number(request.POST.get("version", ""))
        case = actions.finish_draft(draft, read, by=user, version=version, case_version=over)
    except actions.ReferenceTaken as refusal:
        form.refuse(str(refusal), at="reference")
        return _check_page(request, draft, form, None, status=CONFLICT)
    except actions.ActionRefused as refusal:
        form.refuse(str(refusal))
        more: dict[str, Any] = {"is_held": isinstance(refusal, actions.HeldElsewhere)}
        now = IntakeDraft.objects.select_related("case").filter(pk=draft.pk).first()
        if now is not None and now.case is not None and now.case.version != now.case_version:
            stored = CaseForm(form_data(queries.document_of(now.case)))
            more |= {"newer": now.case, "differences": differences(form, stored)}
        return _check_page(request, draft, form, read, status=CONFLICT, **more)
    messages.success(request, _("The case was saved."))
    for sentence in _taken_for(read):
        messages.info(request, sentence)
    return redirect("case", uuid=case.uuid)


def _taken_for(read: CaseFile) -> list[str]:
    """What else bears the name of a place that was taken for the largest of them."""
    stated = [p.place for p in read.places] + [f.place for f in read.facts]
    sentences = []
    for place in stated:
        if place.located and place.also:
            others = ", ".join(f"{p.name} ({p.get_kind_display()})" for p in place.also)
            sentences.append(
                _("“%(typed)s” was taken for the %(kind)s. The name is also borne by: %(others)s.")
                % {"typed": place.typed, "kind": place.place.get_kind_display(), "others": others}
            )
    return list(dict.fromkeys(sentences))


# --- reading it ---------------------------------------------------------------------------------


def _draft(request: HttpRequest, uuid: Any) -> IntakeDraft:
    """The draft for whoever may see it; for all others it does not exist."""
    found = IntakeDraft.objects.select_related("office", "author", "case__office", "case__author").filter(uuid=uuid)
    draft = found.first()
    if draft is None or not permissions.may_see_draft(request.user, draft):  # type: ignore[arg-type]
        raise Http404
    if draft.case is not None:
        draft.case = open_case(request, draft.case.uuid)
    return draft


def _form(draft: IntakeDraft) -> CaseForm:
    return CaseForm(_multi(draft.data), pattern=_pattern(draft))


def _pattern(draft: IntakeDraft) -> str:
    office: Office = draft.case.office if draft.case else draft.office
    return office.reference_pattern


def _read(form: CaseForm, draft: IntakeDraft) -> CaseFile | None:
    """The case that the draft states, or None; every problem is then at its field."""
    read = None
    form.is_judged = True
    try:
        read = intake.read(form.document(), today=timezone.localdate())
    except intake.BadCase as error:
        form.show(error.problems)
    typed = form.data.get("reference", "").strip()
    if draft.case is None or draft.case.reference != typed:  # one that a case bears already is not asked about anew
        form.question_the_reference(_pattern(draft))
    return read if not form.errors else None


def _multi(data: Data) -> "MultiValueDict[str, Any]":
    return MultiValueDict({name: list(values) for name, values in data.items()})


def _plain(data: "MultiValueDict[str, Any]") -> Data:
    return {name: list(values) for name, values in data.lists()}


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The texts of a step as they were sent, by their labels."""
    form = CaseForm(request.POST)
    rows = [row for rows in form.rows.values() for row in rows]
    rows += [interview for fact in form.facts for interview in fact.interviews]
    return [line for part in (form.head, *rows) for line in typed_words(part)]


def _to_change(request: HttpRequest, uuid: UUID) -> Case:
    """The case, for whoever may change it now; for all others it does not exist."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_now(user, case):
        raise Http404
    return case


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    """A version as a form states it; what is no number is never the current one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _has_room(form: CaseForm, kind: str) -> bool:
    return kind not in form.rows or form.may_add(kind)


# --- the pages ----------------------------------------------------------------------------------


def _step_page(
    request: HttpRequest, draft: IntakeDraft, step: str, form: CaseForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    if not more.get("errors") and not request.GET.get("row"):
        form.focus(step)
    context = _context(request, draft, step, form) | more
    return render(request, f"assessments/intake/{step}.html", context, status=status)


def _check_page(
    request: HttpRequest, draft: IntakeDraft, form: CaseForm, read: CaseFile | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = _context(request, draft, CHECK, form)
    errors = [{"message": e.message, "href": _href(draft, e.step, e.href) if e.step else e.href} for e in form.errors]
    context |= {"sections": sections(form, read), "errors": errors, "is_whole": not form.errors} | more
    return render(request, "assessments/intake/check.html", context, status=status)


def _context(request: HttpRequest, draft: IntakeDraft, step: str, form: CaseForm) -> dict[str, Any]:
    case = draft.case
    holder = held_by(request, case) if case is not None and request.method != "POST" else None
    return {
        "section": "cases",
        "draft": draft,
        "case": case,
        "form": form,
        "step": BY_SLUG[step],
        "steps": _marks(draft, step, form),
        "address": _href(draft, step),
        "next_address": _href(draft, after(step)),
        "held_by": holder,
        "may_write": holder is None,
        "is_behind": case is not None and case.version != draft.case_version,
    }


def _href(draft: IntakeDraft, step: str, anchor: str = "") -> str:
    """Where a step is; before the first save it has no address of its own."""
    if draft.pk:
        return reverse("intake", args=[draft.uuid, step]) + anchor
    if draft.case is not None:
        return f"{reverse('case-edit', args=[draft.case.uuid])}?step={step}{anchor}"
    return reverse("case-new")


def _marks(draft: IntakeDraft, current: str, form: CaseForm) -> list[Mark]:
    """The steps with a word each: what is wrong on it, or whether anything stands on it."""
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
        # before the first save of a change there are no answers to check, and of a new case there is one step
        href = _href(draft, step.slug) if draft.pk or (draft.case is not None and step.slug != CHECK) else ""
        marks.append(Mark(step.slug, str(step.title), href, words, step.slug == current, " ".join(step.anchors)))
    return marks


urlpatterns = [
    path("cases/new/", new, name="case-new"),
    path("cases/rows/<slug:kind>/", row, name="case-row"),
    path("cases/<uuid:uuid>/edit/", edit, name="case-edit"),
    path("intake/<uuid:uuid>/discard/", discard, name="intake-discard"),
    path("intake/<uuid:uuid>/<slug:step>/", step, name="intake"),
]
