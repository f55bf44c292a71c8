"""Decisions to make again, as the pages show them: the decision, the wording then, and the choices now."""

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
    """One decision to make again."""

    of: Undecided
    can_leave_out: bool  # the finding now supports or opposes the fact
    can_take_in: bool  # the finding is now context of the fact

    @property
    def fact(self) -> str:
        """The fact it was decided for, on whose page it is decided again."""
        return self.of.fact

    @property
    def decided(self) -> str:
        """The decision on the finding as it was."""
        if self.of.what == OMISSION:
            return _("You did not rely on it for %(fact)s, because:") % {"fact": self.of.fact}
        if self.of.what == CONTEXT:
            return _("You added it to the memo as context for %(fact)s.") % {"fact": self.of.fact}
        words = {"indicator": Indicator(self.of.indicator).label, "fact": self.of.fact}
        return _("The assessment of %(fact)s bases %(indicator)s on it.") % words

    @property
    def short(self) -> str:
        """One sentence for the list of what must be done first."""
        words = {"finding": self.of.then.name, "fact": self.of.fact}
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
        """The changes other than in the statement."""
        found = changes(self.of.then, self.of.now) if self.of.now else ()
        return found if self.of.now and self.of.now.statement == self.of.then.statement else found[1:]

    @property
    def reads_the_same(self) -> bool:
        """Whether the wording is the same. Then the places or actors differ, which the comparison shows."""
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
    """Return all of them, in order."""
    facts = {f.stated.id: f for f in answer.facts}
    return tuple(_to_decide(facts.get(u.fact), u) for u in undecided)


def _to_decide(fact: FactAnswer | None, u: Undecided) -> ToDecide:
    found = next((m.relation for m in fact.matches if m.card.key == u.today), None) if fact else None
    is_context = found is Relation.CONTEXT
    can_leave_out = u.what == OMISSION and found is not None and not is_context
    return ToDecide(u, can_leave_out, u.what == CONTEXT and is_context)
