"""Regions and cercles of a country from its boundary files (OCHA COD-AB): added, completed or left alone.

An area that the library holds is recognised by its P-code, then by its name in its region. It keeps its code, name and
region, and gets the P-code, other names and outline that it lacks. All files together are imported, or none.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.record import record
from coi.gazetteer.divisions import name_keys
from coi.gazetteer.storing import LONGEST_NAME, other_names, written
from coi.maps import geojson
from coi.maps.boundaries import KINDS, checked_source, not_near, store_outline
from coi.maps.geojson import BadBoundaries, Boundaries, BoundaryProblem, Outline
from coi.models import Boundary, Place, PlaceName
from coi.text import characters
from coi.text.folding import fold, name_key

ADDED, CHANGED, SAME = "added", "changed", "same"
PARTS = {"pcode": gettext_lazy("P-code"), "names": gettext_lazy("other names"), "outline": gettext_lazy("outline")}


@dataclass(frozen=True)
class File:
    """A boundary file with the name by which its problems are listed."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Area:
    """What the import does with one area: ``what`` is added, changed or same; ``parts`` are keys of PARTS."""

    level: int
    name: str
    code: str
    what: str
    parts: tuple[str, ...] = ()
    is_in_file: bool = True

    @property
    def changes(self) -> str:
        """The parts that change, in words."""
        return ", ".join(str(PARTS[part]) for part in self.parts)


@dataclass(frozen=True)
class Done:
    """What an import did, or what it would do. ``areas`` includes those of the library that no file has."""

    country: str
    areas: tuple[Area, ...]
    source: str

    def of(self, level: int, what: str) -> list[Area]:
        """Return the areas of a level that were added, changed or left alone, by code."""
        return sorted((a for a in self.areas if (a.level, a.what) == (level, what)), key=lambda a: a.code)

    @property
    def levels(self) -> list[int]:
        return sorted({area.level for area in self.areas})


def import_areas(
    files: Sequence[File],
    country: str,
    *,
    source: str,
    by: str,
    dated: date | None = None,
    dry_run: bool = False,
    on_stored: Callable[[Done], None] = lambda done: None,
) -> Done:
    """Import the files of a country, region files first. Raises BadBoundaries with every problem found.

    ``dated`` is the day of a file that gives none. ``by`` is a user's id or the name of a command. A dry run stores
    nothing. ``on_stored`` is called in the storing transaction, and an exception from it rolls that back.
    """
    source = checked_source(source)
    home = Place.objects.filter(kind=Place.Kind.COUNTRY, code=country).first()
    if home is None:
        raise BadBoundaries([BoundaryProblem(_("The library has no country “%(code)s”.") % {"code": country})])
    found = _read(files)
    with transaction.atomic():
        # the country is locked, so that two imports at the same time do not both add its areas
        Place.objects.select_for_update().get(pk=home.pk)
        areas: list[Area] = []
        problems: list[BoundaryProblem] = []
        for file, boundaries in found:
            level = _Level(home, boundaries)
            problems += _named(file, files, level.problems)
            if problems:  # cercles are looked up in the regions just stored
                break
            areas += level.store(source, dated or boundaries.dated, hashlib.sha256(file.content).hexdigest())
        if problems:
            raise BadBoundaries(problems)
        done = Done(country, tuple(areas), source)
        on_stored(done)
        if dry_run:
            transaction.set_rollback(True)
        elif any(area.what != SAME for area in areas):
            record(
                by=by, action="areas.import", object_type="country", object_id=country, source=source,
                added=sum(area.what == ADDED for area in areas), changed=sum(area.what == CHANGED for area in areas),
                sha256=[hashlib.sha256(file.content).hexdigest() for file in files],
            )  # fmt: skip
    return done


def _read(files: Sequence[File]) -> list[tuple[File, Boundaries]]:
    """Return the files with their outlines, that of regions first."""
    found: list[tuple[File, Boundaries]] = []
    problems: list[BoundaryProblem] = []
    for file in files:
        try:
            boundaries = geojson.read(file.content)
        except BadBoundaries as bad:
            problems += _named(file, files, bad.problems)
            continue
        if any(other.level == boundaries.level for _file, other in found):
            said = _("Another file has admin %(n)d too. Give one file for each level.") % {"n": boundaries.level}
            problems += _named(file, files, [BoundaryProblem(said)])
        found.append((file, boundaries))
    if problems:
        raise BadBoundaries(problems)
    return sorted(found, key=lambda one: one[1].level)


def _named(file: File, files: Sequence[File], problems: Sequence[BoundaryProblem]) -> Iterator[BoundaryProblem]:
    """Return the problems with the name of their file, if there are several files."""
    for problem in problems:
        message = f"{file.name}: {problem}" if len(files) > 1 else ""
        yield BoundaryProblem(message) if message else problem


class _Level:
    """The areas of one file beside those of the library. ``problems`` are all that were found."""

    def __init__(self, home: Place, boundaries: Boundaries) -> None:
        self.home, self.level, self.outlines = home, boundaries.level, boundaries.outlines
        self.kind = KINDS[self.level]
        self.problems: list[BoundaryProblem] = []
        areas = Place.objects.filter(country=home.country).prefetch_related("names", "parents").order_by("code")
        self.held = list(areas.filter(kind=self.kind))
        self.home_keys = {home.folded, *home.names.values_list("folded", flat=True)}
        self.regions: dict[str, Place] = {}
        for region in areas.filter(kind=Place.Kind.REGION) if self.level > 1 else ():
            self.regions |= {region.code.upper(): region, (region.pcode or region.code).upper(): region}
        for outline in self.outlines:
            self._check(outline)
        self.place_of = self._recognised() if not self.problems else {}

    def _refuse(self, outline: Outline, message: str, field: str = "") -> None:
        self.problems.append(BoundaryProblem(message, outline.feature, field))

    # --- what a feature states -------------------------------------------------------------------

    def _check(self, outline: Outline) -> None:
        said = outline.stated
        if not self._is_of_home(outline):
            names = {"pcode": outline.pcode, "country": self.home.name}
            stated = ", ".join(filter(None, map(_printable, [said.country_code, *said.country_names][:3])))
            message = _("%(pcode)s is not stated to be in %(country)s.") % names
            self._refuse(
                outline, f"{message} {_('The file says: %(stated)s.') % {'stated': stated}}" if stated else message
            )
        if not _name_of(outline):
            message = _("%(pcode)s has no name that can be printed, such as ADM%(n)d_EN.")
            self._refuse(outline, message % {"pcode": outline.pcode, "n": self.level})
        if self.level > 1 and said.within not in self.regions:
            message = _("%(pcode)s is in the region %(region)s, which neither the library nor a file has.")
            unstated = _("%(pcode)s does not state its region. Expected a field such as ADM1_PCODE.")
            self._refuse(
                outline,
                (message if said.within else unstated) % {"pcode": outline.pcode, "region": _printable(said.within)},
            )

    def _is_of_home(self, outline: Outline) -> bool:
        """Return whether the feature states this country, by code or name; if it states none, by its P-code."""
        said = outline.stated
        if said.country_code == self.home.code or self.home_keys & set(map(name_key, said.country_names)):
            return True
        return not said.country_code and not said.country_names and outline.pcode.startswith(self.home.code)

    def _region(self, outline: Outline) -> Place | None:
        return self.regions.get(outline.stated.within) if self.level > 1 else None

    # --- recognising -------------------------------------------------------------------------------

    def _recognised(self) -> dict[str, Place]:
        """Return the places of the library by the P-code of the file."""
        by_code = {code: p for p in self.held for code in (p.code.upper(), p.pcode.upper()) if code}
        found = {o.pcode: by_code[o.pcode] for o in self.outlines if o.pcode in by_code}
        taken = {p.pk for p in found.values()}
        by_name: dict[str, list[Place]] = defaultdict(list)
        for place in self.held:
            if place.pk not in taken:
                for key in name_keys([place.name, *(name.name for name in place.names.all())]):
                    by_name[key].append(place)
        for outline in self.outlines:
            if outline.pcode not in found and (place := self._by_name(outline, by_name)):
                found[outline.pcode] = place
        self._check_recognised(found)
        return found

    def _by_name(self, outline: Outline, by_name: dict[str, list[Place]]) -> Place | None:
        region = self._region(outline)
        fits = {
            p.pk: p
            for key in name_keys(outline.stated.names)
            for p in by_name.get(key, ())
            if region is None or region in p.parents.all()
        }
        if len(fits) > 1:
            names = {"pcode": outline.pcode, "places": ", ".join(f"{p.name} ({p.code})" for p in fits.values())}
            self._refuse(outline, _("%(pcode)s has the name of several places of the library: %(places)s.") % names)
        place = next(iter(fits.values()), None)
        if place and place.pcode:
            names = {"pcode": outline.pcode, "place": place.name, "other": place.pcode}
            said = _("%(pcode)s has the name of %(place)s, which has the P-code %(other)s in the library.")
            self._refuse(outline, said % names, outline.field)
        return place

    def _check_recognised(self, found: dict[str, Place]) -> None:
        new = [o.pcode for o in self.outlines if o.pcode not in found]
        taken = {p.code: p for p in Place.objects.filter(code__in=new)}
        first: dict[object, Outline] = {}
        for outline in self.outlines:
            place = found.get(outline.pcode)
            key = place.pk if place else (self.level == 1 and name_key(_name_of(outline))) or outline.pcode
            names = {"pcode": outline.pcode, "other": first.setdefault(key, outline).pcode, "name": _name_of(outline)}
            if first[key] is not outline:
                self._refuse(outline, _("%(pcode)s has the same name as %(other)s: %(name)s.") % names)
            if place is None and outline.pcode in taken:
                other = taken[outline.pcode]
                named = {"pcode": outline.pcode, "place": other.name, "kind": other.get_kind_display()}
                self._refuse(
                    outline, _("%(pcode)s is already the code of %(place)s (%(kind)s).") % named, outline.field
                )
            if place is not None:
                self._check_place(place, outline)

    def _check_place(self, place: Place, outline: Outline) -> None:
        if problem := not_near(place, outline):
            self.problems.append(problem)
        region = self._region(outline)
        around = [p for p in place.parents.all() if p.kind == Place.Kind.REGION]
        if region and around and region not in around:
            names = {"pcode": outline.pcode, "held": around[0].name, "given": region.name}
            said = _("%(pcode)s is in %(held)s in the library, and in %(given)s in the file.")
            self._refuse(outline, said % names)

    # --- storing -----------------------------------------------------------------------------------

    def store(self, source: str, dated: date | None, digest: str) -> list[Area]:
        """Store the areas and return what was done with each. Call it in a transaction."""
        rows = {row.place_id: row for row in Boundary.objects.filter(place__in=self.held)}
        areas = []
        for outline in self.outlines:
            place = self.place_of.get(outline.pcode)
            parts: list[str] = []
            what = SAME
            if place is None:
                place, what = self._added(outline, source), ADDED
            elif not place.pcode:
                place.pcode = outline.pcode
                place.save(update_fields=["pcode"])
                parts.append("pcode")
            if _add_names(place, outline):
                parts.append("names")
            if store_outline(place, outline, rows.get(place.pk), source=source, dated=dated, sha256=digest):
                parts.append("outline")
            if what == ADDED:
                parts = []
            areas.append(Area(self.level, place.name, place.code, CHANGED if parts else what, tuple(parts)))
        recognised = {p.pk for p in self.place_of.values()}
        others = [p for p in self.held if p.pk not in recognised]
        return areas + [Area(self.level, p.name, p.code, SAME, is_in_file=False) for p in others]

    def _added(self, outline: Outline, source: str) -> Place:
        place: Place = Place.objects.create(
            code=outline.pcode, name=_name_of(outline), kind=self.kind, country=self.home.country,
            pcode=outline.pcode, source=source,
        )  # fmt: skip
        place.parents.add(self._region(outline) or self.home)
        return place


def _name_of(outline: Outline) -> str:
    """Return the first name that can be stored and printed; empty if there is none."""
    names = map(written, outline.stated.names)
    return next((name for name in names if _is_usable(name)), "")


def _printable(text: str) -> str:
    """Return a text of the file as a problem quotes it."""
    return "".join(filter(str.isprintable, text))[:60]


def _is_usable(name: str) -> bool:
    fits = max(len(name), len(fold(name))) <= LONGEST_NAME
    return bool(name_key(name)) and fits and characters.accepts(name) and not characters.undrawable(name)


def _add_names(place: Place, outline: Outline) -> bool:
    """Add the names of the file by which the place is not found yet. Return whether there were any."""
    held = set(place.names.values_list("folded", flat=True))
    new = [name for name in other_names(place.name, outline.stated.names) if name_key(name) not in held]
    for name in new:
        PlaceName.objects.create(place=place, name=name)
    return bool(new)
