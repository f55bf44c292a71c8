"""The memo: what an answer says, laid out for print. Adds no sentence of its own about the country.

The content is frozen in ``Memo``; ``html`` sets it, ``memo_pdf`` prints it. The same answer on the
same release gives the same bytes: no clock takes part.
"""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments import memo_pdf, wording
from assessments.answer import Answer, FactAnswer, PlaceAnswer
from assessments.casefile import CaseFile
from coi.cards import EditionCard, FindingCard, FootnoteCard, Remark, SourceCard
from coi.charts import BarChart, bar_chart
from coi.maps import PlaceMark, SvgMap, country_map
from coi.sheets import RegionSheet
from matching.facts import FactKind
from matching.match import Position

OLD = 24  # months: beyond this, future risk and internal protection need newer COI or a justification


@dataclass(frozen=True)
class Note:
    """A footnote as the memo prints it: the report's own number, with a letter where several reports are cited."""

    mark: str
    key: str
    card: FootnoteCard


@dataclass(frozen=True)
class Sheet:
    """A region in the memo: its numbers as a chart, its map, and whose place it is."""

    sheet: RegionSheet
    charts: tuple[BarChart, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SourceGroup:
    """The cited items of one originator."""

    originator: str
    items: tuple[tuple[str, SourceCard], ...]  # marks of the footnotes, and the item


@dataclass(frozen=True)
class Memo:
    """Everything that the memo prints."""

    answer: Answer
    author: str
    office: str
    status: str
    map: SvgMap | None
    sheets: tuple[Sheet, ...]
    letters: dict[str, str]

    @property
    def case(self) -> CaseFile:
        return self.answer.case

    @property
    def oldest(self) -> EditionCard | None:
        return self.answer.oldest

    @property
    def is_old(self) -> bool:
        """The COI relied on is older than future risk and internal protection may rest on by themselves."""
        return self.oldest is not None and self.oldest.age_months > OLD

    @property
    def has_future_part(self) -> bool:
        return bool(self.case.relocations) or any(f.kind is FactKind.FUTURE_RISK for f in self.case.facts)

    @property
    def gaps(self) -> tuple[FactAnswer, ...]:
        """Facts on which the report says nothing, could not say, knows of none, or leaves something open."""
        answered = (Position.SUPPORTS, Position.CONTRADICTS, Position.MIXED)
        return tuple(
            f for f in self.answer.facts if f.position not in answered or f.outcome.open or f.outcome.not_covered_from
        )

    @property
    def homes(self) -> tuple[PlaceAnswer, ...]:
        homes = {p.place.value.code for p in self.case.homes}
        return tuple(
            p for p in self.answer.places if p.stated.place.value.code in homes and p.stated.role != "relocation"
        )

    @property
    def relocations(self) -> tuple[PlaceAnswer, ...]:
        return tuple(p for p in self.answer.places if p.stated.role == "relocation")

    def notes_of(self, card: FindingCard) -> tuple[Note, ...]:
        return tuple(self.note(n) for n in card.footnotes)

    def note(self, card: FootnoteCard) -> Note:
        letter = self.letters.get(card.edition, "")
        return Note(f"{letter}{card.number}", f"{card.edition}:{card.number}", card)

    @property
    def sources(self) -> tuple[SourceGroup, ...]:
        """Every item behind a footnote of this memo, grouped by originator: one originator is one origin."""
        groups: dict[str, dict[str, tuple[list[str], SourceCard]]] = {}
        for card in self.footnotes:
            for source in card.sources:
                items = groups.setdefault(source.originator, {})
                marks, _card = items.setdefault(source.citation, ([], source))
                marks.append(self.note(card).mark)
        return tuple(
            SourceGroup(name, tuple((", ".join(marks), source) for marks, source in groups[name].values()))
            for name in sorted(groups, key=str.casefold)
        )

    @property
    def footnotes(self) -> tuple[FootnoteCard, ...]:
        """Every footnote that the memo cites, region sheets included."""
        found = {(n.edition, n.number): n for n in self.answer.footnotes}
        for sheet in self.sheets:
            for card in (*sheet.sheet.denials, *sheet.sheet.wider_denials, *sheet.sheet.findings):
                found.update({(n.edition, n.number): n for n in card.footnotes})
        return tuple(found[key] for key in sorted(found))

    @property
    def queries(self) -> tuple[Remark, ...]:
        """Curator's queries on all that is used, each once."""
        cards = [m.card for f in self.answer.facts for m in f.matches] + [p.card for p in self.answer.profile]
        cards += [card for sheet in self.sheets for card in (*sheet.sheet.denials, *sheet.sheet.wider_denials)]
        found = [q for card in cards for q in card.all_queries]
        found += [q for sheet in self.sheets for series in sheet.sheet.figures for q in series.queries]
        return tuple(dict.fromkeys(found))


def build(answer: Answer, *, author: str = "", office: str = "", status: str = "draft") -> Memo:
    """The memo of an answer; ``author`` and ``office`` are names of staff and office."""
    roles: dict[str, list[str]] = {}
    for place in answer.places:
        if place.sheet:
            roles.setdefault(place.sheet.code, []).append(str(wording.ROLES[place.stated.role]))
    sheets = []
    # one scale for all charts of a memo: home and relocation are read side by side
    largest = max((c.fatalities for sheet in answer.sheets for s in sheet.figures for c in s.parts), default=0)
    for sheet in answer.sheets:
        charts = tuple(
            bar_chart(s, title=_("%(title)s: %(place)s") % {"title": s.title, "place": sheet.name}, largest=largest)
            for s in sheet.figures
        )
        sheets.append(Sheet(sheet, charts, tuple(dict.fromkeys(roles[sheet.code]))))
    cited = sorted({n.edition for n in answer.footnotes} | {c.edition for s in sheets for c in s.sheet.denials})
    letters = {code: chr(ord("A") + n) for n, code in enumerate(cited)} if len(cited) > 1 else {}
    return Memo(answer, author, office, status, claim_map(answer), tuple(sheets), letters)


def claim_map(answer: Answer) -> SvgMap | None:
    """The claim's places over the regions; places known by their area only are marked as such."""
    marks: dict[str, PlaceMark] = {}
    stated = [p.place for p in answer.case.places] + [f.place for f in answer.case.facts]
    for resolved in stated:
        place = resolved.place
        if place.latitude is None or place.longitude is None or place.kind in ("country", "macro-area"):
            continue
        # a region bears its name on the map already
        name = "" if place.kind == "region" and resolved.located else resolved.value.name
        approximate = not resolved.located or place.kind in ("region", "circle")
        marks.setdefault(resolved.value.code, PlaceMark(name, place.latitude, place.longitude, approximate))
    return country_map(answer.case.country, title=_("Places of the claim"), places=marks.values())


def html(memo: Memo) -> str:
    """The memo as HTML, for the renderer and for nothing else."""
    return render_to_string(
        "assessments/memo/memo.html",
        {
            "memo": memo,
            "answer": memo.answer,
            "case": memo.case,
            "language": get_language() or "en",
            "old": OLD,
        },
    )


def draft_pdf(answer: Answer, *, author: str = "", office: str = "") -> bytes:
    """The memo as a PDF, marked as a draft on every page; raises memo_pdf.MemoFailed with what to do."""
    memo = build(answer, author=author, office=office)
    return memo_pdf.render_pdf(html(memo), seconds=settings.MEMO_SECONDS, megabytes=settings.MEMO_MEGABYTES)
