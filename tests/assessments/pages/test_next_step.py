"""The case page leads to the next thing to do."""

import pytest

from assessments.assessing import stored_assessment
from assessments.models import FactAssessment, RegionTest
from tests.factories import make_case
from tests.markup import elements, markup, visible_text
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


def test_positions_are_shown_only_once_the_matches_were(case, caseworker, client):
    signed_in(caseworker, client)
    page = client.get(f"/cases/{case.uuid}/")
    assert page.context["overview"] is None
    assert [fold.get("open") for fold in elements(page, ".case-recorded details[id]")] == [""] * 5
    client.get(f"/cases/{case.uuid}/matches/")
    FactAssessment.objects.create(
        case=case, fact_ident="F1", saved_by=caseworker, outcome="accepted", outcome_reasons="So."
    )
    page = client.get(f"/cases/{case.uuid}/")
    rows = [visible_text(row) for row in elements(page, ".case-facts tbody tr")]
    assert len(rows) == case.facts.count()
    assert "Supports" in rows[0]
    assert "Accepted" in rows[0]
    assert page.context["overview"].next.said.ident == "F2"
    assert not elements(page, ".case-recorded details[open]")


def test_finished_work_is_counted(case, caseworker, client):
    signed_in(caseworker, client)
    client.get(f"/cases/{case.uuid}/matches/")
    RegionTest.objects.create(
        case=case, place="ML-BKO", test="safety", conclusion="met", reasons="So.", saved_by=caseworker
    )
    done = visible_text(elements(client.get(f"/cases/{case.uuid}/"), ".case-done")[0])
    assert f"0 of {case.facts.count()} assessed" in done
    assert "1 of 3 tests concluded" in done
