"""The tables that compare home with each place proposed for relocation, test by test."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.assessing.assessment import ConclusionWritten, OwnSourceWritten
from assessments.assessing.relocation_tests import Column
from assessments.models.codes import IpaTest
from coi.library.cited_findings import FindingCard
from coi.library.finding_words import finding_period_words

COLUMNS = 3  # per table; more would be too narrow to read


@dataclass(frozen=True)
class Topic:
    """The findings of a cell on one kind of event, by their period."""

    words: str
    periods: tuple[tuple[str, tuple[FindingCard, ...]], ...]


@dataclass(frozen=True)
class PrintedCell:
    """One place under one test: the findings, the officer's own sources, or "no COI"."""

    findings: tuple[FindingCard, ...] = ()
    own_sources: tuple[OwnSourceWritten, ...] = ()
    same_as: str = ""  # the name of an earlier place in the same region

    @property
    def topics(self) -> tuple[Topic, ...]:
        return topics_of(self.findings)

    @property
    def is_blank(self) -> bool:
        return not (self.findings or self.own_sources or self.same_as)


@dataclass(frozen=True)
class PairTest:
    """One test of internal protection: a cell for each place, and the officer's conclusions."""

    test: IpaTest
    cells: tuple[PrintedCell, ...]
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
                tuple(_cell(column, test) for column in self.columns),
                tuple((c, c.conclusion(test)) for c in self.columns if c.is_relocation),
            )
            for test in IpaTest
        )


def _cell(column: Column, test: IpaTest) -> PrintedCell:
    cell = column.cell(test)
    return PrintedCell(() if column.same_as else cell.findings, cell.own_sources, column.same_as)


def topics_of(cards: Iterable[FindingCard]) -> tuple[Topic, ...]:
    """Return findings by kind of event, each with its period; denials separately."""
    found: dict[str, dict[str, list[FindingCard]]] = {}
    for card in cards:
        found.setdefault(_topic(card), {}).setdefault(short_period(card), []).append(card)
    return tuple(
        Topic(words, tuple((period, tuple(cards)) for period, cards in periods.items()))
        for words, periods in found.items()
    )


def _topic(card: FindingCard) -> str:
    """Return the kind of event of a finding, or that it is a denial of one."""
    if card.kind in ("denial", "no-evidence"):
        denied = ", ".join(card.denies.events) if card.denies else ""
        return f"{card.denial_heading}: {denied or _('any event')}"
    return capfirst(card.events[0]) if card.events else _("Other")


def short_period(card: FindingCard) -> str:
    """Return the period of a finding for a table; an undated one says only that."""
    if card.is_dated or card.kind in ("denial", "no-evidence"):
        return finding_period_words(card)
    return _("undated")
