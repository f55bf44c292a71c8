"""The open points of a case are the same on the page of submission, in the review and in the queue."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments import actions
from assessments.assessing import open_points, stored_assessment
from assessments.assessing.assessment import FactWritten
from assessments.assessing.open_points import OpenPoint
from assessments.memo import submission
from assessments.models import MemoVersion
from tests import factories
from tests.factories import fresh
from tests.markup import markup
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

FACT = {
    "id": "F1", "statement": "They came at night.", "place": "Ogossagou, Mopti", "event": "attack-on-village",
    "from": "2019-03-23", "to": "2019-03-23",
}  # fmt: skip
PERSONS = [{"id": "P1", "relation": "principal applicant"}, {"id": "P2", "relation": "wife"}]
PLACES = [{"role": "home-area", "place": "Ogossagou, Mopti"}, {"role": "relocation", "place": "Bamako"}]
OPEN = [
    "F1 is not assessed; the officer says why.",
    "F2 is not assessed.",
    "Bamako, principal applicant (P1): 2 of 3 relocation tests are not assessed.",
    "No fact is recorded for wife (P2).",
]


@pytest.fixture
def case(library, caseworker):
    facts = [FACT, FACT | {"id": "F2", "statement": "They came again."}]
    case = factories.make_case(caseworker, persons=PERSONS, places=PLACES, material_facts=facts, profile=[])
    actions.show_matches(case, by=caseworker)
    why = FactWritten("F1", outcome_reasons="He is to be heard again first.")
    actions.assess.save_fact(case, why, (), by=caseworker)
    words = {"conclusion": "met", "reasons": "He lived there for a year.", "without_coi": True}
    actions.conclude(case, by=caseworker, place=place_of(case), test="safety", version=0, **words)
    return fresh(case)


def place_of(case):
    return case.places.get(role="relocation").place.code


def shown(user, name, *args) -> str:
    client = signed_in(user)
    return markup(client.get(reverse(name, args=args)))


def test_the_three_pages_say_the_same(case, caseworker, supervisor):
    submit = shown(caseworker, "submit", case.uuid)
    factories.submitted(case)
    queue = shown(supervisor, "home")
    actions.take(fresh(case), by=supervisor)
    review, mine = shown(supervisor, "review", case.uuid), shown(supervisor, "home")
    for words in OPEN:
        for page in (submit, queue, review, mine):
            assert words in page


def test_without_open_points_nothing_is_listed(library, caseworker, supervisor):
    case = factories.assessed(
        factories.make_case(caseworker, persons=PERSONS[:1], places=PLACES[:1], material_facts=[FACT], profile=[])
    )
    assert "Not done yet" not in shown(caseworker, "submit", case.uuid)
    factories.submitted(case)
    assert "Not done yet" not in shown(supervisor, "home")
    actions.take(fresh(case), by=supervisor)
    assert "Not done yet" not in shown(supervisor, "review", case.uuid)


def test_a_version_keeps_the_open_points_of_its_submission(case, caseworker):
    made = factories.submitted(case)
    assert [point.words for point in open_points.read(made.open_points)] == OPEN
    found = submission.prepare(case, on=timezone.localdate())
    assert open_points.open_points(found.answer, stored_assessment.assessment_of(case)) == open_points.read(
        made.open_points
    )


def test_the_queue_refers_to_the_review_for_a_version_without_open_points(case, caseworker, supervisor):
    made = factories.submitted(case)
    values = {f.attname: getattr(made, f.attname) for f in MemoVersion._meta.concrete_fields if f.name != "id"}
    made.delete()
    MemoVersion.objects.create(**values | {"open_points": None})
    assert "Open points: see the review" in shown(supervisor, "home")


def test_open_points_are_stored_as_codes():
    points = (OpenPoint("fact", "F1"), OpenPoint("tests", "Bamako", 2), OpenPoint("person", "P2"))
    assert open_points.read(open_points.stored(points)) == points
