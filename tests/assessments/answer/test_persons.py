"""A case of several persons: each fact, trait and place names its person by relation and id."""

import html
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from assessments import actions
from assessments.answer.answer import answer
from assessments.assessing import result, stored_assessment
from assessments.casefile import reader, stored_case
from assessments.casefile.values import Person
from assessments.memo import differences, disclosure, memo, printing, snapshot
from assessments.memo.heading import heading_of
from assessments.models import Case
from tests.factories import make_case
from tests.markup import markup
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

FACT = {
    "id": "F1", "statement": "They came and beat us.", "place": "Ogossagou, Mopti", "event": "attack-on-village",
    "from": "2019-03-23", "to": "2019-03-23", "actors": ["dogon-militia"], "targets": ["fulani", "villager"],
}  # fmt: skip
FAMILY = {
    "persons": [{"id": "P1", "relation": "principal applicant"}, {"id": "P2", "relation": "wife"}, {"id": "P3"}],
    "profile": [{"trait": "fulani", "person": "P2"}],
    "places": [{"role": "home-area", "place": "Ogossagou, Mopti", "person": "P2"}],
    "material_facts": [FACT, {**FACT, "id": "F2", "person": "P2", "event": "abduction"}],
}
OF_ONE = {"profile": [], "places": [{"role": "home-area", "place": "Ogossagou, Mopti"}], "material_facts": [FACT]}
WIFE = "wife (P2)"


@pytest.fixture
def case(library, caseworker) -> Case:
    return make_case(caseworker, **FAMILY)


@pytest.fixture
def found(case):
    return answer(stored_case.case_file(case, today=timezone.localdate()))


def test_a_person_is_named_by_relation_and_id_or_by_id_alone():
    assert Person("P2", "wife").words == WIFE
    assert Person("P3").words == "P3"


def test_a_case_of_one_person_does_not_name_the_person(library, caseworker, client):
    case = make_case(caseworker, **(OF_ONE | {"persons": [{"id": "P1", "relation": "principal applicant"}]}))
    signed_in(caseworker, client)
    for name in ("case", "case-matches", "preview", "gaps", "disclosure"):
        assert "(P1)" not in client.get(reverse(name, args=[case.uuid])).content.decode(), name
    assert "Person:" not in result.as_text(answer(stored_case.case_file(case, today=timezone.localdate())))


def test_every_page_of_the_case_names_a_facts_person(case, caseworker, client):
    signed_in(caseworker, client)
    for name in ("case", "case-matches", "preview", "gaps", "disclosure"):
        page = html.unescape(client.get(reverse(name, args=[case.uuid])).content.decode())
        assert WIFE in page, name
        assert "principal applicant (P1)" in page, name
    page = markup(client.get(reverse("fact", args=[case.uuid, "F2"])))
    assert f"<bdi>{WIFE}</bdi></span></h1>" in page


def test_memo_sheet_questions_and_text_show_it_too(case, caseworker, found):
    actions.add_question(case, by=caseworker, fact="F2", to="applicant", words="Who else was there?")
    built = memo.build(found, stored_assessment.assessment_of(case), heading_of(case))
    printed = printing.memo_html(built)
    assert f'Person: <bdi class="typed">{WIFE}</bdi>' in printed
    assert "Home area (P2)" in printed
    assert "relation not recorded" in printed
    assert WIFE in printing.sheet_html(disclosure.build(found, built.assessment))
    assert f"Person: {WIFE}" in result.as_text(found)
    pdf = printing.pdf(printing.questions_html(found, stored_assessment.assessment_of(case)))
    assert WIFE in " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_questions_to_the_coi_unit_name_no_relation(case, caseworker, found):
    actions.add_question(case, by=caseworker, fact="F2", to="coi", words="What is known of the road?")
    pdf = printing.pdf(printing.questions_html(found, stored_assessment.assessment_of(case), to="coi"))
    assert "wife" not in " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_moving_a_fact_to_another_person_is_a_difference_and_keeps_the_earlier_wording(case, caseworker, client, found):
    actions.show_matches(case, by=caseworker)
    first = snapshot.freeze(found, stored_assessment.assessment_of(case), heading_of(case))
    document = stored_case.document_of(case)
    document["material_facts"][1]["person"] = "P1"
    case.refresh_from_db()
    actions.change_case(case, reader.read(document, today=timezone.localdate()), by=caseworker, version=case.version)
    now = answer(stored_case.case_file(Case.objects.get(pk=case.pk), today=timezone.localdate()))
    before = memo.build(*snapshot.thaw(first))
    after = memo.build(now, stored_assessment.assessment_of(case), heading_of(case))
    changes = [
        (change.label, "".join(piece.text for piece in change.pieces if piece.kind != "both"))
        for part in differences.between(before, after)
        for change in part.changes
    ]
    assert any(label == "Person" and "wife" in text for label, text in changes)
    signed_in(caseworker, client)
    page = markup(client.get(reverse("fact", args=[case.uuid, "F2"])))
    assert WIFE in page, "in the earlier wording"
