"""The relocation page: the memo's table of home and proposed places, with the officer's part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.assessing import coi_age
from assessments.assessing.assessment import ConclusionWritten, OwnSourceWritten
from assessments.assessing.relocation_tests import Column, PairSheet
from assessments.memo.relocation_tables import PairTable, short_period
from assessments.models.codes import Conclusion, IpaTest
from assessments.pages.case_with_answer import Opened
from assessments.pages.common import case_context
from assessments.pages.workspace.relocation_parts import JUSTIFICATION, Part, ident_of
from coi.library.cited_findings import FindingCard, FootnoteCard, Remark


@dataclass(frozen=True)
class ParagraphRead:
    """The findings of one paragraph in a cell: the first, the others, their notes and the queries on them."""

    start: str  # prefix for the ids of its findings, which may be on the page several times
    card: FindingCard
    more: tuple[FindingCard, ...]

    @property
    def id(self) -> str:
        return f"{self.start}{self.card.code}"

    @property
    def cards(self) -> tuple[FindingCard, ...]:
        return (self.card, *self.more)

    @property
    def period(self) -> str:
        return short_period(self.card)

    @property
    def notes(self) -> tuple[FootnoteCard, ...]:
        return tuple({note.number: note for card in self.cards for note in card.footnotes}.values())

    @property
    def queries(self) -> tuple[Remark, ...]:
        return tuple(dict.fromkeys(query for card in self.cards for query in card.all_queries))


@dataclass(frozen=True)
class CellRead:
    """One place under one test. A finding that an earlier test lists is named with that test and not repeated."""

    column: Column
    paragraphs: tuple[ParagraphRead, ...]
    above: tuple[tuple[IpaTest, tuple[tuple[str, FindingCard], ...]], ...]  # each with its HTML id
    own_sources: tuple[OwnSourceWritten, ...]
    same_as: str

    @property
    def has_findings(self) -> bool:
        return bool(self.paragraphs or self.above)


@dataclass(frozen=True)
class TestRead:
    """One test: a cell for each place, and the officer's conclusion on each proposed place."""

    test: IpaTest
    cells: tuple[CellRead, ...]
    conclusions: tuple[tuple[Column, ConclusionWritten, Part | None], ...]
    told_of_country: bool

    @property
    def is_blank(self) -> bool:
        """Return whether there is no COI on any proposed place."""
        proposed = [cell for cell in self.cells if cell.column.is_relocation]
        return not any(cell.has_findings or cell.own_sources or cell.same_as for cell in proposed)


def tests_of_page(sheet: PairSheet, parts: Mapping[str, Part]) -> tuple[TestRead, ...]:
    """Return the rows of the table."""
    found: dict[tuple[int, str], IpaTest] = {}  # by column and finding: the test that lists it
    rows = []
    for item in PairTable("pair", sheet.columns).tests:
        cells = []
        for number, (column, cell) in enumerate(zip(sheet.columns, item.cells, strict=True)):
            fresh = [card for card in cell.findings if (number, card.key) not in found]
            paragraphs = by_paragraph(fresh, start=f"c{number}-")
            above: dict[IpaTest, list[tuple[str, FindingCard]]] = {}
            for card in cell.findings:
                if earlier := found.get((number, card.key)):
                    above.setdefault(earlier, []).append((f"c{number}-{card.edition}-{card.code}", card))
            found |= {(number, card.key): item.test for card in fresh}
            listed = tuple((test, tuple(each)) for test, each in above.items())
            cells.append(CellRead(column, paragraphs, listed, cell.own_sources, cell.same_as))
        conclusions = tuple((c, w, parts.get(ident_of(c.place, item.test))) for c, w in item.conclusions)
        rows.append(TestRead(item.test, tuple(cells), conclusions, sheet.told_of_country(item.test)))
    return tuple(rows)


def by_paragraph(cards: Iterable[FindingCard], *, start: str = "") -> tuple[ParagraphRead, ...]:
    """Return the findings by paragraph, the first dated one before the others.

    A denial stays separate, so that it is never folded away.
    """
    found: dict[Any, list[FindingCard]] = {}
    for card in cards:
        found.setdefault(card.key if card.denies else (card.edition, card.section_code, card.paragraph), []).append(
            card
        )
    groups = [sorted(each, key=lambda card: not card.is_dated) for each in found.values()]
    return tuple(ParagraphRead(f"{start}{first.edition}-", first, tuple(more)) for first, *more in groups)


def relocation_page(
    request: HttpRequest,
    opened: Opened,
    parts: list[Part],
    *,
    status: int = 200,
    errors: list[dict[str, str]] | None = None,
    lost: Iterable[str] = (),
) -> HttpResponse:
    """Render the page. Text that was sent but not saved stays in the forms."""
    assessment, case, sheet = opened.assessment, opened.case, opened.sheet
    is_again = any(part.form.is_bound for part in parts)
    by_ident = {part.ident: part for part in parts} if opened.may_write or is_again else {}
    old = coi_age.old_parts(opened.answer, assessment, case.office.coi_age_limit)
    justification = assessment.old_coi_justification
    justify = by_ident.get(JUSTIFICATION)
    if justify and not (old or justification or justify.form.is_bound):
        justify = None
    earlier = [
        (t, IpaTest(t.test).label, Conclusion(t.conclusion).label)
        for t in assessment.tests
        if t.place not in opened.proposed and (t.reasons or t.conclusion != Conclusion.NOT_ASSESSED)
    ]
    context = case_context(
        request,
        case,
        "relocation",
        sheet=sheet,
        tests=tests_of_page(sheet, by_ident) if sheet else (),
        country=_country(sheet) if sheet else {},
        numbers={place: n for n, place in enumerate(opened.proposed, start=1)},
        is_form=bool(by_ident and (sheet or justify)),
        is_again=is_again,
        old=old,
        age_limit=case.office.coi_age_limit,
        justification=justification,
        justify=justify,
        earlier=earlier,
        answer=opened.answer,
        held_by=opened.held_by,
        may_write=opened.may_write,
        errors=errors,
        lost=lost,
    )
    return render(request, "assessments/workspace/relocation/page.html", context, status=status)


def _country(sheet: PairSheet) -> dict[str, tuple[tuple[str, ParagraphRead], ...]]:
    """Return the findings on the whole country, each with the names of its tests; denials separately."""
    tests = {card.key: tests for card, tests in sheet.country}
    paragraphs = by_paragraph((card for card, _tests in sheet.country), start="all-")
    labels = [dict.fromkeys(str(test.label) for card in each.cards for test in tests[card.key]) for each in paragraphs]
    read = list(zip(map(", ".join, labels), paragraphs, strict=True))
    return {
        "ruled_out": tuple(each for each in read if each[1].card.denies),
        "stated": tuple(each for each in read if not each[1].card.denies),
    }
