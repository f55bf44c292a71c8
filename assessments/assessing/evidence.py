"""The evidence for the officer's part of a fact, and what is missing before it can be saved. It concludes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from assessments.answer.answer import FactAnswer
from assessments.assessing.assessment import Assessment, FactWritten, IndicatorWritten
from assessments.assessing.carry_over import INDICATOR
from assessments.models.codes import ExplanationAsked, ExternalConsistency, Indicator, Outcome
from coi.text import characters
from matching.outcome import Relation


class Bears(StrEnum):
    """The bearing of a piece of COI on the fact."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    NO_EVIDENCE = "no_evidence"
    CONTEXT = "context"
    UNDECIDED = "undecided"  # named before, and changed or retired since by the current edition


@dataclass(frozen=True)
class Piece:
    """A finding or own source that an indicator may name."""

    key: str
    bears: Bears
    where: str
    words: str
    today: str = ""  # if undecided: its key in the current edition, if that has it
    name: str = ""  # if undecided: how a message names it

    @property
    def opposes(self) -> bool:
        return self.bears in (Bears.CONTRADICTS, Bears.NO_EVIDENCE)


@dataclass(frozen=True)
class Lacking:
    """A text to write first. ``field`` is the name of the form field."""

    field: str
    message: str


def pieces(answer: FactAnswer, assessment: Assessment) -> tuple[Piece, ...]:
    """Return what an indicator of this fact may name: everything relied on, added context and own sources."""
    fact = answer.stated.id
    omissions = assessment.omissions_on(fact)
    found = []
    for m in answer.matches:
        if m.relation is Relation.CONTEXT:
            is_in = m.match.is_listed_in_full or (fact, m.card.key) in assessment.context_taken
        else:
            is_in = m.card.key not in omissions
        if is_in:
            found.append(Piece(m.card.key, Bears(m.relation.value), m.card.where, m.card.statement))
    for own in assessment.sources_on(fact):
        bears = Bears.SUPPORTS if own.supports else Bears.CONTRADICTS
        where = _("Added by the officer: %(citation)s") % {"citation": Truncator(own.citation).chars(60)}
        found.append(Piece(own.key, bears, where, own.says))
    named = {u.finding: u for u in assessment.undecided if u.what == INDICATOR and u.fact == fact}
    for key, u in named.items():
        where = _("%(edition)s, %(where)s") % {"edition": u.then.edition_label, "where": u.then.where}
        found.append(Piece(key, Bears.UNDECIDED, where, u.then.statement, u.today, u.then.name))
    return tuple(found)


def lacking(written: FactWritten, on: Iterable[Piece]) -> tuple[Lacking, ...]:
    """Return what the officer's part still needs; empty if it can all go into a memo."""
    available = {piece.key: piece for piece in on}
    return (
        *_of_explanation(written),
        *_of_external(written.indicator(Indicator.EXTERNAL), available),
        *_of_plausibility(written.indicator(Indicator.PLAUSIBILITY), available),
        *_of_outcome(written, available),
        *_of_undecided(written, available),
    )


def keepable(written: FactWritten, on: Iterable[Piece]) -> tuple[FactWritten, tuple[str, ...]]:
    """Return as much as an autosave can store, and sentences on the rest."""
    available = {piece.key: piece for piece in on}
    kept, held_back = with_words(written)
    external = kept.indicator(Indicator.EXTERNAL)
    if external and external.view == ExternalConsistency.INCONSISTENT and _of_external(external, available):
        without = replace(external, view="")
        kept = replace(kept, indicators=tuple(without if i is external else i for i in kept.indicators))
        held_back += (_("“Inconsistent with the COI” is not saved yet. See what it must be based on."),)
    lacks = _of_outcome(kept, available)
    if kept.outcome == Outcome.NOT_ACCEPTED:
        lacks += _of_explanation(kept)
    if lacks:
        held_back += (_("The outcome is not saved yet: %(why)s") % {"why": lacks[0].message},)
        kept = replace(kept, outcome=Outcome.NOT_ASSESSED.value)
    return kept, held_back


def with_words(written: FactWritten) -> tuple[FactWritten, tuple[str, ...]]:
    """Return the assessment without indicators that have no text: those stay not assessed."""
    silent = [i for i in written.indicators if characters.is_blank(i.words)]
    notes = tuple(
        _("%(indicator)s stays “not assessed” until you write something.")
        % {"indicator": str(Indicator(i.indicator).label).capitalize()}
        for i in silent
        if i.view or i.relies_on or i.expected
    )
    return replace(written, indicators=tuple(i for i in written.indicators if i not in silent)), notes


def _of_explanation(written: FactWritten) -> list[Lacking]:
    is_blank = characters.is_blank(written.explanation)
    if written.explanation_asked == ExplanationAsked.GIVEN and is_blank:
        return [Lacking("explanation", _("Write what the applicant explained."))]
    if written.explanation_asked == ExplanationAsked.NOT_ASKED and is_blank:
        return [Lacking("explanation", _("Write why the applicant was not asked."))]
    if not written.explanation_asked and not is_blank:
        return [Lacking("explanation_asked", _("Say whether the applicant was asked to explain."))]
    return []


def _of_external(external: IndicatorWritten | None, available: dict[str, Piece]) -> list[Lacking]:
    if external is None:
        return []
    if not external.view:
        message = _(
            "Say whether the fact is consistent or inconsistent with the COI, or that the COI does not settle it."
        )
        return [Lacking("external_view", message)]
    named = [available[key] for key in external.relies_on if key in available]
    if external.view == ExternalConsistency.OPEN:
        return []  # silence is enough
    if external.view == ExternalConsistency.CONSISTENT:
        return [] if named else [Lacking("external_rests", _("Select the COI that external consistency is based on."))]
    bearings = {piece.bears for piece in named}
    if Bears.CONTRADICTS in bearings or Bears.UNDECIDED in bearings:  # an undecided one gets a message of its own
        return []
    if Bears.NO_EVIDENCE in bearings:
        if not characters.is_blank(external.expected):
            return []
        message = _(
            "Write why a report of such an event would be expected. That a report knows of no evidence says nothing by itself."
        )
        return [Lacking("external_expected", message)]
    message = _(
        "“Inconsistent” needs COI that contradicts the fact, or knows of no evidence plus why a report would be "
        "expected. Silence and out of scope are neither."
    )
    return [Lacking("external_rests", message)]


def _of_plausibility(plausibility: IndicatorWritten | None, available: dict[str, Piece]) -> list[Lacking]:
    if plausibility is None or any(key in available for key in plausibility.relies_on):
        return []
    message = _(
        "Select the COI that plausibility is based on. If there is none, add context to the memo, add a source of "
        "your own, or leave plausibility not assessed."
    )
    return [Lacking("plausibility_rests", message)]


def _of_outcome(written: FactWritten, available: dict[str, Piece]) -> list[Lacking]:
    if written.outcome == Outcome.NOT_ASSESSED:
        return []
    found = []
    if characters.is_blank(written.outcome_reasons):
        message = _("Write the reasons for “%(outcome)s”.") % {"outcome": Outcome(written.outcome).label}
        found.append(Lacking("outcome_reasons", message))
    if written.outcome == Outcome.NOT_ACCEPTED and not written.explanation_asked:
        external = written.indicator(Indicator.EXTERNAL)
        if any(p.opposes for p in available.values()) or (
            external and external.view == ExternalConsistency.INCONSISTENT
        ):
            message = _("You rely on opposing COI. Say if the applicant could explain it, or why they were not asked.")
            found.append(Lacking("explanation_asked", message))
    return found


def _of_undecided(written: FactWritten, available: dict[str, Piece]) -> list[Lacking]:
    """Return a message for each named finding that was changed or retired, unless its present wording is named too."""
    found = []
    for indicator in written.indicators:
        for key in indicator.relies_on:
            piece = available.get(key)
            if piece is None or piece.bears is not Bears.UNDECIDED or piece.today in indicator.relies_on:
                continue
            message = (
                _(
                    "%(indicator)s is based on %(finding)s, which the current edition changed. Decide again: select the "
                    "finding as it now reads, or nothing, and clear the earlier one."
                )
                if piece.today
                else _(
                    "%(indicator)s is based on %(finding)s, which the current edition no longer has. Decide again what "
                    "it is based on, and clear the earlier one."
                )
            )
            words = {"indicator": str(Indicator(indicator.indicator).label).capitalize(), "finding": piece.name}
            found.append(Lacking(f"{indicator.indicator}_rests", message % words))
    return found


def grounds_of_inconsistency(assessment: Assessment, key: str) -> tuple[str, ...]:
    """Return the facts whose external inconsistency relies on this finding or source."""
    return tuple(
        f.fact
        for f in assessment.facts
        for i in f.indicators
        if i.view == ExternalConsistency.INCONSISTENT and key in i.relies_on
    )


# --- repeated reasoning ----------------------------------------------------------------------

MOSTLY = 0.8
LONG_PASSAGE = 25  # words
TOO_SHORT = 12  # words
COMPARED = 500  # words of each text; the cost grows with the square


def facts_with_same_reasoning(assessment: Assessment, fact: str) -> tuple[str, ...]:
    """Return the other facts whose reasoning is mostly the same or shares a long passage."""
    mine = _words(assessment.of(fact).reasoning)
    return tuple(f.fact for f in assessment.facts if f.fact != fact and _are_alike(mine, _words(f.reasoning)))


def _words(reasoning: str) -> list[str]:
    return reasoning.casefold().split()[:COMPARED]


def _are_alike(one: list[str], other: list[str]) -> bool:
    if min(len(one), len(other)) < TOO_SHORT:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.find_longest_match().size >= LONG_PASSAGE:
        return True
    return matcher.quick_ratio() >= MOSTLY and matcher.ratio() >= MOSTLY
