"""Search over findings, actors, kinds of event, traits, places and sources, each result with its reason.

Accents and case are folded, and every name of an item is used: JNIM finds GSIM, Peul finds Fulani. Results are in the
order of the reports, not ranked by a score.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from coi import gazetteer as places
from coi.library import cited_findings, finding_values, lookup
from coi.library.cited_findings import FindingCard
from coi.library.search_index import BEGINNING, matching, names_of, words_in, words_of, words_sought
from coi.models import (
    Actor,
    Denial,
    Edition,
    EventKind,
    Finding,
    FindingKey,
    Place,
    Publication,
    SearchDocument,
    Source,
    Trait,
)
from coi.text.dates import day_words, period_words
from matching.facts import Place as PlaceValue

LONGEST = 200  # characters of a query
MOST_WORDS = 12
Kind = SearchDocument.Kind


@dataclass(frozen=True)
class Wanted:
    """The words and filters of a search. Unknown codes find nothing."""

    text: str = ""
    kinds: frozenset[str] = frozenset()
    country: str = ""
    region: str = ""
    place: str = ""  # any place: a cercle, a town
    actor: str = ""
    event: str = ""
    finding_kind: str = ""
    first: date | None = None
    last: date | None = None
    with_superseded: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """The folded words, each once."""
        return tuple(dict.fromkeys(words_sought(self.text[:LONGEST])))[:MOST_WORDS]

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the requested region and place."""
        return tuple(filter(None, (self.region, self.place)))

    @property
    def narrows_findings(self) -> bool:
        """Whether a filter is set that only findings can pass."""
        return bool(self.areas or self.actor or self.event or self.finding_kind or self.first or self.last)

    @property
    def is_empty(self) -> bool:
        return not self.tokens and not self.narrows_findings


@dataclass(frozen=True)
class Hit:
    """One search result with the reasons for it."""

    kind: str
    code: str
    heading: str
    reasons: tuple[str, ...]
    card: FindingCard | None = None
    place: Place | None = None
    source: Source | None = None
    names: tuple[str, ...] = field(default=())
    replaced: Edition | None = None  # its edition, if that is not the current one
    today: str = ""  # then the code of the report's current edition
    regions: tuple[Place, ...] = ()  # that a place is or lies in
    is_named: bool = False  # a finding of a current edition names the place or one inside it


def find(wanted: Wanted) -> QuerySet[SearchDocument]:
    """Return the matching rows, in the order of the reports; none for an empty query."""
    if wanted.is_empty:
        return SearchDocument.objects.none()
    rows = SearchDocument.objects.all()
    if wanted.tokens:
        sql, parameters = matching(wanted.tokens, connection.vendor)
        rows = rows.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 parameters are bound
    if wanted.kinds:
        rows = rows.filter(kind__in=wanted.kinds)
    if not wanted.with_superseded:
        rows = rows.filter(Q(edition=None) | Q(edition__in=lookup.current_editions()))
    if wanted.country:
        rows = rows.filter(
            Q(edition__report__country=wanted.country)
            | Q(place__country=wanted.country)
            | Q(kind__in=[Kind.ACTOR, Kind.EVENT, Kind.TRAIT])
        )
    if wanted.narrows_findings:
        rows = _passing(rows.filter(kind=Kind.FINDING), wanted)
    return rows.order_by("kind", "edition", "position", "pk")


def hits(rows: Collection[SearchDocument], wanted: Wanted) -> tuple[Hit, ...]:
    """Return a page of rows as shown, in a fixed number of queries."""
    findings = {
        f.pk: f
        for f in finding_values.findings_with_everything(
            Finding.objects.filter(pk__in=[r.finding_id for r in rows if r.finding_id])
        )
    }
    codes = {kind: [r.code for r in rows if r.kind == kind] for kind in (Kind.ACTOR, Kind.EVENT, Kind.TRAIT)}
    words: dict[tuple[str, str], Any] = {
        (kind, w.code): w
        for kind, model in ((Kind.ACTOR, Actor), (Kind.EVENT, EventKind), (Kind.TRAIT, Trait))
        for w in (model.objects.filter(code__in=codes[kind]) if codes[kind] else ())
    }
    places_found = Place.objects.prefetch_related("names").in_bulk([r.place_id for r in rows if r.place_id])
    sources = Source.objects.select_related("footnote__edition", "originator").in_bulk(
        [r.source_id for r in rows if r.source_id]
    )
    replaced = {
        p.edition_id: p.edition
        for p in Publication.objects.filter(edition__in={r.edition_id for r in rows}).select_related("edition")
        if p.retired_at
    }
    today = _current_codes(replaced.values())
    around = _Around(places_found.values())
    why = _Filters(wanted, findings.values())
    found = []
    for row in rows:
        edition = replaced.get(row.edition_id)
        newer = today.get(edition.report_id, "") if edition else ""
        if row.finding_id:
            finding = findings[row.finding_id]
            card = cited_findings.finding_card(finding)
            reasons = (*_reasons(finding, wanted.tokens), *why.of(finding))
            found.append(Hit(row.kind, row.code, card.statement, reasons, card=card, replaced=edition, today=newer))
        elif row.source_id:
            source = sources[row.source_id]
            reasons = _held_in(
                ((source.citation, _("In the citation")), (source.originator.name, _("In the originator"))),
                wanted.tokens,
            )
            found.append(
                Hit(row.kind, row.code, source.citation, reasons, source=source, replaced=edition, today=newer)
            )
        else:
            word = places_found[row.place_id] if row.place_id else words[row.kind, row.code]
            own, *others = names_of(word)
            in_name = (_("In its name"),) if _holds(own, wanted.tokens) else ()
            reasons = in_name or tuple(_alias(name, own) for name in others if _holds(name, wanted.tokens))[:3]
            place = word if isinstance(word, Place) else None
            found.append(Hit(row.kind, row.code, own, reasons, place=place, names=tuple(others), **around.of(place)))
    return tuple(found)


def _current_codes(replaced: Collection[Edition]) -> dict[int, str]:
    """Return the code of the current edition, by report."""
    if not replaced:
        return {}
    current = lookup.current_editions().filter(report__in={e.report_id for e in replaced})
    return dict(current.values_list("report_id", "code"))


class _Around:
    """The areas of places, and whether the library's findings name them. A few queries for a page."""

    def __init__(self, found: Collection[Place]) -> None:
        values = places.values_of(found) if found else {}
        codes = {code for value in values.values() for code in value.regions}
        regions = {p.code: p for p in Place.objects.filter(code__in=codes)} if codes else {}
        self._regions = {
            code: tuple(sorted((regions[r] for r in value.regions), key=lambda p: p.code))
            for code, value in values.items()
        }
        keys = FindingKey.objects.filter(place__in=found, edition__in=lookup.current_editions())
        self._named = set(keys.order_by().values_list("place_id", flat=True).distinct()) if found else set()

    def of(self, place: Place | None) -> dict[str, Any]:
        if place is None:
            return {}
        return {"regions": self._regions[place.code], "is_named": place.pk in self._named}


def _passing(rows: QuerySet[SearchDocument], wanted: Wanted) -> QuerySet[SearchDocument]:
    """Return the rows of findings that pass the filters, by their scope or by their denial."""
    if wanted.areas or wanted.event or wanted.first or wanted.last:
        for area in wanted.areas or ("",):
            rows = rows.filter(finding__in=_keys(wanted, area).values("finding_id"))
    if wanted.actor:
        codes = _with_parts(Actor, wanted.actor)
        named = Finding.actors.through.objects.filter(actor__code__in=codes).values("finding_id")
        denied = Denial.actors.through.objects.filter(actor__code__in=codes).values("denial__finding_id")
        # a union, because neither database uses an index for a condition with OR
        rows = rows.filter(finding__in=named.union(denied))
    if wanted.finding_kind:
        rows = rows.filter(finding__kind=wanted.finding_kind)
    return rows


def _keys(wanted: Wanted, area: str) -> QuerySet[FindingKey]:
    """Return the keys of the findings on the event, place and time."""
    # every finding has keys for its countries: without a place, these few rows find them all by index
    where = Q(place__code=area) if area else Q(place__kind=Place.Kind.COUNTRY)
    keys = FindingKey.objects.filter(where)
    if wanted.event:
        keys = keys.filter(event__in=_with_parts(EventKind, wanted.event))
    if wanted.first:
        keys = keys.filter(year_to__gte=wanted.first.year)
    if wanted.last:
        keys = keys.filter(year_from__lte=wanted.last.year)
    return keys.filter(_exactly(wanted))


def _exactly(wanted: Wanted) -> Q:
    """Compare to the day as printed (2019, 2019-03 or 2019-03-23), because keys only have years."""
    exact = Q()
    for aspect, part in ((FindingKey.Aspect.SCOPE, "finding__"), (FindingKey.Aspect.DENIES, "finding__denies__")):
        inside = Q(aspect=aspect)
        if wanted.last and (wanted.last.month, wanted.last.day) != (12, 31):
            # a moment starts by a day if its text sorts before the day's or is its beginning
            day = wanted.last.isoformat()
            undated = Q(**{f"{part}period_from": "", "finding__section__period_from__lte": day})
            if aspect is FindingKey.Aspect.SCOPE:
                undated |= _reaches_by_sources(day)
            inside &= undated | Q(**{f"{part}period_from__gt": "", f"{part}period_from__lte": day})
        if wanted.first and (wanted.first.month, wanted.first.day) != (1, 1):
            day = wanted.first.isoformat()
            same = ["", day[:4], day[:7]]  # open, or the day's own year or month
            inside &= Q(**{f"{part}period_to__in": same}) | Q(**{f"{part}period_to__gte": day})
            inside &= Q(finding__edition__cut_off__gte=wanted.first)
        exact |= inside
    return exact if wanted.first or wanted.last else Q()


def _reaches_by_sources(day: str) -> Q:
    """Undated patterns that go back by a source published by that day: see ``lookup.span_of``."""
    published = Source.objects.filter(footnote__findings=OuterRef("finding"), published__gt="", published__lte=day)
    undated = Q(finding__kind=Finding.Kind.PATTERN, finding__period_from="", finding__period_to="")
    return undated & Q(Exists(published))


class _Filters:
    """Sentences on why findings pass the filters. A few queries for a page."""

    def __init__(self, wanted: Wanted, findings: Collection[Finding]) -> None:
        self._wanted = wanted
        self._areas = {p.code: p for p in Place.objects.filter(code__in=wanted.areas)} if wanted.areas else {}
        self._values: dict[str, PlaceValue] = {}
        if self._areas:
            parts = [part for finding in findings for part in _parts(finding)]
            mentioned = {p for part in parts for p in part.places.all()}
            self._values = places.values_of(mentioned | set(self._areas.values()))
        self._actors = _tree_of(Actor, wanted.actor)
        self._events = _tree_of(EventKind, wanted.event)

    def of(self, finding: Finding) -> tuple[str, ...]:
        """Return the sentences on the scope, or on the denial if only that passes."""
        passing = [part for part in _parts(finding) if self._is_told(finding, part)]
        said: list[str] = []
        for part in passing[:1]:
            said += [self._where(p, area) for area in self._areas.values() for p in self._inside(part, area)]
            said += _kinds_of(part.events.all(), self._events)
            if self._wanted.first or self._wanted.last:
                said.append(self._when(finding, part))
            if said and part is not finding:
                said.append(_("In what it rules out"))
        if self._actors:
            own = _kinds_of(finding.actors.all(), self._actors)
            denied = _kinds_of(finding.denies.actors.all(), self._actors) if hasattr(finding, "denies") else []
            said += own or [_("%(why)s, in what it rules out") % {"why": why} for why in denied]
        if self._wanted.finding_kind:
            said.append(_("Its kind is: %(kind)s") % {"kind": finding.get_kind_display()})
        return tuple(dict.fromkeys(said))

    def _is_told(self, finding: Finding, part: Finding | Denial) -> bool:
        if not all(self._inside(part, area) for area in self._areas.values()):
            return False
        if self._events and not any(e.code in self._events for e in part.events.all()):
            return False
        span = finding_values.span_of(finding, part)
        wanted = self._wanted
        return (wanted.first is None or span.last >= wanted.first) and (
            wanted.last is None or span.first <= wanted.last
        )

    def _inside(self, part: Finding | Denial, area: Place) -> list[Place]:
        around = self._values[area.code]
        return [
            p
            for p in part.places.all()
            for value in [self._values[p.code]]
            if area.code in value.lineage or (area.code in value.regions and not around.lies_in(value))
        ]

    def _where(self, place: Place, area: Place) -> str:
        if place == area:
            return _("It is about %(name)s") % {"name": place.name}
        names = {"name": place.name, "area": area.name}
        if area.code in self._values[place.code].lineage:
            return _("%(name)s is in %(area)s") % names
        return _("%(name)s is partly in %(area)s") % names

    @staticmethod
    def _when(finding: Finding, part: Finding | Denial) -> str:
        if part.period_from or part.period_to:
            return _("Its period: %(period)s") % {"period": period_words(part.period_from, part.period_to)}
        first = finding_values.span_of(finding, part).first
        if part is finding and finding_values.first_source_before_section(finding):
            return _("Undated: the first of its sources was published on or after %(day)s") % {"day": day_words(first)}
        return _("Undated: its section covers the time from %(day)s") % {"day": day_words(first)}


def _parts(finding: Finding) -> list[Finding | Denial]:
    return [finding, *([finding.denies] if hasattr(finding, "denies") else [])]


def _tree_of(model: type[Actor] | type[EventKind], code: str) -> dict[str, str]:
    """Return the requested word, by its own code and those of all its parts."""
    if not code:
        return {}
    codes = _with_parts(model, code)
    name = model._default_manager.filter(code=code).values_list("name", flat=True).first() or code
    return dict.fromkeys(codes, name)


def _kinds_of(words: Collection[Actor] | Collection[EventKind], tree: dict[str, str]) -> list[str]:
    return [
        _("It names: %(name)s") % {"name": w.name}
        if w.name == tree[w.code]
        else _("%(name)s belongs to %(whole)s") % {"name": w.name, "whole": tree[w.code]}
        for w in words
        if w.code in tree
    ]


def _with_parts(model: type[Actor] | type[EventKind], code: str) -> list[str]:
    """Return the word itself and everything below it in its tree."""
    children: dict[str | None, list[str]] = {}
    for own, parent in model._default_manager.values_list("code", "parent__code"):
        children.setdefault(parent, []).append(own)
    found, waiting = [], [code]
    while waiting:
        found.append(here := waiting.pop())
        waiting += children.get(here, [])
    return found


def _holds(text: str, tokens: Collection[str]) -> bool:
    """Return whether the text has one of the words, by the rule of the index."""
    words = words_in(text)
    return any(w == t or (len(t) >= BEGINNING and w.startswith(t)) for t in tokens for w in words)


def _held_in(texts: Collection[tuple[str, str]], tokens: Collection[str]) -> tuple[str, ...]:
    """Return a sentence for each text that has one of the words."""
    return tuple(said for text, said in texts if _holds(text, tokens))


def _alias(name: str, own: str) -> str:
    return _("%(name)s is another name for %(own)s") % {"name": name, "own": own}


def _reasons(finding: Finding, tokens: Collection[str]) -> tuple[str, ...]:
    """Return where each word that is not in the statement itself was found."""
    open_tokens = [t for t in tokens if not _holds(finding.statement, [t])]
    reasons = []
    if len(open_tokens) < len(tokens):
        reasons.append(_("In the statement"))
    for token in open_tokens:
        for word in words_of(finding):
            own, *others = names_of(word)
            if _holds(own, [token]):
                reasons.append(_("It names: %(name)s") % {"name": own})
                break
            alias = next((name for name in others if _holds(name, [token])), None)
            if alias:
                reasons.append(_alias(alias, own))
                break
    return tuple(dict.fromkeys(reasons))
