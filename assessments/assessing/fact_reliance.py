"""The findings on one fact that the officer relies on or added to the memo."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assessments.answer.answer import CitedMatch, FactAnswer
from assessments.assessing.assessment import OmissionWritten
from matching import origins
from matching.origins import Origins
from matching.outcome import Relation

OPPOSING = (Relation.CONTRADICTS, Relation.NO_EVIDENCE)


@dataclass(frozen=True)
class FactReliance:
    """One fact, with the keys of findings not relied on for it and of context added to the memo."""

    answer: FactAnswer
    omissions: Mapping[str, OmissionWritten] = field(default_factory=dict)
    taken_in: frozenset[str] = frozenset()

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
        """The opposing findings that are relied on; those that say otherwise come first."""
        return self.contradicting + self.without_evidence

    @property
    def omitted(self) -> tuple[tuple[CitedMatch, OmissionWritten], ...]:
        """Supporting and opposing findings that are not relied on, each with the reason."""
        found = self.answer.supporting + self.answer.opposing
        return tuple((m, self.omissions[m.card.key]) for m in found if m.card.key in self.omissions)

    def omitted_of(self, *relations: Relation) -> tuple[CitedMatch, ...]:
        return tuple(m for m, _omission in self.omitted if m.relation in relations)

    @property
    def taken(self) -> tuple[CitedMatch, ...]:
        """Context that the officer added to the memo."""
        return tuple(m for m in self.answer.context if m.card.key in self.taken_in)

    @property
    def context_groups(self) -> tuple[tuple[str, tuple[CitedMatch, ...]], ...]:
        """The other context, grouped as FactAnswer.context_groups."""
        groups = (
            (name, tuple(m for m in found if m.card.key not in self.taken_in))
            for name, found in self.answer.context_groups
        )
        return tuple((name, found) for name, found in groups if found)


def count_origins(found: Iterable[CitedMatch]) -> Origins:
    """Return the independent originators of these findings together."""
    return origins.count(m.match.finding for m in found)
