"""The position on a fact, the scope of the reports, the originators and the applicant's profile."""

from dataclasses import replace
from datetime import date

import pytest

from matching import origins
from matching.criteria import Nearness, Reason
from matching.facts import Citation, Coverage, EditionFrame, FactKind, Kind
from matching.outcome import Position, Relation
from matching.periods import Span
from matching.profile import match_profile
from tests.matching.world import (
    ABROAD,
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


def test_a_mixed_position_shows_reasons_for_each_side():
    cited = (Citation(1, frozenset({"a"})),)
    outcome = ask(fact(actors=("big",)), finding(citations=cited), denial(), denial(Kind.NO_EVIDENCE, "ed/n1"))
    assert codes(outcome.reasons) == ["reports-this-kind", "reports-otherwise", "knows-of-none"]
    assert outcome.independent_origins == origins.Origins(1, 1, ("a",))
    assert outcome.opposing_origins == origins.Origins(0, 0)
    assert [m.finding.key for m in outcome.related(Relation.CONTRADICTS, Relation.NO_EVIDENCE)] == ["ed/d1", "ed/n1"]
    assert [m.relation for m in outcome.matches] == [Relation.SUPPORTS, Relation.CONTRADICTS, Relation.NO_EVIDENCE]


def test_open_points():
    assert codes(ask(fact(actors=("big",)), finding()).open) == []
    assert codes(ask(fact(actors=("big",), start="", end=""), finding(actors=("unknown",))).open) == [
        "open-who", "open-when",
    ]  # fmt: skip
    fear = fact(start="", end="", kind=FactKind.FUTURE_RISK)
    assert codes(ask(fear, finding(actors=("unknown",))).open) == ["open-who"]  # nobody can date a future event
    told = ask(fact(actors=("big",), targets=("fulani",)), finding())
    assert told.open == (Reason.of("open-target", facet=["ethnicity"]),)
    assert (
        ask(fact(actors=("big",), targets=("fulani",)), finding(), finding(key="ed/f2", targets=("fulani",))).open == ()
    )


def test_the_leading_supports_decide_the_open_points():
    event = finding(Kind.OCCURRENCE, actors=(), span=span("2020-03-01", "2020-03-31"))
    outcome = ask(fact(actors=("big",), start="2020-03-05", end="2020-03-05"), event, finding(key="ed/f2"))
    assert codes(outcome.reasons) == ["reports-this-event", "event-who-not-named-by-report"]
    assert codes(outcome.open) == ["open-who"]


def test_if_one_finding_names_an_actor_none_is_called_unnamed():
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


def test_such_events_reported_of_others():
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
        # none of these meets all four questions
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
def test_not_silent_if_a_statement_bears_on_the_fact(findings, expected):
    outcome = ask(fact(actors=("big",)), *findings)
    assert outcome.position is Position.SILENT
    assert codes(outcome.reasons) == expected
    (by_edition,) = outcome.by_edition
    assert outcome.is_context_only is by_edition.is_context_only is (expected != ["silent"])


def test_findings_that_mention_it_are_named_and_counted():
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
def test_other_actors_named_for_a_supported_event_are_reported(kind, change, is_said):
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


def test_a_gap_in_coverage_is_explained_with_the_covered_times():
    rows = [(EAST, ("attack",), CURRENT), (EAST, ("attack",), span("2012-01-01", "2013-12-31"))]
    covered = ["2012-01-01/2013-12-31", "2019-01-01/2021-04-17"]
    expected = Position.OUT_OF_SCOPE, Reason.of("outside-time-between", covered=covered)
    assert scope(fact(start="2016", end="2016"), *rows) == expected
    assert scope(fact(start="2014", end="2018"), *rows) == expected
    assert scope(fact(start="2013-12-31", end="2016"), *rows)[0] is Position.SILENT
    assert scope(fact(start="2016", end="2019-01-01"), *rows)[0] is Position.SILENT
    # consecutive rows count as one period; a row on another topic does not count
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
