"""Every branch of every criterion: the decision table of docs/matching.md, row by row."""

import pytest

from matching.criteria import CriterionAnswer, Nearness, facets, nearness, what, when, where, who
from matching.denials import what_denied, when_denied, where_denied, who_denied
from matching.facts import Denies
from tests.matching.world import (
    ABROAD,
    CIRCLE,
    EAST,
    FARM,
    LAND,
    MACRO,
    PORT,
    VILLAGE,
    WORDS,
    fact,
    span,
)  # fmt: skip

MEETS, NOT_KNOWN, FAILS = CriterionAnswer.MEETS, CriterionAnswer.NOT_KNOWN, CriterionAnswer.FAILS
YEAR = span("2020-01-01", "2020-12-31")


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


def test_where_uses_the_nearest_of_several_places():
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


# --- coverage of a denial -----------------------------------------------------------------------


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
