"""The case page leads to the next thing that is missing."""

import pytest

from assessments.assessing import stored_assessment
from assessments.models import FactAssessment
from tests.factories import make_case
from tests.markup import markup
from tests.sign_in import signed_in


@pytest.fixture
def case(library, caseworker):
    return make_case(caseworker)


def test_the_next_fact_is_the_first_without_outcome_or_reason(case, caseworker):
    idents = list(case.facts.values_list("ident", flat=True))
    assert stored_assessment.next_fact_to_assess(case) == idents[0]
    FactAssessment.objects.create(case=case, fact_ident=idents[0], saved_by=caseworker, reasoning="begun only")
    assert stored_assessment.next_fact_to_assess(case) == idents[0]
    FactAssessment.objects.filter(case=case).update(outcome="accepted", outcome_reasons="as above")
    assert stored_assessment.next_fact_to_assess(case) == (idents[1] if len(idents) > 1 else "")
    for ident in idents[1:]:
        FactAssessment.objects.create(
            case=case, fact_ident=ident, saved_by=caseworker, outcome_reasons="cannot be said"
        )
    assert stored_assessment.next_fact_to_assess(case) == ""


def test_submitting_is_the_primary_action_only_once_every_fact_is_assessed(case, caseworker, client):
    signed_in(caseworker, client)
    page = markup(client.get(f"/cases/{case.uuid}/"))
    assert 'btn-primary" href="/cases/' + f'{case.uuid}/facts/F1/"' in page
    client.get(f"/cases/{case.uuid}/matches/")
    for ident in case.facts.values_list("ident", flat=True):
        FactAssessment.objects.create(
            case=case, fact_ident=ident, saved_by=caseworker, outcome_reasons="cannot be said"
        )
    page = markup(client.get(f"/cases/{case.uuid}/"))
    assert f'btn-primary" href="/cases/{case.uuid}/submit/"' in page
