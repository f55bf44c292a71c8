"""The tables that compare home with each place proposed for relocation, test by test."""

from dataclasses import dataclass
from itertools import zip_longest

from assessments.assessing.assessment import ConclusionWritten, OwnSourceWritten
from assessments.assessing.relocation_tests import Column
from assessments.models.codes import IpaTest
from coi.library.cited_findings import FindingCard

COLUMNS = 3  # per table; more would be too narrow to read


@dataclass(frozen=True)
class Entry:
    """One entry of a place under a test: a finding, an own source, or "no COI"."""

    card: FindingCard | None = None
    source: OwnSourceWritten | None = None
    same_as: str = ""  # the name of an earlier place in the same region

    @property
    def is_blank(self) -> bool:
        return self.card is None and self.source is None and not self.same_as


@dataclass(frozen=True)
class PairTest:
    """One test of internal protection; row n has the n-th entry of every place."""

    test: IpaTest
    rows: tuple[tuple[Entry | None, ...], ...]
    conclusions: tuple[tuple[Column, ConclusionWritten], ...]  # one a proposed place


@dataclass(frozen=True)
class PairTable:
    """Home and one or two places proposed for relocation, test by test."""

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
