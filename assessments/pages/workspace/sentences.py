"""The findings on a fact by sentence of the report. The page prints each note and query in full once."""

from collections.abc import Collection, Iterable, Mapping
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
    new_queries: frozenset[int]  # those that the page does not have in full yet
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


@dataclass(frozen=True)
class ToldOnce:
    """Findings under one heading of a page on several facts: in full, or with the fact under which they are in full."""

    name: str
    sentences: tuple[Sentence, ...]
    elsewhere: tuple[tuple[CitedMatch, str], ...]

    @property
    def findings(self) -> int:
        return sum(len(sentence.matches) for sentence in self.sentences) + len(self.elsewhere)


@dataclass(frozen=True)
class FactTold:
    """All findings on one fact, relied on or not, on a page on all facts."""

    supporting: ToldOnce
    opposing: tuple[ToldOnce, ...]
    in_part: ToldOnce
    context: tuple[ToldOnce, ...]


def by_sentence(fact: PresentedFact) -> FindingsRead:
    """Return the findings in the order in which the page prints them."""
    page = PageOfFindings()
    return FindingsRead(
        supporting=page.sentences(fact.supporting),
        opposing=tuple(SentenceShelf(kind.value, page.sentences(found)) for kind, found in fact.opposing_groups),
        in_part=page.sentences(fact.answer.ruling_out_part),
        omitted=tuple((page.sentence((m,)), omission) for m, omission in fact.omitted),
        taken=page.sentences(fact.taken),
        context=tuple(SentenceShelf(name, page.sentences(found)) for name, found in fact.context_groups),
    )


@dataclass
class PageOfFindings:
    """What a page has printed so far."""

    notes: dict[tuple[str, int], str] = field(default_factory=dict)
    queries: dict[Remark, int] = field(default_factory=dict)
    in_full: set[Remark] = field(default_factory=set)
    findings: dict[str, str] = field(default_factory=dict)  # by key, the fact under which each is in full

    def facts(self, facts: Iterable[PresentedFact]) -> tuple[FactTold, ...]:
        """Each finding in full under the first fact that it bears on, never folded; else under the first as context."""
        facts = tuple(facts)
        for fact in facts:
            for m in (*fact.answer.supporting, *fact.answer.opposing, *fact.answer.ruling_out_part):
                self.findings.setdefault(m.card.key, fact.ident)
        return tuple(map(self._fact, facts))

    def _fact(self, fact: PresentedFact) -> FactTold:
        found, ident = fact.answer, fact.ident
        evidence = {m.card.key for m in (*found.supporting, *found.opposing, *found.ruling_out_part)}
        supporting = self._told("supports", found.supporting, ident)
        opposing = tuple(self._told(kind.value, matches, ident) for kind, matches in found.opposing_groups)
        in_part = self._told("in_part", found.ruling_out_part, ident)
        # no note or query is in full in a fold only
        folded = PageOfFindings(dict(self.notes), self.queries, set(self.in_full), self.findings)
        context = (folded._told(name, matches, ident, elsewhere=evidence) for name, matches in found.context_groups)
        return FactTold(supporting, opposing, in_part, tuple(context))

    def _told(self, name: str, matches: Iterable[CitedMatch], ident: str, elsewhere: Collection[str] = ()) -> ToldOnce:
        matches = tuple(matches)
        under = {m.card.key: self.findings.setdefault(m.card.key, ident) for m in matches}
        here = [m for m in matches if under[m.card.key] == ident and m.card.key not in elsewhere]
        return ToldOnce(name, self.sentences(here), tuple((m, under[m.card.key]) for m in matches if m not in here))

    def is_new(self, card: FindingCard) -> bool:
        """Whether the page does not have the finding yet. From now on it has."""
        is_new = card.key not in self.findings
        self.findings.setdefault(card.key, "")
        return is_new

    def sentences(self, matches: Iterable[CitedMatch]) -> tuple[Sentence, ...]:
        return tuple(self.sentence(tuple(found)) for _where, found in groupby(matches, key=_where_of))

    def sentence(self, matches: tuple[CitedMatch, ...]) -> Sentence:
        id_of = _id(matches[0].card)
        notes = {note.number: note for m in matches for note in m.card.footnotes}
        above = {n: self.notes[note.edition, n] for n, note in notes.items() if (note.edition, n) in self.notes}
        self.notes |= {(note.edition, n): id_of for n, note in notes.items() if n not in above}
        queries = dict.fromkeys(query for m in matches for query in m.card.all_queries)
        numbered = tuple((self.queries.setdefault(query, len(self.queries) + 1), query) for query in queries)
        new = {number for number, query in numbered if query not in self.in_full}
        self.in_full.update(queries)
        return Sentence(matches, tuple(notes[n] for n in sorted(notes)), numbered, frozenset(new), above)


def _where_of(m: CitedMatch) -> tuple[str, str, int, int]:
    return sentence_of(m.card)


def sentence_of(card: FindingCard) -> tuple[str, str, int, int]:
    """Return the sentence of the report that a finding comes from."""
    return card.edition, card.section_code, card.paragraph, card.sentence


def _id(card: FindingCard) -> str:
    return f"{card.edition}-{card.code}"
