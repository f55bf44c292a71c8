"""Warnings before publishing: places that a statement names and that its finding does not list.

A name may mean a person, a group or another place, so this only warns and refuses nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from coi import gazetteer as places
from coi.editions.refusals import EditionProblem
from coi.library import finding_values
from coi.models import Actor, Edition, Finding, Place, PlaceName
from coi.text.folding import fold, name_key

# One to three words that start with a capital letter, such as "Koro", "Tin-Essako" or "Gao Ville".
_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w'’-]*")
MOST_WORDS = 3
CHUNK = 500  # names asked for in one query


def warnings(edition: Edition) -> list[EditionProblem]:
    """Return a warning for each place that a statement names and that is neither in its places nor in its denial."""
    findings = list(finding_values.findings_with_everything(edition.findings.order_by("position")))
    groups = {fold(name) for actor in Actor.objects.all() for name in [actor.name, *actor.aliases]}
    groups |= set(_sources(findings))
    named = {finding.pk: list(_names(finding.statement, groups)) for finding in findings}
    held = _held({name for names in named.values() for name in names}, edition.report.country)
    lineages = places.values_of({place for found in held.values() for place in found} | set(_listed(findings)))
    found = []
    for finding in findings:
        inside = set().union(*(lineages[place.code].lineage for place in _listed([finding])))
        parts = {place.code for place in _listed([finding]) if place.kind == Place.Kind.MACRO_AREA}
        for name in named[finding.pk]:
            bearers = held.get(name, ())
            if bearers and not any(place.code in inside or lineages[place.code].lineage & parts for place in bearers):
                said = _("It names %(place)s, which is not among its places. Add it if the statement is about it.")
                found.append(EditionProblem(f"finding {finding.code}", said % {"place": bearers[0].name}, "places"))
    return found


def _listed(findings: Iterable[Finding]) -> Iterator[Place]:
    for finding in findings:
        yield from finding.places.all()
        if denial := getattr(finding, "denies", None):
            yield from denial.places.all()
            yield from denial.places_excepted.all()


def _sources(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        for note in finding.footnotes.all():
            yield from (fold(source.originator.name) for source in note.sources.all())


def _names(statement: str, groups: set[str]) -> Iterator[str]:
    """Return keys of names in the statement, the longest first, without the names of groups and sources."""
    words = [(match.start(), match.end(), fold(match.group())) for match in _NAME.finditer(statement)]
    used: set[int] = set()
    for length in range(MOST_WORDS, 0, -1):
        for first in range(len(words) - length + 1):
            run = words[first : first + length]
            if any(end + 1 != start for (_s, end, _w), (start, _e, _n) in pairwise(run)):
                continue
            if used & set(range(first, first + length)):
                continue
            name = " ".join(word for _start, _end, word in run)
            if name in groups:
                used |= set(range(first, first + length))
            elif len(name) > 3:
                yield name_key(name)


def _held(names: set[str], country: str) -> dict[str, list[Place]]:
    """Return the places of the country, except the country itself, by the key of each of their names."""
    found: dict[str, list[Place]] = defaultdict(list)
    ordered = sorted(names)
    for start in range(0, len(ordered), CHUNK):
        some = ordered[start : start + CHUNK]
        rows = Place.objects.filter(country=country).exclude(kind=Place.Kind.COUNTRY)
        for place in rows.filter(folded__in=some):
            found[place.folded].append(place)
        aliases = PlaceName.objects.filter(place__in=rows, folded__in=some).select_related("place")
        for alias in aliases:
            found[alias.folded].append(alias.place)
    return found
