"""What stands on the first page of each role: cases by what they need next, the queue, counts of the library.

What a case needs is worked out by the database, in one expression, so that a page costs the same
number of queries in an office of ten cases and of ten thousand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypedDict

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Role, User
from assessments.actions import visible_cases
from assessments.assessing import open_points
from assessments.assessing.open_points import OpenPoint
from assessments.models import (
    Case,
    CaseFact,
    CasePlace,
    FactAssessment,
    IntakeDraft,
    MemoVersion,
    NewMatch,
    Recall,
    Reliance,
    Writer,
)
from assessments.models.codes import WAITING as UNDER_REVIEW
from assessments.models.codes import Outcome, State
from assessments.office.filters import MINE, SHARED, Filters, day
from coi.models import Edition, EventKind, Place, PlaceName
from coi.text.folding import fold, name_key

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Annotations(TypedDict):
        """The values that a page's query adds to each case."""

        need: Any
        rank: Any
        over_since: Any
        i_wrote: Any
        open_recalls: Any
        open_news: Any
        waiting_open_points: Any
        approved_versions: list[MemoVersion]

    ListedCase = WithAnnotations[Case, Annotations]

A_PAGE = 25
DRAFTS_SHOWN = 50


@dataclass(frozen=True)
class Need:
    """A group of the page: cases that ask for the same thing next."""

    code: str
    name: Any
    hint: Any = ""
    is_folded: bool = False  # shown only where it is asked for


RECALLED, RETURNED, INTAKE, ASSESS = "recalled", "returned", "intake", "assess"
READY, WAITING, APPROVED, OVER = "ready", "waiting", "approved", "over"
MY_REVIEW, OTHERS_REVIEW, NEWS = "mine", "others", "news"
CHANGED = "changed"

CASEWORK = (
    Need(
        RECALLED,
        gettext_lazy("Recalled"),
        gettext_lazy("Something that the approved memo rests on has changed. Look at what, then reopen it."),
    ),
    Need(RETURNED, gettext_lazy("Returned with comments"), gettext_lazy("The supervisor asks for changes.")),
    Need(
        CHANGED,
        gettext_lazy("COI changed"),
        gettext_lazy("Since you wrote, a report or the fact itself changed. Check whether what you wrote still fits."),
    ),
    Need(INTAKE, gettext_lazy("Finish the intake"), gettext_lazy("Begun, kept as typed, not yet stored as a case.")),
    Need(ASSESS, gettext_lazy("Assess"), gettext_lazy("Material facts wait for your assessment.")),
    Need(
        READY,
        gettext_lazy("Ready to submit"),
        gettext_lazy("Every material fact has an outcome, or reasons why it has none."),
    ),
    Need(WAITING, gettext_lazy("With the supervisor"), gettext_lazy("Nothing to do until the review is over.")),
    Need(APPROVED, gettext_lazy("Approved")),
    Need(OVER, gettext_lazy("Closed or superseded"), is_folded=True),
)
QUEUE = (
    Need(WAITING, gettext_lazy("Waiting for review"), gettext_lazy("Due first, then longest waiting.")),
    Need(MY_REVIEW, gettext_lazy("In review by you")),
    Need(OTHERS_REVIEW, gettext_lazy("In review by colleagues"), gettext_lazy("Stand in where somebody is away.")),
    Need(
        RECALLED,
        gettext_lazy("Recalled"),
        gettext_lazy("Approved memos that were called back: each is upheld, reopened or superseded."),
    ),
    Need(
        NEWS,
        gettext_lazy("New findings"),
        gettext_lazy(
            "Approved memos that stand, and on which something published since bears: decide what comes of it."
        ),
    ),
)
OFFICE = (
    Need(RECALLED, gettext_lazy("Recalled")),
    Need(RETURNED, gettext_lazy("Returned with comments")),
    Need(ASSESS, gettext_lazy("In draft")),
    Need(WAITING, gettext_lazy("With a supervisor")),
    Need(APPROVED, gettext_lazy("Approved")),
    Need(OVER, gettext_lazy("Closed or superseded"), is_folded=True),
)


# --- what a case needs, worked out by the database --------------------------------------------


def is_assessed() -> Q:
    """The officer came to an outcome, or wrote why there is none."""
    return ~Q(outcome=Outcome.NOT_ASSESSED) | ~Q(outcome_reasons="")


def _casework() -> list[When]:
    written = FactAssessment.objects.filter(is_assessed(), case=OuterRef("case"), fact_ident=OuterRef("ident"))
    facts = CaseFact.objects.filter(case=OuterRef("pk"))
    return [
        *_by_state(),
        When(Q(state=State.DRAFT) & Exists(_changed_facts()), then=Value(CHANGED)),
        When(Q(state=State.DRAFT) & (Exists(facts.filter(~Exists(written))) | ~Exists(facts)), then=Value(ASSESS)),
        When(state=State.DRAFT, then=Value(READY)),
    ]


def _changed_facts() -> QuerySet[CaseFact]:
    """Facts of the case on which the COI changed since their officer wrote."""
    marked = FactAssessment.objects.filter(
        case=OuterRef("case"), fact_ident=OuterRef("ident"), answer_changed_at__isnull=False
    )
    return CaseFact.objects.filter(Exists(marked), case=OuterRef("pk"))


def _office() -> list[When]:
    return [*_by_state(), When(state=State.DRAFT, then=Value(ASSESS))]


def _by_state() -> list[When]:
    return [
        When(state=State.RECALLED, then=Value(RECALLED)),
        When(state=State.RETURNED, then=Value(RETURNED)),
        When(state__in=[State.SUBMITTED, State.IN_REVIEW], then=Value(WAITING)),
        When(state=State.APPROVED, then=Value(APPROVED)),
        When(state__in=[State.CLOSED, State.SUPERSEDED], then=Value(OVER)),
    ]


def _queue(user: User) -> list[When]:
    return [
        When(state=State.SUBMITTED, then=Value(WAITING)),
        When(state=State.IN_REVIEW, reviewer=user.pk, then=Value(MY_REVIEW)),
        When(state=State.IN_REVIEW, then=Value(OTHERS_REVIEW)),
        When(state=State.RECALLED, then=Value(RECALLED)),
        When(_has_news(), then=Value(NEWS)),
    ]


def _has_news() -> Q:
    """Approved, with findings published since that wait for a decision."""
    return Q(Exists(NewMatch.objects.filter(version__case=OuterRef("pk"), disposition="")), state=State.APPROVED)


# --- finding, always within what the reader may see -------------------------------------------


def found(cases: QuerySet[Case], filters: Filters, user: User) -> QuerySet[Case]:
    """Those of the cases that the filters ask for. Never by a trait of the applicant."""
    if filters.q:
        cases = cases.filter(_matching(filters.q))
    if filters.whose == MINE:
        cases = cases.filter(author=user)
    elif filters.whose == SHARED:
        cases = cases.exclude(author=user)
    if filters.due_before:
        cases = cases.filter(due_on__lt=filters.due_before)
    return cases


def _matching(q: str) -> Q:
    """The reference, a place as typed or by any of its names, the kind of an event: nothing else is searched."""
    in_place = Q(place_typed__icontains=q)
    name, key = fold(q), name_key(q)
    if len(key) > 1:
        called = Place.objects.filter(
            Q(folded__contains=key)
            | Q(pk__in=PlaceName.objects.filter(folded__contains=key).order_by().values("place"))
        )
        named = called.order_by().values("pk")
        around = ("place", "place__parents", "place__parents__parents", "place__parents__parents__parents")
        for lies_in in around:
            in_place |= Q(**{f"{lies_in}__in": named})
    at_fact = in_place | Q(event__in=_event_codes(name)) if name else in_place
    return (
        Q(reference__icontains=q)
        | Q(pk__in=CasePlace.objects.filter(in_place).order_by().values("case"))
        | Q(pk__in=CaseFact.objects.filter(at_fact).order_by().values("case"))
    )


def _event_codes(name: str) -> list[str]:
    """Kinds of event whose name or code holds what was typed."""
    words = EventKind.objects.values_list("code", "name")
    return [code for code, called in words if name in fold(called) or name in fold(code)]


# --- a page of them ---------------------------------------------------------------------------


class Dated:
    """Something with a day by which it is due."""

    today: date
    is_open = True  # once decided, nothing is due any more

    @property
    def due_on(self) -> date | None:
        raise NotImplementedError

    @property
    def due(self) -> str:
        """How long until the day, in words."""
        if self.due_on is None:
            return ""
        days = (self.due_on - self.today).days
        if days < 0:
            return ngettext("overdue by %(n)s day", "overdue by %(n)s days", -days) % {"n": -days}
        if days == 0:
            return _("due today")
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < self.today


@dataclass(frozen=True)
class Row(Dated):
    """One case as a list shows it."""

    case: "ListedCase"
    today: date

    @property
    def is_open(self) -> bool:  # type: ignore[override]
        return self.case.state not in (State.APPROVED, State.CLOSED, State.SUPERSEDED)

    @property
    def due_on(self) -> date | None:
        return self.case.due_on

    @property
    def facts(self) -> list[str]:
        return [fact.ident for fact in self.case.facts.all()]

    @property
    def open_facts(self) -> list[str]:
        """Facts that are not assessed yet, in their order."""
        rows: Iterable[Any] = self.case.fact_assessments.all()  # the page's query adds is_done
        done = {a.fact_ident for a in rows if a.is_done}
        return [ident for ident in self.facts if ident not in done]

    @property
    def changed_facts(self) -> list[str]:
        """Facts on which the COI changed since the officer wrote, as long as the case is written in."""
        marked = {a.fact_ident for a in self.case.fact_assessments.all() if a.answer_changed_at}
        return [ident for ident in self.facts if ident in marked] if self.case.is_editable else []

    @property
    def assessed(self) -> str:
        total = len(self.facts)
        if not total:
            return _("no material fact yet")
        return ngettext("%(done)s of %(total)s fact assessed", "%(done)s of %(total)s facts assessed", total) % {
            "done": total - len(self.open_facts),
            "total": total,
        }

    @property
    def places(self) -> list[str]:
        """Where the applicant lived, as typed, each once."""
        return list(dict.fromkeys(p.place_typed for p in self.case.places.all() if p.role != "relocation"))

    @property
    def open_points(self) -> tuple[OpenPoint, ...] | None:
        """What the submitted memo leaves open; None where none waits, or where it was submitted before they were kept."""
        kept = self.case.waiting_open_points
        return None if kept is None else open_points.read(kept)

    @property
    def approved(self) -> MemoVersion | None:
        """The version that stands."""
        return next(iter(self.case.approved_versions), None)

    @property
    def since(self) -> str:
        """How long it has been in its state, in words."""
        days = (self.today - timezone.localtime(self.case.state_since).date()).days
        if days < 1:
            return _("since today")
        return ngettext("for %(n)s day", "for %(n)s days", days) % {"n": days}


@dataclass(frozen=True)
class Group:
    """A heading of the page and what stands under it."""

    need: Need
    total: int
    rows: tuple[Row, ...] = ()
    drafts: tuple["Draft", ...] = ()


@dataclass(frozen=True)
class Draft(Dated):
    """An intake that is no case yet."""

    draft: IntakeDraft
    today: date

    @property
    def due_on(self) -> date | None:
        return day("".join(_typed(self.draft, "due_on")))

    @property
    def reference(self) -> str:
        return " ".join(_typed(self.draft, "reference"))[:100]

    @property
    def places(self) -> list[str]:
        return [t for name in self.draft.data if name.endswith("-place") for t in _typed(self.draft, name)][:5]

    def is_found(self, filters: Filters) -> bool:
        """As far as the filters can say anything of it: it is nobody's but its author's."""
        if filters.q and not any(fold(filters.q) in fold(text) for text in [self.reference, *self.places]):
            return False
        if filters.due_before and not (self.due_on and self.due_on < filters.due_before):
            return False
        return filters.whose != SHARED


def _typed(draft: IntakeDraft, name: str) -> list[str]:
    values = draft.data.get(name) or []
    return [v.strip() for v in (values if isinstance(values, list) else [values]) if isinstance(v, str) and v.strip()]


@dataclass(frozen=True)
class Tally:
    """A need with how many cases have it."""

    need: Need
    n: int


@dataclass(frozen=True)
class Board:
    """One page of cases in groups, with the counts of all groups."""

    groups: tuple[Group, ...]
    counts: tuple[Tally, ...]
    page: "Page[ListedCase]"
    total: int  # of what is not folded
    has_any: bool  # whether there is any case at all, whatever the filters say

    @property
    def is_empty(self) -> bool:
        return not any(group.rows or group.drafts for group in self.groups)


def my_cases(user: User, filters: Filters, page: Any) -> Board:
    """A caseworker's."""
    return _board(CASEWORK, _casework(), visible_cases.visible_cases(user), user, filters, page, drafts=_drafts(user))


def queue(user: User, filters: Filters, page: Any) -> Board:
    """A supervisor's: what is under review, what was recalled, and approved memos on which something new bears."""
    waits = Q(state__in=[State.SUBMITTED, State.IN_REVIEW, State.RECALLED]) | _has_news()
    cases = visible_cases.visible_cases(user).filter(waits)
    return _board(QUEUE, _queue(user), cases, user, filters, page)


def office_cases(user: User, filters: Filters, page: Any) -> Board:
    """All cases of a supervisor's office."""
    return _board(OFFICE, _office(), visible_cases.visible_cases(user), user, filters, page)


def _board(
    needs: tuple[Need, ...],
    whens: list[When],
    visible: QuerySet[Case],
    user: User,
    filters: Filters,
    page: Any,
    drafts: list[Draft] | None = None,
) -> Board:
    cases = found(visible.order_by(), filters, user)
    need: Any = models.Case(*whens, default=Value(""), output_field=models.CharField())
    counted = dict(cases.annotate(need=need).values_list("need").annotate(n=Count("pk")))
    shown_drafts = [draft for draft in drafts or [] if draft.is_found(filters)]
    counted[INTAKE] = len(shown_drafts)
    shown = [n for n in needs if n.code == filters.need] or [n for n in needs if not n.is_folded]

    rank: Any = models.Case(
        *(When(need=n.code, then=Value(place)) for place, n in enumerate(shown)),
        default=Value(None),
        output_field=models.IntegerField(),
    )
    ordered = (
        cases.annotate(need=need)
        .filter(need__in=[n.code for n in shown])
        .annotate(rank=rank)
        .annotate(over_since=models.Case(When(need__in=[APPROVED, OVER], then=F("state_since"))))
        .order_by("rank", F("over_since").desc(nulls_last=True), F("due_on").asc(nulls_last=True), "state_since", "pk")
        .select_related("author", "reviewer", "intake_draft")
        .defer("origin_note", "note", "old_coi_justification", "closed_note")
        .annotate(
            i_wrote=Exists(Writer.objects.filter(case=OuterRef("pk"), user=user.pk)) | Q(author=user),
            open_recalls=_open_recalls(),
            open_news=_open_news(),
            waiting_open_points=_waiting_open_points(),
        )
        .prefetch_related(
            "places",
            Prefetch("facts", CaseFact.objects.only("case_id", "ident", "position")),
            Prefetch(
                "fact_assessments",
                FactAssessment.objects.annotate(
                    is_done=ExpressionWrapper(is_assessed(), output_field=models.BooleanField())
                ).only("case_id", "fact_ident", "answer_changed_at"),
            ),
            Prefetch(
                "versions",
                MemoVersion.objects.filter(state=State.APPROVED).only("case_id", "number"),
                to_attr="approved_versions",
            ),
        )
    )
    paginator = Paginator(ordered, A_PAGE)
    # counted once, above
    paginator.count = sum(counted.get(n.code, 0) for n in shown if n.code != INTAKE)
    listed = paginator.get_page(page)
    return Board(
        groups=tuple(_groups(shown, counted, listed, shown_drafts)),
        counts=tuple(Tally(n, counted.get(n.code, 0)) for n in needs),
        page=listed,
        total=sum(counted.get(n.code, 0) for n in needs if not n.is_folded),
        has_any=any(counted.values()) or bool(drafts) or (filters.narrows and visible.exists()),
    )


def _open_recalls() -> Any:
    rows = Recall.objects.filter(version__case=OuterRef("pk"), disposition="").order_by()
    return Subquery(rows.values("version__case").annotate(n=Count("pk")).values("n"))


def _waiting_open_points() -> Any:
    waiting = MemoVersion.objects.filter(case=OuterRef("pk"), state__in=UNDER_REVIEW).order_by()
    return Subquery(waiting.values("open_points"))


def _open_news() -> Any:
    rows = NewMatch.objects.filter(version__case=OuterRef("pk"), disposition="").order_by()
    return Subquery(rows.values("version__case").annotate(n=Count("finding", distinct=True)).values("n"))


def _groups(
    shown: list[Need], counted: dict[str, int], page: "Page[ListedCase]", drafts: list[Draft]
) -> Iterable[Group]:
    today = timezone.localdate()
    rows: dict[Any, tuple[Row, ...]] = {
        code: tuple(Row(case, today) for case in cases) for code, cases in groupby(page, key=lambda case: case.need)
    }
    for need in shown:
        mine = tuple(drafts) if need.code == INTAKE and page.number == 1 else ()
        if rows.get(need.code) or mine:
            yield Group(need, counted.get(need.code, 0), rows.get(need.code, ()), mine)


def _drafts(user: User) -> list[Draft]:
    drafts = IntakeDraft.objects.filter(author=user, case=None).order_by("created_at")[:DRAFTS_SHOWN]
    return [Draft(d, timezone.localdate()) for d in drafts]


def colleagues(user: User) -> list[User]:
    """The office's other supervisors, to whom a review can be given."""
    others = User.objects.filter(office=user.office_id, role=Role.SUPERVISOR, is_active=True).exclude(pk=user.pk)
    return list(others.order_by("last_name", "first_name", "username"))


# --- counts for who sees no case --------------------------------------------------------------


@dataclass(frozen=True)
class EditionUse:
    """How many memos rest on an edition; of which cases nobody is told."""

    edition: Edition
    approved: int
    under_way: int


def use_of_editions() -> list[EditionUse]:
    """Of every published edition, newest information first."""
    editions = list(Edition.objects.filter(publication__isnull=False).select_related("report", "publication"))

    def counts(rows: QuerySet[Any], link: str, **kind: Any) -> dict[str, int]:
        tests = {
            f"e{e.pk}": Exists(
                Reliance.objects.filter(
                    omitted=False, finding__startswith=f"{e.code}/", **{link: OuterRef("pk")}, **kind
                )
            )
            for e in editions
        }
        sums = {f"n_{k}": Count("pk", filter=Q(**{k: True})) for k in tests}
        counted: dict[str, int] = rows.order_by().annotate(**tests).aggregate(**sums)
        return counted

    approved = counts(MemoVersion.objects.filter(state=State.APPROVED), "version")
    unfinished = Case.objects.exclude(state__in=[State.APPROVED, State.RECALLED, State.SUPERSEDED, State.CLOSED])
    under_way = counts(unfinished, "case", version=None)
    return [EditionUse(e, approved.get(f"n_e{e.pk}", 0), under_way.get(f"n_e{e.pk}", 0)) for e in editions]
