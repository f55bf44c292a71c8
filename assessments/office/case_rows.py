"""Rows of a list: a case, or an intake not yet saved as a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Case, IntakeDraft, MemoVersion
from assessments.models.codes import State
from assessments.office import queue_flags
from assessments.office.filters import SHARED, Filters, day
from coi.text.folding import fold

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Annotations(TypedDict):
        """The values that a page's query adds to each case."""

        need: Any
        rank: Any
        over_since: Any
        i_wrote: Any
        open_recalls: Any
        is_being_compared: bool
        open_news: Any
        approved_versions: list[MemoVersion]

    ListedCase = WithAnnotations[Case, Annotations]


class Dated:
    """A row with a due date."""

    today: date
    is_open = True  # once decided, nothing is due

    @property
    def due_on(self) -> date | None:
        raise NotImplementedError

    @property
    def due(self) -> str:
        """The time until the due date, in words."""
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
    """A case in a list."""

    case: "ListedCase"
    today: date
    age_limit: int = 0  # of COI, in months, set by the office

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
        """The facts not yet assessed, in order."""
        rows: Iterable[Any] = self.case.fact_assessments.all()  # the page's query adds is_done
        done = {a.fact_ident for a in rows if a.is_done}
        return [ident for ident in self.facts if ident not in done]

    @property
    def changed_facts(self) -> list[str]:
        """The facts on which the COI changed since the officer wrote, if the case can be edited."""
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
        """The places of the applicant, as typed, each once."""
        return list(dict.fromkeys(p.place_typed for p in self.case.places.all() if p.role != "relocation"))

    @property
    def flags(self) -> tuple[str, ...]:
        """What to look at first in a memo that waits; only the queue prefetches what this needs."""
        return queue_flags.flags(self.case, self.age_limit, self.today)

    @property
    def approved(self) -> MemoVersion | None:
        """The approved version, if any."""
        return next(iter(self.case.approved_versions), None)

    @property
    def since(self) -> str:
        """How long the case has been in its state, in words."""
        days = (self.today - timezone.localtime(self.case.state_since).date()).days
        if days < 1:
            return _("since today")
        return ngettext("for %(n)s day", "for %(n)s days", days) % {"n": days}


@dataclass(frozen=True)
class Draft(Dated):
    """An intake not yet saved as a case."""

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
        """Whether the filters fit the intake, as far as they apply. It belongs to its author only."""
        if filters.q and not any(fold(filters.q) in fold(text) for text in [self.reference, *self.places]):
            return False
        if filters.due_before and not (self.due_on and self.due_on < filters.due_before):
            return False
        return filters.whose != SHARED


def _typed(draft: IntakeDraft, name: str) -> list[str]:
    values = draft.data.get(name) or []
    return [v.strip() for v in (values if isinstance(values, list) else [values]) if isinstance(v, str) and v.strip()]
