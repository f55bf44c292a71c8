"""The points that COI leaves open in a case, and suggested questions. The officer decides and words them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.answer.answer import Answer, FactAnswer
from assessments.assessing.assessment import QuestionWritten
from assessments.assessing.fact_presenter import present
from assessments.models.codes import QuestionTo
from coi.text.dates import day_words
from matching.facts import UNKNOWN, FactKind
from matching.outcome import Position

UNANSWERED = (Position.NO_EVIDENCE, Position.SILENT, Position.OUT_OF_SCOPE)
SMALL = ("town", "village")  # places small enough to ask where exactly


@dataclass(frozen=True)
class Suggestion:
    """A suggested question."""

    to: QuestionTo
    words: str

    @property
    def name(self) -> str:
        """Its first line. A question of the officer's that begins with it counts as this suggestion."""
        return self.words.splitlines()[0]

    @property
    def more(self) -> str:
        """Its other lines."""
        return "\n".join(self.words.splitlines()[1:])


@dataclass(frozen=True)
class Gap:
    """A fact that has open points."""

    fact: FactAnswer
    suggestions: tuple[Suggestion, ...]

    def not_taken(self, written: Iterable[QuestionWritten]) -> tuple[Suggestion, ...]:
        """Return the suggestions that are not among the questions yet."""
        taken = {(q.to, q.words.splitlines()[0]) for q in written if q.fact == self.fact.stated.id and q.words}
        return tuple(s for s in self.suggestions if (s.to, s.name) not in taken)


def is_gap(fact: FactAnswer) -> bool:
    """Return whether the fact has an open point.

    That is: the report is silent, does not cover it, knows of no evidence, ends before it, or leaves something open.
    """
    return fact.position in UNANSWERED or bool(fact.outcome.open) or fact.outcome.not_covered_from is not None


def gaps(answer: Answer) -> tuple[Gap, ...]:
    """Return the facts with open points, in the order of the case."""
    return tuple(Gap(f, (*_to_applicant(f), *_to_coi(answer, f))) for f in answer.facts if is_gap(f))


# --- for a further interview: open questions that suggest no answer --------------------------------------


def _to_applicant(fact: FactAnswer) -> Iterable[Suggestion]:
    for words in _interview(fact):
        yield Suggestion(QuestionTo.APPLICANT, words)


def _interview(fact: FactAnswer) -> Iterable[str]:
    stated, is_future = fact.stated, fact.stated.kind is FactKind.FUTURE_RISK
    open_codes = {reason.code for reason in fact.outcome.open}
    named = [a for a in stated.actors if a != UNKNOWN]
    if is_future:
        yield _("What do you think would happen to you there, and what makes you think so?")
    elif fact.position in UNANSWERED:
        yield _("Tell me again what happened, from the beginning, in your own words.")
        yield _("How do you know about it? What did you see or hear yourself, and what did others tell you?")
    if not named:
        yield (
            _("Who would do it, and how do you know that?")
            if is_future
            else _("Who did it? What did you notice of them: clothing, language, vehicles, weapons, what they said?")
        )
    elif "open-who" in open_codes or any(r.code == "reported-of-others" for r in fact.outcome.reasons):
        yield _("How did you know who they were? What did you notice of them?")
    if not is_future and _is_vague(*stated.ends, is_ongoing=bool(stated.ongoing)):
        yield _("When exactly was it? If you do not know the day, which season, feast or other event was it close to?")
    if not stated.place.located or stated.place.place.kind not in SMALL:
        yield _("Where exactly was it? Which village or quarter was it, and how do you get there?")
    if not stated.targets or "open-target" in open_codes:
        yield (
            _("Who else would be at risk, and why?") if is_future else _("Who was targeted, and how do you know that?")
        )
    if fact.position in UNANSWERED and not is_future:
        yield _("Can anyone or anything tell us more: a document, a picture, a message, a witness?")


def _is_vague(start: str, end: str, *, is_ongoing: bool) -> bool:
    """Return whether it is undated, or dated only to a year or several months.

    If it is ongoing, only its start counts.
    """
    return len(start) < 7 or (start[:7] != end[:7] and not is_ongoing)


# --- for the COI unit: what to look for and what was already checked; nothing that names a person ----------


def _to_coi(answer: Answer, fact: FactAnswer) -> Iterable[Suggestion]:
    for lead, period in _queries(fact):
        yield Suggestion(QuestionTo.COI, _query(answer, fact, lead, period))


def _queries(fact: FactAnswer) -> Iterable[tuple[str, str]]:
    stated = fact.stated
    when = wording.when_of(stated)
    open_codes = {reason.code for reason in fact.outcome.open}
    if fact.position in UNANSWERED:
        yield _("What do other sources report about the following?"), when
    if fact.position in (Position.SILENT, Position.NO_EVIDENCE):
        yield _("Who reports from this place, and would a report of such an event be expected?"), when
    if "open-who" in open_codes:
        yield _("Which sources say who did it?"), when
    if "open-when" in open_codes:
        yield _("Which sources say when it happened?"), when
    if "open-target" in open_codes:
        yield _("Which sources say who was targeted?"), when
    if fact.outcome.not_covered_from:
        yield _("What do sources report about the time that is not covered yet?"), _from(fact.outcome.not_covered_from)


def _from(day: date) -> str:
    return _("from %(day)s to today") % {"day": day_words(day)}


def _noted(words: str, note: str) -> str:
    """Return the words with the note, which has what no code expresses, on one line."""
    return f"{words} ({' '.join(note.split())})" if note else words


def _query(answer: Answer, fact: FactAnswer, lead: str, period: str) -> str:
    """Return the question with everything a COI unit needs: what, where, when, who, and what was already checked."""
    said, stated = present(answer, fact), fact.stated
    lines = [
        lead,
        _("Event: %(event)s") % {"event": _noted(said.event, stated.event_note)},
        _("Place: %(place)s") % {"place": said.where},
        _("Period: %(period)s") % {"period": period},
    ]
    if stated.actors:
        lines.append(_("Actors: %(actors)s") % {"actors": _noted(said.actors, stated.actor_note)})
    if stated.targets:
        lines.append(_("Targets: %(targets)s") % {"targets": _noted(said.targets, stated.target_note)})
    asked = [e for e in answer.editions if e.country == stated.place.value.country]
    lines += [
        _("Already checked: %(report)s, information up to %(day)s")
        % {"report": edition.label, "day": day_words(edition.cut_off)}
        for edition in asked
    ] or [_("Already checked: the library has no report on this country.")]
    if asked:
        words = {"position": said.position_words, "said": " ".join(said.reasons)}
        lines.append(_("Answer: %(position)s. %(said)s") % words)
    return "\n".join(lines)
