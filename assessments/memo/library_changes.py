"""Changes in the library since a memo was submitted, for the reviewer who decides on it.

Publishing an edition recalls the approved memos that rely on a changed finding. A memo that waits for review is
not recalled, because the reviewer can return it. This module lists the changes for the reviewer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assessments.answer.answer import Answer, CitedMatch, answer
from assessments.assessing.carry_over import carried
from assessments.assessing.fact_presenter import why
from assessments.memo.reliance import FIGURE, figures_of, where
from assessments.models import MemoVersion
from coi.editions import redline_figures
from coi.editions.redline_figures import SeriesChanged
from coi.library import lookup
from coi.library.cited_findings import FindingCard
from coi.models import Edition
from matching.outcome import Relation


@dataclass(frozen=True)
class FindingSince:
    """A finding that the memo prints and that has changed; ``now`` is None if it was retired."""

    then: FindingCard
    now: FindingCard | None
    where: tuple[str, ...]  # the facts and other parts of the memo that have it, in words
    is_omitted: bool = False  # the officer does not rely on it for a fact
    reason: str = ""


@dataclass(frozen=True)
class MatchSince:
    """A finding that supports or opposes a fact today and is not in the memo."""

    fact: str
    match: CitedMatch
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Since:
    """All differences; false if there are none."""

    changed: tuple[FindingSince, ...] = ()
    new: tuple[MatchSince, ...] = ()
    figures: tuple[SeriesChanged, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.new or self.figures)

    @property
    def codes(self) -> tuple[str, ...]:
        """The keys of all findings and figures that differ, each once."""
        keys = [*(f.now.key if f.now else f.then.key for f in self.changed), *(m.match.card.key for m in self.new)]
        return tuple(dict.fromkeys([*keys, *(series.name for series in self.figures)]))

    @property
    def reports(self) -> dict[str, str]:
        """The label of the edition of each new finding, by edition code."""
        return {m.match.card.edition: m.match.card.edition_label for m in self.new}


NOTHING = Since()


def since(version: MemoVersion, then: Answer) -> Since:
    """Compare the library with the answer frozen in the version. One query if no edition was published."""
    countries = {then.case.country} | {f.stated.place.value.country for f in then.facts}
    current = lookup.current_editions().filter(report__country__in=countries)
    if {e.code for e in then.editions} == set(current.values_list("code", flat=True)):
        return NOTHING
    return Since(_changed(version), _new(then), _figures(then))


def _changed(version: MemoVersion) -> tuple[FindingSince, ...]:
    """Changes of findings that the memo relies on or prints as not relied on."""
    rows: dict[str, list[tuple[str, str, bool]]] = {}
    reliances = version.reliances.exclude(relation=FIGURE)
    for key, fact, relation, omitted in reliances.values_list("finding", "fact_ident", "relation", "omitted"):
        rows.setdefault(key, []).append((fact, relation, omitted))
    found = carried(rows)
    return tuple(
        FindingSince(
            then,
            now,
            where((fact, relation) for fact, relation, _omitted in rows[key]),
            any(omitted for _fact, _relation, omitted in rows[key]),
            found.reasons.get(key, ""),
        )
        for key, (then, now) in sorted(found.touched.items())
    )


def _figures(then: Answer) -> tuple[SeriesChanged, ...]:
    """Figures of the memo that differ in the current editions."""
    printed = figures_of(then.sheets)
    now = redline_figures.today(printed)
    return tuple(
        SeriesChanged(key.partition("/")[2], series, now.get(key))
        for key, series in printed.items()
        if not redline_figures.is_same(series, now.get(key))
    )


def _new(then: Answer) -> tuple[MatchSince, ...]:
    """New matches of the facts as stated. A finding is the same if report and code are, whatever the edition."""
    now = answer(then.case)
    editions = [e.code for found in (then, now) for e in found.editions]
    report_of = dict(Edition.objects.filter(code__in=editions).values_list("code", "report"))

    def told(found: Answer) -> Iterator[tuple[tuple[Any, ...], MatchSince]]:
        for f in found.facts:
            for m in f.matches:
                yield (
                    (f.stated.id, report_of[m.card.edition], m.card.code, m.relation),
                    MatchSince(f.stated.id, m, why(m, found)),
                )

    known = {key for key, _match in told(then)}
    return tuple(one for key, one in told(now) if one.match.relation is not Relation.CONTEXT and key not in known)
