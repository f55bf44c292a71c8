"""The effect of kin, sides of a clash, the age of sources and country-wide statements on a match."""

from dataclasses import replace
from datetime import date

import pytest

from matching import origins
from matching.criteria import CriterionAnswer, Nearness, Question, Reason, who
from matching.facts import Citation, Denies, Extent, Kind
from matching.outcome import Level, Position, Relation
from tests.matching.world import (
    CIRCLE,
    CURRENT,
    EAST,
    FARM,
    LAND,
    LASTED,
    MACRO,
    VILLAGE,
    WORDS,
    ask,
    codes,
    denial,
    fact,
    finding,
    related,
)  # fmt: skip

MEETS, NOT_KNOWN, FAILS = CriterionAnswer.MEETS, CriterionAnswer.NOT_KNOWN, CriterionAnswer.FAILS


# --- throughout, sides, kin, age of sources, inference ---------------------------------------


@pytest.mark.parametrize(
    ("place", "is_throughout", "near", "level"),
    [
        (LAND, True, Nearness.THROUGHOUT, Level.WHOLE_COUNTRY),
        (LAND, False, Nearness.COUNTRY_WIDE, None),
        (MACRO, False, Nearness.FACT_INSIDE, Level.THIS_KIND),
        (MACRO, True, Nearness.FACT_INSIDE, Level.THIS_KIND),
        (FARM, True, Nearness.SAME_REGION, None),
        (VILLAGE, True, Nearness.SAME, Level.THIS_EVENT),
    ],
)
def test_a_statement_throughout_the_country_is_the_weakest_support(place, is_throughout, near, level):
    told = finding(Kind.CONDITION, (place,), extent=Extent.THROUGHOUT if is_throughout else Extent.SOMEWHERE)
    found = related(fact(actors=("big",)), told)
    assert (found.verdicts[0].nearness, found.level) == (near, level)
    assert (found.relation is Relation.SUPPORTS) is (level is not None)


def test_the_best_level_leads():
    wide = finding(where=(LAND,), extent=Extent.THROUGHOUT, key="ed/wide")
    outcome = ask(fact(actors=("big",)), wide)
    assert (outcome.level, codes(outcome.reasons)) == (Level.WHOLE_COUNTRY, ["reports-whole-country"])
    assert ask(fact(actors=("big",)), wide, finding()).level is Level.THIS_KIND
    somewhere = ask(fact(actors=("big",)), wide, finding(where=(LAND,)), finding(where=(LAND,), key="ed/f2"))
    assert somewhere.reasons[1:] == (Reason.of("of-the-whole-country", count="2"),)


@pytest.mark.parametrize(
    ("ours", "theirs", "other", "event", "answer", "reason"),
    [
        (("big", "army"), ("big", "army"), ("army",), "clash", MEETS, "who-same"),
        (("katiba", "army"), ("big", "army"), ("army",), "clash", MEETS, "who-same"),
        (("big", "red"), ("big", "red", "army"), ("army",), "clash", FAILS, "who-same-side"),
        (("big", "red", "army"), ("big", "red", "army"), ("army",), "clash", MEETS, "who-same"),
        (("red", "army"), ("big", "red", "army"), ("army",), "clash", MEETS, "who-same"),
        (("army",), ("big", "army"), ("army",), "clash", NOT_KNOWN, "who-only-some-named"),
        (("blue", "army"), ("big", "army"), ("army",), "clash", FAILS, "who-others"),
        (("jihadists",), ("big", "rival"), ("rival",), "clash", MEETS, "who-same"),
        (("big", "red"), ("big", "unknown"), ("unknown",), "clash", NOT_KNOWN, "who-not-identified-by-report"),
        (("hunters", "army"), ("red", "army"), ("army",), "clash", NOT_KNOWN, "who-kin"),
        (("big", "red"), ("big", "red", "army"), (), "clash", MEETS, "who-same"),  # the finding gives no sides
        (("big", "red"), ("big",), (), "clash", NOT_KNOWN, "who-only-one-side-named"),
        (("big", "red"), ("army",), (), "clash", FAILS, "who-others"),
        (("big", "red"), ("big",), (), "attack", MEETS, "who-same"),
        (("big", "red"), ("big", "red", "army"), ("army",), "attack", MEETS, "who-same"),  # not a fight
    ],
)
def test_a_clash_is_met_by_those_on_opposite_sides(ours, theirs, other, event, answer, reason):
    result = who(fact(event=event, actors=ours), theirs, False, WORDS, other)
    assert (result.answer, result.reason.code) == (answer, reason)


@pytest.mark.parametrize(
    ("ours", "theirs", "together", "answer", "reason"),
    [
        (("hunters",), ("red",), False, NOT_KNOWN, "who-kin"),
        (("red",), ("hunters",), False, NOT_KNOWN, "who-kin"),
        (("hunters",), ("army",), False, FAILS, "who-others"),
        (("hunters",), ("militias",), False, MEETS, "who-related"),
        (("hunters",), ("big",), False, FAILS, "who-others"),
        (("hunters", "big"), ("red", "big"), True, NOT_KNOWN, "who-kin"),
        (("red", "blue"), ("red", "hunters"), True, FAILS, "who-others"),
        (("red", "big"), ("big", "hunters"), True, NOT_KNOWN, "who-kin"),
        (("other",), ("red",), False, FAILS, "who-others"),
    ],
)
def test_kin_leave_who_not_known(ours, theirs, together, answer, reason):
    result = who(fact(actors=ours), theirs, together, WORDS)
    assert (result.answer, result.reason.code) == (answer, reason)


def test_a_denial_does_not_cover_kin():
    found = related(fact(actors=("hunters",)), denial(actors=("red",)))
    assert (found.relation, found.kept_out_by) == (Relation.CONTEXT, None)
    assert found.result(Question.WHO).reason.code == "denied-actor-not-known"


@pytest.mark.parametrize(
    ("newest", "start", "level", "is_older"),
    [
        (date(2019, 12, 31), "2020", Level.THIS_KIND, True),
        (date(2020, 1, 1), "2020", Level.THIS_EVENT, False),
        (date(2020, 3, 4), "2020-03-05", Level.THIS_KIND, True),
        (date(2020, 3, 5), "2020-03-05", Level.THIS_EVENT, False),
        (None, "2020", Level.THIS_EVENT, False),
        (date(2010, 1, 1), "", Level.THIS_EVENT, False),
    ],
)
def test_a_source_cannot_describe_later_events(newest, start, level, is_older):
    cited_once = (Citation(1, frozenset({"paper"})),)
    told = finding(Kind.CONDITION, newest_source=newest, citations=cited_once)
    outcome = ask(fact(start=start, end="2020", actors=("big",)), told)
    (found,) = outcome.matches
    assert (found.relation, found.level, found.sources_are_older) == (Relation.SUPPORTS, level, is_older)
    assert ("sources-older-than-fact" in codes(found.reasons)) is is_older
    assert outcome.event_origins.least == (0 if is_older else 1)
    assert outcome.kind_origins.least == (1 if is_older else 0)


def test_a_denial_rules_out_nothing_that_came_after_its_sources():
    older = replace(denial(), newest_source=date(2019, 6, 30))
    found = related(fact(actors=("big",)), older)
    assert (found.relation, found.kept_out_by) == (Relation.CONTEXT, None)
    assert codes(found.reasons)[0] == "context-sources-older"
    assert ask(fact(actors=("big",)), older).position is Position.SILENT
    newer = replace(denial(), newest_source=date(2020, 6, 30))
    assert related(fact(actors=("big",)), newer).relation is Relation.CONTRADICTS
    in_part = related(fact(**(LASTED | {"start": "2018-06"})), replace(denial(), newest_source=date(2018, 1, 1)))
    assert (in_part.relation, in_part.ruled_out_part) == (Relation.CONTEXT, None)


def test_inferred_denials_are_marked():
    one = fact(actors=("big",))
    inferred = denial(inferred_from="until")
    assert related(one, inferred).reasons[0] == Reason.of("denied-by-inference", word="until")
    assert ask(one, inferred).reasons == (Reason.of("reports-otherwise-by-inference", word=["until"]),)
    both = ask(one, inferred, denial(key="ed/d2"))
    assert both.reasons == (Reason.of("reports-otherwise"),)
    assert "denied-by-inference" not in codes(related(one, denial()).reasons)


@pytest.mark.parametrize(
    ("ours", "theirs", "events", "relation"),
    [
        (("big",), (), ("attack",), Relation.CONTEXT),
        ((), ("big",), ("attack",), Relation.CONTEXT),
        (("big",), ("unknown",), ("attack",), Relation.CONTEXT),
        (("unknown",), ("big",), ("attack",), Relation.CONTEXT),
        (("big",), ("big",), ("attack",), Relation.SUPPORTS),
        (("big",), (), ("killing",), Relation.SUPPORTS),
        (("big",), (), ("beheading",), Relation.SUPPORTS),
    ],
)
def test_a_wider_event_and_nobody_named_on_one_side_is_context(ours, theirs, events, relation):
    found = related(fact(event="killing", actors=ours), finding(actors=theirs, events=events))
    assert found.relation is relation
    if relation is Relation.CONTEXT:
        assert found.reasons[0].code == "context-wider-event-and-nobody-named"


def test_origins_are_counted_by_level():
    event = finding(Kind.CONDITION, citations=(Citation(1, frozenset({"paper"})),), key="ed/f1")
    kind = finding(citations=(Citation(2, frozenset({"radio"})), Citation(3, frozenset({"monitor"}))), key="ed/f2")
    outcome = ask(fact(actors=("big",)), event, kind)
    assert outcome.event_origins == origins.Origins(1, 1, ("paper",))
    assert outcome.kind_origins == origins.Origins(2, 2, ("monitor", "radio"))
    assert outcome.independent_origins == origins.Origins(3, 3, ("monitor", "paper", "radio"))


def test_a_finding_that_states_and_denies():
    both = finding(
        where=(CIRCLE,), denies=Denies(places=(EAST,), places_excepted=(CIRCLE,), events=("attack",), span=CURRENT,
                                       actors=("big",)),
    )  # fmt: skip
    assert related(fact(VILLAGE, actors=("big",)), both).relation is Relation.SUPPORTS
    assert related(fact(FARM, actors=("big",)), both).relation is Relation.CONTRADICTS
    assert related(fact(EAST, actors=("big",)), both).relation is Relation.SUPPORTS
    threat = related(fact(FARM, "threat", actors=("big",)), both)
    assert (threat.relation, threat.is_denial) == (Relation.CONTEXT, True)
