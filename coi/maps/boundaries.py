"""Boundaries of regions and cercles: importing a file, all or nothing, and reading them for the maps."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.record import record
from coi.maps import geojson, outlines
from coi.maps.geojson import BadBoundaries, Boundaries, BoundaryProblem
from coi.models import Boundary, Place
from coi.text import characters
from coi.text.dates import day_words

SOURCE = "OCHA COD-AB"
KINDS = {1: Place.Kind.REGION, 2: Place.Kind.CERCLE}
NEAR = 0.5  # degrees that a place may be outside the box of its boundary, because a seat may be on a border


@dataclass(frozen=True)
class Done:
    """The result of an import. ``changed`` is 0 if the same file was imported before."""

    country: str
    level: int
    read: int
    changed: int
    points: int
    source: str
    dated: date | None
    unknown: tuple[str, ...] = ()


def import_boundaries(
    path: Path, *, source: str = SOURCE, dated: date | None = None, skip_unknown: bool = False
) -> Done:
    """Read the file and store its outlines by P-code. Raises BadBoundaries and then changes nothing.

    ``dated`` is the day of the file if the file itself gives none. ``skip_unknown`` skips outlines without a place in
    the library, which are otherwise refused.
    """
    source = checked_source(source)
    content = content_of(path)
    digest = hashlib.sha256(content).hexdigest()
    found = geojson.read(content)
    with transaction.atomic():
        return _keep(found, source, dated or found.dated, digest, skip_unknown)


def checked_source(source: str) -> str:
    """Return the source as it is stored. Raises BadBoundaries."""
    source = " ".join(characters.cleaned(source).split())
    if not source or len(source) > 200 or not characters.accepts(source):
        said = _("Name the source in at most 200 characters, such as “OCHA COD-AB Mali”.")
        raise BadBoundaries([BoundaryProblem(said, field="--source")])
    return source


def content_of(path: Path) -> bytes:
    """Return the content of a file, cut just above the limit. Raises BadBoundaries."""
    try:
        with path.open("rb") as file:
            return file.read(geojson.LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise BadBoundaries([BoundaryProblem(_("The file cannot be read: %(why)s") % {"why": error})]) from error


def _keep(found: Boundaries, source: str, dated: date | None, digest: str, skip_unknown: bool) -> Done:
    kind = KINDS[found.level]
    pcodes = {outline.pcode for outline in found.outlines}
    rows = Place.objects.select_for_update().filter(kind=kind, pcode__in=pcodes).order_by("pk")
    places = {place.pcode: place for place in rows}
    problems = []
    unknown = []
    for outline in found.outlines:
        place = places.get(outline.pcode)
        if place is None:
            unknown.append(outline.pcode)
            if not skip_unknown:
                names = {"pcode": outline.pcode, "kind": kind.label}
                said = _("The library has no %(kind)s with the P-code %(pcode)s.") % names
                problems.append(BoundaryProblem(said, outline.feature, outline.field))
        elif problem := not_near(place, outline):
            problems.append(problem)
    countries = {place.country for place in places.values()}
    if not problems and len(countries) != 1:
        said = _("The outlines are of several countries: %(codes)s. Give one country at a time.")
        none = _("The library has none of the P-codes.")
        problems = [BoundaryProblem(said % {"codes": ", ".join(sorted(countries))} if countries else none)]
    if problems:
        raise BadBoundaries(problems)
    country = countries.pop()
    held = {row.place_id: row for row in Boundary.objects.select_for_update().filter(place__in=places.values())}
    changed = 0
    for outline in found.outlines:
        place = places.get(outline.pcode)
        if place is None:
            continue
        changed += store_outline(place, outline, held.get(place.pk), source=source, dated=dated, sha256=digest)
    if changed:
        record(
            by="import_boundaries", action="boundaries.import", object_type="country", object_id=country,
            level=found.level, boundaries=changed, source=source, dated=dated.isoformat() if dated else "",
            sha256=digest,
        )  # fmt: skip
    points = sum(len(ring) for o in found.outlines if o.pcode in places for ring in o.rings)
    return Done(country, found.level, len(places), changed, points, source, dated, tuple(unknown))


def store_outline(place: Place, outline: geojson.Outline, held: Boundary | None, **of_file: Any) -> bool:
    """Store the outline of a place unless its row already holds it. Return whether it was stored.

    ``of_file`` are the source, date and checksum of the file.
    """
    values = {"rings": [[list(point) for point in ring] for ring in outline.rings], **of_file}
    if held is not None and all(getattr(held, name) == value for name, value in values.items()):
        return False
    Boundary.objects.update_or_create(place=place, defaults=values)
    return True


def not_near(place: Place, outline: geojson.Outline) -> BoundaryProblem | None:
    """Return a problem if the place has coordinates and they are far from the box of its outline."""
    if place.latitude is None or place.longitude is None:
        return None
    west, south, east, north = outline.box
    if west - NEAR <= place.longitude <= east + NEAR and south - NEAR <= place.latitude <= north + NEAR:
        return None
    said = _("The outline of %(pcode)s is not where %(place)s is. Longitude comes before latitude.")
    names = {"place": place.name, "pcode": outline.pcode}
    return BoundaryProblem(said % names, outline.feature, "geometry.coordinates")


# --- for the maps -------------------------------------------------------------------------------


def imported(country: str) -> outlines.Imported:
    """Return the imported outlines of a country."""
    return imported_of([country])[country]


def imported_of(countries: Collection[str]) -> dict[str, outlines.Imported]:
    """Return the imported outlines of several countries, by their codes.

    Outlines of regions are used only if every region in the library has one, because two sources for the same border
    would show two lines.
    """
    rows: dict[str, list[Boundary]] = {country: [] for country in countries}
    for row in (
        Boundary.objects.filter(place__country__in=countries)
        .select_related("place")
        .prefetch_related("place__parents")
        .order_by("place__code")
    ):
        rows[row.place.country].append(row)
    if not any(rows.values()):
        return dict.fromkeys(countries, outlines.NOTHING_IMPORTED)
    held = Counter(
        Place.objects.filter(country__in=countries, kind=Place.Kind.REGION).values_list("country", flat=True)
    )
    return {country: _imported(found, held[country]) for country, found in rows.items()}


def _imported(rows: list[Boundary], regions_held: int) -> outlines.Imported:
    regions = [row for row in rows if row.place.kind == Place.Kind.REGION]
    if len(regions) < regions_held:
        regions = []
    cercles = [row for row in rows if row.place.kind == Place.Kind.CERCLE]
    return outlines.Imported(
        regions=tuple(map(_area, regions)),
        cercles=tuple(map(_area, cercles)),
        source_of_regions=_sources(regions),
        source_of_cercles=_sources(cercles),
    )


def _area(row: Boundary) -> outlines.Area:
    return outlines.Area(
        code=row.place.code,
        name=row.place.name,
        rings=tuple(tuple((float(x), float(y)) for x, y in ring) for ring in row.rings),
        within=frozenset(parent.code for parent in row.place.parents.all()),
    )


def _sources(rows: list[Boundary]) -> str:
    """Return the sources with the dates of their files, each once."""
    named = []
    for row in rows:
        said = _("file of %(day)s") % {"day": day_words(row.dated)} if row.dated else _("date not stated")
        named.append(f"{row.source} ({said})")
    return "; ".join(dict.fromkeys(named))
