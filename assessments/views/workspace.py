"""One material fact at a time: what the COI says of it, and the officer’s part."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions, evidence, intake, permissions, queries, reading, wording
from assessments.answer import Answer, FactAnswer, answer
from assessments.assessment import Assessment, FactWritten
from assessments.casefile import CaseFile
from assessments.forms.assessment import (
    Difference,
    FactForm,
    ReasonForm,
    SourceForm,
    chosen,
    differences,
    values_of,
)
from assessments.memo import fact_anchor
from assessments.models import Case, OwnSource, SectionReview
from assessments.views.common import (
    CONFLICT,
    UNPROCESSABLE,
    case_context,
    closed,
    held_by,
    is_autosave,
    not_saved,
    open_case,
    saved,
    typed_words,
)
from assessments.vocabulary import ExplanationAsked, Indicator, Outcome, View
from assessments.workflow import State
from coi.words import coi_age_line
from matching.match import Relation

PAGE = "assessments/workspace/fact.html"


@dataclass(frozen=True)
class Opened:
    """A fact of a case with what the library says of all of them, and what the officer wrote."""

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
    def address(self) -> str:
        return reverse("fact", args=[self.case.uuid, self.ident])

    def neighbour(self, step: int) -> str:
        """The fact before or after this one; empty at the ends."""
        idents = [f.stated.id for f in self.answer.facts]
        at = idents.index(self.ident) + step
        return idents[at] if 0 <= at < len(idents) else ""


# --- the fact ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def fact(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """The COI on one fact beside what the officer writes of it."""
    user: Any = request.user
    case = _writers(request, uuid) if request.method == "POST" else open_case(request, uuid)
    if request.method == "POST" and not case.is_editable:
        return _closed(request, case)
    try:
        opened = _open(case, ident)
    except intake.BadCase:
        messages.warning(request, _("The matches cannot be shown before a place of this case is chosen again."))
        return redirect("case-edit" if permissions.may_edit_now(user, case) else "case", uuid=case.uuid)
    if request.method == "POST":
        return _autosave(request, opened) if is_autosave(request) else _save(request, opened)
    return _page(request, opened)


def _writers(request: HttpRequest, uuid: Any) -> Case:
    """The case, where this person may write in it; whether its state allows it now is another question."""
    user: Any = request.user
    case = open_case(request, uuid)
    if not permissions.may_edit_case(user, case):
        raise PermissionDenied
    return case


def _closed(request: HttpRequest, case: Case) -> HttpResponse:
    """Its state does not allow it: with what was typed of a fact."""
    return closed(request, case, typed_words(FactForm((), request.POST)))


def _open(case: Case, ident: str) -> Opened:
    """Raises intake.BadCase where a place has to be asked about again."""
    read = queries.case_file(case, today=timezone.localdate())
    if ident not in {f.id for f in read.facts}:
        raise Http404
    # profile and places stand on pages of their own
    found = answer(replace(read, traits=(), places=()), on=timezone.localdate())
    this = next(f for f in found.facts if f.stated.id == ident)
    return Opened(case, read, found, queries.assessment_of(case), this)


def _version(request: HttpRequest) -> int:
    stated = request.POST.get("version", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 0


def _autosave(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    form = FactForm(opened.pieces, request.POST)
    if not form.is_valid() and form.has_bad_text:
        refusal = actions.ActionRefused(form.lines_of_errors()[0]["message"])
        return not_saved(refusal, status=UNPROCESSABLE)
    try:
        written = form.written(opened.ident, _version(request))
        row, held_back = actions.autosave_fact(opened.case, written, opened.pieces, by=user)
    except actions.ActionRefused as refusal:
        return not_saved(refusal)
    return saved(row.version, note=" ".join(held_back))


def _save(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    data, version = request.POST, _version(request)
    if "resolve" in data and version == opened.written.version:
        mine = _values(FactForm(opened.pieces, data), opened.ident)
        theirs = values_of(opened.written)
        data, unsettled = chosen(data, differences(FactForm(opened.pieces), mine, theirs), theirs)
        if unsettled:
            return _conflict(request, opened, FactForm(opened.pieces, request.POST), unsettled)
    form = FactForm(opened.pieces, data)
    form.is_valid()
    written, notes = evidence.with_words(form.written(opened.ident, version))
    form.complain(evidence.lacking(written, opened.pieces))
    if form.errors:
        return _page(request, opened, form, version=version, status=UNPROCESSABLE)
    try:
        if "take-over" in data:
            actions.take_over(opened.case, by=user)
        actions.save_fact(opened.case, written, opened.pieces, by=user)
    except actions.NotAllowed:
        return _closed(request, opened.case)
    except actions.HeldElsewhere as refusal:
        return _page(
            request,
            opened,
            form,
            version=version,
            errors=[{"message": str(refusal), "href": "#take-over"}],
            status=CONFLICT,
        )
    except actions.StaleCase:
        return _conflict(request, replace(opened, assessment=queries.assessment_of(opened.case)), form)
    return _saved(request, opened, data, notes)


def _saved(request: HttpRequest, opened: Opened, data: Any, notes: tuple[str, ...]) -> HttpResponse:
    messages.success(request, _("Fact %(fact)s is saved.") % {"fact": opened.ident})
    for note in notes:
        messages.info(request, note)
    if data.get("then") != "next":
        return redirect(opened.address)
    same = evidence.facts_with_same_reasoning(queries.assessment_of(opened.case), opened.ident)
    if same:
        messages.info(request, _same_reasoning(opened.ident, same))
    following = opened.neighbour(+1)
    if not following:  # the last of them: the memo is read next
        return redirect("preview", uuid=opened.case.uuid)
    return redirect("fact", uuid=opened.case.uuid, ident=following)


def _same_reasoning(ident: str, same: tuple[str, ...]) -> str:
    return _("The reasoning on %(fact)s is largely the same as on %(others)s. Check that it speaks of this fact.") % {
        "fact": ident,
        "others": ", ".join(same),
    }


def _values(form: FactForm, ident: str) -> dict[str, Any]:
    form.is_valid()
    return values_of(form.written(ident, 0))


def _conflict(
    request: HttpRequest, opened: Opened, form: FactForm, unsettled: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Both texts side by side: what was typed here, and what somebody saved meanwhile."""
    mine, theirs = _values(form, opened.ident), values_of(opened.written)
    found = differences(FactForm(opened.pieces), mine, theirs)
    if not found:
        return _saved(request, opened, request.POST, ())
    row = opened.case.fact_assessments.select_related("saved_by").get(fact_ident=opened.ident)
    context = case_context(
        request,
        opened.case,
        "facts",
        title=_("Fact %(ident)s: two texts") % {"ident": opened.ident},
        ident=opened.ident,
        differences=_to_settle(request, found, is_again=unsettled is not None),
        mine=_hidden(mine),
        row=row,
        action=opened.address,
        errors=unsettled or [],
    )
    return render(request, "assessments/workspace/conflict.html", context, status=CONFLICT)


def _to_settle(request: HttpRequest, found: tuple[Difference, ...], *, is_again: bool) -> list[dict[str, Any]]:
    """What was merged by hand is kept; what was picked only while it is the same two texts that are asked about."""
    return [
        {
            "of": difference,
            "picked": request.POST.get(f"pick-{difference.name}", "") if is_again else "",
            "merged": request.POST.get(f"merged-{difference.name}", difference.both),
        }
        for difference in found
    ]


def _hidden(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, each) for name, value in values.items() for each in (value if isinstance(value, list) else [value])]


def _page(
    request: HttpRequest,
    opened: Opened,
    form: FactForm | None = None,
    *,
    version: int | None = None,
    errors: list[dict[str, str]] | None = None,
    failed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """``form`` as it was typed; ``failed`` a finding that could not be taken out, with what was typed there."""
    user: Any = request.user
    case, written = opened.case, opened.written
    actions.show_matches(case, by=user)
    actions.keep_reliance(case, opened.read, opened.answer, opened.assessment, by=user)
    holder = held_by(request, case)
    # whoever typed something keeps it before their eyes, with the way to take over
    is_held = holder is not None and (form is not None or failed is not None)
    may_write = permissions.may_edit_now(user, case) and (holder is None or is_held)
    read = reading.read_fact(case, opened.answer, opened.ident)
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
        shelves=reading.shelves(read, opened.assessment),
        also=_also(opened),
        own_sources=opened.assessment.sources_on(opened.ident),
        ages=tuple(coi_age_line(e.title, e.cut_off, e.age_months) for e in opened.answer.editions),
        links=_links(opened),
        before=opened.neighbour(-1),
        after=opened.neighbour(+1),
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
        same_reasoning=_same_reasoning(opened.ident, same) if same else "",
        review=_review_of(case, opened.ident),
        failed=failed,
        errors=[*(errors or []), *(form.lines_of_errors() if form.is_bound else [])],
    )
    return render(request, PAGE, context, status=status)


def _review_of(case: Case, ident: str) -> SectionReview | None:
    """What the reviewer said of the fact, as long as it came back with comments."""
    if case.state != State.RETURNED:
        return None
    newest = case.versions.order_by("-number").values("pk")[:1]
    found = SectionReview.objects.filter(version__in=newest, section=fact_anchor(ident))
    return found.select_related("version__decided_by").first()


def _links(opened: Opened) -> list[dict[str, Any]]:
    """The facts of the case, each with its position and how far the officer has come."""
    changed = {f.ident for f in opened.case.facts.all() if f.changed_after_matches_at}
    found = []
    for each in opened.answer.facts:
        written = opened.assessment.of(each.stated.id)
        found.append(
            {
                "ident": each.stated.id,
                "statement": each.stated.statement,
                "position": each.position.value,
                "position_words": wording.position_words(each.outcome),
                "outcome": Outcome(written.outcome).label,
                "is_assessed": written.is_assessed,
                "is_changed": each.stated.id in changed,
            }
        )
    return found


def _also(opened: Opened) -> dict[str, str]:
    """On which other facts a finding bears: taking it out concerns those as well."""
    found: dict[str, list[str]] = {}
    for each in opened.answer.facts:
        if each.stated.id != opened.ident:
            for m in each.supporting + each.opposing:
                found.setdefault(m.card.key, []).append(each.stated.id)
    return {key: ", ".join(idents) for key, idents in found.items()}


def _indicators(form: FactForm) -> list[dict[str, Any]]:
    """The four, each with its fields; open where something was written."""
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
    """In view where COI points the other way or something was written; else folded."""
    names = ("explanation_asked", "explanation")
    return (
        bool(opened.fact.stated.explanation)
        or any(piece.opposes for piece in opened.pieces)
        or any(form[name].value() or name in form.errors for name in names)
    )


def _read_only(opened: Opened) -> dict[str, Any]:
    """The officer's part for whoever does not write in it."""
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
                "view": View(of.view).label if of and of.view else "",
                "rests": [named.get(key, key) for key in of.relies_on] if of else [],
            }
            for code, label in Indicator.choices
            for of in [written.indicator(code)]
        ],
    }


# --- what is relied on ------------------------------------------------------------------------


@require_POST
def omission(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """Take a supporting or opposing finding out, with the reason; or rely on it again."""
    user: Any = request.user
    case = _writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, typed_words(ReasonForm(request.POST)))
    opened = _open_to_write(case, ident)
    key = request.POST.get("finding", "")
    if request.POST.get("do") == "rely":
        if not opened.assessment.reason_for_omitting(key):
            return redirect(opened.address)  # it is relied on already
        return _done(request, opened, key, lambda: actions.rely(opened.case, key, by=user))
    if key not in {m.card.key for f in opened.answer.facts for m in f.supporting + f.opposing}:
        message = _("This finding neither supports a fact of the case nor points the other way.")
        return _page(request, opened, errors=[{"message": message}], status=UNPROCESSABLE)
    form, version = ReasonForm(request.POST), _version(request)
    if not form.is_valid():
        return _failed(request, opened, key, form.lines_of_errors()[0]["message"], version, UNPROCESSABLE)
    reason = form.cleaned_data["reason"]
    try:
        if "take-over" in request.POST:
            actions.take_over(opened.case, by=user)
        return _done(
            request, opened, key, lambda: actions.omit(opened.case, key, reason=reason, version=version, by=user)
        )
    except actions.StaleCase as refusal:
        theirs: Any = refusal.theirs
        message = str(refusal)
        if theirs:
            message += " " + _("It reads: “%(reason)s”. Yours is kept below; saving it replaces the other.") % {
                "reason": theirs.reason
            }
        return _failed(request, opened, key, message, theirs.version if theirs else 0, CONFLICT)
    except actions.Incomplete as refusal:
        return _failed(request, opened, key, str(refusal), version, UNPROCESSABLE)


@require_POST
def context(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """Take context into the memo, or leave it out again."""
    user: Any = request.user
    case = _writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, typed_words(ReasonForm(request.POST)))
    opened = _open_to_write(case, ident)
    key = request.POST.get("finding", "")
    if request.POST.get("do") == "drop":
        if (opened.ident, key) not in opened.assessment.context_taken:
            return redirect(opened.address)  # it is out already
        return _done(request, opened, key, lambda: actions.drop_context(opened.case, opened.ident, key, by=user))
    if key not in {m.card.key for m in opened.fact.of(Relation.CONTEXT)}:
        message = _("This finding is not context of the fact.")
        return _page(request, opened, errors=[{"message": message}], status=UNPROCESSABLE)
    return _done(request, opened, key, lambda: actions.take_context(opened.case, opened.ident, key, by=user))


def _open_to_write(case: Case, ident: str) -> Opened:
    try:
        return _open(case, ident)
    except intake.BadCase as error:
        raise Http404 from error


def _done(request: HttpRequest, opened: Opened, key: str, act: Any) -> HttpResponse:
    """Back to the finding, where it stands now."""
    try:
        act()
    except actions.NotAllowed:
        return closed(request, opened.case, typed_words(ReasonForm(request.POST)))
    except actions.HeldElsewhere as refusal:
        return _failed(request, opened, key, str(refusal), _version(request), CONFLICT, is_held=True)
    return redirect(f"{opened.address}#finding-{key.replace('/', '-')}")


def _failed(
    request: HttpRequest, opened: Opened, key: str, message: str, version: int, status: int, *, is_held: bool = False
) -> HttpResponse:
    failed = {
        "key": key,
        "message": message,
        "reason": request.POST.get("reason", ""),
        "version": version,
        "is_held": is_held,
    }
    errors = [{"message": message, "href": f"#reason-{key.replace('/', '-')}"}]
    return _page(request, opened, failed=failed, errors=errors, status=status)


# --- own sources ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Add a source of the officer's own, on a fact or on a proposed place."""
    user: Any = request.user
    case = _writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, typed_words(SourceForm(request.POST, today=timezone.localdate())))
    if request.method == "POST":
        data, ident, place = request.POST, request.POST.get("fact", ""), request.POST.get("place", "")
    else:  # an address says which of the places, never how it is called
        data, ident, place = None, request.GET.get("fact", ""), _nth_place(case, request.GET.get("place", ""))
    if bool(ident) == bool(place):
        raise Http404
    if ident and not case.facts.filter(ident=ident).exists():
        raise Http404
    if place and place not in _places(case):
        raise Http404
    form = SourceForm(data, today=timezone.localdate(), of_place=bool(place))
    blank = OwnSource(case=case, fact_ident=ident, place=place, version=0)
    if request.method != "POST":
        return _source_page(request, blank, form)
    if not form.is_valid():
        return _source_page(request, blank, form, status=UNPROCESSABLE)
    try:
        if "take-over" in request.POST:
            actions.take_over(case, by=user)
        actions.add_source(case, form.written(id=0, fact=ident, place=place), by=user)
    except actions.NotAllowed:
        return closed(request, case, typed_words(form))
    except actions.ActionRefused as refusal:
        return _source_page(request, blank, form, refusal=refusal, status=CONFLICT)
    messages.success(request, _("Your source is added, and its citation and content were proposed to the COI admin."))
    return redirect(_where(blank))


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, uuid: Any, pk: Any) -> HttpResponse:
    """Change a source that the officer added."""
    user: Any = request.user
    row = _own_source(_writers(request, uuid), pk)
    of_place = not row.fact_ident
    today = timezone.localdate()
    if not row.case.is_editable:
        return closed(request, row.case, typed_words(SourceForm(request.POST, today=today)))
    if request.method != "POST":
        return _source_page(request, row, SourceForm(initial=_source_values(row), today=today, of_place=of_place))
    data, version = request.POST, _version(request)
    if "resolve" in data and version == row.version:
        typed = {name: data.get(name, "") for name in SOURCE_FIELDS}
        theirs = _source_values(row)
        found = differences(SourceForm(today=today, of_place=of_place), typed, theirs)
        data, unsettled = chosen(data, found, theirs)
        if unsettled:
            return _source_conflict(request, row, unsettled)
    form = SourceForm(data, today=today, of_place=of_place)
    if not form.is_valid():
        return _source_page(request, row, form, version=version, status=UNPROCESSABLE)
    try:
        if "take-over" in data:
            actions.take_over(row.case, by=user)
        written = form.written(id=row.pk, fact=row.fact_ident, place=row.place)
        actions.change_source(row.case, written, version=version, by=user)
    except actions.NotAllowed:
        return closed(request, row.case, typed_words(form))
    except actions.Incomplete as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _source_page(request, row, form, version=version, status=UNPROCESSABLE)
    except actions.HeldElsewhere as refusal:
        return _source_page(request, row, form, version=version, refusal=refusal, status=CONFLICT)
    except actions.StaleCase as refusal:
        if refusal.theirs is None:
            return _source_page(request, row, form, version=version, refusal=refusal, status=CONFLICT)
        row.refresh_from_db()
        return _source_conflict(request, row)
    messages.success(request, _("Your source is saved."))
    return redirect(_where(row))


@require_POST
def remove_source(request: HttpRequest, uuid: Any, pk: Any) -> HttpResponse:
    """Take a source of the officer's out of the case."""
    user: Any = request.user
    row = _own_source(_writers(request, uuid), pk)
    if not row.case.is_editable:
        return closed(request, row.case)
    form = SourceForm(initial=_source_values(row), today=timezone.localdate(), of_place=not row.fact_ident)
    try:
        actions.remove_source(row.case, row.pk, version=_version(request), by=user)
    except actions.NotAllowed:
        return closed(request, row.case)
    except actions.Incomplete as refusal:
        return _source_page(request, row, form, refusal=refusal, status=UNPROCESSABLE)
    except actions.ActionRefused as refusal:
        return _source_page(request, row, form, refusal=refusal, status=CONFLICT)
    messages.success(request, _("Your source was taken out of the case. The proposal to the COI admin stands."))
    return redirect(_where(row))


SOURCE_FIELDS = ("citation", "published", "url", "says", "bearing")


def _source_values(row: OwnSource) -> dict[str, str]:
    return {name: getattr(row, name) for name in SOURCE_FIELDS}


def _own_source(case: Case, pk: int) -> OwnSource:
    row = case.own_sources.select_related("saved_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    row.case = case
    return row


def _places(case: Case) -> dict[str, str]:
    """The proposed places, as a source names them, with what was typed."""
    rows = case.places.filter(role="relocation").select_related("place")
    return {row.place.code if row.place else row.place_typed: row.place_typed for row in rows}


def _nth_place(case: Case, number: str) -> str:
    """The proposed place of this number; empty where there is none."""
    places = dict(enumerate(_places(case), start=1))
    return places.get(int(number), "") if number.isascii() and number.isdigit() and len(number) < 5 else ""


def _where(row: OwnSource) -> str:
    """The page on which the source stands."""
    if row.fact_ident:
        return reverse("fact", args=[row.case.uuid, row.fact_ident]) + "#own-sources"
    return reverse("relocation", args=[row.case.uuid])


def _source_page(
    request: HttpRequest,
    row: OwnSource,
    form: SourceForm,
    *,
    version: int | None = None,
    refusal: actions.ActionRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    case = row.case
    context = case_context(
        request,
        case,
        "facts" if row.fact_ident else "relocation",
        title=_("Your source") if row.pk else _("Add a source of your own"),
        form=form,
        row=row,
        back=_where(row),
        place=_places(case).get(row.place, row.place),
        statement=next((f.statement for f in case.facts.all() if f.ident == row.fact_ident), ""),
        version=row.version if version is None else version,
        held_by=held_by(request, case),
        errors=[*([{"message": str(refusal)}] if refusal else []), *(form.lines_of_errors() if form.is_bound else [])],
    )
    return render(request, "assessments/workspace/source.html", context, status=status)


def _source_conflict(
    request: HttpRequest, row: OwnSource, unsettled: list[dict[str, str]] | None = None
) -> HttpResponse:
    mine = {name: request.POST.get(name, "") for name in SOURCE_FIELDS}
    form = SourceForm(today=timezone.localdate(), of_place=not row.fact_ident)
    found = differences(form, mine, _source_values(row))
    if not found:
        return redirect(_where(row))
    context = case_context(
        request,
        row.case,
        "facts" if row.fact_ident else "relocation",
        title=_("Your source: two texts"),
        differences=_to_settle(request, found, is_again=unsettled is not None),
        mine=_hidden(mine),
        row=row,
        action=reverse("own-source", args=[row.case.uuid, row.pk]),
        errors=unsettled or [],
    )
    return render(request, "assessments/workspace/conflict.html", context, status=CONFLICT)


urlpatterns = [
    path("cases/<uuid:uuid>/facts/<slug:ident>/", fact, name="fact"),
    path("cases/<uuid:uuid>/facts/<slug:ident>/omission/", omission, name="fact-omission"),
    path("cases/<uuid:uuid>/facts/<slug:ident>/context/", context, name="fact-context"),
    path("cases/<uuid:uuid>/own-sources/new/", new_source, name="own-source-new"),
    path("cases/<uuid:uuid>/own-sources/<int:pk>/", source, name="own-source"),
    path("cases/<uuid:uuid>/own-sources/<int:pk>/remove/", remove_source, name="own-source-remove"),
]
