"""Decisions to be made again, as the pages show them: what was decided, of which words, and what can be done now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.answer.answer import Answer, FactAnswer
from assessments.assessing.assessment import Undecided
from assessments.assessing.carry_over import CONTEXT, INDICATOR, OMISSION
from assessments.models.codes import Indicator
from coi.editions.redline import Change, changes
from matching.outcome import Relation


@dataclass(frozen=True)
class ToDecide:
    """One of them."""

    of: Undecided
    can_leave_out: bool  # the finding as it now reads supports or opposes the fact
    can_take_in: bool  # it is context of the fact

    @property
    def fact(self) -> str:
        """The fact for which it was decided, and on whose page it is decided again."""
        return self.of.fact

    @property
    def decided(self) -> str:
        """What was decided of the finding as it was."""
        if self.of.what == OMISSION:
            return _("You did not rely on it for %(fact)s, because:") % {"fact": self.of.fact}
        if self.of.what == CONTEXT:
            return _("You added it to the memo as context for %(fact)s.") % {"fact": self.of.fact}
        words = {"indicator": Indicator(self.of.indicator).label, "fact": self.of.fact}
        return _("The assessment of %(fact)s bases %(indicator)s on it.") % words

    @property
    def short(self) -> str:
        """In one sentence, for the list of what has to be done first."""
        words = {"finding": self.of.then.code, "fact": self.of.fact}
        if self.of.what == OMISSION:
            if self.of.now:
                return (
                    _("%(fact)s: decide again whether to rely on %(finding)s. The current edition changed it.") % words
                )
            return (
                _("%(fact)s: note that the current edition no longer has %(finding)s, which you did not rely on.")
                % words
            )
        if self.of.now:
            return (
                _("%(fact)s: decide again whether to add %(finding)s to the memo. The current edition changed it.")
                % words
            )
        return (
            _("%(fact)s: note that the current edition no longer has %(finding)s, which you added as context.") % words
        )

    @property
    def beside(self) -> tuple[Change, ...]:
        """What differs beside the statement."""
        found = changes(self.of.then, self.of.now) if self.of.now else ()
        return found if self.of.now and self.of.now.statement == self.of.then.statement else found[1:]

    @property
    def reads_the_same(self) -> bool:
        """No word of it differs: the places or actors that are meant do, which the redline tells."""
        return self.of.now is not None and not changes(self.of.then, self.of.now)

    @property
    def is_omission(self) -> bool:
        return self.of.what == OMISSION

    @property
    def is_context(self) -> bool:
        return self.of.what == CONTEXT

    @property
    def is_indicator(self) -> bool:
        return self.of.what == INDICATOR


def to_decide(answer: Answer, undecided: Iterable[Undecided]) -> tuple[ToDecide, ...]:
    """All of them in the case, in the order in which they were read."""
    facts = {f.stated.id: f for f in answer.facts}
    return tuple(_to_decide(facts.get(u.fact), u) for u in undecided)


def _to_decide(fact: FactAnswer | None, u: Undecided) -> ToDecide:
    found = next((m.relation for m in fact.matches if m.card.key == u.today), None) if fact else None
    is_context = found is Relation.CONTEXT
    can_leave_out = u.what == OMISSION and found is not None and not is_context
    return ToDecide(u, can_leave_out, u.what == CONTEXT and is_context)
