"""Footnotes of several findings in one line, as the memo numbers them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer.answer import FactAnswer
from assessments.memo.memo import Memo
from coi.library.cited_findings import FindingCard
from coi.library.region_sheets import RegionSheet


def _listed_notes(cards: Iterable[FindingCard], memo: Memo) -> str:
    """``footnotes 3, 12``, as this memo numbers them."""
    marks = sorted({int(note.mark) for card in cards for note in memo.notes_of(card)})
    if not marks:
        return _("no footnote in the report")
    return ngettext("footnote %(n)s", "footnotes %(n)s", len(marks)) % {"n": ", ".join(map(str, marks))}


def _notes_by_report(cards: Iterable[FindingCard], memo: Memo) -> str:
    """The footnotes of findings, report by report; each report is named if there are several."""
    found: dict[str, list[FindingCard]] = {}
    for card in cards:
        found.setdefault(card.edition, []).append(card)
    names = memo.answer.report_names
    parts = ((names.get(edition), _listed_notes(cards, memo)) for edition, cards in found.items())
    return "; ".join(": ".join(filter(None, part)) for part in parts)


def actors_cited(sheet: RegionSheet, memo: Memo) -> str:
    """Every actor named by a finding on the region, with the footnotes of those findings, report by report."""
    found: dict[str, dict[str, list[FindingCard]]] = {}
    for card in sheet.findings:
        for name in card.actors:
            found.setdefault(card.edition, {}).setdefault(name, []).append(card)
    names = memo.answer.report_names
    parts = []
    for edition, actors in found.items():
        listed = "; ".join(f"{name} ({_listed_notes(cards, memo)})" for name, cards in actors.items())
        parts.append(f"{names[edition]}: {listed}" if edition in names else listed)
    return ". ".join(parts)


def others_cited(fact: FactAnswer, memo: Memo) -> str:
    """The footnotes of findings on such an event by others, if the position mentions them; else empty."""
    if not fact.told_of_others:
        return ""
    return _("Footnotes for this: %(notes)s.") % {
        "notes": _notes_by_report((m.card for m in fact.told_of_others), memo)
    }
