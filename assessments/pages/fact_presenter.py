"""One fact as its page shows it: its position in words, its findings, and earlier wordings. Decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.answer.answer import Answer, CitedMatch, FactAnswer, ReportSaid
from assessments.answer.case_lines import Line, interview_words
from assessments.assessing.assessment import Assessment, OmissionWritten
from assessments.assessing.fact_reliance import FactReliance
from assessments.models import Case, CaseFact, FactRevision
from coi.library.cited_findings import FindingCard
from matching.criteria import Reason
from matching.outcome import Level, Relation

LEVELS = {level: f"reports-{level.value}" for level in Level}


@dataclass(frozen=True)
class MatchRead:
    """A finding with why it is shown."""

    card: FindingCard
    relation: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Earlier:
    """What a fact said before it was changed or taken out."""

    ident: str
    at: datetime
    by: str
    what: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FactRead:
    """One fact, its position in words, and the findings."""

    answer: FactAnswer
    position: str  # the code by which it is drawn
    number: int
    position_words: str
    level_words: str
    where: str
    when: str
    event: str
    actors: str
    targets: str
    records: tuple[str, ...]
    reasons: tuple[str, ...]
    agreement: str  # of several reports, and what each of them says
    reports: tuple[ReportSaid, ...]
    open: tuple[str, ...]
    supporting: tuple[MatchRead, ...]
    contradicting: tuple[MatchRead, ...]
    without_evidence: tuple[MatchRead, ...]
    in_part: tuple[MatchRead, ...]  # rules out part of the period, and does not oppose
    context: tuple[tuple[str, str, tuple[MatchRead, ...]], ...]
    open_groups: frozenset[str]  # groups of context that are shown unfolded
    origins: str
    opposing_origins: str
    changed_at: datetime | None
    was_added: bool
    earlier: tuple[Earlier, ...]

    @property
    def opposing(self) -> tuple[MatchRead, ...]:
        """What stands against the fact, contradiction first."""
        return self.contradicting + self.without_evidence

    @property
    def ident(self) -> str:
        return self.answer.stated.id


def read_fact(case: Case, answer: Answer, assessment: Assessment, ident: str) -> FactRead:
    """One fact of the case, for the page on which it is assessed."""
    number, found = next((n, f) for n, f in enumerate(answer.facts, 1) if f.stated.id == ident)
    row = next((fact for fact in case.facts.all() if fact.ident == ident), None)
    revisions = case.fact_revisions.filter(fact_ident=ident).select_related("by")
    relied = FactReliance.of(found, assessment)
    return fact_read(answer, relied, number, row, {ident: [earlier_wording(r, answer) for r in revisions]})


@dataclass(frozen=True)
class Shelf:
    """Findings that stand against the fact in one way, under one heading."""

    title: str
    relation: str
    matches: tuple[MatchRead, ...]


@dataclass(frozen=True)
class Shelves:
    """The findings on one fact, sorted by what the officer does with them."""

    supporting: tuple[MatchRead, ...]
    opposing: tuple[Shelf, ...]
    omitted: tuple[tuple[MatchRead, OmissionWritten], ...]
    taken: tuple[MatchRead, ...]
    context: tuple[tuple[str, str, tuple[MatchRead, ...]], ...]


def shelves(fact: FactRead, assessment: Assessment) -> Shelves:
    """All that supports and opposes is relied on until it is taken out; context only where it is taken in."""
    omissions = assessment.omissions_on(fact.ident)

    def relied_on(found: tuple[MatchRead, ...]) -> tuple[MatchRead, ...]:
        return tuple(m for m in found if m.card.key not in omissions)

    def is_taken(m: MatchRead) -> bool:
        return (fact.ident, m.card.key) in assessment.context_taken

    opposing = (
        Shelf(_("Says otherwise"), Relation.CONTRADICTS.value, relied_on(fact.contradicting)),
        Shelf(
            _("Knows of no evidence"),
            Relation.NO_EVIDENCE.value,
            relied_on(fact.without_evidence),
        ),
    )
    folds = ((name, label, tuple(m for m in found if not is_taken(m))) for name, label, found in fact.context)
    return Shelves(
        supporting=relied_on(fact.supporting),
        opposing=tuple(shelf for shelf in opposing if shelf.matches),
        omitted=tuple((m, omissions[m.card.key]) for m in fact.supporting + fact.opposing if m.card.key in omissions),
        taken=tuple(m for _name, _label, found in fact.context for m in found if is_taken(m)),
        context=tuple(fold for fold in folds if fold[2]),
    )


def fact_read(
    answer: Answer, relied: FactReliance, number: int, row: CaseFact | None, revisions: dict[str, list[Earlier]]
) -> FactRead:
    fact = relied.answer
    stated, outcome, names = fact.stated, fact.outcome, answer.names
    earlier = tuple(revisions.get(stated.id, ()))
    groups = (
        (name, str(wording.CONTEXT_GROUPS[name]), tuple(_match(answer, m) for m in found))
        for name, found in fact.context_groups
    )
    changed_at = row.changed_after_matches_at if row else None
    return FactRead(
        answer=fact,
        position=relied.state,
        number=number,
        position_words=relied.position_words,
        level_words=relied.level_words,
        where=", ".join(stated.place.names) if stated.place.located else stated.place.typed,
        when=wording.when_of(stated),
        event=names.event(stated.event),
        actors=names.listed(names.actors, stated.actors),
        targets=names.listed(names.traits, stated.targets),
        records=tuple(interview_words({"date": i.date, "ref": i.reference}) for i in stated.interviews),
        reasons=answer.position_reasons(fact),
        agreement=wording.agreement_words(outcome),
        reports=answer.by_report(fact),
        open=tuple(answer.reason_words(r) for r in outcome.open),
        supporting=tuple(_match(answer, m) for m in fact.supporting),
        contradicting=tuple(_match(answer, m) for m in fact.of(Relation.CONTRADICTS)),
        without_evidence=tuple(_match(answer, m) for m in fact.of(Relation.NO_EVIDENCE)),
        in_part=tuple(_match(answer, m) for m in fact.ruling_out_part),
        context=tuple(groups),
        open_groups=_open_groups(fact),
        origins=relied.origins_words,
        opposing_origins=relied.opposing_origins_words,
        changed_at=changed_at,
        was_added=changed_at is not None and not earlier,
        earlier=earlier,
    )


def _open_groups(fact: FactAnswer) -> frozenset[str]:
    """Nobody should miss a denial at the same place and time, or who else is named for such an event."""
    found = {"who"} if fact.told_of_others else set()
    if any(m.match.is_denial and all(v.meets for v in m.match.verdicts[:2]) for m in fact.context):
        found.add("denial")
    return frozenset(found)


def _match(answer: Answer, m: CitedMatch) -> MatchRead:
    level = (answer.reason_words(Reason.of(LEVELS[m.match.level])),) if m.match.level else ()
    return MatchRead(m.card, m.relation.value, (*level, *(answer.reason_words(r) for r in m.match.reasons)))


def _when(was: dict[str, Any]) -> str:
    """When it was; of what was recorded before "still going on" was asked, as it was matched then."""
    return wording.when_words(
        was.get("kind", ""), was.get("period_from", ""), was.get("period_to", ""), was.get("ongoing")
    )


def earlier_wording(revision: FactRevision, answer: Answer) -> Earlier:
    """The earlier wording, with the words of today's vocabulary."""
    was, names = revision.content, answer.names
    whose = answer.case.whose(was.get("person", ""))
    lines = [
        *([Line(_("Whose"), (whose,))] if whose else []),
        Line(_("Statement"), (was.get("statement", ""),), is_statement=True),
        Line(
            _("Kind of event"), (names.event(was.get("event", "")),), tuple(filter(None, [was.get("event_note", "")]))
        ),
        Line(_("Place"), (was.get("place", ""),)),
        Line(_("When"), (_when(was),)),
        Line(
            _("Who did it"),
            (names.listed(names.actors, was.get("actors", [])) or _("The applicant names nobody."),),
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
    if was.get("explanation"):
        lines.append(Line(_("Explanation that the applicant gave"), (was["explanation"],), is_statement=True))
    return Earlier(revision.fact_ident, revision.at, str(revision.by), revision.get_what_display(), tuple(lines))
