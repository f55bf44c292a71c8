"""Published editions as frozen values in memory, and looking up their findings by place, event and year.

A published edition never changes, so a process reads it once, and again only if its stamp has changed: from the row
into which it was compiled, else from all its rows. Drafts, and editions with more findings than the setting allows in
memory, are read row by row. Each way gives the same results.
"""

import logging
from collections.abc import Callable, Collection, Hashable, Iterable
from copy import copy
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from coi.library import cited_findings, compiled_editions, finding_values
from coi.library.cited_findings import FindingCard
from coi.library.edition_values import HeldEdition, HeldFinding, Key, Sought, Where
from coi.library.word_trees import vocabulary
from coi.memory import memory
from coi.models import LIBRARY, Edition, Finding, FindingKey, stamps, subject_of
from matching import facts
from matching.trees import Vocabulary

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Reading:
    """The content of some editions at this moment, in the order of their codes."""

    def __init__(self, editions: Iterable[Edition]) -> None:
        self.editions = sorted(editions, key=lambda edition: edition.code)
        self._stamps = stamps(self.editions)
        self._held: dict[str, HeldEdition] = {}
        for edition in self.editions:
            if held := self._hold(edition):
                self._held[edition.code] = held
        self._by_row = [edition for edition in self.editions if edition.code not in self._held]

    def _hold(self, edition: Edition) -> HeldEdition | None:
        stamp, shared = self._stamps.get(subject_of(edition)), self._stamps.get(LIBRARY)
        if not stamp or not shared:
            return None
        key = (edition.pk, stamp, shared)
        most = settings.COI_FINDINGS_IN_MEMORY
        if memory.get(("size", *key), edition.findings.count) > most:
            return None
        return memory.get(("edition", *key, get_language()), lambda: _held(edition), lambda held: len(held.findings))

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return a value that depends only on these editions, created once until one of them changes."""
        known = [self._stamps.get(subject_of(edition)) for edition in self.editions]
        if not all(known) or LIBRARY not in self._stamps:
            return make()
        return memory.get((name, self._stamps[LIBRARY], tuple(known), get_language()), make)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the vocabulary as trees."""
        return vocabulary(self._stamps.get(LIBRARY))

    def with_vocabulary(self, words: Vocabulary) -> "Reading":
        """Return the same content, to be matched with another vocabulary."""
        other = copy(self)
        other.__dict__["vocabulary"] = words
        return other

    @cached_property
    def frames(self) -> tuple[facts.EditionFrame, ...]:
        """Return the scope of the editions: country, cut-off date, coverage."""
        found = [held.frame for held in self._held.values()]
        if self._by_row:
            found += finding_values.frames(self._by_row)
        return tuple(sorted(found, key=lambda frame: frame.code))

    def findings(self, *sought: Sought, most: int | None = None) -> list[int]:
        """Return the primary keys of the findings for any of the lookups, in their order, at most ``most``."""
        found = {pk for held in self._held.values() for each in sought for pk in held.answering(each)}
        if self._by_row:
            asked = Q()
            for each in sought:
                asked |= each.as_query()
            rows = FindingKey.objects.filter(asked, edition__in=self._by_row)
            found.update(rows.order_by("finding_id").values_list("finding_id", flat=True).distinct()[:most])
        return sorted(found)[:most]

    def naming(self, targets: Collection[str]) -> list[int]:
        """Return the primary keys of the findings that name one of these targets."""
        wanted = set(targets)
        found = [pk for held in self._held.values() for target in wanted for pk in held.by_target.get(target, ())]
        if self._by_row:
            rows = Finding.objects.filter(edition__in=self._by_row, targets__code__in=wanted)
            found += rows.distinct().values_list("pk", flat=True)
        return found

    def values(self, findings: Collection[int]) -> tuple[facts.Finding, ...]:
        """Return these findings as values for matching, in the order of their editions."""
        held, rows = self._of(findings)
        found = [each.value for each in held]
        if rows is not None:
            found += finding_values.values_of_findings(rows)
            found.sort(key=lambda value: (value.edition, value.position))
        return tuple(found)

    def cards(self, findings: Collection[int]) -> tuple[FindingCard, ...]:
        """Return these findings as cards to show, in the order of their editions."""
        held, rows = self._of(findings)
        found = [each.card for each in held]
        if rows is not None:
            found += cited_findings.finding_cards(rows)
            order = {edition.code: n for n, edition in enumerate(self.editions)}
            # the sort is stable, so findings of an edition keep their order
            found.sort(key=lambda card: order[card.edition])
        return tuple(found)

    def cards_by_key(self, keys: Collection[str]) -> dict[str, FindingCard]:
        """Return the findings of these editions by their keys, ``edition/code``."""
        found = {
            key: held.findings[held.by_code[key]].card
            for key in keys
            for held in self._held.values()
            if key in held.by_code
        }
        if self._by_row and len(found) < len(set(keys)):
            codes = {edition.code for edition in self._by_row}
            found |= cited_findings.cards_by_key(k for k in keys if k.partition("/")[0] in codes)
        return found

    def place_names(self) -> dict[str, str]:
        """Return the names of the places that the findings name, by code."""
        return self.kept("place names", self._place_names)

    def _place_names(self) -> dict[str, str]:
        values = finding_values.values_of_findings(Finding.objects.filter(edition__in=self._by_row))
        held = {code: name for held in self._held.values() for code, name in held.places.items()}
        return held | _names_of_places(values if self._by_row else ())

    def _of(self, findings: Collection[int]) -> tuple[list[HeldFinding], "QuerySet[Finding] | None"]:
        wanted = sorted(set(findings))
        held = [
            each
            for edition in self._held.values()
            for each in sorted(
                (edition.findings[pk] for pk in wanted if pk in edition.findings), key=lambda each: each.value.position
            )
        ]
        rows = None
        if self._by_row and len(held) < len(wanted):
            rows = Finding.objects.filter(pk__in=wanted, edition__in=self._by_row)
        return held, rows


def compile_edition(edition: Edition) -> None:
    """Store the edition compiled, for the processes that will read it; not one that is too large to be held."""
    if edition.findings.count() <= settings.COI_FINDINGS_IN_MEMORY:
        compiled_editions.store(edition, _read(edition))


def _held(edition: Edition) -> HeldEdition:
    if held := compiled_editions.stored(edition):
        return held
    held = _read(edition)
    if not connection.in_atomic_block:  # what a transaction sees may be undone, and a failure would end it
        try:
            compiled_editions.store(edition, held)
        except DatabaseError as error:
            logger.warning("The compiled edition %s could not be stored: %s", edition, error)
    return held


def _read(edition: Edition) -> HeldEdition:
    rows = finding_values.rows_in_order(edition.findings.all())
    values = finding_values.values_of_rows(rows)
    keys: dict[Where, list[Key]] = {}
    columns = ("place__code", "here", "finding_id", "aspect", "event", "year_from", "year_to")
    for code, here, *rest in FindingKey.objects.filter(edition=edition).values_list(*columns):
        keys.setdefault((code, here), []).append(Key(*rest))
    by_target: dict[str, list[int]] = {}
    for row, value in zip(rows, values, strict=True):
        for target in value.targets:
            by_target.setdefault(target, []).append(row.pk)
    (frame,) = finding_values.frames([edition])
    return HeldEdition(
        frame=frame,
        findings={
            row.pk: HeldFinding(value, cited_findings.finding_card(row))
            for row, value in zip(rows, values, strict=True)
        },
        keys={where: tuple(found) for where, found in keys.items()},
        by_code={value.key: row.pk for row, value in zip(rows, values, strict=True)},
        by_target=by_target,
        places=_names_of_places(values),
    )


def _names_of_places(values: Iterable[facts.Finding]) -> dict[str, str]:
    """Return the names of the places that the findings name, by code."""
    places = [place for value in values for place in value.places]
    denied = [value.denies for value in values if value.denies]
    places += [place for each in denied for place in (*each.places, *each.places_excepted)]
    return {place.code: place.name for place in places}
