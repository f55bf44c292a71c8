"""Findings as shown and cited: frozen values with their footnotes, so that a memo can store them unchanged."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from coi.library.finding_values import first_source_before_section, rows_in_order, span_of
from coi.models import CuratorQuery, Edition, Finding, Footnote, footnote_mark, footnote_name
from coi.text.dates import period_words
from matching.periods import months_between


@dataclass(frozen=True)
class Remark:
    """A curator's query: a remark on an oddity, with its date."""

    words: str
    date: date

    def __str__(self) -> str:
        return self.words


def remarks(queries: Iterable[CuratorQuery]) -> tuple[Remark, ...]:
    """Return the queries on an item as values."""
    return tuple(Remark(query.remark, query.remarked_on) for query in queries)


@dataclass(frozen=True)
class SourceCard:
    """One cited item."""

    citation: str
    originator: str
    kind: str
    url: str
    published_as_printed: str


@dataclass(frozen=True)
class FootnoteCard:
    """A footnote, or a source named without one, with all cited items and queries."""

    edition: str
    number: int
    sources: tuple[SourceCard, ...]
    queries: tuple[Remark, ...]
    named_in: str = ""  # "text" or "bibliography"; empty for a printed footnote

    @property
    def mark(self) -> str:
        """The mark at the citing sentence: ``16``, or ``T1`` for a source without a footnote."""
        return footnote_mark(self.number)

    @property
    def name(self) -> str:
        """``Footnote 16``, or ``Source T1`` for a source without a footnote."""
        return footnote_name(self.number)

    @property
    def citation(self) -> str:
        """All cited items as text, which says so if the report gives no footnote for them."""
        cited = " / ".join(source.citation for source in self.sources)
        if not self.named_in:
            return cited
        said = (
            _("Named in the bibliography: %(cited)s")
            if self.named_in == "bibliography"
            else _("Named in the text: %(cited)s")
        )
        return said % {"cited": cited}

    @property
    def originators(self) -> tuple[str, ...]:
        return tuple(sorted({source.originator for source in self.sources}))


Cited = tuple[SourceCard, tuple[FootnoteCard, ...]]  # an item and all footnotes that cite it


def by_originator(footnotes: Iterable[FootnoteCard]) -> tuple[tuple[str, tuple[Cited, ...]], ...]:
    """Return every item of these footnotes, grouped by originator, because each originator counts once."""
    groups: dict[str, dict[str, tuple[SourceCard, list[FootnoteCard]]]] = {}
    for note in footnotes:
        for source in note.sources:
            groups.setdefault(source.originator, {}).setdefault(source.citation, (source, []))[1].append(note)
    return tuple(
        (name, tuple((source, tuple(notes)) for source, notes in groups[name].values()))
        for name in sorted(groups, key=str.casefold)
    )


@dataclass(frozen=True)
class DenialCard:
    """The denial of a finding, in names."""

    places: tuple[str, ...]
    places_excepted: tuple[str, ...]
    actors: tuple[str, ...]
    events: tuple[str, ...]
    targets: tuple[str, ...]
    first: date
    last: date
    together: bool = False
    as_named: bool = False
    inferred_from: str = ""


@dataclass(frozen=True)
class FindingCard:
    """A finding with everything shown with it."""

    key: str
    code: str
    edition: str
    edition_label: str
    statement: str
    kind: str
    kind_label: str
    strength: str
    strength_label: str
    section: str
    section_code: str
    paragraph: int
    sentence: int
    places: tuple[str, ...]
    actors: tuple[str, ...]
    events: tuple[str, ...]
    targets: tuple[str, ...]
    period: str
    is_dated: bool
    reaches_back_to: date
    footnotes: tuple[FootnoteCard, ...]
    queries: tuple[Remark, ...]
    denies: DenialCard | None = None
    quotation: str = ""
    together: bool = False
    is_throughout: bool = False
    other_side: tuple[str, ...] = ()
    reaches_by_sources: bool = False  # back to its earliest source, not only to the start of its section
    # for links, in the order of the names; empty in cards that were frozen before the field existed
    actor_codes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def linked_actors(self) -> tuple[tuple[str, str], ...]:
        """The actors' names, each with its code or an empty one."""
        codes = self.actor_codes if len(self.actor_codes) == len(self.actors) else ("",) * len(self.actors)
        return tuple(zip(self.actors, codes, strict=True))

    @property
    def where(self) -> str:
        """Its place in the report, in words."""
        words = {"section": self.section, "paragraph": self.paragraph, "sentence": self.sentence}
        return _("%(section)s, paragraph %(paragraph)d, sentence %(sentence)d") % words

    @property
    def name(self) -> str:
        """Its first words and its place in the report: how a person knows it, who never sees its code."""
        return _("“%(words)s” (%(where)s)") % {"words": Truncator(self.statement).words(8), "where": self.where}

    @property
    def all_queries(self) -> tuple[Remark, ...]:
        """All queries on the finding and its footnotes, each once."""
        everything = [*self.queries, *(q for note in self.footnotes for q in note.queries)]
        return tuple(dict.fromkeys(everything))

    @property
    def denial_heading(self) -> str:
        """The words that introduce a denial: who denies, and how far."""
        if self.kind == "no-evidence":
            return _("Knows of no evidence of")
        return _("Rules out") if self.kind == "denial" else _("In the library’s reading, rules out")

    @property
    def originators(self) -> tuple[str, ...]:
        return tuple(sorted({name for note in self.footnotes for name in note.originators}))

    @property
    def citation(self) -> str:
        """The statement with its position and cited items, as "copy with citation" copies it."""
        where = _("%(edition)s, section “%(section)s”, paragraph %(paragraph)d") % {
            "edition": self.edition_label,
            "section": self.section,
            "paragraph": self.paragraph,
        }
        notes = " ".join(f"[{note.mark}] {note.citation}" for note in self.footnotes) or _("No footnote in the report.")
        return f"{self.statement} ({where}) {notes}"


@dataclass(frozen=True)
class EditionCard:
    """An edition with its age on the day of use."""

    code: str
    label: str
    publisher: str
    title: str
    country: str
    cut_off: date
    age_months: int
    current_from: str = ""
    is_selection: bool = False  # only part of the report is in the library


def footnote_card(note: Footnote) -> FootnoteCard:
    """Return the footnote as a value."""
    return FootnoteCard(
        edition=note.edition.code,
        number=note.number,
        sources=tuple(
            SourceCard(s.citation, s.originator.name, s.get_kind_display(), s.url, s.published_as_printed)
            for s in sorted(note.sources.all(), key=lambda s: s.position)
        ),
        queries=remarks(note.queries.all()),
        named_in=note.named_in,
    )


def finding_card(row: Finding) -> FindingCard:
    """Return the finding as a value. The row must come from ``findings_with_everything``."""
    span = span_of(row, row)
    denial = getattr(row, "denies", None)
    denies = None
    if denial:
        denied = span_of(row, denial)
        denies = DenialCard(
            places=_names(denial.places.all()),
            places_excepted=_names(denial.places_excepted.all()),
            actors=_names(denial.actors.all()),
            events=_names(denial.events.all()),
            targets=_names(denial.targets.all()),
            first=denied.first,
            last=denied.last,
            together=denial.actors_together,
            as_named=denial.actors_as_named,
            inferred_from=denial.inferred_from,
        )
    return FindingCard(
        key=f"{row.edition.code}/{row.code}",
        code=row.code,
        edition=row.edition.code,
        edition_label=row.edition.label,
        statement=row.statement,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        strength=row.strength,
        strength_label=row.get_strength_display(),
        section=row.section.title,
        section_code=row.section.code,
        paragraph=row.paragraph,
        sentence=row.sentence,
        places=_names(row.places.all()),
        actors=_names(row.actors.all()),
        events=_names(row.events.all()),
        targets=_names(row.targets.all()),
        period=period_words(row.period_from, row.period_to),
        is_dated=bool(row.period_from or row.period_to),
        reaches_back_to=span.first,
        footnotes=tuple(footnote_card(note) for note in sorted(row.footnotes.all(), key=lambda n: n.number)),
        queries=remarks(row.queries.all()),
        denies=denies,
        quotation=row.quotation,
        together=row.actors_together,
        is_throughout=row.extent == Finding.Extent.THROUGHOUT,
        other_side=_names(row.other_side.all()),
        reaches_by_sources=first_source_before_section(row) is not None,
        actor_codes=tuple(actor.code for actor in row.actors.all()),
    )


def _names(rows: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(row) for row in rows)


def finding_cards(rows: QuerySet[Finding]) -> tuple[FindingCard, ...]:
    """Return the findings as values, in the order of their editions."""
    return tuple(finding_card(row) for row in rows_in_order(rows))


def cards_by_key(keys: Iterable[str]) -> dict[str, FindingCard]:
    """Return the findings by their keys, ``edition/code``."""
    wanted = {tuple(key.split("/", 1)) for key in keys}
    rows = Finding.objects.filter(
        edition__code__in={edition for edition, _code in wanted}, code__in={code for _edition, code in wanted}
    )
    cards = {card.key: card for card in finding_cards(rows)}
    return {key: card for key, card in cards.items() if tuple(key.split("/", 1)) in wanted}


def edition_card(edition: Edition, on: date) -> EditionCard:
    """Return the edition with its age in whole months on that day."""
    return EditionCard(
        code=edition.code,
        label=edition.label,
        publisher=edition.report.publisher,
        title=edition.report.title,
        country=edition.report.country,
        cut_off=edition.cut_off,
        age_months=months_between(edition.cut_off, on),
        current_from=edition.current_from,
        is_selection=edition.is_selection,
    )
