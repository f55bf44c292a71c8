"""The findings that a memo relies on, stored as rows, so that a changed finding leads to its memos."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment
from assessments.assessing.coi_age import pair_of
from assessments.models import Case, MemoVersion, Reliance
from coi.editions.redline_figures import code_of
from coi.library.region_sheets import FigureSeries, RegionSheet
from matching.outcome import Relation

PROFILE, REGION, SHEET, FIGURE = "profile", "region", "sheet", "figure"
_ELSEWHERE = {
    PROFILE: gettext_lazy("the profile"),
    REGION: gettext_lazy("the table of home and relocation"),
    SHEET: gettext_lazy("a region sheet"),
    FIGURE: gettext_lazy("a figure on a region sheet"),
}


@dataclass(frozen=True, order=True)
class Relied:
    """A finding, or a figure's numbers for a place, and its relation; ``fact`` is empty outside the facts."""

    fact: str
    finding: str
    relation: str
    omitted: bool = False


def relied_on(answer: Answer, assessment: Assessment) -> tuple[Relied, ...]:
    """Findings that support, oppose or name the profile, added context, and what else the memo prints in full.

    The rest is the table of home and proposed places, and the denials and figures of each region sheet.
    """
    return tuple(sorted(set(_all(answer, assessment))))


def _all(answer: Answer, assessment: Assessment) -> Iterator[Relied]:
    for fact in answer.facts:
        omitted = assessment.omissions_on(fact.stated.id)
        for m in fact.matches:
            is_context = m.relation is Relation.CONTEXT
            if m.match.is_listed_in_full or (fact.stated.id, m.card.key) in assessment.context_taken:
                is_omitted = not is_context and m.card.key in omitted
                yield Relied(fact.stated.id, m.card.key, m.relation.value, is_omitted)
    for p in answer.profile:
        yield Relied("", p.card.key, PROFILE)
    sheet = pair_of(answer, assessment)
    told = [card for column in sheet.columns for card in column.findings] if sheet else []
    told += [card for card, _tests in sheet.country] if sheet else []
    for card in told:
        yield Relied("", card.key, REGION)
    for region in answer.sheets:
        for card in (*region.denials, *region.wider_denials):
            yield Relied("", card.key, SHEET)
    for key in figures_of(answer.sheets):
        yield Relied("", key, FIGURE)


def figures_of(sheets: Iterable[RegionSheet]) -> dict[str, FigureSeries]:
    """The figures on region sheets, by key: edition/figure:1:place."""
    return {
        f"{series.edition}/{code_of(series.number, sheet.code)}": series for sheet in sheets for series in sheet.figures
    }


def where(rows: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The parts of a memo that have a finding, in words; the facts come first."""
    found = sorted(set(rows), key=lambda row: (not row[0], row))
    return tuple(dict.fromkeys(fact or str(_ELSEWHERE.get(relation, relation)) for fact, relation in found))


def store_working(case: Case, answer: Answer, assessment: Assessment) -> None:
    """Store what the current case relies on, if that changed."""
    _store(case, None, relied_on(answer, assessment))


def store_version(version: MemoVersion, answer: Answer, assessment: Assessment) -> None:
    """Store what a submitted memo relies on."""
    _store(version.case, version, relied_on(answer, assessment))


def _store(case: Case, version: MemoVersion | None, found: Iterable[Relied]) -> None:
    rows: QuerySet[Reliance] = Reliance.objects.filter(case=case, version=version)
    stored = rows.values_list("fact_ident", "finding", "relation", "omitted")
    if sorted(Relied(*row) for row in stored) == list(found):
        return
    rows.delete()
    Reliance.objects.bulk_create(
        Reliance(
            case=case, version=version, fact_ident=r.fact, finding=r.finding, relation=r.relation, omitted=r.omitted
        )
        for r in found
    )
