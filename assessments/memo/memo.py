"""The content of a memo: an answer, the officer's assessment and a heading. It adds no sentence about the country.

``printing`` renders it. Nothing reads a clock, so the same answer on the same release gives the same bytes.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from assessments.answer.answer import Answer, CitedMatch, FactAnswer
from assessments.assessing import coi_age
from assessments.assessing.assessment import (
    Assessment,
    FactWritten,
    IndicatorWritten,
    OwnSourceWritten,
)
from assessments.assessing.fact_presenter import PresentedFact
from assessments.assessing.relocation_tests import PairSheet
from assessments.casefile.values import CaseFile
from assessments.memo.abbreviations import abbreviations_in
from assessments.memo.claim_maps import claim_map, region_map
from assessments.memo.code_words import fact_name
from assessments.memo.document_mark import DocumentMark
from assessments.memo.footnote_numbers import Notes, WithNotes
from assessments.memo.heading import Heading
from assessments.memo.paragraphs import Paragraphs, paragraphs_of
from assessments.memo.relocation_tables import COLUMNS, PairTable
from assessments.memo.source_lists import Queried, SourceGroup, queries_on, source_groups
from assessments.models.codes import Indicator, PlaceRole, QuestionTo
from coi.library.cited_findings import FindingCard, FootnoteCard
from coi.library.region_sheets import RegionSheet
from coi.maps.svg_map import SvgMap

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class FrozenAnswer(Answer):
    """An answer with its comparison of home and proposed places, which is made once, and stored in a snapshot."""

    pair: PairSheet | None = None


def with_pair(answer: Answer, assessment: Assessment) -> FrozenAnswer:
    """Return the answer with the comparison of home and proposed places."""
    if isinstance(answer, FrozenAnswer):
        return answer
    parts = {f.name: getattr(answer, f.name) for f in fields(Answer)}
    return FrozenAnswer(**parts, pair=coi_age.pair_of(answer, assessment))


@dataclass(frozen=True)
class Sheet:
    """A region in the memo: its map and the roles of its places."""

    sheet: RegionSheet
    roles: tuple[str, ...]
    answer: Answer

    @cached_property
    def map(self) -> SvgMap | None:
        """The region with the places of the case. It is drawn only if it is shown."""
        return region_map(self.answer, self.sheet)


@dataclass(frozen=True)
class IndicatorPart:
    """One credibility indicator and the COI that it is based on; ``written`` is None if nothing was written."""

    indicator: str
    written: IndicatorWritten | None
    findings: tuple[FindingCard, ...]
    own_sources: tuple[OwnSourceWritten, ...]
    gone: tuple[str, ...]  # keys of findings that are no longer relevant to the case


@dataclass(frozen=True)
class FactPart(PresentedFact):
    """One material fact: what the COI says about it, what the officer relies on, and what the officer wrote."""

    written: FactWritten = field(kw_only=True)
    indicators: tuple[IndicatorPart, ...] = ()
    own_sources: tuple[OwnSourceWritten, ...] = ()
    most_folded: ClassVar[int] = 6  # findings per group of context; a larger group is only counted, except denials

    @property
    def anchor(self) -> str:
        return fact_anchor(self.answer.stated.id)

    @property
    def name(self) -> str:
        return fact_name(self.answer.stated.id)

    def is_printed(self, group: str, found: Collection[CitedMatch]) -> bool:
        """Whether the findings of a group of context are printed, not only counted. Denials always are."""
        return group == "denial" or len(found) <= self.most_folded

    @property
    def folded_groups(self) -> tuple[tuple[str, tuple[CitedMatch, ...], bool], ...]:
        """The groups of context, each with whether its findings are printed."""
        return tuple((name, found, self.is_printed(name, found)) for name, found in self.context_groups)

    @property
    def is_untouched(self) -> bool:
        """Whether the officer has written nothing on the fact yet."""
        return self.written == FactWritten(self.written.fact, version=self.written.version)


@dataclass(frozen=True)
class Section:
    """A section of the memo. Reviewers grade the sections that have a title."""

    anchor: str  # and the name of its template, if it is not a fact
    title: str = ""
    part: FactPart | None = None
    annex: str = ""  # its letter

    @property
    def template(self) -> str:
        return f"assessments/memo/{'fact' if self.part else self.anchor}.html"


@dataclass(frozen=True)
class Memo(WithNotes):
    """Everything that the memo prints."""

    answer: Answer
    assessment: Assessment
    heading: Heading
    pair: PairSheet | None
    sheets: tuple[Sheet, ...]
    record_sha256: str = ""  # of the snapshot; empty for a case that was not submitted

    @cached_property
    def map(self) -> SvgMap | None:
        """The places of the case. It is drawn only if it is shown."""
        return claim_map(self.answer)

    @property
    def mark(self) -> DocumentMark:
        """The metadata of the PDF."""
        heading = self.heading
        return DocumentMark(self.record_sha256, heading.version, heading.status, heading.reviewer, heading.decided_on)

    @cached_property
    def paragraphs(self) -> Paragraphs:
        """The numbered paragraphs, and where each finding is printed in full."""
        return paragraphs_of(self)

    @property
    def case(self) -> CaseFile:
        return self.answer.case

    @cached_property
    def old_parts(self) -> tuple[coi_age.OldPart, ...]:
        """Facts about the future and proposed places that rely only on information older than the office's limit."""
        return coi_age.old_parts(self.answer, self.assessment, self.heading.age_limit)

    @cached_property
    def facts(self) -> tuple[FactPart, ...]:
        cards = self._cards
        return tuple(self._part(fact, cards) for fact in self.answer.facts)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections in the order of printing."""
        return (
            Section("title"),
            Section("applicant", _("Applicant and places")),
            Section("facts_heading"),
            *(Section(part.anchor, self._title(part), part) for part in self.facts),
            Section("pairs", _("Home and proposed relocation") if self.pair else ""),
            Section("profile", _("Context and profile"), annex="A"),
            Section("regions", _("Regions"), annex="B"),
            Section("gaps", _("Open points"), annex="C"),
            Section("sources", _("Sources and curator’s queries"), annex="D"),
            Section("method", annex="E"),
        )

    @property
    def graded(self) -> tuple[tuple[str, str], ...]:
        """The anchor and title of each section that a reviewer grades."""
        return tuple((section.anchor, section.title) for section in self.sections if section.title)

    def _title(self, part: FactPart) -> str:
        words = {"fact": part.name, "event": part.event, "place": part.stated.place.value.name}
        return _("%(fact)s: %(event)s, %(place)s") % words

    def _part(self, fact: FactAnswer, cards: dict[str, FindingCard]) -> FactPart:
        ident = fact.stated.id
        written = self.assessment.of(ident)
        return FactPart(
            answer=fact,
            whole=self.answer,
            omissions=self.assessment.omissions_on(ident),
            taken_in=self.assessment.context_on(ident),
            written=written,
            indicators=tuple(self._indicator(i.value, written.indicator(i), cards) for i in Indicator),
            own_sources=self.assessment.sources_on(ident),
        )

    def _indicator(self, code: str, written: IndicatorWritten | None, cards: dict[str, FindingCard]) -> IndicatorPart:
        own = {source.key: source for source in self.assessment.own_sources}
        keys = written.relies_on if written else ()
        return IndicatorPart(
            indicator=code,
            written=written,
            findings=tuple(cards[key] for key in keys if key in cards),
            own_sources=tuple(own[key] for key in keys if key in own),
            gone=tuple(key for key in keys if key not in cards and key not in own),
        )

    @property
    def _cards(self) -> dict[str, FindingCard]:
        """Every finding that the memo may show, by its key."""
        cards = [m.card for f in self.answer.facts for m in f.matches] + [p.card for p in self.answer.profile]
        for item in self.sheets:
            sheet = item.sheet
            cards += [*sheet.denials, *sheet.wider_denials, *sheet.findings, *sheet.about_wider_area]
        cards += self.country_denials
        return {card.key: card for card in cards}

    @property
    def pair_tables(self) -> tuple[PairTable, ...]:
        """Tables of home and proposed places, with as many columns as fit on a page."""
        if self.pair is None:
            return ()
        homes, proposed = self.pair.homes, self.pair.relocations
        at_once = max(COLUMNS - len(homes), 1)
        return tuple(
            PairTable(f"pair-{n + 1}", homes + proposed[n : n + at_once]) for n in range(0, len(proposed), at_once)
        )

    @property
    def abbreviations(self) -> tuple[tuple[str, str], ...]:
        """The abbreviations that the memo prints, with their words."""
        texts = [edition.label for edition in self.answer.editions]
        for card in self.paragraphs.printed:
            texts += [card.statement, *card.actors]
        texts += [name for item in self.sheets for name in item.sheet.actors]
        texts += [self.answer.names.actors.get(code, "") for fact in self.case.facts for code in fact.actors]
        texts += [source.citation for note in self.footnotes for source in note.sources]
        return abbreviations_in(texts)

    @property
    def questions(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The officer's questions by addressee: the fact and the words of each."""
        return tuple(
            (to.value, tuple((q.fact, q.words) for q in asked))
            for to in QuestionTo
            if (asked := self.assessment.questions_to(to))
        )

    @property
    def gaps(self) -> tuple[FactPart, ...]:
        """Facts that the COI leaves open: it is silent, does not cover them, or leaves a question unanswered.

        A finding that opposes a fact is an answer, and is never listed as an open point.
        """
        return tuple(
            part
            for part in self.facts
            for found in [part.answer.outcome]
            if not found.position.addresses_fact or found.open or found.not_covered_from
        )

    @cached_property
    def _notes(self) -> Notes:
        """Footnotes numbered in the order of printing; those only in the list of sources come last."""
        cited = (note for card in self.paragraphs.printed for note in card.footnotes)
        return Notes.of([*cited, *self.footnotes], self.answer.report_titles)

    @property
    def sources(self) -> tuple[SourceGroup, ...]:
        """Every item behind a footnote of this memo, grouped by originator."""
        return source_groups(self.footnotes, lambda card: self.note(card).listed)

    @cached_property
    def footnotes(self) -> tuple[FootnoteCard, ...]:
        """Every footnote that the memo cites, region sheets included."""
        found = {(n.edition, n.number): n for n in self.answer.footnotes}
        for sheet in self.sheets:
            for card in (*sheet.sheet.denials, *sheet.sheet.wider_denials, *sheet.sheet.findings):
                found.update({(n.edition, n.number): n for n in card.footnotes})
        for card in (*self.country_denials, *self._side_by_side):
            found.update({(n.edition, n.number): n for n in card.footnotes})
        return tuple(found[key] for key in sorted(found))

    @property
    def _side_by_side(self) -> tuple[FindingCard, ...]:
        return self.pair.findings if self.pair else ()

    @property
    def country_denials(self) -> tuple[FindingCard, ...]:
        """Denials about the whole country: printed once, after the regions."""
        return self.answer.country_denials

    @cached_property
    def queries(self) -> tuple[Queried, ...]:
        """The curator's queries on the memo's findings, footnotes and figures, each once."""
        cards = [m.card for f in self.answer.facts for m in f.matches] + [p.card for p in self.answer.profile]
        cards += [card for sheet in self.sheets for card in (*sheet.sheet.denials, *sheet.sheet.wider_denials)]
        cards += (*self.country_denials, *self._side_by_side)
        figures = [series for sheet in self.sheets for series in sheet.sheet.figures]
        return queries_on(cards, figures, self.answer.report_titles)


def build(answer: Answer, assessment: Assessment, heading: Heading, *, record_sha256: str = "") -> Memo:
    """Build the memo from an answer, the officer's assessment and a heading; of a snapshot, with its SHA-256."""
    roles: dict[str, list[str]] = {}
    for place in answer.places:
        if place.sheet:
            roles.setdefault(place.sheet.code, []).append(str(PlaceRole(place.stated.role).label))
    sheets = []
    for sheet in answer.sheets:
        sheets.append(Sheet(sheet, tuple(dict.fromkeys(roles[sheet.code])), answer))
    pair = coi_age.pair_of(answer, assessment)
    return Memo(answer, assessment, heading, pair, tuple(sheets), record_sha256)


def fact_anchor(ident: str) -> str:
    """The anchor of a fact in the memo. An id with other characters is replaced by its hash."""
    plain = ident if PLAIN.fullmatch(ident) else hashlib.sha256(ident.encode()).hexdigest()[:12]
    return f"fact-{plain}"
