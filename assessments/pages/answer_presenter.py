"""The page "COI by fact": facts with their earlier wordings, the profile, regions and sources."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment
from assessments.casefile.values import StatedPlace
from assessments.models import Case
from assessments.models.codes import PlaceRole
from assessments.pages.fact_history import Earlier, FactRead, read_facts
from assessments.pages.workspace.sentences import FactTold, PageOfFindings
from coi.library.cited_findings import FindingCard, SourceCard, by_originator
from coi.library.region_sheets import RegionSheet
from coi.maps import boundaries
from coi.maps.charts import BarChart, bar_chart
from coi.maps.country_maps import PlaceMark, country_map
from coi.maps.svg_map import SvgMap


@dataclass(frozen=True)
class RegionRead:
    """A region that a place of the case lies in."""

    sheet: RegionSheet
    places: tuple[str, ...]
    denials: tuple[tuple[FindingCard, bool], ...]  # whether it is in full there, or above
    wider_denials: tuple[tuple[FindingCard, bool], ...]
    map: SvgMap | None
    charts: tuple[BarChart, ...]


@dataclass(frozen=True)
class SourceRead:
    """An originator, with the cited items that go back to it."""

    originator: str
    items: tuple[tuple[str, str, SourceCard], ...]  # edition, name of the footnote, item


@dataclass(frozen=True)
class Reading:
    """The whole page."""

    facts: tuple[tuple[FactRead, FactTold], ...]
    removed: tuple[Earlier, ...]
    profile: tuple[tuple[FindingCard, bool, tuple[str, ...]], ...]  # whether it is in full there, and why it is listed
    traits: tuple[str, ...]
    regions: tuple[RegionRead, ...]
    unplaced: tuple[str, ...]
    sources: tuple[SourceRead, ...]
    assumption: str


def read(case: Case, answer: Answer, assessment: Assessment) -> Reading:
    """Return the page for this case."""
    facts, removed = read_facts(case, answer, assessment)
    page = PageOfFindings()
    return Reading(
        facts=tuple(zip(facts, page.facts(facts), strict=True)),
        removed=removed,
        profile=tuple(
            (p.card, page.is_new(p.card), tuple(map(answer.reason_words, p.match.reasons))) for p in answer.profile
        ),
        traits=_traits(answer),
        regions=_regions(answer, page),
        unplaced=tuple(p.stated.place.typed for p in answer.places if p.sheet is None),
        sources=_sources(answer),
        assumption="; ".join(dict.fromkeys(", ".join(p.place.names) for p in answer.case.homes))
        if answer.case.origin_status == "doubted"
        else "",
    )


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


def _regions(answer: Answer, page: PageOfFindings) -> tuple[RegionRead, ...]:
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
                denials=tuple((card, page.is_new(card)) for card in sheet.denials),
                wider_denials=tuple((card, page.is_new(card)) for card in sheet.wider_denials),
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
