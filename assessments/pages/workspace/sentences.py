"""The findings on a fact by sentence of the report. The page prints each note and query in full once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from assessments.answer.answer import CitedMatch
from assessments.assessing.assessment import OmissionWritten
from assessments.assessing.fact_presenter import PresentedFact
from coi.library.cited_findings import FindingCard, FootnoteCard, Remark


@dataclass(frozen=True)
class Sentence:
    """Findings on one sentence, with the notes they cite and the queries on them, numbered by page.

    If the page already has a note in full, ``full_above`` gives the start of its id there.
    """

    matches: tuple[CitedMatch, ...]
    notes: tuple[FootnoteCard, ...]
    queries: tuple[tuple[int, Remark], ...]
    full_above: Mapping[int, str]

    @property
    def card(self) -> FindingCard:
        return self.matches[0].card

    @property
    def id(self) -> str:
        return _id(self.card)


@dataclass(frozen=True)
class SentenceShelf:
    """Sentences under one heading. ``name`` is the code of what they share."""

    name: str
    sentences: tuple[Sentence, ...]

    @property
    def findings(self) -> int:
        return sum(len(sentence.matches) for sentence in self.sentences)


@dataclass(frozen=True)
class FindingsRead:
    """All findings on one fact as its page prints them."""

    supporting: tuple[Sentence, ...]
    opposing: tuple[SentenceShelf, ...]
    in_part: tuple[Sentence, ...]
    omitted: tuple[tuple[Sentence, OmissionWritten], ...]
    taken: tuple[Sentence, ...]
    context: tuple[SentenceShelf, ...]


def by_sentence(fact: PresentedFact) -> FindingsRead:
    """Return the findings in the order in which the page prints them."""
    page = _Page()
    return FindingsRead(
        supporting=page.sentences(fact.supporting),
        opposing=tuple(SentenceShelf(kind.value, page.sentences(found)) for kind, found in fact.opposing_groups),
        in_part=page.sentences(fact.answer.ruling_out_part),
        omitted=tuple((page.sentence((m,)), omission) for m, omission in fact.omitted),
        taken=page.sentences(fact.taken),
        context=tuple(SentenceShelf(name, page.sentences(found)) for name, found in fact.context_groups),
    )


@dataclass
class _Page:
    """The notes and queries printed so far."""

    notes: dict[tuple[str, int], str] = field(default_factory=dict)
    queries: dict[Remark, int] = field(default_factory=dict)

    def sentences(self, matches: Iterable[CitedMatch]) -> tuple[Sentence, ...]:
        return tuple(self.sentence(tuple(found)) for _where, found in groupby(matches, key=_where_of))

    def sentence(self, matches: tuple[CitedMatch, ...]) -> Sentence:
        id_of = _id(matches[0].card)
        notes = {note.number: note for m in matches for note in m.card.footnotes}
        above = {n: self.notes[note.edition, n] for n, note in notes.items() if (note.edition, n) in self.notes}
        self.notes |= {(note.edition, n): id_of for n, note in notes.items() if n not in above}
        queries = dict.fromkeys(query for m in matches for query in m.card.all_queries)
        for query in queries:
            self.queries.setdefault(query, len(self.queries) + 1)
        numbered = tuple((self.queries[query], query) for query in queries)
        return Sentence(matches, tuple(notes[n] for n in sorted(notes)), numbered, above)


def _where_of(m: CitedMatch) -> tuple[str, str, int, int]:
    return sentence_of(m.card)


def sentence_of(card: FindingCard) -> tuple[str, str, int, int]:
    """Return the sentence of the report that a finding comes from."""
    return card.edition, card.section_code, card.paragraph, card.sentence


def _id(card: FindingCard) -> str:
    return f"{card.edition}-{card.code}"
