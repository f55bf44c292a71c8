"""Words and notes for templates: no condition here decides an outcome."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from assessments import wording
from assessments.answer import Answer, CitedMatch, FactAnswer
from assessments.memo import Memo, Note
from coi.cards import FindingCard
from coi.words import denial_words
from matching.criteria import Reason
from matching.match import Relation

register = template.Library()


@register.filter
def sentence(reason: Reason, answer: Answer) -> str:
    """The sentence for a reason, in the names of this answer."""
    return answer.reason_words(reason)


@register.filter
def position_name(fact: FactAnswer) -> str:
    return str(wording.POSITIONS[fact.position])


@register.filter
def role_name(role: str) -> str:
    return str(wording.ROLES[role])


@register.filter
def fact_kind_name(kind: Any) -> str:
    return str(wording.FACT_KINDS[str(kind)])


@register.filter
def origin_name(status: str) -> str:
    return str(wording.ORIGINS[status])


@register.filter
def sex_name(sex: str) -> str:
    return str(wording.SEXES.get(sex, sex))


@register.filter
def context_group_name(group: str) -> str:
    return str(wording.CONTEXT_GROUPS[group])


@register.filter
def event_name(code: str, answer: Answer) -> str:
    return answer.names.event(code)


@register.filter
def actor_names(codes: Any, answer: Answer) -> str:
    return answer.names.listed(answer.names.actors, codes) or _("nobody named")


@register.filter
def trait_names(codes: Any, answer: Answer) -> str:
    return answer.names.listed(answer.names.traits, codes)


@register.filter
def trait_name(code: str, answer: Answer) -> str:
    return answer.names.traits.get(code, code)


@register.simple_tag
def stated_period(start: str, end: str) -> str:
    return wording.period_words(start, end)


@register.filter
def memo_notes(card: FindingCard, memo: Memo) -> tuple[Note, ...]:
    """The footnotes of a finding as this memo numbers them."""
    return memo.notes_of(card)


@register.filter
def printed_period(card: FindingCard) -> str:
    """The period of a finding in words, or how far back its section reaches."""
    if not card.is_dated:
        return _("undated; its section reaches back to %(day)s") % {"day": wording.day_words(card.reaches_back_to)}
    return card.period


@register.filter
def all_but_last_word(text: str) -> str:
    """The text up to its last word, which stays with the footnote's mark."""
    head, blank, _last = text.rpartition(" ")
    return head + blank


@register.filter
def last_word(text: str) -> str:
    return text.rpartition(" ")[2]


@register.filter
def position_and_level(fact: FactAnswer) -> str:
    """The position and, for a support, of what: never "supports" alone where one reads only the list."""
    name = str(wording.POSITIONS[fact.position])
    parts = [str(wording.LEVELS[fact.outcome.level])] if fact.outcome.level else []
    parts += [_("open: %(question)s") % {"question": question} for question in _open_codes(fact)]
    return f"{name} ({'; '.join(parts)})" if parts else name


def _open_codes(fact: FactAnswer) -> list[str]:
    words = {"open-who": _("who did it"), "open-when": _("when"), "open-target": _("who was targeted")}
    return [words[reason.code] for reason in fact.outcome.open]


@register.filter
def ruled_out(card: FindingCard) -> str:
    """What the finding rules out, in one line."""
    return denial_words(card.denies) if card.denies else ""


@register.filter
def opposing_groups(fact: FactAnswer) -> list[tuple[str, tuple[CitedMatch, ...]]]:
    """What opposes, under the two headings that are never mixed: says otherwise, and knows of none."""
    groups = [
        (_("Findings that point the other way"), fact.of(Relation.CONTRADICTS)),
        (_("The report looked for such events and knows of none"), fact.of(Relation.NO_EVIDENCE)),
    ]
    return [(heading, found) for heading, found in groups if found]
