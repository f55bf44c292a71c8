"""The officer's part: indicators, outcome, reasoning and refusals."""

import pytest
from django.urls import reverse

from assessments.models import FactAssessment
from audit.models import Entry
from tests.assessments.pages.workspace.fact_pages import (
    DENIES,
    KNOWS_OF_NONE,
    SILENT,
    SUPPORTED,
    add_source,
    address,
    found,
    save,
    summary,
    typed,
    written,
)
from tests.factories import make_case, returned
from tests.markup import elements
from tests.markup import markup as page

pytestmark = pytest.mark.django_db

# --- the officer's part -----------------------------------------------------------------------


def test_a_save_stores_everything_and_is_recorded_without_its_text(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    response = save(
        worker, case, reasoning="MARKER-reasoning", explanation_asked="given", explanation="MARKER-explained",
        internal_words="MARKER-i", external_words="MARKER-e", external_view="consistent", external_rests=keys[:2],
        plausibility_words="MARKER-p", plausibility_rests=keys[:1], detail_words="MARKER-d",
        outcome="accepted", outcome_reasons="MARKER-o",
    )  # fmt: skip
    assert response.status_code == 302
    assert response["Location"] == address(case)
    now = written(case)
    assert now.reasoning == "MARKER-reasoning"
    assert now.outcome == "accepted"
    assert now.version == 1
    assert now.indicator("external").relies_on == tuple(keys[:2])
    assert {i.indicator for i in now.indicators} == {"internal", "external", "detail", "plausibility"}
    entry = Entry.objects.get(action="assessment.save")
    assert entry.details == {"fact": "F1"}
    assert not any("MARKER" in str(e.details) for e in Entry.objects.all())
    response = worker.get(address(case))
    assert page(response).count("MARKER-") == 7
    assert len(elements(response, "details.fold[id^='indicator-']")) == 4
    assert len(elements(response, "details.fold[id^='indicator-'][open]")) == 4


def test_save_and_next_goes_on_to_the_next_fact(worker, author, library):
    case = make_case(author, SUPPORTED)
    assert save(worker, case, reasoning="x", then="next")["Location"] == address(case, "F2")
    last = save(worker, case, "F4", reasoning="x", then="next")
    assert last["Location"] == reverse("relocation", args=[case.uuid]), "after the last one, the place proposed"


def test_without_a_proposed_place_the_memo_follows_the_last_fact(worker, author, library):
    case = make_case(author, SUPPORTED)
    case.places.filter(role="relocation").delete()
    assert save(worker, case, "F4", reasoning="x", then="next")["Location"] == reverse("preview", args=[case.uuid])


def test_the_reviewers_comment_on_a_fact_is_on_its_page(worker, author, library, supervisor):
    case = make_case(author, DENIES)
    returned(case, by=supervisor)
    assert "Say more." in page(worker.get(address(case)))


def test_a_refused_save_is_marked_as_unsaved_for_the_script(worker, author, library):
    """Otherwise, somebody who leaves a page with errors would lose everything they typed."""
    case = make_case(author, SUPPORTED)
    assert "data-unsaved" not in page(worker.get(address(case)))
    response = save(worker, case, reasoning="Long.", outcome="accepted")
    assert response.status_code == 422
    assert 'data-unsaved="save"' in page(response)


def test_reasons_for_no_outcome_count_as_assessed_as_on_the_first_page(worker, author, library):
    case = make_case(author, SUPPORTED)
    save(worker, case, outcome_reasons="The interview is to go on first.")
    links = worker.get(address(case)).context["links"]
    assert [link["is_assessed"] for link in links] == [True, False, False, False]


def test_the_page_shows_a_facts_kind_and_person(worker, author, library):
    persons = [{"id": "P1", "relation": "principal applicant"}, {"id": "P2", "relation": "spouse"}]
    case = make_case(author, SUPPORTED, persons=persons)
    body = page(worker.get(address(case, "F4")))
    assert "Future risk" in body
    assert "Future risk, <bdi>principal applicant (P1)</bdi>" in body


def test_an_indicator_without_words_stays_not_assessed(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    save(worker, case, plausibility_words="It fits.", plausibility_rests=keys)
    response = worker.post(address(case), typed(case, plausibility_words=" ", plausibility_rests=keys), follow=True)
    assert "Plausibility stays “not assessed”" in page(response)
    assert written(case).indicators == ()


@pytest.mark.parametrize("outcome", ["accepted", "not-accepted"])
def test_an_outcome_needs_reasons(worker, author, library, outcome):
    case = make_case(author, SUPPORTED)
    response = save(worker, case, reasoning="Kept as typed.", outcome=outcome, outcome_reasons="\u200b \n")
    assert response.status_code == 422
    assert "Write the reasons for" in summary(response)
    assert "Kept as typed." in page(response)
    assert "Error:" in page(response)
    assert not FactAssessment.objects.exists()


def test_plausibility_and_external_consistency_name_the_coi_they_rely_on(worker, author, library):
    case = make_case(author, SUPPORTED)
    response = save(worker, case, plausibility_words="Likely.", external_words="Fits.", external_view="consistent")
    assert response.status_code == 422
    assert "Select the COI that plausibility is based on" in summary(response)
    assert "Select the COI that external consistency is based on" in summary(response)
    response = save(worker, case, external_words="Fits.")
    assert "Say whether the fact is consistent or inconsistent" in summary(response)
    assert save(worker, case, external_words="Nothing on it.", external_view="open").status_code == 302


@pytest.mark.parametrize(("name", "fact"), [(SILENT, "F2"), (SUPPORTED, "F3")])
def test_silence_and_out_of_scope_are_never_inconsistency(worker, author, library, name, fact):
    case = make_case(author, name)
    context = found(case, fact).context[0].card.key
    worker.post(address(case, fact, "fact-context"), {"finding": context, "do": "take"})
    response = save(
        worker, case, fact, external_words="It says nothing.", external_view="inconsistent",
        external_rests=[context], external_expected="It would have been reported.",
    )  # fmt: skip
    assert response.status_code == 422
    assert "Silence and out of scope are neither." in summary(response)
    assert not FactAssessment.objects.exists()


def test_a_supporting_finding_is_no_ground_for_inconsistency(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    response = save(worker, case, external_words="x", external_view="inconsistent", external_rests=keys)
    assert response.status_code == 422


def test_a_contradiction_suffices_for_inconsistency(worker, author, library):
    case = make_case(author, DENIES)
    key = found(case).opposing[0].card.key
    assert save(worker, case, external_words="x", external_view="inconsistent", external_rests=[key]).status_code == 302
    assert written(case).indicator("external").view == "inconsistent"


def test_no_evidence_suffices_only_with_why_a_report_would_be_expected(worker, author, library):
    case = make_case(author, KNOWS_OF_NONE)
    fields = {"external_words": "x", "external_view": "inconsistent"}
    fields["external_rests"] = [found(case, "F2").opposing[0].card.key]
    response = save(worker, case, "F2", **fields)
    assert response.status_code == 422
    assert "a report of such an event would be expected" in summary(response)
    response = save(worker, case, "F2", **fields, external_expected="The town has reporters.")
    assert response.status_code == 302


def test_an_opposing_source_of_the_officers_own_suffices(worker, author, library):
    case = make_case(author, SILENT)
    own = add_source(worker, case, "F2", bearing="opposes")
    fields = {"external_words": "x", "external_view": "inconsistent", "external_rests": [f"own:{own.pk}"]}
    assert save(worker, case, "F2", **fields).status_code == 302


def test_not_accepted_against_opposing_coi_says_whether_the_applicant_could_explain(worker, author, library):
    case = make_case(author, DENIES)
    fields = {"outcome": "not-accepted", "outcome_reasons": "For these reasons."}
    response = save(worker, case, **fields)
    assert response.status_code == 422
    assert "Say if the applicant could explain it" in summary(response)
    assert save(worker, case, **fields, explanation_asked="not-asked").status_code == 422
    response = save(worker, case, **fields, explanation_asked="not-asked", explanation="No interview since.")
    assert response.status_code == 302
    assert save(worker, case, **fields, explanation_asked="none-given").status_code == 302
    silent = make_case(author, SILENT)
    assert save(worker, silent, "F2", **fields).status_code == 302


def test_the_explanation_given_at_intake_is_shown_beside(worker, author, library):
    case = make_case(author, DENIES)
    case.facts.filter(ident="F1").update(explanation="He had mistaken the year.")
    assert "He had mistaken the year." in page(worker.get(address(case)))
    response = save(worker, case, explanation="Said, but not whether asked.")
    assert response.status_code == 422
    assert "Say whether the applicant was asked" in summary(response)


@pytest.mark.parametrize("bad", ["a\x00b", "a\u202eb", "x" * 20_001, "a\ue000b"])
@pytest.mark.parametrize(
    "field", ["reasoning", "internal_words", "external_expected", "outcome_reasons", "explanation"]
)
def test_bad_text_is_refused_with_a_message_and_stays(worker, author, library, bad, field):
    case = make_case(author, SUPPORTED)
    fields = {"reasoning": "Stays.", field: bad}
    response = save(worker, case, **fields)
    assert response.status_code == 422
    assert "text " in summary(response)
    response = save(worker, case, autosave=True, **fields)
    assert response.status_code == 422
    assert "text" in response.json()["message"]
    assert not FactAssessment.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "believed"}, {"external_view": "false"}, {"explanation_asked": "maybe"},
        {"external_words": "x", "external_view": "consistent", "external_rests": ["made-up/x"]},
        {"plausibility_words": "x", "plausibility_rests": ["own:999"]},
    ],
)  # fmt: skip
def test_options_that_are_not_offered_are_refused(worker, author, library, fields):
    case = make_case(author, SUPPORTED)
    assert save(worker, case, **fields).status_code == 422
    assert not FactAssessment.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "1_0", "٣", "9" * 40])
def test_an_invalid_token_is_stale_or_new_and_never_an_error(worker, author, library, version):
    case = make_case(author, SUPPORTED)
    save(worker, case, reasoning="First.")
    response = worker.post(address(case), {"version": version, "reasoning": "Second.", "outcome": "not-assessed"})
    assert response.status_code == 409
    assert written(case).reasoning == "First."


# --- repeated reasoning -------------------------------------------------------------------------

LONG = (
    "The applicant described the night of the attack in order, named the quarter in which the fire began, and could "
    "say which of the neighbours had fled to the well; the report tells of the same night and of the same quarter."
)


def test_repeated_reasoning_is_pointed_out_and_saved(worker, author, library):
    case = make_case(author, SUPPORTED)
    save(worker, case, "F1", reasoning=LONG)
    assert save(worker, case, "F2", reasoning=LONG + " Also here.").status_code == 302
    assert "largely the same as on F1" in page(worker.get(address(case, "F2")))
    save(
        worker,
        case,
        "F3",
        reasoning="Something else entirely, about the road to the market and who held it then, in few words.",
    )
    assert "largely the same" not in page(worker.get(address(case, "F3")))
    response = worker.post(address(case, "F3"), typed(case, "F3", reasoning=LONG, then="next"), follow=True)
    assert "The reasoning on F3 is largely the same as on F1, F2" in page(response)


def test_short_reasoning_may_repeat_and_long_ones_are_compared_quickly(worker, author, library):
    case = make_case(author, SUPPORTED)
    save(worker, case, "F1", reasoning="The COI supports it.")
    save(worker, case, "F2", reasoning="The COI supports it.")
    assert "largely the same" not in page(worker.get(address(case, "F2")))
    from assessments.assessing.assessment import Assessment, FactWritten
    from assessments.assessing.evidence import facts_with_same_reasoning

    many = Assessment(facts=tuple(FactWritten(f"F{n}", reasoning=f"{n} " + "a b " * 4500) for n in range(4)))
    assert facts_with_same_reasoning(many, "F0") == ("F1", "F2", "F3")
