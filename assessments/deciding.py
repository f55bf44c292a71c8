"""Decisions to be made again, as the pages show them: what was decided, of which words, and what can be done now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.answer import Answer, FactAnswer
from assessments.assessment import Undecided
from assessments.carried import CONTEXT, INDICATOR, OMISSION
from assessments.vocabulary import Indicator
from coi.redline import Change, changes
from matching.match import Relation


@dataclass(frozen=True)
class ToDecide:
    """One of them. ``facts`` are those on whose pages it stands."""

    of: Undecided
    facts: tuple[str, ...]
    can_leave_out: bool  # the finding as it now reads supports a fact of the case or points the other way
    can_take_in: bool  # it is context of the fact

    @property
    def decided(self) -> str:
        """What was decided of the finding as it was."""
        if self.of.what == OMISSION:
            return _("You did not rely on it, because:")
        if self.of.what == CONTEXT:
            return _("You took it into the memo as context of %(fact)s.") % {"fact": self.of.fact}
        words = {"indicator": Indicator(self.of.indicator).label, "fact": self.of.fact}
        return _("The assessment of %(fact)s names it: %(indicator)s rests on it.") % words

    @property
    def short(self) -> str:
        """In one sentence, for the list of what has to be done first."""
        words = {"finding": self.of.then.code, "fact": self.of.fact}
        if self.of.what == OMISSION:
            if self.of.now:
                return _("Decide again whether to rely on %(finding)s: the current edition changed it.") % words
            return (
                _("Take note that the current edition no longer holds %(finding)s, which you did not rely on.") % words
            )
        if self.of.now:
            return _("%(fact)s: decide again whether to take %(finding)s in: the current edition changed it.") % words
        return (
            _("%(fact)s: take note that the current edition no longer holds %(finding)s, taken in as context.") % words
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
    """All of them in the case, in the order in which they were read; an omission stands with each fact it bears on."""
    return tuple(_to_decide(answer.facts, u) for u in undecided)


def _to_decide(facts: tuple[FactAnswer, ...], u: Undecided) -> ToDecide:
    found = {f.stated.id: next((m.relation for m in f.matches if m.card.key == u.today), None) for f in facts}
    counted = tuple(ident for ident, relation in found.items() if relation not in (None, Relation.CONTEXT))
    # of what bears on no fact any more every page tells: it stood on some of them
    where = (u.fact,) if u.fact else counted or tuple(found)
    can_take_in = u.what == CONTEXT and found.get(u.fact) is Relation.CONTEXT
    return ToDecide(u, where, u.what == OMISSION and bool(counted), can_take_in)
