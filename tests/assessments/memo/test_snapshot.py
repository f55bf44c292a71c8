"""A memo as text: the same case gives the same text, and the text alone gives the same memo."""

import json
from datetime import date
from pathlib import Path

import pytest

from assessments.answer import answer
from assessments.assessing.assessment import Assessment, OmissionWritten
from assessments.casefile import reader
from assessments.memo import memo, printing, snapshot
from assessments.memo.heading import Heading
from assessments.memo.snapshot import BadSnapshot
from matching.criteria import Nearness
from matching.origins import Origins
from matching.outcome import Position
from tests import ROOT
from tests.assessments.assessed import assess

DEMO = sorted((ROOT / "fixtures" / "demo").glob("*.json"))
DAY = date(2026, 11, 23)
HEADING = Heading(office="Office A", author="Demo Caseworker", version=3, status="submitted", decided_on=DAY)

pytestmark = pytest.mark.usefixtures("library")


def answered(path: Path = ROOT / "fixtures/demo/mopti-ogossagou.json") -> answer.Answer:
    return answer.answer(reader.read(json.loads(path.read_text()), today=DAY))


def frozen() -> str:
    found = answered()
    return snapshot.freeze(found, assess(found), HEADING)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem == "mopti-ogossagou" else pytest.mark.slow)
        for path in DEMO
    ],
)
def test_the_memo_comes_back_without_the_library(path, django_assert_num_queries):
    found = answered(path)
    for written in (assess(found), Assessment()):
        text = snapshot.freeze(found, written, HEADING)
        before = printing.memo_html(memo.build(found, written, HEADING))
        with django_assert_num_queries(0):
            thawed = snapshot.thaw(text)
            after = printing.memo_html(memo.build(*thawed))
        assert after == before
        assert snapshot.freeze(*thawed) == text
        assert thawed[1:] == (written, HEADING)


def test_two_reports_are_restored_too(second_report):
    found = answered()
    text = snapshot.freeze(found, assess(found), HEADING)
    assert printing.memo_html(memo.build(*snapshot.thaw(text))) == printing.memo_html(
        memo.build(found, assess(found), HEADING)
    )


def test_the_same_case_gives_the_same_text():
    assert frozen() == frozen()
    assert snapshot.sha256(frozen()) == snapshot.sha256(frozen())
    assert len(snapshot.sha256("")) == 64


def test_a_later_release_still_reads_it():
    document = json.loads(frozen())
    document["something new"] = 1
    document["heading"]["seal"] = {"~": "nothing.Known", "x": 1}  # a field of a newer release, or one that was removed
    del document["heading"]["standard_of_proof"], document["assessment"]["questions"]
    found, written, heading = snapshot.thaw(json.dumps(document))
    assert (heading.standard_of_proof, heading.office) == ("", "Office A")
    assert written.questions == ()
    assert printing.memo_html(memo.build(found, written, heading))


def test_a_finding_frozen_before_as_named_existed_is_still_read():
    document = json.loads(frozen())
    cards = [value for value in document["shared"] if value["~"] == "cards.FindingCard"]
    denials = [card["denies"] for card in cards if card["denies"]]
    assert [card.pop("together") for card in cards]
    assert [denial.pop("as_named") for denial in denials]
    found, written, heading = snapshot.thaw(json.dumps(document))
    cards = [m.card for fact in found.facts for m in fact.matches]
    assert cards
    assert not any(card.together or (card.denies and card.denies.as_named) for card in cards)
    assert printing.memo_html(memo.build(found, written, heading))


def test_a_memo_under_rules_1_is_read_unchanged(django_assert_num_queries):
    """``snapshot-of-rules-1.1.json`` was frozen by the last release with those rules."""
    text = (Path(__file__).parent / "snapshot-of-rules-1.1.json").read_text(encoding="utf-8").strip()
    with django_assert_num_queries(0):
        found, written, heading = snapshot.thaw(text)
        printed = printing.memo_html(memo.build(found, written, heading))
    (fact,) = found.facts
    assert found.rules_version == "1.1"
    assert fact.position is Position.SUPPORTS
    assert fact.outcome.independent_origins == Origins(1, 1)
    assert fact.outcome.event_origins is fact.outcome.kind_origins is None
    assert {v.nearness for m in fact.matches for v in m.match.verdicts if v.nearness is not None} == {
        Nearness.SAME, Nearness.FACT_INSIDE, Nearness.COUNTRY_WIDE,
    }  # fmt: skip
    assert not any(m.match.ruled_out_part or m.match.sources_are_older for m in fact.matches)
    assert all(place.sheet.whole_country is None for place in found.places if place.sheet)
    assert heading.author == "Demo Caseworker"
    assert "1.1" in printed
    assert snapshot.thaw(snapshot.freeze(found, written, heading))[0].rules_version == "1.1"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", "not json", '{"format": 2}', '{"format": 1, "shared": []}',
        '{"format":1,"shared":[],"answer":1,"assessment":2,"heading":3}',
        '{"format":1,"shared":[],"answer":{"=":0},"assessment":{"~":"os.system"},"heading":{"~":"date","value":"x"}}',
        '{"format":1,"shared":[],"answer":{"~":"memo.Heading"},"assessment":{"~":"assessment.Assessment"},"heading":{"~":"memo.Heading"}}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_other_documents_than_snapshots_are_refused_by_name(text):
    with pytest.raises(BadSnapshot):
        snapshot.thaw(text)


def test_only_listed_kinds_are_made():
    document = json.loads(frozen())
    document["heading"]["office"] = {"~": "subprocess.Popen", "args": ["true"]}
    with pytest.raises(BadSnapshot):
        snapshot.thaw(json.dumps(document))


def test_a_kind_that_is_not_listed_is_not_frozen():
    with pytest.raises(KeyError):
        snapshot.freeze(answered(), Assessment(), Heading(office=object()))


def test_places_come_back_unsaved():
    found, _written, _heading = snapshot.thaw(frozen())
    assert all(p.place.place.pk is None for p in found.case.places)
    assert found.case.places[0].place.place.latitude is not None


def test_an_omission_in_a_memo_under_rules_1_applies_to_every_fact():
    """Rules 1 stored it without a fact, so it holds for all facts."""
    old = Assessment(omissions=(OmissionWritten("a/b", "It tells of another district."),))
    assert [old.omissions_on(fact)["a/b"].reason for fact in ("F1", "F2")] == ["It tells of another district."] * 2
