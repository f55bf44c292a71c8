"""Every scenario against the encoded note. See scenarios/*.yaml, which are written for caseworkers."""

import pytest

from assessments.answer.reason_sentences import REASON_CODES
from matching.outcome import Level, Position, Relation
from tests.matching.scenarios_of import SCENARIOS, ask, failures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

REGIONS = {"Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal", "Bamako"}

# Reasons that no scenario can reach while the note is the only report. Unit tests reach each of them.
UNREACHED = {
    "where-far": "a finding so far away is no match, and is not shown",
    "outside-place": "every kind of event is covered for the whole of Mali by one row or another",
    "denied-whoever": "every denial of the note names whom it is about",
    "context-states-neither-actor-nor-period": "depends on findings that a later edition may date",
    "context-sources-older": "every denial of the note cites something newer, or nothing with a date",
    "where-throughout": "nothing in the note holds throughout the country",
    "reports-whole-country": "the same",
    "also-told-of-others": "the note never names two perpetrators of one event",
}


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    """The library's answers to all scenarios that are not refused."""
    with django_db_blocker.unblock():
        return [ask(s) for s in SCENARIOS if "refused" not in s.expect]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_scenario(scenario):
    assert failures(scenario) == []


def test_titles_are_unique():
    assert len({s.id for s in SCENARIOS}) == len(SCENARIOS) >= 70


def test_every_position_is_expected_somewhere(answers):
    assert {s.expect.get("position") for s in SCENARIOS} >= {p.value for p in Position}
    assert {a.facts[0].position for a in answers} == set(Position)


def test_every_relation_and_level_is_reached(answers):
    matches = [m.match for a in answers for m in a.facts[0].matches]
    assert {m.relation for m in matches} == set(Relation)
    # no finding of the note applies throughout the country; test_kin_sides_and_source_age has some that do
    assert {m.level for m in matches} == {*Level, None} - {Level.WHOLE_COUNTRY}


def test_every_region_is_asked_about(answers):
    assert {a.facts[0].stated.place.region for a in answers} >= REGIONS


def test_every_reason_is_reached_or_listed(answers):
    reached = {r.code for a in answers for f in a.facts for r in (*f.outcome.reasons, *f.outcome.open)}
    reached |= {r.code for a in answers for f in a.facts for m in f.outcome.matches for r in m.reasons}
    reached |= {r.code for a in answers for p in a.profile for r in p.match.reasons}
    assert reached <= REASON_CODES
    assert REASON_CODES - reached - set(UNREACHED) == set()
    assert set(UNREACHED) <= REASON_CODES


def test_every_reason_has_a_sentence(answers):
    for a in answers:
        for f in a.facts:
            for reason in (*f.outcome.reasons, *f.outcome.open, *(r for m in f.outcome.matches for r in m.reasons)):
                assert a.reason_words(reason)
