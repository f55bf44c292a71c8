"""A stored case read back as the case file that it came from."""

from datetime import date
from typing import Any

from assessments.casefile import reader
from assessments.casefile.values import CaseFile
from assessments.models import Case, IntakeDraft


def next_fact_number(case: Case) -> int:
    """The number of the next fact, F4 after F3; one that ever stood for a fact is not used again."""
    idents = {*case.facts.values_list("ident", flat=True), *case.fact_revisions.values_list("fact_ident", flat=True)}
    numbers = [int(i[1:]) for i in idents if i[:1] == "F" and i[1:].isascii() and i[1:].isdigit() and len(i) < 6]
    return max([0, *numbers]) + 1


def draft_of(case: Case) -> IntakeDraft | None:
    """The change of the case that somebody began; one that nobody touched and that the case outran is none."""
    draft = IntakeDraft.objects.select_related("case__office").filter(case=case).first()
    return draft if draft is not None and (draft.version > 1 or draft.case_version == case.version) else None


def document_of(case: Case) -> dict[str, Any]:
    """The case as a case file, places pinned to what they were taken for."""
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
    """The stored case as it is matched; raises intake.BadCase where a place has to be asked about again."""
    return reader.read(document_of(case), today=today)
