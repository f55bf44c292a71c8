"""A material fact as its pages show it, with its earlier wordings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.answer.answer import Answer
from assessments.answer.case_lines import Line, interview_words, paragraph_lines, passage_lines
from assessments.assessing.assessment import Assessment
from assessments.assessing.fact_presenter import PresentedFact
from assessments.models import Case, FactRevision


@dataclass(frozen=True)
class Earlier:
    """The wording of a fact before it was changed or removed."""

    ident: str
    at: datetime
    by: str
    what: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FactRead(PresentedFact):
    """One fact with its earlier wordings."""

    changed_at: datetime | None = None  # after the matches were first shown
    earlier: tuple[Earlier, ...] = ()

    @property
    def was_added(self) -> bool:
        return self.changed_at is not None and not self.earlier

    @property
    def open_groups(self) -> frozenset[str]:
        """Return the groups of context to unfold: denials at the same place and time, others named for the event."""
        found = {"who"} if self.answer.told_of_others else set()
        if any(m.match.is_denial and all(v.meets for v in m.match.verdicts[:2]) for m in self.answer.context):
            found.add("denial")
        return frozenset(found)


def read_facts(case: Case, answer: Answer, assessment: Assessment) -> tuple[tuple[FactRead, ...], tuple[Earlier, ...]]:
    """Return the facts of a case with their earlier wordings, and the last wordings of facts that were removed."""
    revisions: dict[str, list[Earlier]] = {}
    for revision in case.fact_revisions.select_related("by"):
        revisions.setdefault(revision.fact_ident, []).append(earlier_wording(revision, answer))
    changed = {fact.ident: fact.changed_after_matches_at for fact in case.facts.all()}
    found = tuple(
        FactRead(
            fact,
            assessment.omissions_on(fact.stated.id),
            assessment.context_on(fact.stated.id),
            whole=answer,
            changed_at=changed.get(fact.stated.id),
            earlier=tuple(revisions.get(fact.stated.id, ())),
        )
        for fact in answer.facts
    )
    return found, tuple(e for ident, earlier in revisions.items() if ident not in changed for e in earlier)


def _when(was: dict[str, Any]) -> str:
    """Return when it happened. A wording from before "still going on" was asked shows the period as matched then."""
    return wording.when_words(
        was.get("kind", ""), was.get("period_from", ""), was.get("period_to", ""), was.get("ongoing")
    )


def earlier_wording(revision: FactRevision, answer: Answer) -> Earlier:
    """Return the earlier wording, with the labels of today's vocabulary."""
    was, names = revision.content, answer.names
    whose = answer.case.whose(was.get("person", ""))
    lines = [
        *([Line(_("Person"), (whose,))] if whose else []),
        Line(_("Statement"), (was.get("statement", ""),), is_statement=True),
        *passage_lines(was.get("passage", "")),
        Line(
            _("Kind of event"), (names.event(was.get("event", "")),), tuple(filter(None, [was.get("event_note", "")]))
        ),
        Line(_("Place"), (was.get("place", ""),)),
        Line(_("When"), (_when(was),)),
        Line(
            _("Who did it"),
            (names.listed(names.actors, was.get("actors", [])) or _("The applicant names no one."),),
            tuple(filter(None, [was.get("actor_note", "")])),
        ),
        Line(
            _("Who was targeted"),
            (names.listed(names.traits, was.get("targets", [])) or _("Not said."),),
            tuple(filter(None, [was.get("target_note", "")])),
        ),
    ]
    records = tuple(interview_words(i) for i in was.get("interviews", []))
    if records:
        lines.append(Line(_("Interview record"), records))
    lines += paragraph_lines(was)
    return Earlier(revision.fact_ident, revision.at, str(revision.by), revision.get_what_display(), tuple(lines))
