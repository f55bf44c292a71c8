"""Each criterion, each branch: the decision table of docs/matching.md, row by row."""

from dataclasses import replace
from datetime import date

import pytest

from matching import origins
from matching.criteria import (
    CriterionAnswer,
    Nearness,
    Question,
    Reason,
    facets,
    nearness,
    what,
    what_denied,
    when,
    when_denied,
    where,
    where_denied,
    who,
    who_denied,
)
from matching.facts import Citation, Coverage, Denies, EditionFrame, Extent, FactKind, Kind
from matching.match import Level, Position, Relation, relate
from matching.periods import InvalidDate, Moment, Period, Span, months_between
from matching.profile import match_profile
from matching.trees import Tree
from tests.matching.world import (
    ABROAD,
    CIRCLE,
    CURRENT,
    CUT_OFF,
    EAST,
    FARM,
    FRAME,
    LAND,
    MACRO,
    PORT,
    TOWN,
    VILLAGE,
    WEST,
    WORDS,
    ask,
    codes,
    denial,
    fact,
    finding,
    span,
)  # fmt: skip

MEETS, NOT_KNOWN, FAILS = CriterionAnswer.MEETS, CriterionAnswer.NOT_KNOWN, CriterionAnswer.FAILS
YEAR = span("2020-01-01", "2020-12-31")


# --- dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2019-02-30", "2019-13", "2019-00", "1899", "2101", "٢٠١٩", "2019-3", "2019-03-5", "19", "", " 2019",
     "2019-03-23T00:00", "2019/03", "2019-00-01", "2019\n", "-2019"],
)  # fmt: skip
def test_what_is_no_date(text):
    with pytest.raises(InvalidDate):
        Moment.parse(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-02", "2019-02-01", "2019-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-02-29", "2020-02-29", "2020-02-29"),
        ("1900", "1900-01-01", "1900-12-31"),
        ("2100-12-31", "2100-12-31", "2100-12-31"),
    ],
)
def test_a_date_reaches_as_far_as_it_is_stated(text, first, last):
    moment = Moment.parse(text)
    assert (moment.first, moment.last) == (date.fromisoformat(first), date.fromisoformat(last))


def test_periods():
    assert Period.parse().is_undated
    assert Period.parse().first is Period.parse().last is None
    assert not Period.parse("2019").is_undated
    assert not Period.parse("", "2019").is_undated
    assert Period.parse("2019", "2019").is_possible
    assert Period.parse("2019-05", "2019").is_possible
    assert Period.parse("2019").is_possible
    assert Period.parse("", "2019").is_possible
    assert not Period.parse("2020", "2019").is_possible


def test_spans():
    assert YEAR.days == 366
    assert YEAR.contains(YEAR)
    assert not YEAR.contains(span("2019-12-31", "2020-05-01"))
    assert not YEAR.contains(span("2020-05-01", "2021-01-01"))
    assert YEAR.overlaps(span("2020-12-31", "2021-05-01"))
    assert not YEAR.overlaps(span("2021-01-01", "2021-05-01"))
    assert not YEAR.overlaps(span("2018-01-01", "2019-12-31"))


def test_months_between():
    assert months_between(date(2021, 4, 17), date(2026, 11, 23)) == 67
    assert months_between(date(2021, 4, 17), date(2021, 5, 16)) == 0
    assert months_between(date(2021, 4, 17), date(2021, 5, 17)) == 1
    assert months_between(date(2021, 4, 17), date(2020, 1, 1)) == 0


# --- trees -----------------------------------------------------------------------------------


def test_trees():
    tree = WORDS.actors
    assert tree.is_within("katiba", "jihadists")
    assert tree.is_within("katiba", "katiba")
    assert not tree.is_within("jihadists", "katiba")
    assert tree.is_related("jihadists", "katiba")
    assert not tree.is_related("big", "rival")
    assert tree.lineage("katiba") == {"katiba", "big", "jihadists"}
    assert tree.lineage("nobody") == {"nobody"}
    assert tree.parts("jihadists") == {"jihadists", "big", "katiba", "rival"}
    assert tree.parts("nobody") == {"nobody"}
    assert not tree.is_within("nobody", "jihadists")
    assert tree.is_within("nobody", "nobody")


def test_a_tree_bitten_by_its_own_tail_still_ends():
    assert Tree({"a": "b", "b": "a"}).lineage("a") == {"a", "b"}


def test_kin_is_of_the_parts_too_and_has_no_direction():
    assert WORDS.are_kin("clash", "ambush")
    assert WORDS.are_kin("ambush", "clash")
    assert not WORDS.are_kin("clash", "attack")
    assert not WORDS.are_kin("clash", "raid")
    assert WORDS.comparable_events("clash") == {"clash", "ambush"}
    assert WORDS.comparable_events("killing") == {"killing", "attack", "beheading"}
    assert WORDS.comparable_events("no-such-word") == {"no-such-word"}


# --- where -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_fact", "of_finding", "near", "answer", "reason"),
    [
        (VILLAGE, VILLAGE, Nearness.SAME, MEETS, "where-same"),
        (LAND, LAND, Nearness.SAME, MEETS, "where-same"),
        (VILLAGE, EAST, Nearness.FACT_INSIDE, MEETS, "where-fact-inside"),
        (VILLAGE, MACRO, Nearness.FACT_INSIDE, MEETS, "where-fact-inside"),
        (EAST, VILLAGE, Nearness.FINDING_INSIDE, MEETS, "where-finding-inside"),
        (LAND, VILLAGE, Nearness.FINDING_INSIDE, MEETS, "where-finding-inside"),
        (VILLAGE, FARM, Nearness.SAME_REGION, FAILS, "where-same-region"),
        (VILLAGE, LAND, Nearness.COUNTRY_WIDE, FAILS, "where-country-wide"),
        (MACRO, LAND, Nearness.COUNTRY_WIDE, FAILS, "where-country-wide"),
        (VILLAGE, PORT, Nearness.FAR, FAILS, "where-far"),
        (VILLAGE, ABROAD, Nearness.FAR, FAILS, "where-far"),
    ],
)
def test_where(of_fact, of_finding, near, answer, reason):
    assert nearness(of_fact, of_finding) is near
    result = where(fact(of_fact), (of_finding,))
    assert (result.answer, result.reason.code, result.nearness) == (answer, reason, near)
    assert result.reason.param("place") == (of_finding.code,)


def test_where_takes_the_nearest_of_several():
    assert where(fact(VILLAGE), (PORT, LAND, VILLAGE, FARM)).nearness is Nearness.SAME


def test_where_without_a_place_is_far():
    result = where(fact(VILLAGE), ())
    assert (result.nearness, result.reason.param("place")) == (Nearness.FAR, ("",))


# --- when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "is_dated", "answer", "reason"),
    [
        ("2020-05", "2020-06", True, MEETS, "when-overlaps"),
        ("2019", "2020-01-01", True, MEETS, "when-overlaps"),
        ("2020", "", True, MEETS, "when-overlaps"),
        ("", "2020-06", True, MEETS, "when-overlaps"),
        ("", "", True, NOT_KNOWN, "when-fact-undated"),
        ("", "", False, NOT_KNOWN, "when-fact-undated"),
        ("2020", "2020", False, NOT_KNOWN, "when-finding-undated"),
        ("2018", "", True, NOT_KNOWN, "when-fact-open"),
        ("", "2022", True, NOT_KNOWN, "when-fact-open"),
        ("2018", "", False, NOT_KNOWN, "when-finding-undated"),
        ("2019", "2019", True, FAILS, "when-apart"),
        ("2021-01-01", "", True, FAILS, "when-apart"),
        ("", "2019", True, FAILS, "when-apart"),
        ("2019", "2019", False, FAILS, "when-outside-bounds"),
    ],
)
def test_when(start, end, is_dated, answer, reason):
    result = when(fact(start=start, end=end), YEAR, is_dated)
    assert (result.answer, result.reason.code) == (answer, reason)
    assert result.reason.param("from") == ("2020-01-01",)
    assert result.reason.param("to") == ("2020-12-31",)


# --- who -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "together", "answer", "reason"),
    [
        (("big",), ("big",), False, MEETS, "who-same"),
        (("katiba",), ("big",), False, MEETS, "who-related"),
        (("jihadists",), ("katiba",), False, MEETS, "who-related"),
        (("army", "katiba"), ("big",), False, MEETS, "who-related"),
        (("big",), (), False, NOT_KNOWN, "who-not-named-by-report"),
        ((), (), False, NOT_KNOWN, "who-not-named-by-report"),
        (("big",), ("unknown",), False, NOT_KNOWN, "who-not-identified-by-report"),
        ((), ("big",), False, NOT_KNOWN, "who-not-named-by-applicant"),
        (("unknown",), ("big",), False, NOT_KNOWN, "who-not-identified-by-applicant"),
        (("red",), ("big", "unknown"), False, NOT_KNOWN, "who-not-identified-by-report"),
        (("big",), ("rival",), False, FAILS, "who-others"),
        (("red",), ("blue",), False, FAILS, "who-others"),
        (("other",), ("big",), False, FAILS, "who-others"),
        (("other",), ("other",), False, FAILS, "who-others"),
        (("big", "rival"), ("rival", "big"), True, MEETS, "who-same"),
        (("katiba", "rival"), ("rival", "big"), True, MEETS, "who-same"),
        (("big",), ("rival", "big"), True, NOT_KNOWN, "who-only-some-named"),
        (("big", "rival", "army"), ("rival", "big"), True, FAILS, "who-others"),
    ],
)
def test_who(ours, theirs, together, answer, reason):
    result = who(fact(actors=ours), theirs, together, WORDS)
    assert (result.answer, result.reason.code) == (answer, reason)


# --- what ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "targets", "events", "theirs", "answer", "reason", "open_facets"),
    [
        ("attack", (), ("attack",), (), MEETS, "event-same", ()),
        ("raid", (), ("attack",), (), MEETS, "event-wider", ()),
        ("attack", (), ("raid",), (), MEETS, "event-narrower", ()),
        ("clash", (), ("ambush",), (), MEETS, "event-kin", ()),
        ("raid", (), ("attack", "raid"), (), MEETS, "event-same", ()),
        ("raid", (), ("killing",), (), FAILS, "event-differs", ()),
        ("raid", (), (), (), FAILS, "event-not-named-by-report", ()),
        ("other", (), ("attack",), (), FAILS, "event-differs", ()),
        ("attack", ("fulani",), ("attack",), ("fulani",), MEETS, "event-same", ()),
        ("attack", ("chief",), ("attack",), ("villager",), MEETS, "event-same", ()),
        ("attack", ("fulani", "dogon"), ("attack",), ("dogon",), MEETS, "event-same", ()),
        ("attack", ("fulani",), ("attack",), (), NOT_KNOWN, "event-same", ("ethnicity",)),
        ("raid", (), ("attack",), ("fulani",), NOT_KNOWN, "event-wider", ("ethnicity",)),
        ("attack", ("herder",), ("attack",), ("civilians",), NOT_KNOWN, "event-same", ("occupation",)),
        ("attack", ("other",), ("attack",), (), MEETS, "event-same", ()),
        ("attack", ("fulani",), ("attack",), ("dogon",), FAILS, "target-differs", ()),
        ("attack", ("soldier",), ("attack",), ("civilians",), FAILS, "target-differs", ()),
        ("attack", ("soldier",), ("attack",), ("villager",), FAILS, "target-differs", ()),
    ],
)
def test_what(event, targets, events, theirs, answer, reason, open_facets):
    result = what(fact(event=event, targets=targets), events, theirs, WORDS)
    assert (result.answer, result.reason.code, result.open_facets) == (answer, reason, open_facets)


def test_facets_say_apart_who_is_a_civilian():
    assert facets(("soldier", "fulani"), WORDS) == {
        "occupation": {"soldier"}, "ethnicity": {"fulani"}, "status": {"not-civilian"},
    }  # fmt: skip
    assert facets(("hunter",), WORDS) == {"occupation": {"hunter"}}
    assert facets(("civilians",), WORDS) == {"status": {"civilian"}}
    assert facets(("other",), WORDS) == {}


# --- what a denial covers --------------------------------------------------------------------


def rules_out(**more) -> Denies:
    return Denies(**({"places": (EAST,), "events": ("attack",), "span": YEAR} | more))


@pytest.mark.parametrize(
    ("of_fact", "excepted", "answer", "reason"),
    [
        (EAST, (), MEETS, "denied-here"),
        (VILLAGE, (), MEETS, "denied-here"),
        (VILLAGE, (FARM,), MEETS, "denied-here"),
        (VILLAGE, (VILLAGE,), FAILS, "denied-except-here"),
        (VILLAGE, (CIRCLE,), FAILS, "denied-except-here"),
        (EAST, (VILLAGE,), FAILS, "denied-except-here"),
        (LAND, (), FAILS, "denied-elsewhere"),
        (MACRO, (), FAILS, "denied-elsewhere"),
        (PORT, (), FAILS, "denied-elsewhere"),
    ],
)
def test_where_denied(of_fact, excepted, answer, reason):
    result = where_denied(fact(of_fact), rules_out(places_excepted=excepted))
    assert (result.answer, result.reason.code) == (answer, reason)


@pytest.mark.parametrize(
    ("start", "end", "answer", "reason"),
    [
        ("2020", "2020", MEETS, "denied-then"),
        ("2020-12-31", "2020-12-31", MEETS, "denied-then"),
        ("2019-12-31", "2020-02", FAILS, "denied-part-of-time"),
        ("2020-05", "2021-01-01", FAILS, "denied-part-of-time"),
        ("2021", "2021", FAILS, "denied-other-time"),
        ("2021", "", FAILS, "denied-other-time"),
        ("2020-05", "", NOT_KNOWN, "denied-fact-undated"),
        ("", "2020-05", NOT_KNOWN, "denied-fact-undated"),
        ("", "", NOT_KNOWN, "denied-fact-undated"),
    ],
)
def test_when_denied(start, end, answer, reason):
    result = when_denied(fact(start=start, end=end), rules_out())
    assert (result.answer, result.reason.code) == (answer, reason)


@pytest.mark.parametrize(
    ("ours", "denied", "together", "answer", "reason"),
    [
        (("big",), (), False, MEETS, "denied-whoever"),
        ((), (), False, MEETS, "denied-whoever"),
        (("big",), ("big",), False, MEETS, "denied-actor"),
        (("katiba",), ("jihadists",), False, MEETS, "denied-actor"),
        (("katiba", "rival"), ("big", "rival"), True, MEETS, "denied-actor"),
        (("katiba",), ("big", "rival"), False, MEETS, "denied-actor"),
        (("katiba",), ("big", "rival"), True, NOT_KNOWN, "denied-only-some-named"),
        (("jihadists",), ("big",), False, NOT_KNOWN, "denied-actor-wider"),
        (("big", "jihadists"), ("big",), False, NOT_KNOWN, "denied-actor-wider"),
        (("unknown",), ("big",), False, NOT_KNOWN, "denied-actor-not-known"),
        (("big", "unknown"), ("big",), False, NOT_KNOWN, "denied-actor-not-known"),
        ((), ("big",), False, NOT_KNOWN, "denied-actor-not-known"),
        (("rival",), ("big",), False, FAILS, "denied-other-actor"),
        (("big", "army"), ("big",), False, FAILS, "denied-other-actor"),
        (("big", "other"), ("big",), False, FAILS, "denied-other-actor"),
        (("other",), ("big",), False, FAILS, "denied-other-actor"),
    ],
)
def test_who_denied(ours, denied, together, answer, reason):
    result = who_denied(fact(actors=ours), rules_out(actors=denied, together=together), WORDS)
    assert (result.answer, result.reason.code) == (answer, reason)


@pytest.mark.parametrize(
    ("event", "targets", "events", "denied", "answer", "reason"),
    [
        ("attack", (), ("attack",), (), MEETS, "denied-event"),
        ("beheading", (), ("attack",), (), MEETS, "denied-event"),
        ("attack", ("soldier", "fulani"), ("attack",), (), MEETS, "denied-event"),
        ("raid", ("villager",), ("attack",), ("civilians",), MEETS, "denied-event"),
        ("raid", ("chief",), ("attack",), ("villager",), MEETS, "denied-event"),
        ("attack", (), ("raid",), (), NOT_KNOWN, "denied-event-wider"),
        ("clash", (), ("ambush",), (), NOT_KNOWN, "denied-event-wider"),
        ("threat", (), ("attack",), (), FAILS, "denied-other-event"),
        ("other", (), ("attack",), (), FAILS, "denied-other-event"),
        ("raid", ("soldier",), ("attack",), ("civilians",), FAILS, "denied-other-target"),
        ("raid", ("villager", "soldier"), ("attack",), ("civilians",), FAILS, "denied-other-target"),
        ("raid", ("fulani", "dogon"), ("attack",), ("fulani",), FAILS, "denied-other-target"),
        ("raid", ("villager",), ("attack",), ("chief",), FAILS, "denied-other-target"),
        ("raid", (), ("attack",), ("civilians",), NOT_KNOWN, "denied-target-not-known"),
        ("raid", ("fulani",), ("attack",), ("civilians",), NOT_KNOWN, "denied-target-not-known"),
        ("raid", ("civilians", "other"), ("attack",), ("civilians",), NOT_KNOWN, "denied-target-not-known"),
        ("raid", ("other",), ("attack",), (), MEETS, "denied-event"),
    ],
)
def test_what_denied(event, targets, events, denied, answer, reason):
    result = what_denied(fact(event=event, targets=targets), rules_out(events=events, targets=denied), WORDS)
    assert (result.answer, result.reason.code) == (answer, reason)


# --- one finding -----------------------------------------------------------------------------


def related(one, other):
    return relate(one, other, WORDS)


def test_a_support_has_nothing_that_fails():
    found = related(fact(actors=("big",)), finding())
    assert found.relation is Relation.SUPPORTS
    assert codes(found.reasons) == ["where-same", "when-overlaps", "who-same", "event-same"]
    assert found.result(Question.WHO).meets
    assert not found.result(Question.WHO).fails


@pytest.mark.parametrize("kind", list(Kind))
def test_only_what_asserts_can_support(kind):
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


def test_far_away_is_no_match_and_no_place_is_none():
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
def test_a_denial_that_falls_short_is_context_and_says_where(change, kept_out_by):
    found = related(fact(**({"actors": ("big",)} | change)), denial())
    assert (found.relation, found.kept_out_by, found.is_denial) == (Relation.CONTEXT, kept_out_by, True)
    assert found.reasons[0].code == "context-denial-falls-short"


@pytest.mark.parametrize(
    ("change", "of_fact", "is_listed"),
    [
        ({}, {}, True),
        ({"places": (VILLAGE,)}, {}, True),
        ({"places": (LAND,)}, {}, False),  # told of the whole country
        ({"places": (FARM,)}, {}, False),  # told of another place
        ({"places": (TOWN,)}, {"where": CIRCLE}, False),  # told of a part of the place
        ({"span": span("2019-01-01", "2019-12-31")}, {}, False),
        ({"span": span("2019-01-01", "2020-03-31")}, {}, True),
        ({"span": span("2019-01-01", "2019-12-31")}, {"start": "", "end": ""}, True),
    ],
)
def test_a_denial_at_the_same_place_and_time_is_listed_whatever_else_fails(change, of_fact, is_listed):
    found = related(fact(**({"actors": ("army",), "event": "threat"} | of_fact)), denial(**change))
    assert (found is not None) is is_listed
    if found:
        assert (found.relation, found.kept_out_by, found.stands_in_full) == (Relation.CONTEXT, None, False)
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


LASTED = {"actors": ("big",), "start": "2018-03", "end": "2020-06", "kind": FactKind.CIRCUMSTANCE}


@pytest.mark.parametrize(
    ("of_fact", "of_denial", "relation", "part"),
    [
        (LASTED, {}, Relation.CONTRADICTS, ("2019-01-01", "2020-06-30")),
        (LASTED | {"kind": FactKind.PAST_EVENT}, {}, Relation.CONTEXT, ("2019-01-01", "2020-06-30")),
        (LASTED | {"kind": FactKind.FUTURE_RISK}, {}, Relation.CONTEXT, ("2019-01-01", "2020-06-30")),
        # that it lasted through June 2020 is not stated
        (LASTED, {"span": span("2020-06-15", "2021-04-17")}, Relation.CONTEXT, ("2020-06-15", "2020-06-30")),
        # nor that what is stated of a year lasted all through it
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
    assert found.stands_in_full is (part is not None)
    if part:
        assert found.reasons[0] == Reason.of("rules-out-a-part", **{"from": part[0], "to": part[1]})


def test_that_nothing_is_known_of_a_part_of_the_time_opposes_nothing():
    found = related(fact(**LASTED), denial(Kind.NO_EVIDENCE))
    assert (found.relation, found.ruled_out_part, found.kept_out_by) == (Relation.CONTEXT, None, Question.WHEN)


def test_what_supports_may_rule_out_a_part_of_the_time_as_well():
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


def test_the_parts_are_said_with_their_dates():
    outcome = ask(fact(**LASTED), denial())
    assert outcome.reasons == (Reason.of("reports-otherwise-in-part", **{"from": "2019-01-01", "to": "2020-06-30"}),)
    event = ask(fact(**(LASTED | {"kind": FactKind.PAST_EVENT})), denial())
    assert codes(event.reasons) == ["context-only", "ruled-out-in-part"]
    assert event.is_context_only


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
def test_what_holds_throughout_the_country_supports_as_its_weakest_degree(place, is_throughout, near, level):
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
        (("big", "red"), ("big", "red", "army"), (), "clash", MEETS, "who-same"),  # no sides are told
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
def test_a_source_cannot_tell_of_what_came_after_it(newest, start, level, is_older):
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


def test_what_is_only_inferred_is_marked_so():
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


# --- the position ----------------------------------------------------------------------------


def test_every_position():
    one, no_evidence = fact(actors=("big",)), denial(Kind.NO_EVIDENCE, "ed/n1")
    assert ask(one, finding()).position is Position.SUPPORTS
    assert ask(one, denial()).position is Position.CONTRADICTS
    assert ask(one, no_evidence).position is Position.NO_EVIDENCE
    assert ask(one, denial(), no_evidence).position is Position.CONTRADICTS
    assert ask(one, finding(), denial()).position is Position.MIXED
    assert ask(one, finding(), no_evidence).position is Position.MIXED
    assert ask(one).position is Position.SILENT
    assert ask(fact(PORT, start="2010", end="2010")).position is Position.OUT_OF_SCOPE


def test_the_reasons_of_a_mixed_position_and_who_stands_on_which_side():
    cited = (Citation(1, frozenset({"a"})),)
    outcome = ask(fact(actors=("big",)), finding(citations=cited), denial(), denial(Kind.NO_EVIDENCE, "ed/n1"))
    assert codes(outcome.reasons) == ["reports-this-kind", "reports-otherwise", "knows-of-none"]
    assert outcome.independent_origins == origins.Origins(1, 1, ("a",))
    assert outcome.opposing_origins == origins.Origins(0, 0)
    assert [m.finding.key for m in outcome.related(Relation.CONTRADICTS, Relation.NO_EVIDENCE)] == ["ed/d1", "ed/n1"]
    assert [m.relation for m in outcome.matches] == [Relation.SUPPORTS, Relation.CONTRADICTS, Relation.NO_EVIDENCE]


def test_what_stays_open():
    assert codes(ask(fact(actors=("big",)), finding()).open) == []
    assert codes(ask(fact(actors=("big",), start="", end=""), finding(actors=("unknown",))).open) == [
        "open-who", "open-when",
    ]  # fmt: skip
    fear = fact(start="", end="", kind=FactKind.FUTURE_RISK)
    assert codes(ask(fear, finding(actors=("unknown",))).open) == ["open-who"]  # of the future nobody can say when
    told = ask(fact(actors=("big",), targets=("fulani",)), finding())
    assert told.open == (Reason.of("open-target", facet=["ethnicity"]),)
    assert (
        ask(fact(actors=("big",), targets=("fulani",)), finding(), finding(key="ed/f2", targets=("fulani",))).open == ()
    )


def test_the_leading_supports_say_what_stays_open():
    event = finding(Kind.OCCURRENCE, actors=(), span=span("2020-03-01", "2020-03-31"))
    outcome = ask(fact(actors=("big",), start="2020-03-05", end="2020-03-05"), event, finding(key="ed/f2"))
    assert codes(outcome.reasons) == ["reports-this-event", "event-who-not-named-by-report"]
    assert codes(outcome.open) == ["open-who"]


def test_where_one_of_them_names_somebody_nobody_is_said_to_be_unnamed():
    unnamed = finding(Kind.OCCURRENCE, actors=(), span=span("2020-03-01", "2020-03-31"))
    named = finding(Kind.OCCURRENCE, key="ed/f2", span=span("2020-03-01", "2020-03-31"))
    alone = ask(fact(start="2020-03-05", end="2020-03-05"), unnamed)  # the applicant names nobody either
    assert codes(alone.reasons) == ["reports-this-event", "event-who-not-named-by-report"]
    both = ask(fact(start="2020-03-05", end="2020-03-05"), unnamed, named)
    assert codes(both.reasons) == ["reports-this-event"]


def test_a_perpetrator_who_could_not_be_identified():
    outcome = ask(fact(actors=("big",)), finding(actors=("unknown",)))
    assert outcome.position is Position.SUPPORTS
    assert codes(outcome.reasons) == ["reports-this-kind", "event-who-not-identified-by-report"]
    assert codes(ask(fact(), finding()).reasons) == ["reports-this-kind"]


def test_told_of_others():
    outcome = ask(fact(actors=("big",)), finding(actors=("army",)), finding(key="ed/f2", actors=("red",)))
    assert outcome.position is Position.SILENT
    assert outcome.reasons == (Reason.of("context-only"), Reason.of("reported-of-others", actors=["army", "red"]))
    assert outcome.is_context_only
    only_denied = ask(fact(actors=("army",)), denial())
    assert codes(only_denied.reasons) == ["silent"]


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], ["silent"]),
        ([finding(Kind.SYNTHESIS)], ["context-only", "only-kinds"]),
        ([finding(where=(LAND,))], ["context-only", "of-the-whole-country"]),
        ([finding(actors=(), is_dated=False)], ["context-only", "only-in-general"]),
        ([finding(actors=("army",))], ["context-only", "reported-of-others"]),
        ([denial(actors=("katiba",))], ["context-only", "denials-fall-short"]),
        ([denial(places=(VILLAGE,), actors=("katiba",))], ["context-only", "denials-fall-short"]),
        # nothing of these meets all four questions
        ([finding(events=("threat",))], ["silent"]),
        ([finding(span=span("2019-01-01", "2019-12-31"))], ["silent"]),
        ([finding(where=(FARM,))], ["silent"]),
        ([denial(events=("threat",))], ["context-only", "denials-fall-short"]),
        ([denial(actors=("army",))], ["silent"]),
        ([denial(actors=("army",), events=("threat",))], ["silent"]),
        ([denial(places=(FARM,))], ["silent"]),
        ([denial(span=span("2019-01-01", "2019-12-31"))], ["silent"]),
    ],
)
def test_silent_is_not_said_over_a_statement_that_bears_on_the_fact(findings, expected):
    outcome = ask(fact(actors=("big",)), *findings)
    assert outcome.position is Position.SILENT
    assert codes(outcome.reasons) == expected
    (by_edition,) = outcome.by_edition
    assert outcome.is_context_only is by_edition.is_context_only is (expected != ["silent"])


def test_what_speaks_of_it_is_named_and_counted():
    kinds = ask(fact(), finding(Kind.SYNTHESIS), finding(Kind.ANALYSIS, key="ed/f2"))
    assert kinds.reasons[1] == Reason.of("only-kinds", kinds=["analysis", "synthesis"])
    wide = finding(where=(LAND,))
    twice = ask(fact(), wide, wide, replace(wide, key="ed/f2"))
    assert twice.reasons[1] == Reason.of("of-the-whole-country", count="2")


@pytest.mark.parametrize(
    ("kind", "change", "is_said"),
    [
        (Kind.OCCURRENCE, {}, True),
        (Kind.PATTERN, {}, False),
        (Kind.CONDITION, {}, False),
        (Kind.OCCURRENCE, {"where": (EAST,)}, False),
        (Kind.OCCURRENCE, {"span": span("2020-01-01", "2020-12-31")}, False),
        (Kind.OCCURRENCE, {"span": span("2020-03-23", "2020-03-23")}, True),
        (Kind.OCCURRENCE, {"is_dated": False}, False),
    ],
)
def test_beside_a_support_others_named_for_the_same_event_are_said(kind, change, is_said):
    day = {"start": "2020-03-23", "end": "2020-03-23", "actors": ("red",)}
    others = finding(kind, **({"actors": ("blue",), "span": span("2020-03-01", "2020-03-31"), "key": "ed/f2"} | change))
    outcome = ask(fact(**day), finding(actors=("militias",)), others)
    assert outcome.position is Position.SUPPORTS
    said = Reason.of("also-told-of-others", actors=["blue"]) in outcome.reasons
    assert said is is_said


# --- scope -----------------------------------------------------------------------------------


def scope(one, *rows, frames=None):
    frame = EditionFrame("ed", "land", CUT_OFF, tuple(Coverage("ed", *row) for row in rows))
    outcome = ask(one, frames=frames if frames is not None else (frame,))
    return outcome.position, outcome.reasons[0]


def test_scope_says_which_of_country_topic_place_or_time():
    row, early = (EAST, ("attack",), CURRENT), (EAST, ("attack",), span("2012-01-01", "2013-12-31"))
    silent, outside = Position.SILENT, Position.OUT_OF_SCOPE
    assert scope(fact(), row) == (silent, Reason.of("silent"))
    assert scope(fact(event="beheading"), row)[0] is silent
    assert scope(fact(start="", end=""), row)[0] is silent
    assert scope(fact(start="2018"), row)[0] is silent
    assert scope(fact(), frames=()) == (outside, Reason.of("outside-country", country="land"))
    assert scope(fact(ABROAD), row) == (outside, Reason.of("outside-country", country="abroad"))
    assert scope(fact()) == (outside, Reason.of("outside-country", country="land"))
    assert scope(fact(event="threat"), row) == (outside, Reason.of("outside-topic", event="threat"))
    assert scope(fact(event="other"), row) == (outside, Reason.of("outside-topic", event="other"))
    assert scope(fact(PORT), row) == (outside, Reason.of("outside-place", place="port"))
    assert scope(fact(WEST), row)[1].code == "outside-place"
    assert scope(fact(MACRO), row)[1].code == "outside-place"
    assert scope(fact(start="2018", end="2018"), row) == (outside, Reason.of("outside-time-before", date="2019-01-01"))
    assert scope(fact(start="", end="2018"), row)[1].code == "outside-time-before"
    assert scope(fact(start="2022", end="2022"), row, early) == (
        outside, Reason.of("outside-time-after", date="2021-04-17"),
    )  # fmt: skip
    assert scope(fact(start="2022", end=""), row)[1].code == "outside-time-after"
    assert scope(fact(start="2011", end="2011"), row, early)[1] == Reason.of("outside-time-before", date="2012-01-01")


def test_a_gap_between_the_times_covered_is_said_with_what_is_covered():
    rows = [(EAST, ("attack",), CURRENT), (EAST, ("attack",), span("2012-01-01", "2013-12-31"))]
    covered = ["2012-01-01/2013-12-31", "2019-01-01/2021-04-17"]
    expected = Position.OUT_OF_SCOPE, Reason.of("outside-time-between", covered=covered)
    assert scope(fact(start="2016", end="2016"), *rows) == expected
    assert scope(fact(start="2014", end="2018"), *rows) == expected
    assert scope(fact(start="2013-12-31", end="2016"), *rows)[0] is Position.SILENT
    assert scope(fact(start="2016", end="2019-01-01"), *rows)[0] is Position.SILENT
    # rows that follow each other are one stretch; a row of another topic does not count
    more = [(EAST, ("attack",), span("2014-01-01", "2014-06-30")), (EAST, ("clash",), span("2015-01-01", "2017-12-31"))]
    assert scope(fact(start="2016", end="2016"), *rows, *more)[1].param("covered") == (
        "2012-01-01/2014-06-30", "2019-01-01/2021-04-17",
    )  # fmt: skip


def test_from_when_a_fact_is_not_covered():
    def uncovered(**period):
        return ask(fact(actors=("big",), **period), finding(span=CURRENT)).not_covered_from

    assert uncovered(start="2020", end="2020") is None
    assert uncovered(start="2020", end="2021-04-17") is None
    assert uncovered(start="2020", end="2021-04-18") == date(2021, 4, 18)
    assert uncovered(start="2020", end="") == date(2021, 4, 18)
    assert uncovered(start="", end="2022") == date(2021, 4, 18)
    assert uncovered(start="", end="") is None
    assert ask(fact(start="2022", end="2023")).not_covered_from is None
    assert ask(fact(actors=("big",), end="2022"), finding(), frames=()).not_covered_from is None
    later = EditionFrame("ed-2", "land", date(2022, 12, 31))
    assert ask(fact(end="2022"), finding(), frames=(FRAME, later)).not_covered_from is None
    assert "not-covered-from" in codes(ask(fact(end="2022"), finding()).reasons)


# --- origins ---------------------------------------------------------------------------------


def cited(*footnotes):
    return finding(citations=tuple(Citation(n, frozenset(names)) for n, names in enumerate(footnotes)))


@pytest.mark.parametrize(
    ("findings", "least", "most"),
    [
        ([], 0, 0),
        ([()], 0, 0),
        ([({"a"},)], 1, 1),
        ([({"a"},), ({"a"},)], 1, 1),
        ([({"a"}, {"b"})], 2, 2),
        ([({"a", "b"},)], 1, 2),
        ([({"a", "b"},), ({"a"},)], 1, 2),
        ([({"a", "b"},), ({"b", "c"},)], 1, 3),
        ([({"a", "b"},), ({"c", "d"},)], 2, 4),
        ([({"a", "b"}, {"b", "c"}, {"c", "a"})], 2, 3),
        ([({"z"}, {"a", "b"}, {"z", "c"})], 2, 4),
        ([(set(),)], 0, 0),
    ],
)
def test_origins(findings, least, most):
    found = origins.count([cited(*notes) for notes in findings])
    assert (found.least, found.most) == (least, most)
    assert found.names == tuple(sorted({name for notes in findings for names in notes for name in names}))


# --- profile ---------------------------------------------------------------------------------


def test_a_profile_meets_findings_that_name_its_traits():
    def found(traits, home, *findings):
        return [(m.traits, m.nearness, codes(m.reasons)) for m in match_profile(traits, home, findings, WORDS)]

    fulani = finding(targets=("fulani", "villager"))
    assert found(("fulani",), (VILLAGE,), fulani) == [
        (("fulani",), Nearness.SAME, ["profile-names-trait", "profile-same-place"])
    ]
    assert found(("fulani", "chief"), (VILLAGE,), fulani)[0][0] == ("chief", "fulani")
    for home, near, code in (
        (EAST, Nearness.FINDING_INSIDE, "profile-inside"),
        (FARM, Nearness.SAME_REGION, "profile-same-region"),
    ):
        assert found(("fulani",), (home,), fulani) == [(("fulani",), near, ["profile-names-trait", code])]
    assert found(("fulani",), (TOWN,), finding(where=(LAND,), targets=("fulani",)))[0][2][1] == "profile-country-wide"
    assert found(("fulani",), (TOWN,), finding(where=(EAST,), targets=("fulani",)))[0][2][1] == "profile-area"
    assert found(("fulani",), (PORT,), fulani) == []
    assert found(("fulani",), (), fulani) == []
    assert found(("dogon",), (VILLAGE,), fulani) == []
    assert found(("hunter",), (VILLAGE,), fulani) == []
    assert found(("herder",), (VILLAGE,), finding(targets=("civilians",))) == []
    nearest_first = found(("fulani",), (VILLAGE,), finding(where=(FARM,), targets=("fulani",)), fulani)
    assert [near for _t, near, _c in nearest_first] == [Nearness.SAME, Nearness.SAME_REGION]


def test_a_reason_carries_its_parameters():
    reason = Reason.of("code", one="a", many=["b", "c"])
    assert (reason.param("one"), reason.param("many"), reason.param("none")) == (("a",), ("b", "c"), ())


def test_spans_are_of_days():
    assert Span(date(2020, 1, 1), date(2020, 1, 1)).days == 1
