"""Dates, periods and trees, which every criterion uses."""

from datetime import date

import pytest

from matching.periods import InvalidDate, Moment, Period, months_between
from matching.trees import Tree
from tests.matching.world import (
    WORDS,
    span,
)  # fmt: skip

YEAR = span("2020-01-01", "2020-12-31")


# --- dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2019-02-30", "2019-13", "2019-00", "1899", "2101", "٢٠١٩", "2019-3", "2019-03-5", "19", "", " 2019",
     "2019-03-23T00:00", "2019/03", "2019-00-01", "2019\n", "-2019"],
)  # fmt: skip
def test_text_that_is_not_a_date(text):
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
def test_a_date_covers_its_whole_year_month_or_day(text, first, last):
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


def test_kinship_includes_parts_and_has_no_direction():
    assert WORDS.are_kin("clash", "ambush")
    assert WORDS.are_kin("ambush", "clash")
    assert not WORDS.are_kin("clash", "attack")
    assert not WORDS.are_kin("clash", "raid")
    assert WORDS.comparable_events("clash") == {"clash", "ambush"}
    assert WORDS.comparable_events("killing") == {"killing", "attack", "beheading"}
    assert WORDS.comparable_events("no-such-word") == {"no-such-word"}
