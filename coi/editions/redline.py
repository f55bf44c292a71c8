"""The differences between two editions: findings added, changed word by word, and retired, paired by their code."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from coi.editions import redline_details, redline_figures
from coi.editions.redline_figures import SeriesChanged
from coi.library import cited_findings
from coi.library.cited_findings import FindingCard
from coi.library.finding_words import denial_words, extent_words, sides_words
from coi.models import Edition, FigureRow, Section, Source
from coi.models.parts import rows_of
from coi.text.word_differences import Piece, pieces


@dataclass(frozen=True)
class Change:
    """One part of a finding that differs."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Changed:
    """A finding that is in both editions and differs."""

    code: str
    old: FindingCard
    new: FindingCard
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class RowChanged:
    """A cited item or an edition detail that was added, changed or removed; a missing side is empty."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Redline:
    """All differences from one edition to another."""

    old: Edition
    new: Edition
    added: tuple[FindingCard, ...]
    changed: tuple[Changed, ...]
    retired: tuple[FindingCard, ...]
    figures: tuple[SeriesChanged, ...]
    sources: tuple[RowChanged, ...]
    frame: tuple[RowChanged, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.retired or self.figures or self.sources or self.frame)


@dataclass(frozen=True)
class SectionRead:
    """A section with its findings."""

    row: Section
    cards: tuple[FindingCard, ...]


@dataclass(frozen=True)
class WholeEdition:
    """The whole content of a first edition, in the form of its differences from nothing."""

    sections: tuple[SectionRead, ...]
    figures: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    frame: tuple[tuple[str, str], ...]


def whole_edition(edition: Edition) -> WholeEdition:
    """Return everything that a redline compares, in the order of the edition."""
    found: dict[str, list[FindingCard]] = {}
    for card in cited_findings.finding_cards(edition.findings.all()):
        found.setdefault(card.section_code, []).append(card)
    sections = edition.sections.order_by("position", "code")
    return WholeEdition(
        sections=tuple(SectionRead(row, tuple(found.get(row.code, ()))) for row in sections),
        figures=tuple(_figures(edition).items()),
        sources=tuple(_sources(edition).items()),
        frame=tuple((name, said) for name, said in redline_details.frame(edition).items() if said),
    )


def redline(old: Edition, new: Edition) -> Redline:
    """Compare two editions. Returns everything that differs, in the order of the editions."""
    before = {card.code: card for card in cited_findings.finding_cards(old.findings.all())}
    after = {card.code: card for card in cited_findings.finding_cards(new.findings.all())}
    return Redline(
        old=old,
        new=new,
        added=tuple(card for code, card in after.items() if code not in before),
        changed=_changed(
            before, after, redline_details.meant(old.findings.all()), redline_details.meant(new.findings.all())
        ),
        retired=tuple(card for code, card in before.items() if code not in after),
        figures=redline_figures.changed(old, new),
        sources=_rows(_sources(old), _sources(new)),
        frame=_rows(redline_details.frame(old), redline_details.frame(new)),
    )


def touched_among(
    old: Edition, new: Edition, codes: Collection[str]
) -> tuple[tuple[Changed, ...], tuple[FindingCard, ...]]:
    """Return which of the findings with these codes in the old edition the new one changed, and which it retired."""
    before_rows, after_rows = (edition.findings.filter(code__in=codes) for edition in (old, new))
    before = {card.code: card for card in cited_findings.finding_cards(before_rows)}
    after = {card.code: card for card in cited_findings.finding_cards(after_rows)}
    changed = _changed(before, after, redline_details.meant(before_rows), redline_details.meant(after_rows))
    return changed, tuple(card for code, card in before.items() if code not in after)


def _changed(
    before: Mapping[str, FindingCard],
    after: Mapping[str, FindingCard],
    was_meant: Mapping[str, Mapping[str, str]],
    is_meant: Mapping[str, Mapping[str, str]],
) -> tuple[Changed, ...]:
    changed = []
    for code, card in before.items():
        if code not in after:
            continue
        found = changes_meant(changes(card, after[code]), was_meant[card.key], is_meant[after[code].key])
        if found:
            changed.append(Changed(code, card, after[code], found))
    return tuple(changed)


def changes(old: FindingCard, new: FindingCard) -> tuple[Change, ...]:
    """Return the parts of a finding that differ, word by word; empty if readers and matching see no difference."""
    before, after = dict(_facets(old)), dict(_facets(new))
    return tuple(
        Change(str(label), pieces(before[label], after[label])) for label in before if before[label] != after[label]
    )


def changes_meant(printed: tuple[Change, ...], was: Mapping[str, str], now: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the differences in print, then the differences in matching (``redline_details.meant``)."""
    labels = {change.label for change in printed}
    told = (
        {str(_("Places are meant"))} if str(_("Places")) in labels else set()
    )  # places with different names already differ in print
    if str(_("Period")) in labels:  # so does a date that was open and is now stated
        told |= {label for label in (str(_("Open dates are read as")),) if not now[label]}
    return printed + tuple(
        Change(label, pieces(text, now[label]))
        for label, text in was.items()
        if text != now[label] and label not in told
    )


def _facets(card: FindingCard) -> Iterable[tuple[Any, str]]:
    """Return everything that readers or matching see of a finding, as text."""
    yield _("Statement"), card.statement
    yield _("Kind"), f"{card.kind_label}, {card.strength_label}"
    yield _("Where in the report"), f"{card.section}, {card.paragraph}.{card.sentence}"
    yield _("Places"), "; ".join(sorted(card.places))
    yield _("Extent"), extent_words(card)
    yield _("Period"), card.period
    yield _("Actors"), "; ".join(sorted(card.actors))
    yield _("Sides"), sides_words(card)
    yield _("Events"), "; ".join(sorted(card.events))
    yield _("Targets"), "; ".join(sorted(card.targets))
    yield _("Rules out"), denial_words(card.denies) if card.denies else ""
    yield _("Footnotes"), "; ".join(f"[{note.mark}] {note.citation}" for note in card.footnotes)
    yield _("Curator’s queries"), "; ".join(remark.words for remark in card.all_queries)


def _figures(edition: Edition) -> dict[str, str]:
    rows = rows_of(edition, FigureRow)
    return {f"{r.figure.number}: {r.place_label}, {r.period_label}": f"{r.fatalities:,}" for r in rows}


def _sources(edition: Edition) -> dict[str, str]:
    rows = rows_of(edition, Source)
    return {f"{s.footnote.number}.{s.position}": s.citation for s in rows}


def _rows(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[RowChanged, ...]:
    names = list(dict.fromkeys([*before, *after]))
    return tuple(
        RowChanged(name, pieces(before.get(name, ""), after.get(name, "")))
        for name in names
        if before.get(name) != after.get(name)
    )
