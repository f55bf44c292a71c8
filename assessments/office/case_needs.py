"""Groups of cases by next step. The database works out the group of each case in one expression."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessments.models import (
    CaseFact,
    FactAssessment,
    NewMatch,
)
from assessments.models.codes import Outcome, State


@dataclass(frozen=True)
class Need:
    """A group of cases with the same next step."""

    code: str
    name: Any
    hint: Any = ""
    is_folded: bool = False  # listed only if the filters ask for it


RECALLED, RETURNED, INTAKE, ASSESS = "recalled", "returned", "intake", "assess"

READY, WAITING, APPROVED, OVER = "ready", "waiting", "approved", "over"

MY_REVIEW, OTHERS_REVIEW, NEWS = "mine", "others", "news"

CHANGED = "changed"

CASEWORK = (
    Need(
        RECALLED,
        gettext_lazy("Recalled"),
        gettext_lazy(
            "A finding or figure that the approved memo relies on has changed, or a supervisor recalled it. Read why, then reopen the case if needed."
        ),
    ),
    Need(RETURNED, gettext_lazy("Returned with comments"), gettext_lazy("The reviewer asked for changes.")),
    Need(
        CHANGED,
        gettext_lazy("COI changed"),
        gettext_lazy("A report or the fact has changed since you wrote. Check that your text still fits."),
    ),
    Need(
        INTAKE, gettext_lazy("Finish the intake"), gettext_lazy("Started and kept as typed, but not saved as a case.")
    ),
    Need(ASSESS, gettext_lazy("Assess"), gettext_lazy("Some material facts are not assessed.")),
    Need(
        READY,
        gettext_lazy("Ready to submit"),
        gettext_lazy("Every material fact has an outcome, or reasons why it has none."),
    ),
    Need(WAITING, gettext_lazy("With a supervisor"), gettext_lazy("Nothing to do until the review is complete.")),
    Need(APPROVED, gettext_lazy("Approved")),
    Need(OVER, gettext_lazy("Closed or superseded"), is_folded=True),
)

QUEUE = (
    Need(WAITING, gettext_lazy("Waiting for review"), gettext_lazy("Earliest due first, then longest waiting.")),
    Need(MY_REVIEW, gettext_lazy("In review by you")),
    Need(
        OTHERS_REVIEW,
        gettext_lazy("In review by colleagues"),
        gettext_lazy("Take over a review if a colleague is away."),
    ),
    Need(
        RECALLED,
        gettext_lazy("Recalled"),
        gettext_lazy("Approved memos that were recalled. Uphold, reopen or supersede each one."),
    ),
    Need(
        NEWS,
        gettext_lazy("New findings"),
        gettext_lazy("Approved memos with relevant new findings. Decide what to do."),
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


def is_assessed() -> Q:
    """Return the condition that a fact has an outcome, or reasons why it has none."""
    return ~Q(outcome=Outcome.NOT_ASSESSED) | ~Q(outcome_reasons="")


def casework_needs() -> list[When]:
    written = FactAssessment.objects.filter(is_assessed(), case=OuterRef("case"), fact_ident=OuterRef("ident"))
    facts = CaseFact.objects.filter(case=OuterRef("pk"))
    return [
        *_by_state(),
        When(Q(state=State.DRAFT) & Exists(_changed_facts()), then=Value(CHANGED)),
        When(Q(state=State.DRAFT) & (Exists(facts.filter(~Exists(written))) | ~Exists(facts)), then=Value(ASSESS)),
        When(state=State.DRAFT, then=Value(READY)),
    ]


def _changed_facts() -> QuerySet[CaseFact]:
    """Return the facts of the case on which the COI changed since the officer wrote."""
    marked = FactAssessment.objects.filter(
        case=OuterRef("case"), fact_ident=OuterRef("ident"), answer_changed_at__isnull=False
    )
    return CaseFact.objects.filter(Exists(marked), case=OuterRef("pk"))


def office_needs() -> list[When]:
    return [*_by_state(), When(state=State.DRAFT, then=Value(ASSESS))]


def _by_state() -> list[When]:
    return [
        When(state=State.RECALLED, then=Value(RECALLED)),
        When(state=State.RETURNED, then=Value(RETURNED)),
        When(state__in=[State.SUBMITTED, State.IN_REVIEW], then=Value(WAITING)),
        When(state=State.APPROVED, then=Value(APPROVED)),
        When(state__in=[State.CLOSED, State.SUPERSEDED], then=Value(OVER)),
    ]


def queue_needs(user: User) -> list[When]:
    return [
        When(state=State.SUBMITTED, then=Value(WAITING)),
        When(state=State.IN_REVIEW, reviewer=user.pk, then=Value(MY_REVIEW)),
        When(state=State.IN_REVIEW, then=Value(OTHERS_REVIEW)),
        When(state=State.RECALLED, then=Value(RECALLED)),
        When(has_news(), then=Value(NEWS)),
    ]


def has_news() -> Q:
    """Return the condition that a case is approved and new findings wait for a decision."""
    return Q(Exists(NewMatch.objects.filter(version__case=OuterRef("pk"), disposition="")), state=State.APPROVED)
