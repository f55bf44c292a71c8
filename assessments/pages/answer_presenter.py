"""The page "COI by fact": facts with their earlier wordings, the profile, regions and sources."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment
from assessments.casefile.values import StatedPlace
from assessments.models import Case
from assessments.models.codes import PlaceRole
from assessments.pages.fact_history import Earlier, FactRead, read_facts
from coi.library.cited_findings import FindingCard, SourceCard, by_originator
from coi.library.finding_words import denial_words
from coi.library.region_sheets import RegionSheet
from coi.maps import boundaries
from coi.maps.charts import BarChart, bar_chart
from coi.maps.country_maps import PlaceMark, country_map
from coi.maps.svg_map import SvgMap
from coi.text.words import coi_age_line


@dataclass(frozen=True)
class RegionRead:
    """A region that a place of the case lies in."""

    sheet: RegionSheet
    places: tuple[str, ...]
    map: SvgMap | None
    charts: tuple[BarChart, ...]


@dataclass(frozen=True)
class PairLine:
    """One country-level question, with the findings on home and on relocation. An empty cell means no COI."""

    label: str
    cells: tuple[tuple[str, ...], ...]
    is_list: bool = False


@dataclass(frozen=True)
class SourceRead:
    """An originator, with the cited items that go back to it."""

    originator: str
    items: tuple[tuple[str, str, SourceCard], ...]  # edition, name of the footnote, item


@dataclass(frozen=True)
class Reading:
    """The whole page."""

    facts: tuple[FactRead, ...]
    removed: tuple[Earlier, ...]
    profile: tuple[tuple[FindingCard, tuple[str, ...]], ...]
    traits: tuple[str, ...]
    regions: tuple[RegionRead, ...]
    unplaced: tuple[str, ...]
    homes: tuple[RegionRead, ...]
    relocations: tuple[tuple[str, RegionRead | None], ...]
    sources: tuple[SourceRead, ...]
    ages: tuple[str, ...]
    assumption: str

    @property
    def pair(self) -> tuple[PairLine, ...]:
        """Return home and relocation, line by line."""
        columns = [*self.homes, *(region for _typed, region in self.relocations)]
        return (
            PairLine(_("Fatalities"), tuple(_figures(c) for c in columns)),
            PairLine(_("Actors that findings name"), tuple(c.sheet.actors if c else () for c in columns), is_list=True),
            PairLine(_("What is said about the region"), tuple(_statements(c) for c in columns)),
            PairLine(
                _("What the report rules out or knows of no evidence of"),
                tuple(tuple(denial_words(d.denies) for d in c.sheet.denials if d.denies) if c else () for c in columns),
            ),
            PairLine(_("Age of the information"), tuple(self.ages if c else () for c in columns)),
        )


def read(case: Case, answer: Answer, assessment: Assessment) -> Reading:
    """Return the page for this case."""
    facts, removed = read_facts(case, answer, assessment)
    regions = _regions(answer)
    by_code = {region.sheet.code: region for region in regions}
    homes = [by_code[c] for p in answer.case.homes for c in p.place.value.regions if c in by_code]
    return Reading(
        facts=facts,
        removed=removed,
        profile=tuple((p.card, tuple(map(answer.reason_words, p.match.reasons))) for p in answer.profile),
        traits=_traits(answer),
        regions=regions,
        unplaced=tuple(p.stated.place.typed for p in answer.places if p.sheet is None),
        homes=tuple(dict.fromkeys(homes)),
        relocations=tuple(
            (p.place.typed, next((by_code[c] for c in p.place.value.regions if c in by_code), None))
            for p in answer.case.relocations
        ),
        sources=_sources(answer),
        ages=tuple(coi_age_line(e.title, e.cut_off, e.age_months) for e in answer.editions),
        assumption="; ".join(dict.fromkeys(", ".join(p.place.names) for p in answer.case.homes))
        if answer.case.origin_status == "doubted"
        else "",
    )


def _figures(region: RegionRead | None) -> tuple[str, ...]:
    """Return each number with its period. A period of part of a year is marked as such."""
    if region is None:
        return ()
    return tuple(
        f"{bar.label}: {bar.printed}" + (f" ({bar.note})" if bar.note else "")
        for chart in region.charts
        for bar in chart.bars
    )


def _statements(region: RegionRead | None) -> tuple[str, ...]:
    if region is None:
        return ()
    count = len(region.sheet.findings)
    return (ngettext("%(n)d finding", "%(n)d findings", count) % {"n": count},) if count else ()


# --- the rest ---------------------------------------------------------------------------------


def _traits(answer: Answer) -> tuple[str, ...]:
    words = []
    for t in answer.case.traits:
        name = answer.names.traits.get(t.trait, t.trait)
        said = _("%(trait)s (imputed)") % {"trait": name} if t.imputed else name
        said += f" ({t.note})" if t.note else ""
        whose = answer.case.whose(t.person)
        words.append(f"{whose}: {said}" if whose else said)
    return tuple(words)


def _role(answer: Answer, place: StatedPlace) -> str:
    """Return ``Home area``, or ``Home area, wife (P2)`` in a case of several persons."""
    return ", ".join(filter(None, [str(PlaceRole(place.role).label), answer.case.whose(place.person)]))


def _regions(answer: Answer) -> tuple[RegionRead, ...]:
    country = answer.names.places.get(answer.case.country, answer.case.country)
    imported = boundaries.imported(answer.case.country)
    found = []
    for sheet in answer.sheets:
        inside = [p for p in answer.places if p.sheet and p.sheet.code == sheet.code]
        labels = [f"{_role(answer, p.stated)}: {p.stated.place.typed}" for p in inside]
        places = [p.stated.place for p in inside]
        places += [
            f.place for f in answer.case.facts if sheet.code in f.place.value.regions and not f.place.value.is_country
        ]
        found.append(
            RegionRead(
                sheet=sheet,
                places=tuple(dict.fromkeys(labels)),
                map=country_map(
                    answer.case.country,
                    title=_("%(country)s, with the region of %(region)s and the places of the case in it")
                    % {"country": country, "region": sheet.name},
                    here=sheet.code,
                    within=[sheet.code],
                    places=_marks(places),
                    imported=imported,
                ),
                charts=tuple(
                    bar_chart(s, title=_("%(what)s: %(place)s") % {"what": capfirst(s.title), "place": sheet.name})
                    for s in sheet.figures
                ),
            )
        )
    return tuple(found)


def _marks(places: list[Any]) -> tuple[PlaceMark, ...]:
    """Return each place with coordinates once. Areas and unlisted places are marked as approximate."""
    marks = {}
    for found in places:
        at = found.place
        if at.latitude is None or at.longitude is None or (at.kind == "region" and found.located):
            continue
        approximate = not found.located or at.kind not in ("town", "village")
        marks[found.value.code] = PlaceMark(found.value.name, at.latitude, at.longitude, approximate)
    return tuple(marks.values())


def _sources(answer: Answer) -> tuple[SourceRead, ...]:
    return tuple(
        SourceRead(name, tuple((note.edition, note.name, source) for source, notes in items for note in notes))
        for name, items in by_originator(answer.footnotes)
    )
