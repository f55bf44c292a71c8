"""Search over findings, actors, kinds of event, traits, places and sources, each hit with its reason.

Accents and case are folded and every name of a thing is followed: JNIM finds GSIM, Peul finds Fulani.
Hits stand in the order of the reports, not by a score.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from coi import cards, library
from coi.cards import FindingCard
from coi.models import Actor, EventKind, Finding, FindingKey, Place, SearchDocument, Source, Trait
from coi.names import fold
from coi.search_index import matching, names_of, words_of

LONGEST = 200  # characters of a query
MOST_WORDS = 12
Kind = SearchDocument.Kind


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Codes that the library does not know find nothing."""

    text: str = ""
    kinds: frozenset[str] = frozenset()
    country: str = ""
    region: str = ""
    actor: str = ""
    event: str = ""
    finding_kind: str = ""
    first: date | None = None
    last: date | None = None
    with_superseded: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """The folded words, each once."""
        return tuple(dict.fromkeys(fold(self.text[:LONGEST]).split()))[:MOST_WORDS]

    @property
    def narrows_findings(self) -> bool:
        """A filter is set that only findings can pass."""
        return bool(self.region or self.actor or self.event or self.finding_kind or self.first or self.last)

    @property
    def is_empty(self) -> bool:
        return not self.tokens and not self.narrows_findings


@dataclass(frozen=True)
class Hit:
    """One thing found, and why."""

    kind: str
    code: str
    heading: str
    reasons: tuple[str, ...]
    card: FindingCard | None = None
    place: Place | None = None
    source: Source | None = None
    names: tuple[str, ...] = field(default=())


def find(wanted: Wanted) -> QuerySet[SearchDocument]:
    """The rows that match, in the order of the reports; none for an empty query."""
    if wanted.is_empty:
        return SearchDocument.objects.none()
    rows = SearchDocument.objects.all()
    if wanted.tokens:
        sql, parameters = matching(wanted.tokens, connection.vendor)
        rows = rows.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 parameters are bound
    if wanted.kinds:
        rows = rows.filter(kind__in=wanted.kinds)
    if not wanted.with_superseded:
        rows = rows.filter(Q(edition=None) | Q(edition__in=library.current_editions()))
    if wanted.country:
        rows = rows.filter(
            Q(edition__report__country=wanted.country)
            | Q(place__country=wanted.country)
            | Q(kind__in=[Kind.ACTOR, Kind.EVENT, Kind.TRAIT])
        )
    if wanted.narrows_findings:
        rows = rows.filter(kind=Kind.FINDING, finding__in=_findings(wanted))
    return rows.order_by("kind", "edition", "position", "pk")


def hits(rows: Collection[SearchDocument], wanted: Wanted) -> tuple[Hit, ...]:
    """A page of rows as they are shown, in a fixed number of queries."""
    findings = {
        f.pk: f
        for f in library.findings_with_everything(
            Finding.objects.filter(pk__in=[r.finding_id for r in rows if r.finding_id])
        )
    }
    codes = {kind: [r.code for r in rows if r.kind == kind] for kind in (Kind.ACTOR, Kind.EVENT, Kind.TRAIT)}
    words = {
        (kind, w.code): w
        for kind, model in ((Kind.ACTOR, Actor), (Kind.EVENT, EventKind), (Kind.TRAIT, Trait))
        for w in (model.objects.filter(code__in=codes[kind]) if codes[kind] else ())
    }
    places = Place.objects.prefetch_related("names").in_bulk([r.place_id for r in rows if r.place_id])
    sources = Source.objects.select_related("footnote__edition", "originator").in_bulk(
        [r.source_id for r in rows if r.source_id]
    )
    found = []
    for row in rows:
        if row.finding_id:
            finding = findings[row.finding_id]
            card = cards.finding_card(finding)
            found.append(Hit(row.kind, row.code, card.statement, _reasons(finding, wanted.tokens), card=card))
        elif row.source_id:
            source = sources[row.source_id]
            found.append(Hit(row.kind, row.code, source.citation, (), source=source))
        else:
            word = places[row.place_id] if row.place_id else words[row.kind, row.code]
            own, *others = names_of(word)
            reasons = tuple(
                _alias(name, own) for name in others if _holds(name, wanted.tokens) and not _holds(own, wanted.tokens)
            )
            place = word if isinstance(word, Place) else None
            found.append(Hit(row.kind, row.code, own, reasons[:3], place=place, names=tuple(others)))
    return tuple(found)


def _findings(wanted: Wanted) -> QuerySet[Finding]:
    """The findings that pass the filters, by their scope or by what they rule out."""
    keys = FindingKey.objects.all()
    if wanted.region:
        keys = keys.filter(place__code=wanted.region)
    if wanted.event:
        keys = keys.filter(event__in=_with_parts(EventKind, wanted.event))
    if wanted.first:
        keys = keys.filter(year_to__gte=wanted.first.year)
    if wanted.last:
        keys = keys.filter(year_from__lte=wanted.last.year)
    findings = Finding.objects.filter(pk__in=keys.values("finding_id"))
    if wanted.actor:
        codes = _with_parts(Actor, wanted.actor)
        findings = findings.filter(Q(actors__code__in=codes) | Q(denies__actors__code__in=codes))
    if wanted.finding_kind:
        findings = findings.filter(kind=wanted.finding_kind)
    return findings


def _with_parts(model: type[Actor] | type[EventKind], code: str) -> list[str]:
    """The word itself and everything under it in its tree."""
    children: dict[str | None, list[str]] = {}
    for own, parent in model._default_manager.values_list("code", "parent__code"):
        children.setdefault(parent, []).append(own)
    found, waiting = [], [code]
    while waiting:
        found.append(here := waiting.pop())
        waiting += children.get(here, [])
    return found


def _holds(text: str, tokens: Collection[str]) -> bool:
    words = fold(text).split()
    return any(word.startswith(token) for token in tokens for word in words)


def _alias(name: str, own: str) -> str:
    return _("%(name)s is another name of %(own)s") % {"name": name, "own": own}


def _reasons(finding: Finding, tokens: Collection[str]) -> tuple[str, ...]:
    """Where each word that is not in the statement itself was found."""
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
