"""Lists of cases on the first pages: a caseworker's own cases, a supervisor's queue and the whole office.

The database works out what each case needs, in one expression. A page therefore costs the same number
of queries in an office of ten cases and of ten thousand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from accounts.models import Role, User
from assessments.actions import visible_cases
from assessments.memo import pending_recalls
from assessments.models import (
    Case,
    CaseFact,
    FactAssessment,
    IntakeDraft,
    MemoVersion,
    NewMatch,
    Recall,
    Writer,
)
from assessments.models.codes import State
from assessments.office import case_needs, case_rows, queue_flags
from assessments.office.case_needs import (
    CASEWORK,
    INTAKE,
    OFFICE,
    QUEUE,
    Need,
    casework_needs,
    has_news,
    is_assessed,
    office_needs,
    queue_needs,
)
from assessments.office.case_rows import Draft, Row
from assessments.office.case_search import found
from assessments.office.filters import Filters

A_PAGE = 25

DRAFTS_SHOWN = 50


@dataclass(frozen=True)
class Group:
    """A group of cases on the page, with its heading."""

    need: Need
    total: int
    rows: tuple[Row, ...] = ()
    drafts: tuple["Draft", ...] = ()


@dataclass(frozen=True)
class Tally:
    """A group with its number of cases."""

    need: Need
    n: int


@dataclass(frozen=True)
class Board:
    """One page of cases in groups, with the counts of all groups."""

    groups: tuple[Group, ...]
    counts: tuple[Tally, ...]
    page: "Page[case_rows.ListedCase]"
    total: int  # without folded groups
    has_any: bool  # whether there is any case at all, disregarding the filters

    @property
    def is_empty(self) -> bool:
        return not any(group.rows or group.drafts for group in self.groups)


def my_cases(user: User, filters: Filters, page: Any) -> Board:
    """Return the cases and intakes of a caseworker."""
    return _board(
        CASEWORK, casework_needs(), visible_cases.visible_cases(user), user, filters, page, drafts=_drafts(user)
    )


def queue(user: User, filters: Filters, page: Any) -> Board:
    """Return a supervisor's queue: memos under review, recalled memos, and approved memos with relevant new findings."""
    waits = Q(state__in=[State.SUBMITTED, State.IN_REVIEW, State.RECALLED]) | has_news()
    cases = visible_cases.visible_cases(user).filter(waits)
    limit = user.office.coi_age_limit if user.office else 0
    flagged = queue_flags.waiting_versions()
    return _board(QUEUE, queue_needs(user), cases, user, filters, page, None, flagged, age_limit=limit)


def office_cases(user: User, filters: Filters, page: Any) -> Board:
    """Return all cases of a supervisor's office."""
    return _board(OFFICE, office_needs(), visible_cases.visible_cases(user), user, filters, page)


def _board(
    needs: tuple[Need, ...],
    whens: list[When],
    visible: QuerySet[Case],
    user: User,
    filters: Filters,
    page: Any,
    drafts: list[Draft] | None = None,
    *prefetched: Any,
    age_limit: int = 0,
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
        .annotate(over_since=models.Case(When(need__in=[case_needs.APPROVED, case_needs.OVER], then=F("state_since"))))
        .order_by("rank", F("over_since").desc(nulls_last=True), F("due_on").asc(nulls_last=True), "state_since", "pk")
        .select_related("author", "reviewer", "intake_draft")
        .defer("origin_note", "note", "old_coi_justification", "closed_note")
        .annotate(
            i_wrote=Exists(Writer.objects.filter(case=OuterRef("pk"), user=user.pk)) | Q(author=user),
            open_recalls=_open_recalls(),
            open_news=_open_news(),
            is_being_compared=Q(pk__in=pending_recalls.pending_cases()),
        )
        .prefetch_related(
            "places",
            Prefetch("facts", CaseFact.objects.only("case_id", "ident", "position", "changed_after_matches_at")),
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
            *prefetched,
        )
    )
    paginator = Paginator(ordered, A_PAGE)
    # counted once, above
    paginator.count = sum(counted.get(n.code, 0) for n in shown if n.code != INTAKE)
    listed = paginator.get_page(page)
    return Board(
        groups=tuple(_groups(shown, counted, listed, shown_drafts, age_limit)),
        counts=tuple(Tally(n, counted.get(n.code, 0)) for n in needs),
        page=listed,
        total=sum(counted.get(n.code, 0) for n in needs if not n.is_folded),
        has_any=any(counted.values()) or bool(drafts) or (filters.narrows and visible.exists()),
    )


def _open_recalls() -> Any:
    rows = Recall.objects.filter(version__case=OuterRef("pk"), disposition="").order_by()
    return Subquery(rows.values("version__case").annotate(n=Count("pk")).values("n"))


def _open_news() -> Any:
    rows = NewMatch.objects.filter(version__case=OuterRef("pk"), disposition="").order_by()
    return Subquery(rows.values("version__case").annotate(n=Count("finding", distinct=True)).values("n"))


def _groups(
    shown: list[Need],
    counted: dict[str, int],
    page: "Page[case_rows.ListedCase]",
    drafts: list[Draft],
    age_limit: int,
) -> Iterable[Group]:
    today = timezone.localdate()
    rows: dict[Any, tuple[Row, ...]] = {
        code: tuple(Row(case, today, age_limit) for case in cases)
        for code, cases in groupby(page, key=lambda case: case.need)
    }
    for need in shown:
        mine = tuple(drafts) if need.code == INTAKE and page.number == 1 else ()
        if rows.get(need.code) or mine:
            yield Group(need, counted.get(need.code, 0), rows.get(need.code, ()), mine)


def _drafts(user: User) -> list[Draft]:
    drafts = IntakeDraft.objects.filter(author=user, case=None).order_by("created_at")[:DRAFTS_SHOWN]
    return [Draft(d, timezone.localdate()) for d in drafts]


def officers(user: User) -> list[User]:
    """Return the authors of the office's cases, by whom the queue can be filtered."""
    authors = Case.objects.filter(office=user.office_id).order_by().values("author")
    return list(User.objects.filter(pk__in=authors).order_by("last_name", "first_name", "username"))


def colleagues(user: User) -> list[User]:
    """Return the office's other supervisors, who can be assigned a review."""
    others = User.objects.filter(office=user.office_id, role=Role.SUPERVISOR, is_active=True).exclude(pk=user.pk)
    return list(others.order_by("last_name", "first_name", "username"))
