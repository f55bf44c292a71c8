"""Filters and tags that give templates words and footnotes. Nothing here decides an outcome."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.answer.answer import Answer, CitedMatch
from assessments.assessing import coi_age, fact_presenter, relocation_tests
from assessments.assessing.assessment import OwnSourceWritten
from assessments.assessing.relocation_tests import Column
from assessments.casefile.values import CaseFile, StatedFact, StatedPlace, StatedTrait
from assessments.memo import code_words, footnote_lists, heading
from assessments.memo.footnote_numbers import Note, PageNotes
from assessments.memo.memo import FactPart, Memo
from assessments.memo.relocation_tables import PairTable
from coi.library.cited_findings import FindingCard
from coi.library.finding_words import denial_words
from coi.text.dates import period_words
from coi.text.words import age_words
from matching.criteria import Reason

register = template.Library()

for words in (
    code_words.fact_name,
    code_words.role_name,
    code_words.fact_kind_name,
    code_words.origin_name,
    code_words.sex_name,
    code_words.actor_names,
    code_words.trait_names,
    code_words.position_and_level,
    code_words.relation_name,
    code_words.relation_of_code,
    code_words.asked_name,
    code_words.indicator_name,
    code_words.view_name,
    code_words.outcome_name,
    code_words.conclusion_name,
    code_words.questions_heading,
    footnote_lists.actors_cited,
    footnote_lists.others_cited,
    heading.status_words,
    heading.running_words,
):
    register.filter(words)


@register.filter
def sentence(reason: Reason, answer: Answer) -> str:
    """The sentence for a reason, in the names of this answer."""
    return answer.reason_words(reason)


@register.filter
def why(match: CitedMatch, answer: Answer) -> tuple[str, ...]:
    """Why a finding is listed with a fact, in sentences."""
    return fact_presenter.why(match, answer, with_level=True)


@register.filter
def whose(stated: StatedFact | StatedPlace | StatedTrait, case: CaseFile) -> str:
    """The person of a fact, place or trait, ``wife (P2)``; empty in a case of one person."""
    return case.whose(stated.person)


@register.filter
def context_group_name(group: str) -> str:
    return str(wording.CONTEXT_GROUPS[group])


@register.filter
def event_name(code: str, answer: Answer) -> str:
    return answer.names.event(code)


@register.filter
def trait_name(code: str, answer: Answer) -> str:
    return answer.names.traits.get(code, code)


@register.filter
def when(stated: StatedFact) -> str:
    return wording.when_of(stated)


@register.simple_tag
def stated_period(start: str, end: str) -> str:
    return period_words(start, end)


@register.filter
def memo_notes(card: FindingCard, memo: Memo) -> tuple[Note, ...]:
    """The footnotes of a finding as this memo numbers them."""
    return memo.notes_of(card)


@register.filter
def ruled_out(card: FindingCard) -> str:
    """Return what the finding rules out, in one line."""
    return denial_words(card.denies) if card.denies else ""


@register.filter
def opposing_groups(part: FactPart) -> list[tuple[str, tuple[CitedMatch, ...], str]]:
    """Opposing findings under two headings, never mixed: says otherwise, and knows of no evidence. With their block."""
    groups = [
        (_("Findings that say otherwise"), part.contradicting, "contradicting"),
        (_("The report knows of no evidence"), part.without_evidence, "without-evidence"),
    ]
    return [group for group in groups if group[1]]


@register.filter
def own_source_groups(part: FactPart | Column) -> list[tuple[str, tuple[OwnSourceWritten, ...]]]:
    """The officer's own sources on a fact or a place, supporting and opposing apart."""
    supporting = tuple(s for s in part.own_sources if s.supports)
    opposing = tuple(s for s in part.own_sources if not s.supports)
    groups = [(_("Supports:"), supporting), (_("Opposes:"), opposing)]
    return [(words, found) for words, found in groups if found]


@register.filter
def level_name(match: CitedMatch) -> str:
    """The level of a supporting finding; empty for other findings."""
    return capfirst(str(wording.LEVELS[match.match.level])) if match.match.level else ""


@register.filter
def asked_or_not(code: str) -> str:
    """Whether the applicant was asked to explain, or that this is not recorded."""
    return code_words.asked_name(code) if code else _("not recorded")


@register.filter
def not_written(part: FactPart) -> list[str]:
    """The indicators on which the officer wrote nothing."""
    return [code_words.indicator_name(item.indicator) for item in part.indicators if item.written is None]


@register.filter
def must_be_said(match: CitedMatch) -> tuple[Reason, ...]:
    """Reasons that are printed with a finding even if its other reasons are not: its limits and inferences."""
    return tuple(reason for reason in match.match.reasons if reason.code in _ALWAYS_SAID)


_ALWAYS_SAID = ("rules-out-a-part", "denied-by-inference", "sources-older-than-fact", "where-throughout")


@register.filter
def falls_short(match: CitedMatch, answer: Answer) -> str:
    """The sentences on why a denial is only context; empty for other findings."""
    if not match.match.is_denial:
        return ""
    short = [v.reason for v in match.match.verdicts if not v.meets]
    return " ".join(answer.reason_words(reason) for reason in (*short, *must_be_said(match)))


@register.filter
def sentence_end(text: str | None) -> str:
    """The text, a full stop and a space; empty if there is no text."""
    return f"{text}. " if text else ""


@register.simple_tag
def notes_on_page(card: FindingCard, memo: Memo, page_notes: PageNotes) -> dict[str, list[tuple[str, Note]]]:
    """The footnotes of a finding with their ids on the page: those it refers to, and those printed with it."""
    placed = [(page_notes.place(note), note) for note in memo.notes_of(card)]
    return {
        "refs": [(id_, note) for (id_, _is_here), note in placed],
        "printed": [(id_, note) for (id_, is_here), note in placed if is_here],
    }


@register.filter
def for_whom(column: Column, case: CaseFile) -> str:
    """The person for whom the place is proposed; empty for a home, and in a case of one person."""
    return relocation_tests.for_whom(case, column.place) if column.is_relocation else ""


@register.filter
def place_name(column: Column, case: CaseFile) -> str:
    """The place and, if several persons apply, for whom it is proposed."""
    return relocation_tests.named_place(case, column.place, column.name) if column.is_relocation else column.name


@register.filter
def part_name(part: coi_age.OldPart) -> str:
    """A fact about the future, or a proposed place."""
    if part.kind == coi_age.IPA:
        return part.name
    return code_words.fact_name(part.name)


@register.filter
def own_age(source: OwnSourceWritten, case: CaseFile) -> str:
    return age_words(source.age_months(case.assessed_on))


@register.filter
def proposed_names(table: PairTable) -> str:
    return ", ".join(column.name for column in table.columns if column.is_relocation)
