"""The age of the COI relied on for future risk and internal protection."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.answer.answer import Answer, FactAnswer
from assessments.assessing.assessment import Assessment, OwnSourceWritten
from assessments.assessing.fact_reliance import FactReliance
from assessments.assessing.relocation_tests import Column, PairSheet, named_place, pair_sheet
from matching.facts import FactKind
from matching.periods import Period, months_between

FUTURE_RISK, IPA = "future-risk", "ipa"


@dataclass(frozen=True)
class OldPart:
    """A part of a memo that relies on old COI only: a fact of future risk, or a proposed place."""

    kind: str  # "future-risk" or "ipa"
    name: str  # the fact's id, or the place's name and its person
    age_months: int  # of the newest information it relies on


def old_parts(answer: Answer, assessment: Assessment, limit_months: int) -> tuple[OldPart, ...]:
    """Return the parts that rely only on information older than the limit at the COI's date of use.

    An own source counts by its date, a finding by the cut-off date of its report. A part without findings counts by the
    reports that were asked.
    """
    parts = [
        (FUTURE_RISK, f.stated.id, _editions_of_fact(f, assessment), assessment.sources_on(f.stated.id))
        for f in answer.facts
        if f.stated.kind is FactKind.FUTURE_RISK
    ]
    sheet = pair_of(answer, assessment)
    for column in sheet.relocations if sheet else ():
        name = named_place(answer.case, column.place, column.name)
        parts.append((IPA, name, _editions_of_place(column), column.own_sources))
    on = answer.case.assessed_on
    found = []
    for kind, name, editions, sources in parts:
        dates = _dates(answer, editions, sources, on)
        if dates and not any(is_recent(day, on, limit_months) for day in dates):
            found.append(OldPart(kind, name, months_between(max(dates), on)))
    return tuple(found)


def pair_of(answer: Answer, assessment: Assessment) -> PairSheet | None:
    """Return home and proposed places. An answer from a snapshot has them as they were."""
    return getattr(answer, "pair", None) or pair_sheet(answer, assessment)


def oldest_relied_on(answer: Answer, assessment: Assessment) -> date | None:
    """Return the earliest cut-off date of the reports that the memo relies on; None without a report."""
    used = {code for f in answer.facts for code in _editions_of_fact(f, assessment)}
    return min((e.cut_off for e in answer.editions if e.code in used or not used), default=None)


def _editions_of_fact(fact: FactAnswer, assessment: Assessment) -> set[str]:
    """Return the editions of the findings that are relied on."""
    relied = FactReliance(fact, assessment.omissions_on(fact.stated.id))
    return {m.card.edition for m in relied.supporting + relied.opposing}


def _editions_of_place(place: Column) -> set[str]:
    figures = {series.edition for series in place.sheet.figures} if place.sheet else set()
    return {card.edition for card in place.findings} | figures


def _dates(answer: Answer, editions: set[str], sources: Iterable[OwnSourceWritten], on: date) -> list[date]:
    """Return the dates by which the information of a part counts, without dates after the day of use."""
    asked = [e.cut_off for e in answer.editions if e.code in editions or not editions]
    own = [Period.parse(s.published, s.published).first for s in sources]
    return [day for day in (*asked, *own) if day is not None and day <= on]


def is_recent(day: date, on: date, limit_months: int) -> bool:
    """Return whether the day is within the limit. The last day of the limit still is."""
    return day >= on or months_between(day, on - timedelta(days=1)) < limit_months
