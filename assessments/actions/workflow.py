"""The table of workflow steps: from which state, by whom, to which state.

``manage.py workflow_diagram`` makes ``docs/workflow.md`` from it, and a test compares the two.
A case has one state. Each submitted version of its memo has one of the same states.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.codes import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Who(models.TextChoices):
    """Who may take a step. Nobody who edited a case may review it."""

    WRITER = "writer", _("a caseworker who may edit the case")
    SUPERVISOR = "supervisor", _("a supervisor of the office who did not edit the case")
    REVIEWER = "reviewer", _("the supervisor who is reviewing the memo")
    COLLEAGUE = "colleague", _("another supervisor of the office who did not edit the case")
    LIBRARY = "library", _("the library, when a finding changes")


@dataclass(frozen=True)
class Transition:
    """One step: from any of ``sources`` to ``target``; the current version becomes ``version``."""

    action: str
    label: "_StrPromise"
    sources: tuple[State, ...]
    target: State
    by: tuple[Who, ...]
    event: str  # its code in the audit record
    version: State | None = None  # new state of the version; None changes nothing
    reason: bool = False  # whether a written reason is needed
    news: tuple[State, ...] = ()  # further sources, valid only while new findings wait for a decision


S = State
TRANSITIONS: tuple[Transition, ...] = (
    # action, label, sources, target, by, event in the audit record, state of the version, reason, sources with news
    Transition("submit", _("Submit for review"), (S.DRAFT, S.RETURNED), S.SUBMITTED, (Who.WRITER,), "memo.submit", S.SUBMITTED),
    Transition("take-back", _("Take the memo back"), (S.SUBMITTED,), S.DRAFT, (Who.WRITER,), "memo.take-back", S.SUPERSEDED),
    Transition("take", _("Take for review"), (S.SUBMITTED,), S.IN_REVIEW, (Who.SUPERVISOR,), "review.take", S.IN_REVIEW),
    Transition("hand-back", _("Put back in the queue"), (S.IN_REVIEW,), S.SUBMITTED, (Who.REVIEWER,), "review.hand-back", S.SUBMITTED),
    Transition("reassign", _("Assign to a colleague"), (S.SUBMITTED, S.IN_REVIEW), S.IN_REVIEW, (Who.SUPERVISOR,), "review.reassign", S.IN_REVIEW),
    Transition("stand-in", _("Take over the review"), (S.IN_REVIEW,), S.IN_REVIEW, (Who.COLLEAGUE,), "review.stand-in", S.IN_REVIEW),
    Transition("approve", _("Approve the memo"), (S.IN_REVIEW,), S.APPROVED, (Who.REVIEWER,), "memo.approve", S.APPROVED),
    Transition("return", _("Return the memo with comments"), (S.IN_REVIEW,), S.RETURNED, (Who.REVIEWER,), "memo.return", S.RETURNED, reason=True),
    Transition("recall", _("Recall the memo"), (S.APPROVED,), S.RECALLED, (Who.SUPERVISOR, Who.LIBRARY), "memo.recall", S.RECALLED, reason=True),
    Transition("uphold", _("Uphold the memo"), (S.RECALLED,), S.APPROVED, (Who.SUPERVISOR,), "memo.uphold", S.APPROVED, reason=True, news=(S.APPROVED,)),
    Transition("supersede", _("Mark as superseded"), (S.RECALLED,), S.SUPERSEDED, (Who.SUPERVISOR,), "memo.supersede", S.SUPERSEDED, reason=True, news=(S.APPROVED,)),
    Transition("reopen", _("Reopen as a new draft"), (S.APPROVED, S.RECALLED, S.SUPERSEDED, S.CLOSED), S.DRAFT, (Who.WRITER, Who.SUPERVISOR), "case.reopen", S.SUPERSEDED, reason=True),
    Transition("close", _("Close the case"), (S.DRAFT, S.RETURNED, S.APPROVED, S.RECALLED, S.SUPERSEDED), S.CLOSED, (Who.WRITER, Who.SUPERVISOR), "case.close"),
)  # fmt: skip
BY_ACTION = {t.action: t for t in TRANSITIONS}


def is_open(action: str, state: str, *, has_news: bool = False) -> bool:
    """Whether the table allows this step from this state. ``has_news``: new findings wait for a decision."""
    step = BY_ACTION[action]
    return State(state) in step.sources or (has_news and State(state) in step.news)
