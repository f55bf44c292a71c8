"""Filters and tags for a memo's numbered paragraphs: which part prints a finding in full, and how others cite it."""

from collections.abc import Iterable
from itertools import groupby

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.answer import wording
from assessments.answer.answer import Answer, CitedMatch, ProfileAnswer
from assessments.answer.reason_parameters import Params
from assessments.assessing import coi_age
from assessments.assessing.assessment import ConclusionWritten, OmissionWritten
from assessments.assessing.fact_reliance import count_origins
from assessments.assessing.relocation_tests import Cell, Column, PairSheet, named_place
from assessments.casefile.values import CaseFile, Person, StatedTrait
from assessments.memo.footnote_numbers import Note
from assessments.memo.memo import FactPart, Memo
from assessments.memo.source_lists import SourceItem
from assessments.models.codes import IpaTest
from coi.library.cited_findings import FindingCard, Remark
from coi.library.finding_words import brief_period_words
from coi.library.region_sheets import FigureSeries
from coi.text.words import age_words
from matching.outcome import Level

register = template.Library()


@register.simple_tag
def paragraph(memo: Memo, name: str, more: str = "") -> SafeString:
    """The number of a paragraph before its text. Other pages of the memo link to it."""
    number = memo.paragraphs.numbers[f"{name}:{more}" if more else name]
    return format_html('<span class="n" id="p{}">[{}]</span>', number, number)


@register.simple_tag
def in_full(memo: Memo, block: str, more: str = "") -> tuple[FindingCard, ...]:
    """The findings that this block prints in full."""
    return memo.paragraphs.in_full(f"{block}:{more}" if more else block)


@register.simple_tag
def matches_in_full(memo: Memo, part: FactPart, matches: Iterable[CitedMatch], block: str) -> tuple[CitedMatch, ...]:
    """The matches whose findings this block of a fact prints in full."""
    return tuple(m for m in matches if memo.paragraphs.is_in_full(f"{part.anchor}:{block}", m.card))


@register.simple_tag
def matches_elsewhere(
    memo: Memo, part: FactPart, matches: Iterable[CitedMatch], block: str
) -> list[tuple[str, list[FindingCard]]]:
    """The findings that another paragraph prints, grouped by the sentence needed for this fact."""
    matches = tuple(matches)
    found: dict[str, list[FindingCard]] = {}
    for m in matches:
        if not memo.paragraphs.is_in_full(f"{part.anchor}:{block}", m.card):
            level, why = level_in(m, matches), _not_plain(m, part, memo.answer)
            words = " ".join(filter(None, [f"{level}." if level else "", why])).removesuffix(".")
            found.setdefault(words, []).append(m.card)
    return list(found.items())


@register.simple_tag
def column_in_full(memo: Memo, column: Column) -> tuple[FindingCard, ...]:
    """The findings on a compared place that no other part of the memo prints."""
    return memo.paragraphs.in_full(f"pairs:{column.role}:{column.place}")


@register.simple_tag
def not_in_full(memo: Memo, found: Iterable[FindingCard], block: str) -> list[FindingCard]:
    """The findings that another block prints."""
    return [card for card in found if not memo.paragraphs.is_in_full(block, card)]


@register.simple_tag
def cited_by(memo: Memo, item: SourceItem) -> list[FindingCard]:
    """The findings of this memo whose footnotes have this item."""
    return [card for card in memo.paragraphs.printed if set(item.notes) & set(card.footnotes)]


@register.filter
def alone(match: CitedMatch) -> tuple[CitedMatch, ...]:
    return (match,)


@register.filter
def one_card(match: CitedMatch | ProfileAnswer) -> tuple[FindingCard, ...]:
    return (match.card,)


@register.filter
def omitted_cards(omitted: Iterable[tuple[CitedMatch, OmissionWritten]]) -> tuple[FindingCard, ...]:
    return tuple(m.card for m, _omission in omitted)


@register.filter
def cards(matches: Iterable[CitedMatch]) -> tuple[FindingCard, ...]:
    return tuple(m.card for m in matches)


@register.simple_tag
def refs(memo: Memo, found: Iterable[FindingCard], marked: bool = False) -> SafeString:
    """The paragraphs of findings as links, ``[3]–[5] [8]``. ``marked`` adds the curator's queries on each."""
    numbers = memo.paragraphs.numbers
    printed = {numbers[card.key]: card for card in found if card.key in numbers}
    if marked:
        return _joined(_ref(n) + _marks(query_marks(printed[n], memo)) for n in sorted(printed))
    return _joined(_runs(sorted(printed)))


def _runs(numbers: list[int]) -> Iterable[SafeString]:
    """References to numbers; three or more in a row as one range."""
    for _start, run in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        row = [n for _place, n in run]
        if len(row) > 2:
            yield format_html("{}–{}", _ref(row[0]), _ref(row[-1]))
        else:
            yield from map(_ref, row)


def _ref(number: int) -> SafeString:
    return format_html('<a class="ref" href="#p{}">[{}]</a>', number, number)


def _marks(marks: str) -> SafeString:
    return format_html(' <span class="q">{}</span>', marks) if marks else mark_safe("")


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join(" ", "{}", ((part,) for part in parts))


# --- curator's queries ---------------------------------------------------------------------------


@register.filter
def query_marks(item: FindingCard | FigureSeries, memo: Memo) -> str:
    """The marks of the curator's queries on a finding or figure, ``Q1 Q3``; their words are in the annex."""
    return _marked(item.queries, memo)


@register.filter
def words_marked(note: Note, memo: Memo) -> str:
    """The text of a footnote with the marks of the queries on it."""
    marks = _marked(note.card.queries, memo)
    return f"{note.words} ({marks})" if marks else note.words


def _marked(remarks: Iterable[Remark], memo: Memo) -> str:
    places = {queried.remark: n for n, queried in enumerate(memo.queries, start=1)}
    return " ".join(f"Q{n}" for n in sorted(places[remark] for remark in remarks if remark in places))


# --- words ---------------------------------------------------------------------------------------


@register.filter
def with_stop(words: str) -> str:
    """The words with a full stop, if there are any."""
    return f"{words}." if words else ""


@register.filter
def locus(card: FindingCard) -> str:
    """The section, paragraph and sentence of a finding in its report."""
    words = {"section": card.section, "paragraph": card.paragraph, "sentence": card.sentence}
    return _("%(section)s, par. %(paragraph)s, s. %(sentence)s") % words


@register.filter
def in_brief(card: FindingCard) -> str:
    """The kind, strength and time of a finding. "Stated" is omitted; an undated one says how far back it reaches."""
    kind = capfirst(card.kind_label)
    words = [kind, card.strength_label] if card.strength != "stated" else [kind]
    return f"{', '.join(words)}; {brief_period_words(card)}"


@register.simple_tag
def why_in_full(memo: Memo, part: FactPart, matches: Iterable[CitedMatch]) -> list[tuple[str, list[FindingCard]]]:
    """Why findings printed in full match, if they do not say it themselves. The same words are printed once."""
    found: dict[str, list[FindingCard]] = {}
    for m in matches:
        if words := _not_plain(m, part, memo.answer):
            found.setdefault(words, []).append(m.card)
    return list(found.items())


def _not_plain(match: CitedMatch, part: FactPart, answer: Answer) -> str:
    """Why a finding matches, without what its own sentence and period say: what is not known or differs.

    For the same kind of event, only the targets are mentioned, unless the position names them as open.
    """
    asked = {v.reason.code for v in match.match.verdicts}
    said = {v.reason.code for v in match.match.verdicts if not v.meets} | _SAID
    plain = _PLAIN | ({"event-same"} if any(r.code == "open-target" for r in part.answer.outcome.open) else set())
    found = (r for r in match.match.reasons if r.code not in plain and (r.code in said or r.code not in asked))
    names = answer.names
    words = (Params(r, names).target_note.strip() if r.code == "event-same" else answer.reason_words(r) for r in found)
    return " ".join(words)


_SAID = {"where-finding-inside", "where-throughout"}
_PLAIN = {
    "when-fact-undated", "when-finding-undated", "when-finding-undated-by-sources", "context-one-question-fails",
    "context-denial-falls-short",
}  # fmt: skip


@register.simple_tag
def level_in(match: CitedMatch, matches: Iterable[CitedMatch]) -> str:
    """The level of a supporting finding, if findings beside it have other levels. Otherwise the position says it."""
    levels = {m.match.level for m in matches}
    return capfirst(str(wording.LEVELS[match.match.level])) if match.match.level and len(levels) > 1 else ""


_BRIEF = {
    Level.THIS_EVENT: gettext_lazy("such an event"),
    Level.THIS_KIND: gettext_lazy("its kind"),
    Level.WHOLE_COUNTRY: gettext_lazy("throughout the country"),
}


@register.filter
def counted_in_brief(part: FactPart) -> tuple[str, ...]:
    """The independent originators of findings relied on, by level, opposing ones separately; "–" if there are none."""
    lines = []
    by_level = part.answer.outcome.event_origins is not None  # not in a memo under rules 1
    for level in Level if by_level else (None,):
        behind = [m for m in part.supporting if level is None or m.match.level is level]
        if behind:
            lines.append(_counted(behind, str(_BRIEF[level]) if level else ""))
    if part.opposing:
        lines.append(_counted(part.opposing, _("opposing")))
    return tuple(lines) or ("–",)


def _counted(behind: Iterable[CitedMatch], of: str) -> str:
    found = count_origins(behind)
    number = _("at least %(n)d") % {"n": found.least} if found.most > found.least else str(found.least)
    return _("%(number)s: %(of)s") % {"number": number, "of": of} if of else number


@register.filter
def profile_by_reason(answer: Answer) -> list[tuple[str, list[FindingCard]]]:
    """The findings that name a trait of the profile, by why each does."""
    found: dict[str, list[FindingCard]] = {}
    for p in answer.profile:
        found.setdefault(" ".join(map(answer.reason_words, p.match.reasons)), []).append(p.card)
    return list(found.items())


@register.filter
def traits_of(person: Person, case: CaseFile) -> list[StatedTrait]:
    return [trait for trait in case.traits if trait.person == person.id]


@register.filter
def age_of(part: FactPart | Column, memo: Memo) -> str:
    """The age of the newest information on a fact or place, if it is over the office's limit."""
    name = part.answer.stated.id if isinstance(part, FactPart) else named_place(memo.case, part.place, part.name)
    kind = coi_age.FUTURE_RISK if isinstance(part, FactPart) else coi_age.IPA
    ages = (age_words(old.age_months) for old in memo.old_parts if (old.kind, old.name) == (kind, name))
    return next(ages, "")


@register.simple_tag
def open_facts(memo: Memo) -> list[FactPart]:
    """The facts with open points or with old information."""
    gaps = {part.anchor for part in memo.gaps}
    return [part for part in memo.facts if part.anchor in gaps or age_of(part, memo)]


@register.simple_tag
def open_places(memo: Memo) -> list[tuple[Column, str]]:
    """The proposed places with old information or none, and the tests without any."""
    columns = memo.pair.relocations if memo.pair else ()
    found = [(c, ", ".join(str(test.label) for test, cell in c.cells if cell.is_blank)) for c in columns]
    return [(column, tests) for column, tests in found if tests or age_of(column, memo)]


@register.filter
def facts_of(card: FindingCard, memo: Memo) -> str:
    """The facts for which a finding is context: "Fact 1", "Facts 1, 2, 4"."""
    found = [part.name for part in memo.facts if any(m.card.key == card.key for m in part.answer.context)]
    if len(found) < 2:
        return "".join(found)
    return _("Facts %(names)s") % {"names": ", ".join(name.partition(" ")[2] for name in found)}


# --- home and proposed relocation ----------------------------------------------------------------


@register.simple_tag
def basis(memo: Memo, cell: Cell) -> SafeString:
    """The basis of one test at a proposed place: paragraphs, own sources, or no COI."""
    parts: list[str] = [refs(memo, cell.findings)] if cell.findings else []
    parts += [_("own sources")] if cell.own_sources else []
    return format_html_join(", ", "{}", ((part,) for part in parts or [_("no COI")]))


@register.filter
def conclusion_on(column: Column, test: IpaTest) -> ConclusionWritten:
    return column.conclusion(test)


@register.filter
def country_by_test(pair: PairSheet) -> list[tuple[str, list[FindingCard]]]:
    """The findings on the whole country under each test that has any."""
    found = [(str(test.label), [card for card, tests in pair.country if test in tests]) for test in IpaTest]
    return [(words, cards) for words, cards in found if cards]
