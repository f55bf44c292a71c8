"""Decides which of several places with a name is meant. If that is unclear, the user is asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from django.db.models import Q
from django.utils.translation import gettext as _

from coi.gazetteer.area_words import newer_region, spellings, without_kind_word
from coi.gazetteer.hierarchy import AREAS, RANK, SETTLEMENTS, Ground, Kind, chunks
from coi.gazetteer.results import AmbiguousPlace, Asks, Candidate, UnknownPlace
from coi.gazetteer.typed import Typed
from coi.models import Place, PlaceName
from coi.text.folding import name_key

# The source that import_places writes. An imported place never replaces an older one as the meaning of a bare name:
# the user is asked.
IMPORTED = "GeoNames country dump (CC BY 4.0)"


@dataclass(frozen=True)
class Decision:
    """The place taken, the places to ask about, or neither.

    ``inside`` is the area in which the name is kept as typed, for a region newer than the stored map. ``elsewhere``
    are places in another country that the name alone does not mean.
    """

    taken: Place | None = None
    also: tuple[Place, ...] = ()
    asked: tuple[Place, ...] = ()
    inside: Place | None = None
    elsewhere: tuple[Place, ...] = ()


class Index:
    """All places with any of some names, and the areas around them; decides among them."""

    def __init__(self, names: Iterable[str], country: str) -> None:
        self.country = country.upper()
        names = spellings(names)
        newer = {newer_region(n, self.country) for n in names} - {""}
        forms = (form for n in names for form in (n, n.replace(" ", "-")))
        codes = {case for form in forms for case in (form, form.upper())} | newer
        keys = sorted(map(name_key, names))
        self._bearers: dict[str, set[int]] = defaultdict(set)
        aliases: dict[int, set[str]] = defaultdict(set)
        hits: dict[int, Place] = {}
        for some in chunks(keys):
            for pk, folded in PlaceName.objects.filter(folded__in=some).values_list("place_id", "folded"):
                aliases[pk].add(folded)
            hits |= {p.pk: p for p in Place.objects.filter(folded__in=some)}
        for some in chunks(sorted(set(aliases) - set(hits))):
            hits |= {p.pk: p for p in Place.objects.filter(pk__in=some)}
        for some in chunks(sorted(codes)):
            hits |= {p.pk: p for p in Place.objects.filter(Q(code__in=some) | Q(kind__in=AREAS, pcode__in=some))}
        for pk, place in hits.items():
            for folded in aliases[pk] | {place.folded}:
                self._bearers[folded].add(pk)
            # "ml", "ml 5" and "ml05" are accepted like the name of an area
            for code in {place.code, place.pcode} if place.kind in AREAS else {place.code}:
                self._bearers[f"code {name_key(code)}"].add(pk)
        self.ground = Ground(hits.values(), [self.country])

    def bearers(self, folded: str) -> list[Place]:
        """Return the places with this name, the largest first."""
        found = (self.ground.by_id[pk] for pk in self._bearers.get(name_key(folded), ()))
        return sorted(found, key=lambda p: (RANK[Kind(p.kind)], -p.population, p.code))

    def coded(self, folded: str) -> list[Place]:
        """Return the places with this code."""
        return [self.ground.by_id[pk] for pk in sorted(self._bearers.get(f"code {name_key(folded)}", ()))]

    def areas(self, folded: str) -> list[Place]:
        """Return the areas with this name or code; for a newer region, the area that it was split from."""
        found = {p.pk: p for p in [*self.named(folded), *self.coded(folded)] if p.kind in AREAS}
        older = self.older_area(folded)
        return list(found.values()) or ([older] if older else [])

    def named(self, folded: str) -> list[Place]:
        """Return the places with this full name, or with this name without its word for a kind, which must then
        fit.
        """
        if found := self.bearers(folded):
            return found
        for name, kinds in without_kind_word(folded):
            for kind in kinds:
                if found := [p for p in self.bearers(name) if p.kind == kind]:
                    return found
        return []

    def older_area(self, folded: str) -> Place | None:
        """Return the stored area that a newer region is or was split from."""
        code = newer_region(folded, self.country)
        return next((p for p in self.ground.by_id.values() if p.code == code), None) if code else None

    def decide(self, typed: Typed) -> Decision:
        if typed.areas:
            return self._decide_within(typed)
        return self._decide_bare(typed)

    def _decide_bare(self, typed: Typed) -> Decision:
        found = self.named(typed.folded)
        found += [p for p in self.coded(typed.folded) if p not in found and is_code(typed.name, p)]
        home = [p for p in found if p.country == self.country]
        # "the north" of one country is not the north of another
        abroad = [p for p in found if p.country != self.country and p.kind != Kind.MACRO_AREA]
        if home:
            if all(p.source == IMPORTED for p in home):
                home += [p for p in abroad if p.source != IMPORTED]
            return self._pick(home, older=self.older_area(typed.folded))
        if (older := self.older_area(typed.folded)) is not None:
            return self._kept_inside(older)
        if not self.holds_places():
            abroad = [p for p in abroad if p.kind == Kind.COUNTRY]
        elif all(p.source == IMPORTED for p in abroad):
            return Decision(elsewhere=tuple(abroad))
        if len({p.country for p in abroad}) > 1:
            return Decision(asked=tuple(abroad))
        return self._pick(abroad)

    @staticmethod
    def _kept_inside(older: Place) -> Decision:
        """Decide on a newer region: the stored area if it has the same name, else the name as typed inside that
        area.
        """
        is_the_region = newer_region(older.name, older.country) == older.code
        return Decision(taken=older) if is_the_region else Decision(inside=older)

    def _decide_within(self, typed: Typed) -> Decision:
        found = [p for p in self.named(typed.folded) if self.lies_within(p, typed.areas)]
        home = [p for p in found if p.country == self.country]
        if not home and not self.known_at_home(typed.areas):
            home = [p for p in found if p.country != self.country]
        below = self._only_by_other_names(home, typed)
        cercles = [p for p in home if p.kind == Kind.CERCLE and p not in below]
        inside = [p for p in home if p.kind in SETTLEMENTS and any(c in self.ground.above(p) for c in cercles)]
        decision = self._pick([p for p in home if p not in (*inside, *below)])
        rest = tuple(p for p in home if p in inside or p in below)
        if decision.taken is not None:
            return Decision(taken=decision.taken, also=(*decision.also, *rest))
        older = self.older_area(typed.folded)
        if not home and older is not None and self.lies_within(older, typed.areas):
            return self._kept_inside(older)
        return Decision(asked=(*decision.asked, *rest) if decision.asked else ())

    @staticmethod
    def _only_by_other_names(found: Sequence[Place], typed: Typed) -> list[Place]:
        """Return imported places that only have this as another name, if an older place has it too."""
        keys = {name_key(name) for name in spellings([typed.name])}
        below = [p for p in found if p.source == IMPORTED and p.folded not in keys]
        return below if len(below) < len(found) and any(p.source != IMPORTED for p in found) else []

    def is_shared(self, decision: Decision, typed: Typed, asks: Asks) -> bool:
        """Return whether the user must be asked about a place although it was taken."""
        if decision.taken is None or not decision.also or asks is Asks.NEVER:
            return False
        alone = all(area.kind == Kind.COUNTRY for name in typed.areas for area in self.areas(name))
        elsewhere = any(decision.taken not in self.ground.above(p) for p in decision.also)
        return asks is Asks.ALWAYS or alone or elsewhere

    @staticmethod
    def _pick(places: Sequence[Place], older: Place | None = None) -> Decision:
        """Take the only place, the only region, or else the only larger area; or take none.

        ``older`` is set if a newer region has the name too, so that a single place is not taken.
        """
        if len(places) == 1 and older is None:
            return Decision(taken=places[0])
        for kinds in ((Kind.REGION,), (Kind.MACRO_AREA, Kind.COUNTRY)):
            large = [p for p in places if p.kind in kinds]
            if len(large) == 1 and all(p.country == large[0].country for p in places):
                return Decision(taken=large[0], also=tuple(p for p in places if p is not large[0]))
            if large:
                break
        return Decision(asked=tuple(places), inside=older if older not in places else None)

    def lies_within(self, place: Place, areas: Sequence[str]) -> bool:
        """Return whether each named area is a different one around the place: "Gao, Gao, Gao" is the town."""
        above = self.ground.above(place)
        options = [[p.pk for p in self.areas(a) if p in above] for a in areas]
        if not all(options) or len(areas) > len(above):
            return False
        return any(len(set(chosen)) == len(chosen) for chosen in product(*options))

    def known_at_home(self, areas: Sequence[str]) -> bool:
        """Return whether every named area is in the case's country."""
        return all(any(p.country == self.country for p in self.areas(a)) for a in areas)

    def holds_places(self) -> bool:
        """Return whether the gazetteer has places in the case's country besides the country itself."""
        if any(p.country == self.country and p.kind != Kind.COUNTRY for p in self.ground.by_id.values()):
            return True
        return Place.objects.filter(country=self.country).exclude(kind=Kind.COUNTRY).exists()

    def smallest_area(self, typed: Typed) -> Place | None:
        """Return the area meant by the parts after the name; None if a part is not an area.

        Raises UnknownPlace if the parts are not inside each other, AmbiguousPlace if several chains of areas fit and
        none of them ends in a region.
        """
        options = [self.areas(a) for a in typed.areas]
        at_home = [[p for p in some if p.country == self.country] for some in options]
        for some in (at_home, options):
            if not all(some):
                continue
            ends = {}
            for chain in product(*some):
                ordered = sorted(chain, key=lambda p: -RANK[Kind(p.kind)])
                if len(set(ordered)) == len(ordered) and all(
                    larger in self.ground.above(smaller) for smaller, larger in pairwise(ordered)
                ):
                    ends[ordered[0].pk] = ordered[0]
            decision = self._pick(list(ends.values()))
            if decision.taken is not None:
                return decision.taken
            if decision.asked:
                raise AmbiguousPlace(
                    _("“%(areas)s” may mean several areas. Give the cercle and the region.")
                    % {"areas": ", ".join(typed.text.split(",")[1:]).strip()},
                    tuple(Candidate(f"{typed.name}, {area_label(self.ground, p)}", p.code, "") for p in ends.values()),
                )
        if all(options):
            raise UnknownPlace(
                _("The areas in “%(text)s” are not inside each other. Write name, region or name, cercle, region.")
                % {"text": typed.text}
            )
        return None


def is_code(text: str, place: Place) -> bool:
    """Return whether the text is the place's code in its exact case, so that a village "Ne" is not Niger."""
    return text in (place.code, place.pcode) or (place.code.startswith("gn-") and text.lower() == place.code)


def area_label(ground: Ground, area: Place) -> str:
    return ", ".join(ground.names(area)[:-1]) or area.name
