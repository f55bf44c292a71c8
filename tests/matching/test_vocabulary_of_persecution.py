"""The vocabulary of persecution against the note on Mali: outside its topics, never contradicted and never silent."""

from dataclasses import replace

import pytest

from assessments.answer.answer import answer
from assessments.casefile.reader import read
from coi.library.word_trees import vocabulary
from coi.models import EventKind, Trait
from matching.outcome import Position
from tests.matching.scenarios_of import BY_ID, TODAY, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

NEW_EVENTS = [
    "ill-treatment",
    "torture",
    "detention",
    "enforced-disappearance",
    "conscription",
    "military-service",
    "forced-recruitment",
    "child-recruitment",
    "draft-evasion-punishment",
    "voluntary-recruitment",
    "sexual-violence",
    "rape",
    "female-genital-mutilation",
    "forced-marriage",
    "early-marriage",
    "domestic-violence",
    "honour-violence",
    "blood-feud",
    "trafficking",
    "sexual-exploitation",
    "slavery",
    "forced-labour",
    "religious-persecution",
    "political-persecution",
    "sogi-persecution",
    "mob-violence",
    "witchcraft-accusation",
    "robbery",
    "land-dispute",
    "expulsion",
    "denial-of-documents",
]
NEW_ACTORS = [
    "state-security-forces",
    "state-armed-forces",
    "state-police",
    "gendarmerie",
    "intelligence-services",
    "de-facto-authorities",
    "family",
    "community-or-clan",
    "religious-figures",
    "bandits",
    "traffickers",
]
# Places and times at which the note denies something in general, or knows of no evidence of it.
WHERE_IT_DENIES = (
    ("Farabougou, Niono, Ségou", "2021-01", "2021-01", "malian-armed-forces"),
    ("Kayes", "2020-03", "2020-03", "jihadist-unidentified"),
    ("Kidal", "2014", "2014", "jnim"),
    ("Bamako", "2020-08-18", "2020-08-18", "military-junta"),
    ("Gao", "2019", "2019", "isgs"),
)


def _outcome(place, first, last, event, actors, targets=()):
    fact = {"id": "F1", "statement": event, "place": place, "event": event, "actors": list(actors)}
    fact |= {"targets": list(targets), "from": first, "to": last}
    case = {"reference": "WORDS", "country": "ML", "places": [{"role": "home-area", "place": place}]}
    return answer(read(case | {"material_facts": [fact]}, today=TODAY), on=TODAY).facts[0].outcome


def _is_outside_topic(outcome):
    return outcome.position is Position.OUT_OF_SCOPE and {r.code for r in outcome.reasons} >= {"outside-topic"}


@pytest.mark.parametrize("event", NEW_EVENTS)
def test_kind_of_event_is_outside_the_topics_of_the_note(event):
    for place, first, last, actor in WHERE_IT_DENIES:
        assert _is_outside_topic(_outcome(place, first, last, event, [actor])), place
        assert _is_outside_topic(_outcome(place, first, last, event, [])), place


@pytest.mark.parametrize("actor", NEW_ACTORS)
def test_new_actor_keeps_a_new_kind_of_event_outside_the_topics(actor):
    assert _is_outside_topic(_outcome("Mopti", "2020", "2020", "domestic-violence", [actor]))


def test_new_trait_keeps_a_new_kind_of_event_outside_the_topics():
    facets = ("religion", "opinion", "orientation", "health", "family", "nationality")
    traits = list(Trait.objects.filter(facet__in=facets).values_list("facet", "code"))
    assert {facet for facet, _code in traits} == set(facets)
    for _facet, trait in traits:
        assert _is_outside_topic(_outcome("Mopti", "2020", "2020", "ill-treatment", ["family"], [trait])), trait


@pytest.mark.parametrize("actor", NEW_ACTORS)
@pytest.mark.parametrize(("place", "first", "last"), [where[:3] for where in WHERE_IT_DENIES])
def test_general_actor_is_never_contradicted(actor, place, first, last):
    for event in ("attack", "recruitment", "killing"):
        assert _outcome(place, first, last, event, [actor]).position not in (Position.CONTRADICTS, Position.NO_EVIDENCE)


def test_new_kinds_neither_contain_nor_resemble_a_word_of_the_note():
    words = vocabulary()
    listed = set(EventKind.objects.values_list("code", flat=True))
    assert set(NEW_EVENTS) <= listed
    for event in NEW_EVENTS:
        assert words.comparable_events(event) <= set(NEW_EVENTS)


def test_voluntary_and_forced_recruitment_are_apart():
    words = vocabulary()
    for forced in ("conscription", "forced-recruitment", "military-service", "child-recruitment"):
        assert "voluntary-recruitment" not in words.comparable_events(forced)


def test_the_note_still_answers_its_own_kinds():
    scenario = BY_ID["scope:Journalists arrested in Bamako"]
    assert ask(scenario).facts[0].outcome.position is Position.SILENT
    forced = replace(scenario, fact=scenario.fact | {"event": "detention"})
    assert ask(forced).facts[0].outcome.position is Position.OUT_OF_SCOPE
