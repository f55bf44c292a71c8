"""What the officer relies on of the COI on one fact: one value for page, memo and review. Decides nothing.

The position says what the COI says, whatever the officer relies on. Where the officer relies on none of the findings
behind it, its name says so; origins count what is relied on, and say how many findings are not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer import wording
from assessments.answer.answer import CitedMatch, FactAnswer, counted_once
from assessments.assessing.assessment import Assessment, OmissionWritten
from matching import origins
from matching.origins import Origins
from matching.outcome import Level, Position, Relation

OPPOSING = (Relation.CONTRADICTS, Relation.NO_EVIDENCE)


@dataclass(frozen=True)
class FactReliance:
    """One fact with the findings on which the officer does not rely for it, by their keys."""

    answer: FactAnswer
    omissions: Mapping[str, OmissionWritten] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: FactAnswer, assessment: Assessment) -> "FactReliance":
        return cls(answer, assessment.omissions_on(answer.stated.id))

    def relied_on(self, *relations: Relation) -> tuple[CitedMatch, ...]:
        return tuple(m for m in self.answer.of(*relations) if m.card.key not in self.omissions)

    @property
    def supporting(self) -> tuple[CitedMatch, ...]:
        return self.relied_on(Relation.SUPPORTS)

    @property
    def contradicting(self) -> tuple[CitedMatch, ...]:
        return self.relied_on(Relation.CONTRADICTS)

    @property
    def without_evidence(self) -> tuple[CitedMatch, ...]:
        return self.relied_on(Relation.NO_EVIDENCE)

    @property
    def opposing(self) -> tuple[CitedMatch, ...]:
        """Relied on, and against the fact: what says otherwise first."""
        return self.contradicting + self.without_evidence

    @property
    def omitted(self) -> tuple[tuple[CitedMatch, OmissionWritten], ...]:
        """Supporting and opposing findings that are not relied on, each with the reason."""
        found = self.answer.supporting + self.answer.opposing
        return tuple((m, self.omissions[m.card.key]) for m in found if m.card.key in self.omissions)

    def omitted_of(self, *relations: Relation) -> tuple[CitedMatch, ...]:
        return tuple(m for m, _omission in self.omitted if m.relation in relations)

    @property
    def state(self) -> str:
        """The code by which the position is drawn: never that of silence over statements that bear on the fact."""
        return "context" if self.answer.outcome.is_context_only else self.answer.position.value

    @property
    def position_words(self) -> str:
        """The position; and that nothing behind it, or behind a side of it, is relied on."""
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
        """Of what the report speaks where it supports: the second line of the badge. Empty of any other position."""
        level = self.answer.outcome.level
        if level is None:
            return ""
        words = str(wording.LEVELS[level])
        if self.supporting and all(m.match.level is not level for m in self.supporting):
            return _("%(level)s, not relied on") % {"level": words}
        return words

    @property
    def origins(self) -> Origins:
        """Independent origins of the supporting findings that are relied on."""
        return count_origins(self.supporting)

    @property
    def opposing_origins(self) -> Origins:
        return count_origins(self.opposing)

    @property
    def origins_words(self) -> str:
        """How many independent origins support, those of this very event first and by name; empty without a support."""
        is_by_level = self.answer.outcome.event_origins is not None  # not in a memo under rules 1
        return _said_of_origins(self.supporting, self.omitted_of(Relation.SUPPORTS), is_by_level=is_by_level)

    @property
    def opposing_origins_words(self) -> str:
        return _said_of_origins(self.opposing, self.omitted_of(*OPPOSING))


def count_origins(found: Iterable[CitedMatch]) -> Origins:
    """The independent origins of findings together."""
    return origins.count(m.match.finding for m in found)


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
            of = capitalized(str(wording.LEVELS[level])) if level and (several or level is not Level.THIS_EVENT) else ""
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


def capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counted(found: Origins, behind: tuple[CitedMatch, ...], of: str) -> str:
    """How many, why so few, and which; of a range only the lower end."""
    if not found.least:
        words = _("no independent originator, because the report gives no footnote")
        return _("%(of)s: %(words)s.") % {"of": of, "words": words} if of else f"{capitalized(words)}."
    if found.most > found.least:
        counted = ngettext(
            "at least %(n)d independent originator", "at least %(n)d independent originators", found.least
        )
        why = _("one footnote names several and does not say which of them the statement comes from")
    else:
        counted = ngettext("%(n)d independent originator", "%(n)d independent originators", found.least)
        why = ""
    counted = counted % {"n": found.least}
    counted = f"{counted} ({why})" if why else counted
    names = "; ".join(sorted({name for m in behind for name in m.card.originators}))
    words = _("%(counted)s: %(names)s.") % {"counted": counted, "names": names}
    return _("%(of)s: %(words)s") % {"of": of, "words": words} if of else capitalized(words)
