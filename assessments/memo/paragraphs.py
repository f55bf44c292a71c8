"""The numbered paragraphs of a memo: each finding is printed in full in one of them, and cited by its number elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessments.answer.answer import CitedMatch
from coi.library.cited_findings import FindingCard

if TYPE_CHECKING:
    from assessments.memo.memo import FactPart, Memo

# The context of a fact in the order of printing; the words are those of wording.CONTEXT_GROUPS.
CONTEXT_GROUPS = ("denial", "who", "what", "when", "where", "kind")


@dataclass
class Paragraphs:
    """The number of each paragraph, by the key of its finding or its own name, and the findings of each block in full.

    A block is a place in the memo that can print findings in full: the support of a fact, an annex. A finding belongs
    to the first block that asks for it.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    blocks: dict[str, list[FindingCard]] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Number a paragraph that is not a finding."""
        self.numbers.setdefault(name, len(self.numbers) + 1)

    def place(self, block: str, cards: Iterable[FindingCard]) -> None:
        """Print in this block the findings that no earlier block prints."""
        for card in cards:
            if card.key not in self.numbers:
                self.add(card.key)
                self.blocks.setdefault(block, []).append(card)

    def in_full(self, block: str) -> tuple[FindingCard, ...]:
        return tuple(self.blocks.get(block, ()))

    def is_in_full(self, block: str, card: FindingCard) -> bool:
        return any(placed.key == card.key for placed in self.in_full(block))

    @property
    def printed(self) -> Iterator[FindingCard]:
        """Every finding that the memo prints, in the order of printing."""
        cards = {card.key: card for placed in self.blocks.values() for card in placed}
        return (cards[name] for name in self.numbers if name in cards)


def paragraphs_of(memo: Memo) -> Paragraphs:
    """Number the paragraphs of a memo in the order of printing: facts, relocation, annexes."""
    found = Paragraphs()
    for part in memo.facts:
        _place_fact(found, part)
    in_annexes = {card.key for card in _annexed(memo)}
    if memo.pair:
        for column in memo.pair.columns:
            cards = (card for card in column.findings if card.key not in in_annexes)
            found.place(f"pairs:{column.role}:{column.place}", cards)
        told = (card for card, _tests in memo.pair.country if card.key not in in_annexes)
        found.place("pairs:country", told)
    found.place("context:added", _cards(m for part in memo.facts for m in part.taken))
    for group in CONTEXT_GROUPS:
        found.place(f"context:{group}", _cards(_context(memo, group)))
    found.place("profile", (p.card for p in memo.answer.profile))
    for item in memo.sheets:
        found.place(f"region:{item.sheet.code}", (*item.sheet.denials, *item.sheet.wider_denials))
    found.place("country", memo.country_denials)
    return found


def _place_fact(found: Paragraphs, part: FactPart) -> None:
    found.add(f"{part.anchor}:statement")
    found.add(f"{part.anchor}:position")
    found.place(f"{part.anchor}:supporting", _cards(part.supporting))
    found.place(f"{part.anchor}:contradicting", _cards(part.contradicting))
    found.place(f"{part.anchor}:without-evidence", _cards(part.without_evidence))
    found.place(f"{part.anchor}:part", _cards(part.answer.ruling_out_part))
    found.place(f"{part.anchor}:omitted", _cards(m for m, _omission in part.omitted))
    found.place(f"{part.anchor}:based-on", (card for item in part.indicators for card in item.findings))


def _context(memo: Memo, group: str) -> Iterator[CitedMatch]:
    """Yield the printed context of this group, for all facts."""
    for part in memo.facts:
        for name, matches, is_printed in part.folded_groups:
            if name == group and is_printed:
                yield from matches


def _annexed(memo: Memo) -> Iterator[FindingCard]:
    """Yield the findings that an annex prints if no earlier block does."""
    for part in memo.facts:
        yield from _cards(part.taken)
    for group in CONTEXT_GROUPS:
        yield from _cards(_context(memo, group))
    yield from (p.card for p in memo.answer.profile)
    for item in memo.sheets:
        yield from (*item.sheet.denials, *item.sheet.wider_denials)
    yield from memo.country_denials


def _cards(matches: Iterable[CitedMatch]) -> Iterator[FindingCard]:
    return (m.card for m in matches)
