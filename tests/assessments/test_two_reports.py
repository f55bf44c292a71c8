"""Two reports on one country that disagree: both stand, origins are counted across them, notes are told apart."""

import json
from datetime import date
from pathlib import Path

import pytest

from assessments import answer, intake, memo, result
from assessments.assessment import Assessment
from matching.match import Position

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("second_report")


@pytest.fixture
def answered() -> answer.Answer:
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    return answer.answer(intake.read(document, today=DAY))


def test_support_beside_contradiction_is_mixed_and_both_stand_in_full(answered):
    fact = answered.facts[0]
    assert fact.position is Position.MIXED
    assert fact.outcome.reasons[0].code == "reports-this-event"
    assert "reports-otherwise" in [r.code for r in fact.outcome.reasons]
    assert {m.card.edition for m in fact.supporting} == {"sem-mali-2021-04"}
    assert {m.card.key for m in fact.opposing} == {"made-up-2022/a-01"}


def test_origins_of_the_opposing_side_are_counted_apart(answered):
    outcome = answered.facts[0].outcome
    assert (outcome.independent_origins.least, outcome.opposing_origins.least) == (2, 1)


def test_the_oldest_edition_relied_on_gives_the_age(answered):
    document = result.document(answered)
    assert [e["code"] for e in document["editions"]] == ["made-up-2022", "sem-mali-2021-04"]
    assert (document["edition"], document["coi_age_months"]) == ("sem-mali-2021-04", 67)


def test_the_memo_letters_its_notes(answered):
    html = memo.html(memo.build(answered, Assessment(), memo.Heading()))
    assert 'data-number="A1"' in html
    assert 'data-number="B17"' in html


def test_the_page_sets_them_side_by_side(client, caseworker):
    from assessments import actions

    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    case = actions.record_case(intake.read(document, today=DAY), by=caseworker)
    client.force_login(caseworker, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/cases/{case.uuid}/matches/").content.decode()
    beside = shown[shown.index("state-large state-mixed") :]
    assert beside.index("Supports</h3>") < beside.index("Points the other way</h3>")
    assert beside.count('<div class="col">') == 2
    assert "<details" not in beside[: beside.index("Points the other way</h3>")]
