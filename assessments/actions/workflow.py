"""When an action is open, to whom, and what it leaves behind: one literal table.

``docs/workflow.md`` is made from it (``manage.py workflow_diagram``), and a test compares the two.
A case has one state; each submitted version of its memo has one of the same states.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.codes import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Who(models.TextChoices):
    """Who may take a step. Nobody who wrote in a case ever reviews it."""

    WRITER = "writer", _("a caseworker who may edit the case")
    SUPERVISOR = "supervisor", _("a supervisor of the office who did not write in it")
    REVIEWER = "reviewer", _("the supervisor who took it")
    COLLEAGUE = "colleague", _("another supervisor of the office who did not write in it")
    LIBRARY = "library", _("the library, when a finding changes")


@dataclass(frozen=True)
class Transition:
    """One step: from any of ``sources`` to ``target``; the current version becomes ``version``."""

    action: str
    label: "_StrPromise"
    sources: tuple[State, ...]
    target: State
    by: tuple[Who, ...]
    event: str  # as it stands in the record
    version: State | None = None  # None leaves the version as it is, or there is none
    reason: bool = False  # a written reason is needed
    news: tuple[State, ...] = ()  # sources as well, but only while new findings wait for a decision


S = State
TRANSITIONS: tuple[Transition, ...] = (
    # action, label, from, to, who, event in the record, the version becomes, a reason is needed, from with news
    Transition("submit", _("Submit for review"), (S.DRAFT, S.RETURNED), S.SUBMITTED, (Who.WRITER,), "memo.submit", S.SUBMITTED),
    Transition("take-back", _("Take back"), (S.SUBMITTED,), S.DRAFT, (Who.WRITER,), "memo.take-back", S.SUPERSEDED),
    Transition("take", _("Take for review"), (S.SUBMITTED,), S.IN_REVIEW, (Who.SUPERVISOR,), "review.take", S.IN_REVIEW),
    Transition("hand-back", _("Hand back to the queue"), (S.IN_REVIEW,), S.SUBMITTED, (Who.REVIEWER,), "review.hand-back", S.SUBMITTED),
    Transition("reassign", _("Give to a colleague"), (S.SUBMITTED, S.IN_REVIEW), S.IN_REVIEW, (Who.SUPERVISOR,), "review.reassign", S.IN_REVIEW),
    Transition("stand-in", _("Stand in for the reviewer"), (S.IN_REVIEW,), S.IN_REVIEW, (Who.COLLEAGUE,), "review.stand-in", S.IN_REVIEW),
    Transition("approve", _("Approve"), (S.IN_REVIEW,), S.APPROVED, (Who.REVIEWER,), "memo.approve", S.APPROVED),
    Transition("return", _("Return with comments"), (S.IN_REVIEW,), S.RETURNED, (Who.REVIEWER,), "memo.return", S.RETURNED, reason=True),
    Transition("recall", _("Recall"), (S.APPROVED,), S.RECALLED, (Who.SUPERVISOR, Who.LIBRARY), "memo.recall", S.RECALLED, reason=True),
    Transition("uphold", _("Still sound"), (S.RECALLED,), S.APPROVED, (Who.SUPERVISOR,), "memo.uphold", S.APPROVED, reason=True, news=(S.APPROVED,)),
    Transition("supersede", _("No longer stands"), (S.RECALLED,), S.SUPERSEDED, (Who.SUPERVISOR,), "memo.supersede", S.SUPERSEDED, reason=True, news=(S.APPROVED,)),
    Transition("reopen", _("Reopen as a new draft"), (S.APPROVED, S.RECALLED, S.SUPERSEDED, S.CLOSED), S.DRAFT, (Who.WRITER, Who.SUPERVISOR), "case.reopen", S.SUPERSEDED, reason=True),
    Transition("close", _("Close the case"), (S.DRAFT, S.RETURNED, S.APPROVED, S.RECALLED, S.SUPERSEDED), S.CLOSED, (Who.WRITER, Who.SUPERVISOR), "case.close"),
)  # fmt: skip
BY_ACTION = {t.action: t for t in TRANSITIONS}


def is_open(action: str, state: str, *, has_news: bool = False) -> bool:
    """Whether the table knows this step from this state; ``has_news`` while new findings wait for a decision."""
    step = BY_ACTION[action]
    return State(state) in step.sources or (has_news and State(state) in step.news)
