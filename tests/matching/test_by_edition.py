"""Several editions on one country: the position of each, and whether they agree. It has no rule of its own."""

from dataclasses import replace

import pytest

from matching.facts import Citation, EditionFrame, Kind
from matching.outcome import Agreement, Level, Position
from tests.matching.world import ABROAD, CIRCLE, EAST, FRAME, VILLAGE, WEST, ask, codes, denial, fact, finding

OTHER = EditionFrame("other", "land", FRAME.cut_off, tuple(replace(row, edition="other") for row in FRAME.coverage))
BARE = EditionFrame("other", "land", FRAME.cut_off)
FOREIGN = replace(OTHER, country="abroad")


def of_other(found, key="other/x"):
    return replace(found, key=key, edition="other")


def positions(outcome) -> dict[str, Position]:
    return {e.edition: e.position for e in outcome.by_edition}


def test_a_single_edition_has_the_position_of_the_answer():
    outcome = ask(fact(actors=("katiba",)), finding())
    (alone,) = outcome.by_edition
    assert (alone.edition, alone.position, alone.reasons) == ("ed", outcome.position, outcome.reasons)
    assert (alone.level, alone.position.addresses_fact, outcome.agreement) == (outcome.level, True, None)


def test_one_supports_and_the_other_says_otherwise():
    outcome = ask(fact(actors=("big",)), finding(), of_other(denial()), frames=(FRAME, OTHER))
    assert outcome.position is Position.MIXED
    assert positions(outcome) == {"ed": Position.SUPPORTS, "other": Position.CONTRADICTS}
    assert codes(outcome.by_edition[0].reasons) == ["reports-this-kind"]
    assert codes(outcome.by_edition[1].reasons) == ["reports-otherwise"]
    assert (outcome.by_edition[0].level, outcome.by_edition[1].level) == (Level.THIS_KIND, None)
    assert outcome.agreement is Agreement.NOT_THE_SAME


@pytest.mark.parametrize(
    ("frame", "position", "reason"),
    [(OTHER, Position.SILENT, "silent"), (BARE, Position.OUT_OF_SCOPE, "outside-country")],
)
def test_a_silent_report_differs_from_one_that_does_not_cover_the_fact(frame, position, reason):
    outcome = ask(fact(), finding(), frames=(FRAME, frame))
    assert positions(outcome) == {"ed": Position.SUPPORTS, "other": position}
    assert codes(outcome.by_edition[1].reasons)[0] == reason
    assert outcome.agreement is Agreement.ONE_SPEAKS  # silence neither agrees nor disagrees


def test_scope_is_each_reports_own():
    west_only = replace(OTHER, coverage=tuple(replace(row, place=WEST) for row in OTHER.coverage))
    outcome = ask(fact(), frames=(FRAME, west_only))
    assert outcome.position is Position.SILENT
    assert positions(outcome) == {"ed": Position.SILENT, "other": Position.OUT_OF_SCOPE}
    assert codes(outcome.by_edition[1].reasons) == ["outside-place"]
    assert outcome.agreement is Agreement.NONE_SPEAKS


@pytest.mark.parametrize(
    ("found", "agreement"),
    [
        (finding(where=(CIRCLE,)), Agreement.SAME_WAY),
        (denial(Kind.NO_EVIDENCE), Agreement.NOT_THE_SAME),
    ],
)
def test_only_the_same_position_is_the_same(found, agreement):
    assert ask(fact(actors=("big",)), finding(), of_other(found), frames=(FRAME, OTHER)).agreement is agreement


def test_no_evidence_is_not_the_same_as_a_denial():
    both = ask(fact(actors=("big",)), denial(), of_other(denial(Kind.NO_EVIDENCE)), frames=(FRAME, OTHER))
    assert positions(both) == {"ed": Position.CONTRADICTS, "other": Position.NO_EVIDENCE}
    assert both.agreement is Agreement.NOT_THE_SAME


def test_an_edition_of_another_country_is_named_only_if_one_of_its_findings_counts():
    assert positions(ask(fact(), finding(), frames=(FRAME, FOREIGN))) == {"ed": Position.SUPPORTS}
    told_there = of_other(finding(where=(VILLAGE,)))
    assert set(positions(ask(fact(), told_there, frames=(FRAME, FOREIGN)))) == {"ed", "other"}
    near_miss = of_other(finding(where=(EAST,), events=("threat",)))
    assert set(positions(ask(fact(), near_miss, frames=(FRAME, FOREIGN)))) == {"ed"}
    assert positions(ask(fact(where=ABROAD), frames=(FRAME, FOREIGN))) == {"other": Position.OUT_OF_SCOPE}


def test_an_originator_behind_two_reports_counts_once():
    same, another = (Citation(n, frozenset([name])) for n, name in ((1, "acled"), (2, "hrw")))
    outcome = ask(
        fact(),
        finding(citations=(same,)),
        of_other(finding(citations=(replace(same, footnote=9), another))),
        frames=(FRAME, OTHER),
    )
    assert outcome.independent_origins.least == 2
