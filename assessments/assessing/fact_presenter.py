"""One fact and its findings in words: the one presenter for page, memo, disclosure sheet, text and JSON.

The position never depends on what the officer relies on. If the officer relies on none of the findings behind it, the
words say so. Originators are counted for the findings relied on.
"""

from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer import wording
from assessments.answer.answer import Answer, CitedMatch, FactAnswer, ReportSaid, counted_once
from assessments.answer.case_lines import interview_words
from assessments.assessing.assessment import Assessment
from assessments.assessing.fact_reliance import OPPOSING, FactReliance, count_origins
from assessments.casefile.values import StatedFact
from matching.criteria import Reason
from matching.origins import Origins
from matching.outcome import Level, Position, Relation

LEVEL_REASONS = {level: Reason.of(f"reports-{level.value}") for level in Level}
_ENDS_TOO_EARLY = ("not-covered-from", "about-the-future")


@dataclass(frozen=True)
class PresentedFact(FactReliance):
    """One fact in words."""

    whole: Answer = field(kw_only=True)

    @property
    def stated(self) -> StatedFact:
        return self.answer.stated

    @property
    def ident(self) -> str:
        return self.stated.id

    @property
    def whose(self) -> str:
        """The person whom the fact is about: "wife (P2)"; empty in a case of one person."""
        return self.whole.case.whose(self.stated.person)

    @property
    def event(self) -> str:
        return self.whole.names.event(self.stated.event)

    @property
    def place(self) -> str:
        """The name of the place alone; a place that is not in the list is as typed."""
        return self.stated.place.names[0] if self.stated.place.located else self.stated.place.typed

    @property
    def where(self) -> str:
        return ", ".join(self.stated.place.names)

    @property
    def when(self) -> str:
        return wording.when_of(self.stated)

    @property
    def actors(self) -> str:
        names = self.whole.names
        return names.listed(names.actors, self.stated.actors) or _("the applicant names no one")

    @property
    def targets(self) -> str:
        """Empty if the applicant does not say who was targeted."""
        names = self.whole.names
        return names.listed(names.traits, self.stated.targets)

    @property
    def records(self) -> tuple[str, ...]:
        """The cited passages of interview records."""
        return tuple(interview_words({"date": i.date, "ref": i.reference}) for i in self.stated.interviews)

    @property
    def state(self) -> str:
        """The code that selects the style of the position."""
        return self.answer.state

    @property
    def position_words(self) -> str:
        """The position, with a note if the officer relies on nothing behind it, or behind one side of a mixed one."""
        words = wording.position_words(self.answer.outcome)
        no_support = bool(self.answer.supporting) and not self.supporting
        no_opposing = bool(self.answer.opposing) and not self.opposing
        if self.answer.position is Position.MIXED and no_support != no_opposing:
            if no_support:
                return _("%(position)s, supporting findings not relied on") % {"position": words}
            return _("%(position)s, opposing findings not relied on") % {"position": words}
        if no_support or no_opposing:
            return _("%(position)s, not relied on") % {"position": words}
        return words

    @property
    def level_words(self) -> str:
        """What a supporting report describes: this event or its kind. Empty if no report supports the fact."""
        level = self.answer.outcome.level
        if level is None:
            return ""
        words = str(wording.LEVELS[level])
        if self.supporting and all(m.match.level is not level for m in self.supporting):
            return _("%(level)s, not relied on") % {"level": words}
        return words

    @property
    def origins_words(self) -> str:
        """The independent originators behind the support, by name, those on this event first; empty without support."""
        is_by_level = self.answer.outcome.event_origins is not None  # not in a memo under rules 1
        return _said_of_origins(self.supporting, self.omitted_of(Relation.SUPPORTS), is_by_level=is_by_level)

    @property
    def opposing_origins_words(self) -> str:
        """The independent originators behind the opposing findings; empty if there are none."""
        return _said_of_origins(self.opposing, self.omitted_of(*OPPOSING))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences that explain the position."""
        return self.whole.position_reasons(self.answer)

    @property
    def open(self) -> tuple[str, ...]:
        """The questions that supporting findings leave unanswered."""
        return tuple(map(self.whole.reason_words, self.answer.outcome.open))

    @property
    def left_open(self) -> str:
        """The open points: why the COI gives no answer, or what an answer does not cover."""
        is_answered = self.answer.position.addresses_fact
        said = zip(self.answer.outcome.reasons, self.reasons, strict=True)
        sentences = [words for reason, words in said if not is_answered or reason.code in _ENDS_TOO_EARLY]
        if self.open:
            sentences.append(f"{capfirst('; '.join(self.open))}.")
        return " ".join(sentences)

    @property
    def opposing_groups(self) -> tuple[tuple[Relation, tuple[CitedMatch, ...]], ...]:
        """The opposing findings that are relied on, in two groups: says otherwise, knows of no evidence."""
        groups = ((relation, self.relied_on(relation)) for relation in OPPOSING)
        return tuple((relation, found) for relation, found in groups if found)

    @property
    def agreement(self) -> str:
        """Whether several reports have the same position; empty if there is one report."""
        return wording.agreement_words(self.answer.outcome)

    @property
    def reports(self) -> tuple[ReportSaid, ...]:
        """The position of each of several reports; empty if there is one report."""
        return self.whole.by_report(self.answer)


def present(answer: Answer, fact: FactAnswer, assessment: Assessment | None = None) -> PresentedFact:
    """Present a fact with the findings that the officer relies on; without an assessment, with all of them."""
    if assessment is None:
        return PresentedFact(fact, whole=answer)
    ident = fact.stated.id
    return PresentedFact(fact, assessment.omissions_on(ident), assessment.context_on(ident), whole=answer)


def why(match: CitedMatch, answer: Answer, *, with_level: bool = False) -> tuple[str, ...]:
    """Return sentences on why a finding is listed with a fact. ``with_level`` first says what a support describes."""
    level = (LEVEL_REASONS[match.match.level],) if with_level and match.match.level else ()
    return tuple(map(answer.reason_words, (*level, *match.match.reasons)))


def _said_of_origins(
    found: tuple[CitedMatch, ...], omitted: tuple[CitedMatch, ...], *, is_by_level: bool = False
) -> str:
    sentences = []
    groups: dict[Level | None, tuple[CitedMatch, ...]] = {None: found}
    if is_by_level:
        groups = {level: tuple(m for m in found if m.match.level is level) for level in Level}
    several = sum(map(bool, groups.values())) > 1
    for level, behind in groups.items():
        if behind:
            of = capfirst(str(wording.LEVELS[level])) if level and (several or level is not Level.THIS_EVENT) else ""
            sentences.append(_counted(count_origins(behind), behind, of))
    sentences.append(wording.counted_across_words(counted_once(found)))
    if omitted:
        words = ngettext(
            "%(n)d finding is not relied on and not counted.",
            "%(n)d findings are not relied on and not counted.",
            len(omitted),
        )
        sentences.append(words % {"n": len(omitted)})
    return " ".join(filter(None, sentences))


def _counted(found: Origins, behind: tuple[CitedMatch, ...], of: str) -> str:
    """Return the number of originators, the reason for a low one, and their names.

    Of a range, only the lower end counts.
    """
    if not found.least:
        words = _("no independent originator, because the report gives no footnote")
        return _("%(of)s: %(words)s.") % {"of": of, "words": words} if of else f"{capfirst(words)}."
    if found.most > found.least:
        counted = ngettext(
            "at least %(n)d independent originator", "at least %(n)d independent originators", found.least
        )
        doubt = _("one footnote names several and does not say which of them the statement comes from")
    else:
        counted = ngettext("%(n)d independent originator", "%(n)d independent originators", found.least)
        doubt = ""
    counted = counted % {"n": found.least}
    counted = f"{counted} ({doubt})" if doubt else counted
    names = "; ".join(sorted({name for m in behind for name in m.card.originators}))
    words = _("%(counted)s: %(names)s.") % {"counted": counted, "names": names}
    return _("%(of)s: %(words)s") % {"of": of, "words": words} if of else capfirst(words)
