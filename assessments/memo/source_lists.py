"""The list of sources, by originator, and the curator's queries that a memo or a disclosure sheet prints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coi.library.cited_findings import FindingCard, FootnoteCard, Remark, SourceCard, by_originator
from coi.library.region_sheets import FigureSeries


@dataclass(frozen=True)
class SourceItem:
    """A cited item, and the footnotes that cite it with their marks."""

    marks: str
    source: SourceCard
    notes: tuple[FootnoteCard, ...]

    @property
    def without_address(self) -> str:
        """The citation up to its address, for a document that prints the footnote itself."""
        citation, url = self.source.citation, self.source.url
        return citation.partition(url)[0].rstrip() if url else citation


@dataclass(frozen=True)
class SourceGroup:
    """The cited items of one originator."""

    originator: str
    items: tuple[SourceItem, ...]


def source_groups(footnotes: Iterable[FootnoteCard], mark: Callable[[FootnoteCard], str]) -> tuple[SourceGroup, ...]:
    """The list of sources of a memo or a sheet; ``mark`` gives the number of a footnote there."""
    return tuple(
        SourceGroup(name, tuple(SourceItem(", ".join(map(mark, notes)), source, notes) for source, notes in items))
        for name, items in by_originator(footnotes)
    )


@dataclass(frozen=True)
class Queried:
    """A curator's query. ``on`` names its report and item if several reports are cited."""

    remark: Remark
    on: tuple[str, ...] = ()


def queries_on(
    cards: Iterable[FindingCard], figures: Iterable[FigureSeries], titles: dict[str, str]
) -> tuple[Queried, ...]:
    """Every query on these findings and figures, each once; ``titles`` are the names of several reports, or empty."""
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
