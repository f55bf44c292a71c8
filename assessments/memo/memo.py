"""The memo: what an answer says, laid out for print. Adds no sentence of its own about the country.

The content is frozen in ``Memo``; ``html`` sets it, ``memo_pdf`` prints it. The same answer on the
same release gives the same bytes: no clock takes part.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import count, zip_longest
from typing import Any, ClassVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.answer.answer import Answer, CitedMatch, FactAnswer
from assessments.assessing import coi_age
from assessments.assessing.assessment import (
    Assessment,
    ConclusionWritten,
    FactWritten,
    IndicatorWritten,
    OwnSourceWritten,
)
from assessments.assessing.fact_reliance import FactReliance
from assessments.assessing.relocation_tests import Column, PairSheet
from assessments.casefile.values import CaseFile
from assessments.memo import pdf_renderer
from assessments.models import Case
from assessments.models.codes import Indicator, IpaTest, PlaceRole, QuestionTo, State
from coi.gazetteer import Resolved
from coi.library.cited_findings import FindingCard, FootnoteCard, Remark, SourceCard, by_originator
from coi.library.region_sheets import FigureSeries, RegionSheet
from coi.maps.charts import BarChart, bar_chart
from coi.maps.country_maps import PlaceMark, SvgMap, country_map
from matching.match import Position

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
COLUMNS = 3  # of a table of internal protection: more would be too narrow to read


@dataclass(frozen=True)
class Heading:
    """Who answers for the memo, where it stands, and what its office prints in it."""

    office: str = ""
    author: str = ""
    reviewer: str = ""
    status: str = State.DRAFT.value
    version: int = 0
    legal_basis: str = ""
    standard_of_proof: str = ""
    age_limit: int = 24  # months: beyond, future risk and internal protection need newer COI or a justification
    decided_on: date | None = None
    instead: int = 0  # of the case as it stands: the version that was approved, and that this is not

    @property
    def is_approved(self) -> bool:
        return self.status == State.APPROVED


@dataclass(frozen=True)
class FrozenAnswer(Answer):
    """An answer out of a snapshot, with the sheet of internal protection as it was: the library is not asked again."""

    pair: PairSheet | None = None


def _lower(name: str) -> str:
    """The name of a footnote inside a sentence."""
    return name[:1].lower() + name[1:]


@dataclass(frozen=True)
class Note:
    """A footnote as the memo prints it: under the report's own number, or the memo's own where it cites several.

    ``report`` names report and edition in the latter case: the note then says which footnote of it it is.
    """

    mark: str
    key: str
    card: FootnoteCard
    report: str = ""

    @property
    def words(self) -> str:
        """What stands at the foot of the page."""
        if not self.report:
            return self.card.citation
        words = {"report": self.report, "note": _lower(self.card.name), "citation": self.card.citation}
        return _("%(report)s, %(note)s: %(citation)s") % words

    @property
    def listed(self) -> str:
        """Its number in the list of sources."""
        if not self.report:
            return self.mark
        return _("%(mark)s (%(report)s, %(note)s)") % {
            "mark": self.mark, "report": self.report, "note": _lower(self.card.name),
        }  # fmt: skip


@dataclass(frozen=True)
class Notes:
    """The numbers of all footnotes of one document, by edition and number; one series over several reports."""

    titles: dict[str, str]  # of the reports, where several are cited
    marks: dict[tuple[str, int], str]

    @classmethod
    def of(cls, cards: Iterable[FootnoteCard], titles: dict[str, str]) -> "Notes":
        """``cards`` in the order in which they are read."""
        found = dict.fromkeys((card.edition, card.number) for card in cards)
        if len({edition for edition, _number in found}) < 2:
            return cls({}, {})
        return cls(titles, {key: str(n) for n, key in enumerate(found, start=1)})

    def note(self, card: FootnoteCard) -> Note:
        """The footnote under its number in this document."""
        mark = self.marks.get((card.edition, card.number), card.mark)
        report = f"{self.titles[card.edition]}, {card.edition}" if self.marks else ""
        return Note(mark, f"{card.edition}:{card.number}", card, report)


class WithNotes:
    """A document that cites footnotes, under numbers of its own where they are of several reports."""

    @property
    def _notes(self) -> Notes:
        raise NotImplementedError

    def notes_of(self, card: FindingCard) -> tuple[Note, ...]:
        """The footnotes of a finding as this document numbers them."""
        return tuple(self.note(n) for n in card.footnotes)

    def note(self, card: FootnoteCard) -> Note:
        return self._notes.note(card)

    @property
    def cites_several(self) -> bool:
        """Footnotes of more than one report."""
        return bool(self._notes.marks)


@dataclass(frozen=True)
class Sheet:
    """A region in the memo: its numbers as a chart, its map, and whose place it is."""

    sheet: RegionSheet
    charts: tuple[BarChart, ...]
    roles: tuple[str, ...]
    map: SvgMap | None = None


@dataclass(frozen=True)
class SourceGroup:
    """The cited items of one originator."""

    originator: str
    items: tuple[tuple[str, SourceCard], ...]  # marks of the footnotes, and the item


def source_groups(footnotes: Iterable[FootnoteCard], mark: Callable[[FootnoteCard], str]) -> tuple[SourceGroup, ...]:
    """The list of sources of a memo or a sheet; ``mark`` is what a footnote is called there."""
    return tuple(
        SourceGroup(name, tuple((", ".join(map(mark, notes)), source) for source, notes in items))
        for name, items in by_originator(footnotes)
    )


@dataclass(frozen=True)
class Queried:
    """A curator's query, and on what of which report it stands; that is said where several reports are at hand."""

    remark: Remark
    on: tuple[str, ...] = ()


def queries_on(
    cards: Iterable[FindingCard], figures: Iterable[FigureSeries], titles: dict[str, str]
) -> tuple[Queried, ...]:
    """Every query on these, each once; ``titles`` are those of several reports."""
    found: dict[Remark, dict[str, None]] = {}

    def add(remarks: Iterable[Remark], edition: str, words: str, name: int | str) -> None:
        for remark in remarks:
            places = found.setdefault(remark, {})
            if titles:
                places[words % {"report": titles[edition], "name": name}] = None

    for card in cards:
        add(card.queries, card.edition, _("%(report)s, finding %(name)s"), card.code)
        for note in card.footnotes:
            add(note.queries, note.edition, _("%(report)s, footnote %(name)s"), note.number)
    for series in figures:
        add(series.queries, series.edition, _("%(report)s, figure %(name)s"), series.number)
    return tuple(Queried(remark, tuple(places)) for remark, places in found.items())


@dataclass(frozen=True)
class IndicatorPart:
    """One credibility indicator and the COI that it rests on; ``written`` is None where it was not opened."""

    indicator: str
    written: IndicatorWritten | None
    findings: tuple[FindingCard, ...]
    own_sources: tuple[OwnSourceWritten, ...]
    gone: tuple[str, ...]  # keys of findings that bear on the case no longer


@dataclass(frozen=True)
class FactPart(FactReliance):
    """One material fact: what the COI says of it, what of that is relied on, and what the officer wrote."""

    written: FactWritten = field(kw_only=True)
    indicators: tuple[IndicatorPart, ...] = ()
    own_sources: tuple[OwnSourceWritten, ...] = ()
    taken_in: frozenset[str] = frozenset()
    most_folded: ClassVar[int] = 6  # of one group of context: of more only their number is printed, but of denials

    @property
    def anchor(self) -> str:
        return fact_anchor(self.answer.stated.id)

    @property
    def taken(self) -> tuple[CitedMatch, ...]:
        """Context that the officer took in."""
        return tuple(m for m in self.answer.context if m.card.key in self.taken_in)

    @property
    def context_groups(self) -> tuple[tuple[str, tuple[CitedMatch, ...]], ...]:
        """The other context, folded."""
        groups = (
            (name, tuple(m for m in found if m.card.key not in self.taken_in))
            for name, found in self.answer.context_groups
        )
        return tuple((name, found) for name, found in groups if found)

    def is_printed(self, group: str, found: Collection[CitedMatch]) -> bool:
        """Whether the findings of a group of context are printed, and not only counted: denials always."""
        return group == "denial" or len(found) <= self.most_folded

    @property
    def folded_groups(self) -> tuple[tuple[str, tuple[CitedMatch, ...], bool], ...]:
        """The groups of context, each with whether its findings are printed."""
        return tuple((name, found, self.is_printed(name, found)) for name, found in self.context_groups)

    @property
    def printed(self) -> tuple[FindingCard, ...]:
        """Every finding that is printed with its notes, in the order of printing."""
        folded = (m for name, found in self.context_groups if self.is_printed(name, found) for m in found)
        part = self.answer.ruling_out_part
        matches = (*self.supporting, *self.opposing, *part, *(m for m, _why in self.omitted), *self.taken, *folded)
        return (*(m.card for m in matches), *(card for item in self.indicators for card in item.findings))

    @property
    def is_untouched(self) -> bool:
        """The officer has written nothing on it yet."""
        return self.written == FactWritten(self.written.fact, version=self.written.version)


@dataclass(frozen=True)
class Entry:
    """What one place has on one test, piece by piece: a finding, an own source, or that there is no COI."""

    card: FindingCard | None = None
    source: OwnSourceWritten | None = None
    same_as: str = ""  # the place beside it that is of the same region

    @property
    def is_blank(self) -> bool:
        return self.card is None and self.source is None and not self.same_as


@dataclass(frozen=True)
class PairTest:
    """One test of internal protection; the n-th entry of every place stands in the n-th row."""

    test: IpaTest
    rows: tuple[tuple[Entry | None, ...], ...]
    conclusions: tuple[tuple[Column, ConclusionWritten], ...]  # one a proposed place


@dataclass(frozen=True)
class PairTable:
    """Home beside one or two places proposed for relocation, test by test."""

    anchor: str
    columns: tuple[Column, ...]

    @property
    def tests(self) -> tuple[PairTest, ...]:
        return tuple(
            PairTest(
                test,
                tuple(zip_longest(*(self._entries(c, test) for c in self.columns))),
                tuple((c, c.conclusion(test)) for c in self.columns if c.is_relocation),
            )
            for test in IpaTest
        )

    @property
    def printed(self) -> tuple[FindingCard, ...]:
        """The findings in the order of printing, row by row."""
        rows = (row for item in self.tests for row in item.rows)
        return tuple(entry.card for row in rows for entry in row if entry and entry.card)

    def _entries(self, column: Column, test: IpaTest) -> tuple[Entry, ...]:
        cell = column.cell(test)
        own = tuple(Entry(source=source) for source in cell.own_sources)
        if column.same_as:
            return (Entry(same_as=column.same_as), *own)
        return (*(Entry(card=card) for card in cell.findings), *own) or (Entry(),)


@dataclass(frozen=True)
class Memo(WithNotes):
    """Everything that the memo prints."""

    answer: Answer
    assessment: Assessment
    heading: Heading
    pair: PairSheet | None
    map: SvgMap | None
    sheets: tuple[Sheet, ...]

    @property
    def case(self) -> CaseFile:
        return self.answer.case

    @cached_property
    def old_parts(self) -> tuple[coi_age.OldPart, ...]:
        """Facts about the future and proposed places that rest on information beyond the office's limit alone."""
        return coi_age.old_parts(self.answer, self.assessment, self.heading.age_limit)

    @cached_property
    def facts(self) -> tuple[FactPart, ...]:
        cards = self._cards
        return tuple(self._part(fact, cards) for fact in self.answer.facts)

    def _part(self, fact: FactAnswer, cards: dict[str, FindingCard]) -> FactPart:
        ident = fact.stated.id
        written = self.assessment.of(ident)
        return FactPart(
            answer=fact,
            omissions=self.assessment.omissions_on(ident),
            written=written,
            indicators=tuple(self._indicator(i.value, written.indicator(i), cards) for i in Indicator),
            own_sources=self.assessment.sources_on(ident),
            taken_in=frozenset(key for of, key in self.assessment.context_taken if of == ident),
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
        """Home beside each proposed place, as many at once as a page is wide."""
        if self.pair is None:
            return ()
        homes, proposed = self.pair.homes, self.pair.relocations
        at_once = max(COLUMNS - len(homes), 1)
        return tuple(
            PairTable(f"pair-{n + 1}", homes + proposed[n : n + at_once]) for n in range(0, len(proposed), at_once)
        )

    @property
    def questions(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """What the officer asks, by whom it is for: the fact that it is about, and the words."""
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
        unanswered = (Position.SILENT, Position.OUT_OF_SCOPE)
        return tuple(
            part
            for part in self.facts
            for found in [part.answer.outcome]
            if found.position in unanswered or found.open or found.not_covered_from
        )

    @cached_property
    def _notes(self) -> Notes:
        """Numbered in the order of printing; what only the list of sources names comes last."""
        read = [card for part in self.facts for card in part.printed]
        read += [p.card for p in self.answer.profile]
        read += [card for item in self.sheets for card in (*item.sheet.denials, *item.sheet.wider_denials)]
        read += self.country_denials
        read += [card for table in self.pair_tables for card in table.printed]
        read += [card for card, _tests in self.pair.country] if self.pair else []
        return Notes.of([*(n for card in read for n in card.footnotes), *self.footnotes], self.answer.report_titles)

    @property
    def sources(self) -> tuple[SourceGroup, ...]:
        """Every item behind a footnote of this memo, grouped by originator: one originator is one origin."""
        return source_groups(self.footnotes, lambda card: self.note(card).listed)

    @property
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
        """Denials told of the whole country: printed once, after the regions."""
        return self.answer.country_denials

    @property
    def queries(self) -> tuple[Queried, ...]:
        """Curator's queries on all that is used, each once."""
        cards = [m.card for f in self.answer.facts for m in f.matches] + [p.card for p in self.answer.profile]
        cards += [card for sheet in self.sheets for card in (*sheet.sheet.denials, *sheet.sheet.wider_denials)]
        cards += (*self.country_denials, *self._side_by_side)
        figures = [series for sheet in self.sheets for series in sheet.sheet.figures]
        return queries_on(cards, figures, self.answer.report_titles)


def heading_of(
    case: Case, *, status: str | None = None, version: int = 0, reviewer: str = "", decided_on: date | None = None
) -> Heading:
    """The heading of a case's memo. Without a status it is a draft: what is approved is a version, never the case."""
    office = case.office
    return Heading(
        instead=0 if version else approved_beside(case),
        office=str(office),
        author=str(case.author),
        reviewer=reviewer,
        status=State(status or State.DRAFT).value,
        version=version,
        legal_basis=office.legal_basis,
        standard_of_proof=office.standard_of_proof,
        age_limit=office.coi_age_limit,
        decided_on=decided_on,
    )


def approved_beside(case: Case) -> int:
    """The version that was approved of a case that nobody writes in any more; 0 where there is none."""
    if case.is_editable:
        return 0
    newest = case.versions.order_by("-number").values_list("number", "pdf_sha256").first()
    return newest[0] if newest and newest[1] else 0


def build(answer: Answer, assessment: Assessment, heading: Heading) -> Memo:
    """The memo of an answer, of what the officer wrote on it, and of where it stands."""
    roles: dict[str, list[str]] = {}
    for place in answer.places:
        if place.sheet:
            roles.setdefault(place.sheet.code, []).append(str(PlaceRole(place.stated.role).label))
    sheets = []
    # one scale for all charts of a memo: home and relocation are read side by side
    largest = max((c.fatalities for sheet in answer.sheets for s in sheet.figures for c in s.parts), default=0)
    for sheet in answer.sheets:
        charts = tuple(
            bar_chart(s, title=_("%(title)s: %(place)s") % {"title": s.title, "place": sheet.name}, largest=largest)
            for s in sheet.figures
        )
        sheets.append(Sheet(sheet, charts, tuple(dict.fromkeys(roles[sheet.code])), region_map(answer, sheet)))
    pair = coi_age.pair_of(answer, assessment)
    return Memo(answer, assessment, heading, pair, claim_map(answer), tuple(sheets))


def fact_anchor(ident: str) -> str:
    """Where a fact stands in the memo. An id that is no plain word is not fit for an address: its hash stands for it."""
    plain = ident if PLAIN.fullmatch(ident) else hashlib.sha256(ident.encode()).hexdigest()[:12]
    return f"fact-{plain}"


def sections(memo: Memo) -> tuple[tuple[str, str], ...]:
    """The parts that a reviewer grades, each by its anchor in the memo and its title."""
    names = memo.answer.names
    found = [("applicant", _("Applicant and places"))]
    for fact in memo.answer.facts:
        words = {"fact": fact.stated.id, "event": names.event(fact.stated.event), "place": fact.stated.place.value.name}
        found.append((fact_anchor(fact.stated.id), _("%(fact)s: %(event)s, %(place)s") % words))
    found += [("profile", _("Profile")), ("regions", _("Regions"))]
    if memo.pair:
        found.append(("pairs", _("Home and proposed relocation")))
    return (*found, ("gaps", _("Open points")), ("sources", _("Sources and curator’s queries")))


def claim_map(answer: Answer) -> SvgMap | None:
    """The claim's places over the regions that they lie in; places known by their area only are marked as such."""
    stated = _stated_places(answer)
    within = {code for resolved in stated if not resolved.value.is_country for code in resolved.value.regions}
    return country_map(
        answer.case.country, title=_("Places of the claim"), within=sorted(within), places=_marks(stated)
    )


def region_map(answer: Answer, sheet: RegionSheet) -> SvgMap | None:
    """The region of a sheet with the claim's places in it. The outlines are those that are shipped: a memo
    that is set again years later must not change with what was imported since."""
    inside = [resolved for resolved in _stated_places(answer) if sheet.code in resolved.value.regions]
    title = _("Region of %(region)s, with the places of the claim in it") % {"region": sheet.name}
    return country_map(answer.case.country, title=title, here=sheet.code, within=[sheet.code], places=_marks(inside))


def _stated_places(answer: Answer) -> list[Resolved]:
    return [p.place for p in answer.case.places] + [f.place for f in answer.case.facts]


def _marks(stated: Iterable[Resolved]) -> tuple[PlaceMark, ...]:
    """Each place once; no mark for the country or a part of it."""
    marks: dict[str, PlaceMark] = {}
    for resolved in stated:
        place = resolved.place
        if place.latitude is None or place.longitude is None or place.kind in ("country", "macro-area"):
            continue
        # a region bears its name on the map already
        name = "" if place.kind == "region" and resolved.located else resolved.value.name
        approximate = not resolved.located or place.kind in ("region", "circle")
        marks.setdefault(resolved.value.code, PlaceMark(name, place.latitude, place.longitude, approximate))
    return tuple(marks.values())


def html(memo: Memo) -> str:
    """The memo as HTML, for the renderer and for nothing else."""
    return render_to_string("assessments/memo/memo.html", context_of(memo))


def context_of(memo: Memo, *, as_page: bool = False) -> dict[str, Any]:
    """What the templates of the memo need; ``as_page`` sets the footnotes beside the text."""
    return {
        "memo": memo,
        "answer": memo.answer,
        "heading": memo.heading,
        "case_file": memo.case,
        "language": get_language() or "en",
        "as_page": as_page,
        "numbers": count(1),  # of the notes of a page, so that each has an id of its own
    }


def pdf(memo: Memo) -> bytes:
    """The memo as a PDF; raises memo_pdf.MemoFailed with what to do."""
    return pdf_renderer.render_pdf(html(memo), seconds=settings.MEMO_SECONDS, megabytes=settings.MEMO_MEGABYTES)


def draft_pdf(answer: Answer, *, author: str = "", office: str = "") -> bytes:
    """The memo of an answer on which no officer wrote yet, as a PDF; raises memo_pdf.MemoFailed."""
    return pdf(build(answer, Assessment(), Heading(office=office, author=author)))
