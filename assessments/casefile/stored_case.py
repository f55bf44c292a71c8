"""A stored case, read from its rows as the value that is matched, or as the case file that it came from."""

from datetime import date
from typing import Any

from assessments.casefile import reader, vocabulary
from assessments.casefile.field_reader import FieldReader
from assessments.casefile.problems import BadCase
from assessments.casefile.values import CaseFile, InterviewReference, Person, StatedFact, StatedPlace, StatedTrait
from assessments.models import Case, CaseFact, IntakeDraft
from assessments.models.case import PinnedPlace
from coi import gazetteer
from coi.gazetteer import Resolved
from matching.facts import FactKind


def next_fact_number(case: Case) -> int:
    """The number of the next fact, F4 after F3; a number that a fact ever had is not used again."""
    idents = {*case.facts.values_list("ident", flat=True), *case.fact_revisions.values_list("fact_ident", flat=True)}
    numbers = [int(i[1:]) for i in idents if i[:1] == "F" and i[1:].isascii() and i[1:].isdigit() and len(i) < 6]
    return max([0, *numbers]) + 1


def draft_of(case: Case) -> IntakeDraft | None:
    """The change of the case that somebody began, or None. A change without edits ends when the case is saved again."""
    draft = IntakeDraft.objects.select_related("case__office").filter(case=case).first()
    return draft if draft is not None and (draft.version > 1 or draft.case_version == case.version) else None


def document_of(case: Case) -> dict[str, Any]:
    """The case as a case file. Each place keeps the identifier of the place that it was taken for."""
    return {
        "reference": case.reference,
        "country": case.country,
        "interview_language": case.interview_language,
        "due_on": case.due_on.isoformat() if case.due_on else "",
        "persons": [
            {"id": p.ident, "relation": p.relation, "sex": p.sex, "age_band": p.age_band} for p in case.persons.all()
        ],
        "origin": {"status": case.origin_status, "note": case.origin_note},
        "note": case.note,
        "profile": [
            {"trait": t.trait, "imputed": t.imputed, "person": t.person, "note": t.note} for t in case.traits.all()
        ],
        "places": [
            {
                "role": p.role,
                "place": p.place_document,
                "from": p.period_from,
                "to": p.period_to,
                "person": p.person,
            }
            for p in case.places.select_related("place")
        ],
        "material_facts": [
            {
                "id": f.ident,
                "kind": f.kind,
                "person": f.person,
                "statement": f.statement,
                "place": f.place_document,
                "from": f.period_from,
                "to": f.period_to,
                "ongoing": f.ongoing,
                "event": f.event,
                "event_note": f.event_note,
                "actors": f.actors,
                "actor_note": f.actor_note,
                "targets": f.targets,
                "target_note": f.target_note,
                "interviews": f.interviews,
                "explanation": f.explanation,
            }
            for f in case.facts.select_related("place")
        ],
    }


def case_file(case: Case, *, today: date) -> CaseFile:
    """The stored case as it is matched, straight from its rows.

    Everything was checked when it was stored, so only what the library may have changed since is checked again: the
    places and the codes. Raises BadCase if a place has to be chosen again, or if a code is no longer known.
    """
    found = FieldReader(on_form=False)
    found.country = case.country
    persons = tuple(Person(p.ident, p.relation, p.sex, p.age_band) for p in case.persons.all())
    traits = tuple(StatedTrait(t.trait, t.person, t.imputed, t.note) for t in case.traits.all())
    places = list(case.places.select_related("place").prefetch_related("place__names"))
    facts = list(case.facts.select_related("place").prefetch_related("place__names"))
    _check_codes(found, traits, facts)
    located = _located(
        found,
        [(f"places[{n}].place", row) for n, row in enumerate(places)]
        + [(f"material_facts[{n}].place", row) for n, row in enumerate(facts)],
    )
    if found.problems:
        raise BadCase(found.problems)
    return CaseFile(
        reference=case.reference,
        country=case.country,
        assessed_on=today,
        persons=persons or (Person(reader.NO_PERSON),),
        interview_language=case.interview_language,
        origin_status=case.origin_status,
        origin_note=case.origin_note,
        traits=traits,
        places=tuple(
            StatedPlace(row.role, place, row.period_from, row.period_to, row.person)
            for row, place in zip(places, located[: len(places)], strict=True)
        ),
        facts=tuple(_fact(row, place) for row, place in zip(facts, located[len(places) :], strict=True)),
        note=case.note,
        due_on=case.due_on,
    )


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
    located = []
    for path, row in rows:
        place = next(pinned) if row.place else found.resolved(row.place_typed, path)
        if place and (not row.place or found.is_named(row.place_typed, row.place, path)):
            located.append(place)
    return located


def _fact(row: CaseFact, place: Resolved) -> StatedFact:
    return StatedFact(
        id=row.ident,
        kind=FactKind(row.kind),
        statement=row.statement,
        place=place,
        event=row.event,
        event_note=row.event_note,
        person=row.person,
        start=row.period_from,
        end=row.period_to,
        ongoing=row.ongoing,
        actors=tuple(row.actors),
        actor_note=row.actor_note,
        targets=tuple(row.targets),
        target_note=row.target_note,
        interviews=tuple(InterviewReference(i.get("date", ""), i.get("ref", "")) for i in row.interviews),
        explanation=row.explanation,
    )
