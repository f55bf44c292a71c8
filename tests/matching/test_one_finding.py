"""How one finding relates to one fact."""

import pytest

from matching.criteria import Question, Reason
from matching.facts import Denies, FactKind, Kind
from matching.outcome import Level, Position, Relation
from tests.matching.world import (
    CIRCLE,
    CURRENT,
    EAST,
    FARM,
    LAND,
    LASTED,
    PORT,
    TOWN,
    VILLAGE,
    ask,
    codes,
    denial,
    fact,
    finding,
    related,
    span,
)  # fmt: skip

# --- one finding -----------------------------------------------------------------------------


def test_a_support_has_nothing_that_fails():
    found = related(fact(actors=("big",)), finding())
    assert found.relation is Relation.SUPPORTS
    assert codes(found.reasons) == ["where-same", "when-overlaps", "who-same", "event-same"]
    assert found.result(Question.WHO).meets
    assert not found.result(Question.WHO).fails


@pytest.mark.parametrize("kind", list(Kind))
def test_only_assertions_can_support(kind):
    found = related(fact(actors=("big",)), finding(kind))
    asserts = kind in (Kind.OCCURRENCE, Kind.PATTERN, Kind.CONDITION)
    assert kind.asserts is asserts
    assert (found.relation is Relation.SUPPORTS) is asserts
    if not asserts:
        assert found.reasons[0].code == "context-kind"
        assert found.kept_out_by is None


@pytest.mark.parametrize(
    ("change", "question"),
    [
        ({"where": (FARM,)}, Question.WHERE),
        ({"where": (LAND,)}, Question.WHERE),
        ({"span": span("2021-01-01", "2021-02-01")}, Question.WHEN),
        ({"actors": ("army",)}, Question.WHO),
        ({"events": ("clash",)}, Question.WHAT),
    ],
)
def test_one_failing_question_makes_context(change, question):
    found = related(fact(actors=("big",)), finding(**change))
    assert (found.relation, found.kept_out_by) == (Relation.CONTEXT, question)
    assert found.reasons[0] == Reason.of("context-one-question-fails", question=question.value)


def test_two_failing_questions_make_no_match():
    assert related(fact(actors=("big",)), finding(actors=("army",), events=("clash",))) is None
    assert related(fact(actors=("big",)), finding(Kind.BACKGROUND, events=("clash",))) is None


def test_a_distant_place_or_no_place_is_no_match():
    assert related(fact(), finding(where=(PORT,))) is None
    assert related(fact(), finding(where=())) is None


def test_a_support_states_an_actor_or_a_period():
    found = related(fact(), finding(actors=(), is_dated=False))
    assert (found.relation, found.kept_out_by) == (Relation.CONTEXT, None)
    assert found.reasons[0].code == "context-states-neither-actor-nor-period"
    assert related(fact(), finding(actors=())).relation is Relation.SUPPORTS
    assert related(fact(), finding(is_dated=False)).relation is Relation.SUPPORTS


@pytest.mark.parametrize(
    ("kind", "where_", "spans", "period", "level"),
    [
        (Kind.OCCURRENCE, VILLAGE, ("2020-03-01", "2020-03-31"), ("2020-03-05", "2020-03-05"), Level.THIS_EVENT),
        (Kind.OCCURRENCE, VILLAGE, ("2020-01-01", "2020-12-31"), ("2020-03-05", "2020-03-05"), Level.THIS_KIND),
        (Kind.OCCURRENCE, VILLAGE, ("2020-01-01", "2020-12-31"), ("2020", "2020"), Level.THIS_EVENT),
        (Kind.OCCURRENCE, VILLAGE, ("2020-01-01", "2020-12-31"), ("2020", ""), Level.THIS_KIND),
        (Kind.OCCURRENCE, VILLAGE, ("2020-01-01", "2020-12-31"), ("", "2020"), Level.THIS_KIND),
        (Kind.CONDITION, VILLAGE, ("2020-01-01", "2020-12-31"), ("2020-03-05", "2020-03-05"), Level.THIS_EVENT),
        (Kind.PATTERN, VILLAGE, ("2020-03-01", "2020-03-31"), ("2020-03-05", "2020-03-05"), Level.THIS_KIND),
        (Kind.OCCURRENCE, EAST, ("2020-03-01", "2020-03-31"), ("2020-03-05", "2020-03-05"), Level.THIS_KIND),
        (Kind.OCCURRENCE, VILLAGE, ("2020-03-01", "2020-03-31"), ("", ""), Level.THIS_KIND),
    ],
)
def test_this_event_or_this_kind(kind, where_, spans, period, level):
    found = related(fact(start=period[0], end=period[1]), finding(kind, (where_,), span=span(*spans)))
    assert (found.relation, found.level) == (Relation.SUPPORTS, level)


def test_a_denial_that_covers_contradicts_and_a_no_evidence_does_not():
    one = fact(actors=("big",))
    assert related(one, denial()).relation is Relation.CONTRADICTS
    assert related(one, denial(Kind.NO_EVIDENCE)).relation is Relation.NO_EVIDENCE
    assert codes(related(one, denial()).reasons) == ["denied-here", "denied-then", "denied-actor", "denied-event"]


@pytest.mark.parametrize(
    ("change", "kept_out_by"),
    [
        ({"where": LAND}, Question.WHERE),
        ({"start": "2017", "end": "2018"}, Question.WHEN),
        ({"start": ""}, None),
        ({"actors": ("army",)}, Question.WHO),
        ({"actors": ()}, None),
        ({"event": "threat"}, Question.WHAT),
    ],
)
def test_a_denial_that_does_not_cover_the_fact_is_context_and_says_why(change, kept_out_by):
    found = related(fact(**({"actors": ("big",)} | change)), denial())
    assert (found.relation, found.kept_out_by, found.is_denial) == (Relation.CONTEXT, kept_out_by, True)
    assert found.reasons[0].code == "context-denial-falls-short"


@pytest.mark.parametrize(
    ("change", "of_fact", "is_listed"),
    [
        ({}, {}, True),
        ({"places": (VILLAGE,)}, {}, True),
        ({"places": (LAND,)}, {}, False),  # about the whole country
        ({"places": (FARM,)}, {}, False),  # about another place
        ({"places": (TOWN,)}, {"where": CIRCLE}, False),  # about a part of the place
        ({"span": span("2019-01-01", "2019-12-31")}, {}, False),
        ({"span": span("2019-01-01", "2020-03-31")}, {}, True),
        ({"span": span("2019-01-01", "2019-12-31")}, {"start": "", "end": ""}, True),
    ],
)
def test_a_denial_at_the_same_place_and_time_is_listed_whatever_else_fails(change, of_fact, is_listed):
    found = related(fact(**({"actors": ("army",), "event": "threat"} | of_fact)), denial(**change))
    assert (found is not None) is is_listed
    if found:
        assert (found.relation, found.kept_out_by, found.is_listed_in_full) == (Relation.CONTEXT, None, False)
        assert {v.question for v in found.verdicts if v.fails} >= {Question.WHO, Question.WHAT}


def test_a_denial_of_a_part_of_the_place_and_of_the_time_is_listed():
    found = related(fact(CIRCLE, actors=("big",), start="2018"), denial(places=(TOWN,)))
    assert (found.relation, found.kept_out_by, found.ruled_out_part) == (Relation.CONTEXT, None, None)
    assert related(fact(CIRCLE, actors=("army",), start="2018"), denial(places=(TOWN,))) is None
    outcome = ask(fact(CIRCLE, actors=("big",), start="2018"), denial(places=(TOWN,)), denial(key="ed/d2"))
    assert outcome.reasons[-1] == Reason.of("ruled-out-in-part-of-place", place=["town"])
    alone = ask(fact(CIRCLE, actors=("big",), start="2018"), denial(places=(TOWN,)))
    assert codes(alone.reasons) == ["context-only", "ruled-out-in-part-of-place"]


def test_a_denial_elsewhere_is_no_match():
    assert related(fact(PORT, actors=("big",)), denial()) is None


@pytest.mark.parametrize(
    ("of_fact", "of_denial", "relation", "part"),
    [
        (LASTED, {}, Relation.CONTRADICTS, ("2019-01-01", "2020-06-30")),
        (LASTED | {"kind": FactKind.PAST_EVENT}, {}, Relation.CONTEXT, ("2019-01-01", "2020-06-30")),
        (LASTED | {"kind": FactKind.FUTURE_RISK}, {}, Relation.CONTEXT, ("2019-01-01", "2020-06-30")),
        # the finding does not say that it lasted through June 2020
        (LASTED, {"span": span("2020-06-15", "2021-04-17")}, Relation.CONTEXT, ("2020-06-15", "2020-06-30")),
        # a statement about a year does not say that it lasted all year
        (LASTED | {"start": "2018", "end": "2018"}, {"span": span("2018-02-01", "2018-02-28")}, Relation.CONTEXT,
         ("2018-02-01", "2018-02-28")),
        (LASTED | {"end": ""}, {}, Relation.CONTEXT, None),
        (LASTED | {"actors": ("jihadists",)}, {}, Relation.CONTEXT, None),
        (LASTED | {"event": "presence"}, {}, Relation.CONTEXT, None),
    ],
)  # fmt: skip
def test_a_denial_of_a_part_of_the_time(of_fact, of_denial, relation, part):
    found = related(fact(**of_fact), denial(**of_denial))
    assert (found.relation, found.ruled_out_part) == (relation, part and span(*part))
    assert found.is_listed_in_full is (part is not None)
    if part:
        assert found.reasons[0] == Reason.of("rules-out-a-part", **{"from": part[0], "to": part[1]})


def test_that_nothing_is_known_of_a_part_of_the_time_opposes_nothing():
    found = related(fact(**LASTED), denial(Kind.NO_EVIDENCE))
    assert (found.relation, found.ruled_out_part, found.kept_out_by) == (Relation.CONTEXT, None, Question.WHEN)


def test_a_supporting_finding_may_also_rule_out_part_of_the_period():
    both = finding(
        Kind.CONDITION, span=span("2018-01-01", "2018-12-31"),
        denies=Denies(places=(VILLAGE,), events=("attack",), span=CURRENT, actors=("big",)),
    )  # fmt: skip
    found = related(fact(**LASTED), both)
    assert (found.relation, found.ruled_out_part) == (Relation.SUPPORTS, span("2019-01-01", "2020-06-30"))
    assert codes(found.reasons) == ["rules-out-a-part", "where-same", "when-overlaps", "who-same", "event-same"]
    assert ask(fact(**LASTED), both).position is Position.MIXED
    event = ask(fact(**(LASTED | {"kind": FactKind.PAST_EVENT})), both)
    assert (event.position, codes(event.reasons)) == (Position.SUPPORTS, ["reports-this-event", "ruled-out-in-part"])


@pytest.mark.parametrize(
    ("findings", "position", "expected"),
    [
        ([denial()], Position.MIXED, ["reports-otherwise-in-part"]),
        ([denial(), finding()], Position.MIXED, ["reports-this-kind", "reports-otherwise-in-part"]),
        ([denial(), denial(span=span("2018-01-01", "2021-04-17"), key="ed/d2")], Position.CONTRADICTS,
         ["reports-otherwise", "reports-otherwise-in-part"]),
        ([denial(span=span("2019-01-01", "2019-06-30")), denial(key="ed/d2", span=span("2020-01-01", "2020-12-31"))],
         Position.MIXED, ["reports-otherwise-in-part", "reports-otherwise-in-part"]),
    ],
)  # fmt: skip
def test_a_circumstance_ruled_out_for_a_part_of_its_time(findings, position, expected):
    outcome = ask(fact(**LASTED), *findings)
    assert (outcome.position, codes(outcome.reasons)) == (position, expected)


def test_a_denial_of_a_part_gives_its_dates():
    outcome = ask(fact(**LASTED), denial())
    assert outcome.reasons == (Reason.of("reports-otherwise-in-part", **{"from": "2019-01-01", "to": "2020-06-30"}),)
    event = ask(fact(**(LASTED | {"kind": FactKind.PAST_EVENT})), denial())
    assert codes(event.reasons) == ["context-only", "ruled-out-in-part"]
    assert event.is_context_only
