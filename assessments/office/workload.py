"""The open work of an office: who has how many cases in which state. It counts no outcomes and no time that people take."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Role, User
from assessments.actions import visible_cases
from assessments.actions.handing_over import OPEN
from assessments.models import Case, IntakeDraft
from assessments.models.codes import WAITING, State

MOST_LISTED = 100


@dataclass
class Load:
    """The open work of one person. ``oldest`` is the day since when one of the cases has been in its state."""

    user: User
    counts: dict[str, int] = field(default_factory=dict)
    intakes: int = 0
    oldest: datetime | None = None

    @property
    def writing(self) -> int:
        return self.counts.get(State.DRAFT, 0)

    @property
    def returned(self) -> int:
        return self.counts.get(State.RETURNED, 0)

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in WAITING)

    @property
    def in_review(self) -> int:
        return self.counts.get(State.IN_REVIEW, 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values()) + self.intakes


@dataclass(frozen=True)
class Workload:
    """The open work of an office by caseworker and by reviewer, and memos that nobody reviews yet."""

    writers: tuple[Load, ...]
    reviewers: tuple[Load, ...]
    unassigned: int


def workload(user: User) -> Workload:
    """Count the open cases and intakes of the user's office. The number of queries does not grow with them."""
    cases = _open_cases(user)
    writers = _loads(cases.filter(state__in=OPEN), "author")
    for row in _intakes(user).values("author").annotate(n=Count("pk"), oldest=Min("created_at")):
        load = writers[row["author"]]
        load["intakes"] = row["n"]
        load["oldest"] = min(filter(None, (load["oldest"], row["oldest"])))
    reviewers = _loads(cases.filter(state=State.IN_REVIEW), "reviewer")
    staff = _staff(user, [*writers, *reviewers])
    return Workload(
        writers=tuple(Load(u, **writers[u.pk]) for u in staff if u.pk in writers or _is_at_work(u, Role.CASEWORKER)),
        reviewers=tuple(
            Load(u, **reviewers[u.pk]) for u in staff if u.pk in reviewers or _is_at_work(u, Role.SUPERVISOR)
        ),
        unassigned=cases.filter(state=State.SUBMITTED).count(),
    )


def _loads(cases: QuerySet[Case], whose: str) -> defaultdict[int, dict[str, Any]]:
    found: defaultdict[int, dict[str, Any]] = defaultdict(lambda: {"counts": {}, "intakes": 0, "oldest": None})
    for row in cases.values(whose, "state").annotate(n=Count("pk"), oldest=Min("state_since")):
        load = found[row[whose]]
        load["counts"][row["state"]] = row["n"]
        load["oldest"] = min(filter(None, (load["oldest"], row["oldest"])))
    return found


def _staff(user: User, ids: Iterable[int]) -> list[User]:
    users = User.objects.filter(Q(office=user.office_id, is_active=True) | Q(pk__in=list(ids)))
    return list(users.order_by("last_name", "first_name", "username"))


def _is_at_work(user: User, role: Role) -> bool:
    return user.is_active and user.role == role


def _open_cases(user: User) -> QuerySet[Case]:
    return visible_cases.visible_cases(user).filter(state__in=OPEN).order_by()


def _intakes(user: User) -> QuerySet[IntakeDraft]:
    return IntakeDraft.objects.filter(office=user.office_id, case=None).order_by()


@dataclass(frozen=True)
class Item:
    """An open case or, without its content, an intake of one person."""

    case: Case | None
    intake: IntakeDraft | None
    since: datetime

    @property
    def days(self) -> int:
        """Whole days since then."""
        return (timezone.localdate() - timezone.localtime(self.since).date()).days


def of_writer(user: User, writer: User) -> list[Item]:
    """Return the open cases and intakes of a caseworker, oldest first."""
    cases = _open_cases(user).filter(author=writer).select_related("reviewer").order_by("state_since")[:MOST_LISTED]
    intakes = _intakes(user).filter(author=writer).order_by("created_at")[:MOST_LISTED]
    items = [Item(case, None, case.state_since) for case in cases]
    items += [Item(None, intake, intake.created_at) for intake in intakes]
    return sorted(items, key=lambda item: item.since)


def of_reviewer(user: User, reviewer: User) -> list[Item]:
    """Return the memos that a supervisor is reviewing, oldest first."""
    cases = _open_cases(user).filter(state=State.IN_REVIEW, reviewer=reviewer).order_by("state_since")
    return [Item(case, None, case.state_since) for case in cases.select_related("author")[:MOST_LISTED]]


def receivers(user: User, role: Role, but: User) -> list[User]:
    """Return the active people of the office who can receive the work."""
    users = User.objects.filter(office=user.office_id, role=role, is_active=True).exclude(pk=but.pk)
    return list(users.order_by("last_name", "first_name", "username"))
