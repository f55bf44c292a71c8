"""The footnotes of a memo or a disclosure sheet and their numbers: the report's own, or one series over several reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from django.utils.translation import gettext as _

from coi.library.cited_findings import FindingCard, FootnoteCard


def _lower(name: str) -> str:
    """The name of a footnote inside a sentence."""
    return name[:1].lower() + name[1:]


@dataclass(frozen=True)
class Note:
    """A footnote as the memo prints it: with the report's own number or, if the memo cites several reports, with the memo's.

    In the latter case ``report`` names report and edition, and the note gives the report's own number too.
    """

    mark: str
    key: str
    card: FootnoteCard
    report: str = ""

    @property
    def words(self) -> str:
        """The text at the foot of the page."""
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
    """The numbers of all footnotes of one document, by edition and number; one series if it cites several reports."""

    titles: dict[str, str]  # short names of reports, if several are cited
    marks: dict[tuple[str, int], str]

    @classmethod
    def of(cls, cards: Iterable[FootnoteCard], titles: dict[str, str]) -> "Notes":
        """Number ``cards`` in their order."""
        found = dict.fromkeys((card.edition, card.number) for card in cards)
        if len({edition for edition, _number in found}) < 2:
            return cls({}, {})
        return cls(titles, {key: str(n) for n, key in enumerate(found, start=1)})

    def note(self, card: FootnoteCard) -> Note:
        """The footnote under its number in this document."""
        mark = self.marks.get((card.edition, card.number), card.mark)
        report = f"{self.titles[card.edition]}, {card.edition}" if self.marks else ""
        return Note(mark, f"{card.edition}:{card.number}", card, report)


class PageNotes:
    """Gives each footnote on a page its own id. With ``once``, a note that is repeated is not printed again."""

    def __init__(self, *, once: bool = False) -> None:
        self.once = once
        self._numbers = count(1)
        self._ids: dict[str, str] = {}

    def place(self, note: Note) -> tuple[str, bool]:
        """The id of the note on this page, and whether it is printed here."""
        if self.once and note.key in self._ids:
            return self._ids[note.key], False
        self._ids[note.key] = f"note-{next(self._numbers)}"
        return self._ids[note.key], True


class WithNotes:
    """A document that cites footnotes. It has its own numbers if they are from several reports."""

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
        """Whether the document cites more than one report."""
        return bool(self._notes.marks)
