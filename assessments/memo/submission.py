"""The content of a case's next version, and what the officer should check before submitting it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.answer.answer import Answer, FactAnswer, answer
from assessments.assessing import coi_age, evidence, fact_changes, pending_decisions, stored_assessment
from assessments.assessing.assessment import Assessment
from assessments.assessing.coi_age import OldPart
from assessments.assessing.open_points import open_points
from assessments.assessing.pending_decisions import ToDecide
from assessments.casefile import stored_case
from assessments.memo import snapshot
from assessments.memo.heading import Heading, heading_of
from assessments.memo.memo import with_pair
from assessments.models import Case
from assessments.models.codes import State


@dataclass(frozen=True)
class Submission:
    """The content of the next version. Its digest ensures that what is submitted is what was shown."""

    answer: Answer
    assessment: Assessment
    heading: Heading

    @cached_property
    def content(self) -> str:
        """The memo as it is stored. Only a submission needs it, a preview does not."""
        return snapshot.freeze(self.answer, self.assessment, self.heading)

    @property
    def digest(self) -> str:
        return snapshot.sha256(self.content)


@dataclass(frozen=True)
class Check:
    """Something to check, with the page that changes it."""

    words: str
    href: str


def prepare(case: Case, *, on: date) -> Submission:
    """Prepare the current case. Raise intake.BadCase if a place is no longer clear."""
    found = answer(stored_case.case_file(case, today=on), on=on)
    assessment = stored_assessment.assessment_of(case)
    heading = heading_of(case, status=State.SUBMITTED, version=next_number(case))
    return Submission(with_pair(found, assessment), assessment, heading)


def next_number(case: Case) -> int:
    """The number of the version that a submission would create."""
    newest = case.versions.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def old_parts(submission: Submission) -> tuple[OldPart, ...]:
    """The parts that rely only on information older than the memo's limit."""
    return coi_age.old_parts(submission.answer, submission.assessment, submission.heading.age_limit)


def required(case: Case, submission: Submission) -> tuple[Check, ...]:
    """The checks that must be resolved before the memo can be submitted."""
    return tuple(_required(case, submission))


def _required(case: Case, submission: Submission) -> Iterator[Check]:
    if case.matches_first_shown_at is None:
        yield Check(
            _("Read what the COI says about the facts. It has not been opened yet."),
            reverse("case-matches", args=[case.uuid]),
        )
    for each in to_decide(submission):
        if not each.is_indicator:  # ``lacking`` lists those
            yield Check(each.short, reverse("fact", args=[case.uuid, each.fact]) + "#decide-again")
    for change in fact_changes.changes(case, submission.answer).by_fact.values():
        said = _("%(fact)s changed since you wrote (%(change)s). Look at it, then save it or say that you looked.")
        yield Check(
            said % {"fact": change.fact, "change": change.words},
            reverse("fact", args=[case.uuid, change.fact]) + "#change",
        )
    for fact in submission.answer.facts:
        for message in lacking(fact, submission.assessment):
            words = _("%(fact)s: %(lacking)s") % {"fact": fact.stated.id, "lacking": message}
            yield Check(words, reverse("fact", args=[case.uuid, fact.stated.id]))


def to_decide(submission: Submission) -> tuple[ToDecide, ...]:
    """Decisions to make again, because the current edition changed or retired the finding."""
    return pending_decisions.to_decide(submission.answer, submission.assessment.undecided)


def lacking(fact: FactAnswer, assessment: Assessment) -> tuple[str, ...]:
    """What the officer’s part of a fact still needs, given today's matches."""
    on = evidence.pieces(fact, assessment)
    return tuple(lack.message for lack in evidence.lacking(assessment.of(fact.stated.id), on))


def advised(case: Case, submission: Submission) -> tuple[Check, ...]:
    """The checks that do not prevent a submission."""
    return tuple(_advised(case, submission))


def _advised(case: Case, submission: Submission) -> Iterator[Check]:
    assessment = submission.assessment
    relocation = reverse("relocation", args=[case.uuid])
    for point in open_points(submission.answer, assessment):
        if point.is_of_fact:
            yield Check(point.words, reverse("fact", args=[case.uuid, point.name]))
        else:
            yield Check(point.words, relocation if point.is_of_relocation else reverse("case-edit", args=[case.uuid]))
    if not assessment.old_coi_justification.strip():
        for part in old_parts(submission):
            yield Check(
                old_part_words(part, submission.heading.age_limit),
                relocation if part.kind == coi_age.IPA else reverse("fact", args=[case.uuid, part.name]),
            )


def old_part_words(part: OldPart, limit: int) -> str:
    """A sentence on what the part needs before the memo can be approved."""
    if part.kind == coi_age.IPA:
        words = _(
            "Internal protection in %(name)s relies only on COI older than %(limit)d months. Before it can be "
            "approved, it needs newer COI (a source of your own counts) or a written justification."
        )
    else:
        words = _(
            "The future risk in %(name)s relies only on COI older than %(limit)d months. Before it can be "
            "approved, it needs newer COI (a source of your own counts) or a written justification."
        )
    return words % {"name": part.name, "limit": limit}
