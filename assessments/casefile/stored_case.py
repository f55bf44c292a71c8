"""A stored case, read from its rows as the value that is matched, or as the case file that it came from."""

from datetime import date
from typing import Any

from django.db.models import Model, Prefetch, prefetch_related_objects

from assessments.casefile import fields, reader, vocabulary
from assessments.casefile.field_reader import FieldReader
from assessments.casefile.fields import Field, Kind
from assessments.casefile.problems import BadCase
from assessments.casefile.values import CaseFile, InterviewReference, Person, StatedFact, StatedPlace, StatedTrait
from assessments.models import Case, CaseFact, IntakeDraft
from assessments.models.case import PinnedPlace
from coi import gazetteer
from coi.gazetteer import Resolved
from coi.moment import one_moment
from matching.facts import FactKind


def read_facts_once(case: Case) -> None:
    """Keep the facts with this case, for a page that reads them in several places and does not change them."""
    prefetch_related_objects([case], Prefetch("facts", CaseFact.objects.select_related("place")))


def facts_of(case: Case) -> list[CaseFact]:
    """The facts of the case in their order, with their places."""
    is_read = "facts" in getattr(case, "_prefetched_objects_cache", {})
    return list(case.facts.all() if is_read else case.facts.select_related("place"))


def next_fact_number(case: Case) -> int:
    """The number of the next fact: F4 after F3. The number of a removed fact is not used again."""
    idents = {*case.facts.values_list("ident", flat=True), *case.fact_revisions.values_list("fact_ident", flat=True)}
    numbers = [int(i[1:]) for i in idents if i[:1] == "F" and i[1:].isascii() and i[1:].isdigit() and len(i) < 6]
    return max([0, *numbers]) + 1


def draft_of(case: Case) -> IntakeDraft | None:
    """The change of the case that somebody began, or None. A change without edits ends when the case is saved again."""
    draft = IntakeDraft.objects.select_related("case__office").filter(case=case).first()
    return draft if draft is not None and (draft.version > 1 or draft.case_version == case.version) else None


def document_of(case: Case) -> dict[str, Any]:
    """The case as a case file. Each place keeps the identifier of the place that it was taken for."""
    return _row_document(case, fields.HEAD) | {
        "origin": _row_document(case, fields.ORIGIN),
        "persons": [_row_document(row, fields.PERSON) for row in case.persons.all()],
        "profile": [_row_document(row, fields.TRAIT) for row in case.traits.all()],
        "places": [_row_document(row, fields.PLACE) for row in case.places.select_related("place")],
        "material_facts": [_row_document(row, fields.FACT) for row in case.facts.select_related("place")],
    }


def _row_document(row: Model, table: tuple[Field, ...]) -> dict[str, Any]:
    """Return the row as a case file states it."""
    document: dict[str, Any] = {}
    for field in fields.stored(table):
        value = getattr(row, field.column)
        if field.kind is Kind.PLACE and isinstance(row, PinnedPlace):
            value = row.place_document
        elif field.kind is Kind.DAY:
            value = value.isoformat() if value else ""
        document[field.name] = value
    return document


@one_moment()
def case_file(case: Case, *, today: date) -> CaseFile:
    """The stored case as it is matched, read directly from its rows.

    Everything was checked when it was stored. Only places and codes, which the library may have changed since, are
    checked again. Raises BadCase if a place must be chosen again or a code is no longer known.
    """
    found = FieldReader(on_form=False)
    found.country = case.country
    persons = tuple(Person(**_values(row, fields.PERSON)) for row in case.persons.all())
    traits = tuple(StatedTrait(**_values(row, fields.TRAIT)) for row in case.traits.all())
    places, facts = list(case.places.select_related("place")), facts_of(case)
    _check_codes(found, traits, facts)
    located = _located(
        found,
        [(f"places[{n}].place", row) for n, row in enumerate(places)]
        + [(f"material_facts[{n}].place", row) for n, row in enumerate(facts)],
    )
    if found.problems:
        raise BadCase(found.problems)
    return CaseFile(
        **_values(case, fields.HEAD) | _values(case, fields.ORIGIN),
        assessed_on=today,
        persons=persons or (Person(reader.NO_PERSON),),
        traits=traits,
        places=tuple(
            StatedPlace(**_values(row, fields.PLACE) | {"place": place})
            for row, place in zip(places, located[: len(places)], strict=True)
        ),
        facts=tuple(
            StatedFact(**_values(row, fields.FACT) | {"place": place, "kind": FactKind(row.kind)})
            for row, place in zip(facts, located[len(places) :], strict=True)
        ),
    )


def _values(row: Model, table: tuple[Field, ...]) -> dict[str, Any]:
    """The fields of the row as those of its frozen value, by the names of their attributes."""
    values: dict[str, Any] = {}
    for field in fields.stored(table):
        value = getattr(row, field.column)
        if field.kind is Kind.CODES:
            value = tuple(value)
        elif field.kind is Kind.INTERVIEWS:
            value = tuple(
                InterviewReference(**{f.attribute: record.get(f.name, "") for f in fields.INTERVIEW})
                for record in value
            )
        values[field.attribute] = value
    return values


def _check_codes(found: FieldReader, traits: tuple[StatedTrait, ...], facts: list[CaseFact]) -> None:
    """Note every code that is no longer in the vocabulary."""
    of_profile, events = vocabulary.known_traits(profile=True), vocabulary.known_events()
    actors, targets = vocabulary.known_actors(), vocabulary.known_traits()
    for n, trait in enumerate(traits):
        found.choice(trait.trait, f"profile[{n}].trait", of_profile)
    for n, fact in enumerate(facts):
        found.choice(fact.event, f"material_facts[{n}].event", events)
        for name, codes, known in (("actors", fact.actors, actors), ("targets", fact.targets, targets)):
            for k, code in enumerate(codes):
                found.choice(code, f"material_facts[{n}].{name}[{k}]", known)


def _located(found: FieldReader, rows: list[tuple[str, PinnedPlace]]) -> list[Resolved]:
    """The places of the rows, each with the path of its field; a place that is no longer clear is noted and left out."""
    pinned = iter(gazetteer.located((row.place, row.place_typed) for _path, row in rows if row.place))
    found.typed_places = [row.place_typed for _path, row in rows if not row.place]
    located = []
    for path, row in rows:
        place = next(pinned) if row.place else found.resolved(row.place_typed, path)
        if place and (not row.place or found.is_named(row.place_typed, row.place, path)):
            located.append(place)
    return located
