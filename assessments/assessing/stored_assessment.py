"""The officer's part of a stored case, read as frozen values."""

from assessments.assessing import carry_over
from assessments.assessing.assessment import (
    Assessment,
    ConclusionWritten,
    FactWritten,
    IndicatorWritten,
    OmissionWritten,
    OwnSourceWritten,
    QuestionWritten,
)
from assessments.models import Case
from assessments.models.codes import Outcome


def next_fact_to_assess(case: Case) -> str:
    """Return the first fact with neither an outcome nor a reason for having none; empty if there is none."""
    assessed = case.fact_assessments.exclude(outcome=Outcome.NOT_ASSESSED, outcome_reasons="")
    written = set(assessed.values_list("fact_ident", flat=True))
    return next((ident for ident in case.facts.values_list("ident", flat=True) if ident not in written), "")


def assessment_of(case: Case) -> Assessment:
    """Return the assessment in a fixed number of queries, its decisions carried over to current editions."""
    return carry_over.as_of_today(_stored(case), {fact.ident for fact in case.facts.all()})


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
