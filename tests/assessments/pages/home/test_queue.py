"""The flags of each memo in the queue, and its author."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import CaseFact, MemoVersion, Reliance
from assessments.models.codes import State
from tests import factories
from tests.assessments.pages.home.cases_at_home import HOME, listed, make
from tests.markup import elements, visible_text
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db
NOTE = "sem-mali-2021-04"


def waiting(author, reference, *, number=1, cut_off=None, relied=(), **fields):
    """Return a stored case whose memo waits. ``relied``: finding, fact, relation, whether omitted."""
    case = make(author, reference, state=State.SUBMITTED, **fields)
    version = MemoVersion.objects.create(
        case=case, number=number, state=State.SUBMITTED, content="{}", content_sha256="c" * 64, case_version=1,
        rules_version="2", submitted_by=author, submitted_at=timezone.now(), coi_cut_off=cut_off, open_points=[],
    )  # fmt: skip
    Reliance.objects.bulk_create(
        Reliance(case=case, version=version, finding=f"{edition}/{n}", fact_ident=fact, relation=relation, omitted=omitted)
        for n, (edition, fact, relation, omitted) in enumerate(relied)
    )  # fmt: skip
    return case


def flags(response):
    return {row.case.reference: list(row.flags) for group in response.context["board"].groups for row in group.rows}


def test_each_flag_says_what_to_check(library, caseworker, supervisor):
    waiting(caseworker, "PLAIN", relied=[(NOTE, "F1", "supports", False), (NOTE, "", "region", True)])
    opposed = [(NOTE, "F1", "contradicts", False), (NOTE, "F2", "no_evidence", False), (NOTE, "F2", "supports", True)]
    waiting(caseworker, "OPPOSED", relied=opposed, facts=("F1", "F2"))
    waiting(caseworker, "LEFT-OUT", relied=[(NOTE, "F1", "contradicts", True), (NOTE, "F1", "supports", True)])
    changed = waiting(caseworker, "CHANGED", number=2, cut_off=date(2021, 4, 17), facts=("F1", "F2"))
    CaseFact.objects.filter(case=changed, ident="F2").update(changed_after_matches_at=timezone.now())
    waiting(caseworker, "EARLIER", relied=[("made-up-2019", "F1", "supports", False)], cut_off=timezone.localdate())
    response = signed_in(supervisor).get(HOME)
    assert flags(response) == {
        "PLAIN": [],
        "OPPOSED": ["COI opposes F1, F2.", "1 finding is not relied on."],
        "LEFT-OUT": ["2 findings are not relied on."],
        "CHANGED": [
            "Submitted again: version 2.",
            "F2 was changed after its matches were shown.",
            "COI up to 17 April 2021, older than 24 months.",
        ],
        "EARLIER": ["A newer edition was published after the submission."],
    }
    page = visible_text(response)
    assert "COI opposes F1, F2." in page
    assert "nothing out of the ordinary" in page


def test_the_age_of_coi_is_measured_by_the_limit_of_the_office(library, caseworker, supervisor):
    waiting(caseworker, "OLD", cut_off=date(2021, 4, 17))
    supervisor.office.coi_age_limit = 120
    supervisor.office.save()
    assert flags(signed_in(supervisor).get(HOME)) == {"OLD": []}


def test_a_real_memo_has_its_flags(library, caseworker, supervisor):
    version = factories.submitted(factories.make_case(caseworker, "koulikoro-fana"))
    (found,) = flags(signed_in(supervisor).get(HOME)).values()
    opposed = version.reliances.filter(relation__in=("contradicts", "no_evidence"), omitted=False, fact_ident__gt="")
    assert f"COI opposes {', '.join(sorted(set(opposed.values_list('fact_ident', flat=True))))}." in found
    assert not any("newer edition" in words for words in found)


def test_the_queue_is_filtered_by_officer(library, caseworker, colleague, supervisor):
    waiting(caseworker, "A")
    waiting(colleague, "B")
    client = signed_in(supervisor)
    assert listed(client.get(HOME)) == {"A", "B"}
    page = client.get(HOME, {"officer": caseworker.pk, "need": "waiting"})
    assert listed(page) == {"A"}
    assert f"officer={caseworker.pk}" in words(page)  # the links keep it
    for unknown in ("x", supervisor.pk, "1 OR 1"):
        assert listed(client.get(HOME, {"officer": unknown})) == {"A", "B"}
    # decisions are never counted by person
    make(caseworker, "DONE", state=State.APPROVED)
    everything = client.get(HOME, {"view": "all", "officer": caseworker.pk})
    assert listed(everything) == {"A", "B", "DONE"}
    assert not elements(everything, "[name='officer']")


def test_flags_cost_the_same_for_one_memo_and_for_many(library, caseworker, supervisor, django_assert_num_queries):
    relied = [(NOTE, "F1", "contradicts", False), (NOTE, "F1", "supports", True)]
    waiting(caseworker, "FIRST", number=2, cut_off=date(2021, 4, 17), relied=relied)
    client = signed_in(supervisor)
    with CaptureQueriesContext(connection) as one:
        client.get(HOME)
    for n in range(20):
        waiting(caseworker, f"C-{n}", number=2, cut_off=date(2021, 4, 17), relied=relied)
    with django_assert_num_queries(len(one)):
        assert len(listed(client.get(HOME))) == 21
