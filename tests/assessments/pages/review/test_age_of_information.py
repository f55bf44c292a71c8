"""Old information needs a justification before a memo is approved."""

from datetime import date, timedelta

import pytest

from assessments import actions
from assessments.answer.answer import answer
from assessments.assessing import coi_age
from assessments.assessing.assessment import Assessment, OwnSourceWritten
from assessments.casefile import stored_case
from assessments.models import Case
from assessments.office.retention import months_before
from tests import factories
from tests.assessments.pages.review.review_forms import TODAY, decide, section_of
from tests.factories import fresh
from tests.markup import markup as words
from tests.sign_in import signed_in


@pytest.fixture
def future(library, caseworker):
    """A case with a future risk in F2 and a proposed relocation."""
    return factories.make_case(caseworker, "mopti-koro")


def parts(case, sources=(), limit=24):
    found = answer(stored_case.case_file(case, today=TODAY), on=TODAY)
    return {(p.kind, p.name) for p in coi_age.old_parts(found, Assessment(own_sources=sources), limit)}


def own(fact, place, published):
    return OwnSourceWritten(1, fact, place, "Somebody", published, "", "It says so.", "supports")


def test_parts_that_rely_only_on_old_coi_are_found(future):
    both = parts(future)
    assert {kind for kind, _name in both} == {"future-risk", "ipa"}
    assert ("future-risk", "F2") in both
    place = (
        coi_age.pair_of(answer(stored_case.case_file(future, today=TODAY), on=TODAY), Assessment()).relocations[0].place
    )
    assert ("future-risk", "F2") not in parts(future, [own("F2", "", "2026-01")])
    assert {kind for kind, _name in parts(future, [own("", place, "2026")])} == {"future-risk"}
    # a source on another fact, an old one and one of tomorrow: none makes it newer
    for source in (own("F1", "", "2026-01"), own("F2", "", "2024-11"), own("F2", "", "2027")):
        assert ("future-risk", "F2") in parts(future, [source])


def test_the_limit_itself_is_not_beyond_it(future):
    at_the_limit = months_before(TODAY, 24)
    assert ("future-risk", "F2") not in parts(future, [own("F2", "", at_the_limit.isoformat())])
    assert ("future-risk", "F2") in parts(future, [own("F2", "", (at_the_limit - timedelta(days=1)).isoformat())])


def test_a_second_newer_report_makes_it_newer(future, second_report):
    """It has nothing on the fact; the part relies on the findings that bear on it."""
    second_report.__class__.objects.filter(pk=second_report.pk).update(cut_off=date(2026, 6, 30))
    found = answer(stored_case.case_file(future, today=TODAY), on=TODAY)
    bearing = {m.card.edition for m in found.facts[1].supporting + found.facts[1].opposing}
    assert (("future-risk", "F2") in parts(future)) is ("made-up-2022" not in bearing and bool(bearing))


def test_old_information_is_not_approved_without_justification(future, supervisor, caseworker, printer):
    actions.show_matches(future, by=caseworker)
    version = factories.graded(factories.in_review(future, supervisor), supervisor)
    with pytest.raises(actions.Incomplete, match="older than 24 months"):
        actions.approve(fresh(future), by=supervisor, number=1, digest=version.content_sha256)
    boss = signed_in(supervisor)
    assert "needs newer COI" in words(section_of(boss, future, "fact-F2"))
    answered = decide(boss, future, "approve")
    assert answered.status_code == 422
    assert "written justification" in words(answered)


def test_the_justification_that_counts_is_the_one_in_the_snapshot(future, supervisor, caseworker, printer):
    actions.show_matches(future, by=caseworker)
    version = factories.graded(factories.in_review(future, supervisor), supervisor)
    Case.objects.filter(pk=future.pk).update(old_coi_justification="Written after the submission.")
    with pytest.raises(actions.Incomplete):
        actions.approve(fresh(future), by=supervisor, number=1, digest=version.content_sha256)
