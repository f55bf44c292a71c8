"""Reads of cases, always through what the reader may see."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from assessments import carried, intake, permissions
from assessments.assessment import (
    Assessment,
    ConclusionWritten,
    FactWritten,
    IndicatorWritten,
    OmissionWritten,
    OwnSourceWritten,
    QuestionWritten,
)
from assessments.casefile import CaseFile
from assessments.models import Case, IntakeDraft
from assessments.vocabulary import Outcome


def visible_cases(user: User) -> QuerySet[Case]:
    """The cases that this person may see, newest first."""
    if not permissions.may_have_cases(user):
        return Case.objects.none()
    if user.is_supervisor:
        return Case.objects.filter(office=user.office_id) if user.office_id else Case.objects.none()
    if user.office_id is None:
        return Case.objects.filter(author=user)
    return Case.objects.filter(Q(author=user) | Q(office=user.office_id, is_shared=True))


def visible_case(user: User, uuid: Any) -> Case:
    """One case; for whoever may not see it, it does not exist."""
    case = Case.objects.select_related("office", "author", "reviewer").filter(uuid=uuid).first()
    if case is None or not permissions.may_see_case(user, case):
        raise Http404
    return case


def next_fact_number(case: Case) -> int:
    """The number of the next fact, F4 after F3; one that ever stood for a fact is not used again."""
    idents = {*case.facts.values_list("ident", flat=True), *case.fact_revisions.values_list("fact_ident", flat=True)}
    numbers = [int(i[1:]) for i in idents if i[:1] == "F" and i[1:].isascii() and i[1:].isdigit() and len(i) < 6]
    return max([0, *numbers]) + 1


def next_fact_to_assess(case: Case) -> str:
    """The first fact that the officer has neither an outcome for nor reasons why there is none; empty if all are."""
    assessed = case.fact_assessments.exclude(outcome=Outcome.NOT_ASSESSED, outcome_reasons="")
    written = set(assessed.values_list("fact_ident", flat=True))
    return next((ident for ident in case.facts.values_list("ident", flat=True) if ident not in written), "")


def draft_of(case: Case) -> IntakeDraft | None:
    """The change of the case that somebody began; one that nobody touched and that the case outran is none."""
    draft = IntakeDraft.objects.select_related("case__office").filter(case=case).first()
    return draft if draft is not None and (draft.version > 1 or draft.case_version == case.version) else None


def is_reference_taken(reference: str, office: int | None, *, but: int | None = None) -> bool:
    """Whether another case of the office bears the reference; ``but`` is the case that may."""
    return Case.objects.filter(office=office, reference=reference).exclude(pk=but).exists()


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
    return intake.read(document_of(case), today=today)


def assessment_of(case: Case) -> Assessment:
    """What the officer wrote, in a fixed number of queries; decisions on findings as they stand in current editions."""
    return carried.as_of_today(_stored(case), {fact.ident for fact in case.facts.all()})


def _stored(case: Case) -> Assessment:
    return Assessment(
        facts=tuple(
            FactWritten(
                fact=a.fact_ident,
                reasoning=a.reasoning,
                outcome=a.outcome,
                outcome_reasons=a.outcome_reasons,
                explanation_asked=a.explanation_asked,
                explanation=a.explanation,
                indicators=tuple(
                    IndicatorWritten(i.indicator, i.words, i.view, tuple(i.relies_on), i.expected)
                    for i in a.indicators.all()
                ),
                version=a.version,
            )
            for a in case.fact_assessments.prefetch_related("indicators")
        ),
        omissions=tuple(OmissionWritten(o.finding, o.reason, o.version, o.fact_ident) for o in case.omissions.all()),
        context_taken=frozenset((c.fact_ident, c.finding) for c in case.context_taken.all()),
        own_sources=tuple(
            OwnSourceWritten(s.pk, s.fact_ident, s.place, s.citation, s.published, s.url, s.says, s.bearing)
            for s in case.own_sources.all()
        ),
        tests=tuple(
            ConclusionWritten(t.place, t.test, t.conclusion, t.reasons, t.version) for t in case.region_tests.all()
        ),
        questions=tuple(QuestionWritten(q.pk, q.fact_ident, q.to, q.words) for q in case.questions.all()),
        old_coi_justification=case.old_coi_justification,
    )
