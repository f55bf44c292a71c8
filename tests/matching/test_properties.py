"""What is true of every case, on generated values: "What is guaranteed" in docs/matching.md."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import origins
from matching.facts import (
    OTHER,
    UNKNOWN,
    Citation,
    Denies,
    Extent,
    FactKind,
    Finding,
    Kind,
    MaterialFact,
    Strength,
)
from matching.outcome import Level, Position, Relation
from matching.periods import Moment, Period, Span
from tests.matching.generated_cases import (
    ACTORS,
    FAR_FIELD,
    FIRST_DAY,
    OPPOSES,
    ask,
    cases,
    cases_about,
    facts,
    findings,
    frames,
    libraries,
    opposing,
    opposing_wholly,
)
from tests.matching.world import CUT_OFF, LAND, PLACES, WORDS

pytestmark = pytest.mark.property

# --- too many contradictions ----------------------------------------------------------------------


@given(cases_about("span"), st.sampled_from(["start", "end", "both"]))
def test_dropping_a_date_never_adds_a_contradiction(case, dropped):
    fact, library = case
    start = None if dropped in ("start", "both") else fact.period.start
    end = None if dropped in ("end", "both") else fact.period.end
    assert opposing(ask(replace(fact, period=Period(start, end)), library)) <= opposing(ask(fact, library))


@given(cases_about("span"), st.data())
def test_a_longer_period_never_adds_a_contradiction(case, data):
    fact, library = case
    if fact.period.first is None or fact.period.last is None:
        return
    first = fact.period.first - timedelta(days=data.draw(st.integers(0, 800)))
    last = fact.period.last + timedelta(days=data.draw(st.integers(0, 800)))
    longer = replace(fact, period=Period(Moment(first, first), Moment(last, last)))
    # whether sources are older than the fact depends on its first day
    library = [replace(f, newest_source=None) for f in library]
    assert opposing_wholly(ask(longer, library)) <= opposing_wholly(ask(fact, library))
    event = replace(longer, kind=FactKind.PAST_EVENT)
    assert opposing(ask(event, library)) <= opposing(ask(fact, library))


@given(cases_about("actors"), st.sampled_from([*ACTORS, UNKNOWN, OTHER]))
def test_adding_an_actor_never_adds_a_contradiction(case, actor):
    fact, library = case
    if not fact.actors:
        return
    more = replace(fact, actors=(*fact.actors, actor))
    assert opposing(ask(more, library)) <= opposing(ask(fact, library))


@given(cases_about("actors"), st.data())
def test_forgetting_an_actor_never_adds_a_contradiction(case, data):
    fact, library = case
    before = opposing(ask(fact, library))
    assert opposing(ask(replace(fact, actors=()), library)) <= before
    if fact.actors:
        forgotten = data.draw(st.sampled_from(fact.actors))
        left = tuple(UNKNOWN if a == forgotten else a for a in fact.actors)
        assert opposing(ask(replace(fact, actors=left), library)) <= before


@given(cases_about("actors"), st.data())
def test_a_less_exact_actor_never_adds_a_contradiction(case, data):
    fact, library = case
    wider = tuple(data.draw(st.sampled_from(sorted(WORDS.actors.lineage(a)))) for a in fact.actors)
    assert opposing(ask(replace(fact, actors=wider), library)) <= opposing(ask(fact, library))


@given(cases_about("places", "places_excepted"), st.data())
def test_widening_a_place_never_adds_a_contradiction(case, data):
    fact, library = case
    wider = data.draw(st.sampled_from([p for p in PLACES if fact.place.lies_in(p)]))
    assert opposing(ask(replace(fact, place=wider), library)) <= opposing(ask(fact, library))


@given(cases_about("events"), st.data())
def test_a_less_exact_event_never_adds_a_contradiction(case, data):
    fact, library = case
    wider = data.draw(st.sampled_from(sorted(WORDS.events.lineage(fact.event))))
    assert opposing(ask(replace(fact, event=wider), library)) <= opposing(ask(fact, library))


@given(cases)
def test_a_contradiction_covers_every_piece(case):
    fact, library = case
    for m in ask(fact, library).related(Relation.CONTRADICTS, Relation.NO_EVIDENCE):
        denies = m.finding.denies
        assert (m.relation is Relation.NO_EVIDENCE) == (m.finding.kind is Kind.NO_EVIDENCE)
        assert fact.place.lineage & {p.code for p in denies.places}
        assert not any(fact.place.lies_in(p) or p.lies_in(fact.place) for p in denies.places_excepted)
        assert fact.period.start
        assert fact.period.end
        assert m.finding.newest_source is None or m.finding.newest_source >= fact.period.start.first
        if m.ruled_out_part is None:
            assert denies.span.first <= fact.period.start.first
            assert fact.period.end.last <= denies.span.last
        else:  # a circumstance that lasted through a part of the denied period
            assert fact.kind is FactKind.CIRCUMSTANCE
            assert fact.period.start.last <= denies.span.last
            assert denies.span.first <= fact.period.end.first
        if denies.actors:
            assert fact.actors
            assert all(WORDS.actors.lineage(a) & set(denies.actors) for a in fact.actors)
        assert WORDS.events.lineage(fact.event) & set(denies.events)
        if denies.targets:
            assert fact.targets
            assert OTHER not in fact.targets


def test_the_exception_a_denial_about_actors_together():
    """A documented limitation: naming a second actor may cause the contradiction."""
    denies = Denies((LAND,), ("clash",), Span(FIRST_DAY, CUT_OFF), actors=("big", "rival"), together=True)
    denial = Finding("ed/0", "ed", Kind.DENIAL, Strength.STATED, denies.span, True, denies=denies)
    year = Period(Moment.parse("2020"), Moment.parse("2020"))
    one = MaterialFact("F1", PLACES[4], "clash", year, actors=("big",))
    assert opposing(ask(one, [denial])) == set()
    assert opposing(ask(replace(one, actors=("big", "rival")), [denial])) == {"ed/0"}


# --- irrelevant changes ---------------------------------------------------------------------------


@given(cases, st.data())
def test_the_order_of_findings_and_of_words_is_irrelevant(case, data):
    fact, library = case
    shuffled = replace(
        fact,
        actors=tuple(data.draw(st.permutations(fact.actors))),
        targets=tuple(data.draw(st.permutations(fact.targets))),
    )
    again = ask(shuffled, data.draw(st.permutations(library)))
    assert replace(again, fact=fact, matches=()) == replace(ask(fact, library), matches=())
    assert [(m.finding.key, m.relation, m.reasons) for m in again.matches] == [
        (m.finding.key, m.relation, m.reasons) for m in ask(fact, library).matches
    ]


@given(facts, facts, libraries())
def test_the_order_of_facts_is_irrelevant(one, other, library):
    first = [ask(f, library) for f in (one, other)]
    second = [ask(f, library) for f in (other, one)]
    assert first == second[::-1]


@given(cases)
def test_duplicates_change_nothing(case):
    fact, library = case
    assert replace(ask(fact, library * 2), matches=()) == replace(ask(fact, library), matches=())


@given(cases, st.tuples(findings("ed/abroad-1"), findings("ed/abroad-2")))
def test_findings_of_another_country_change_nothing(case, foreign):
    fact, library = case
    moved = [
        replace(f, places=(FAR_FIELD,), denies=f.denies and replace(f.denies, places=(FAR_FIELD,))) for f in foreign
    ]
    assert ask(fact, (*library, *moved)) == ask(fact, library)


@given(cases, frames())
def test_the_same_values_give_the_same_outcome(case, bounds):
    fact, library = case
    assert ask(fact, library, bounds) == ask(fact, iter(library), bounds)


# --- scope and silence -----------------------------------------------------------------------


@given(cases, st.integers(1, 3000), st.none() | st.integers(0, 900))
def test_a_fact_wholly_after_the_cut_off_is_out_of_scope(case, begins, lasts):
    fact, library = case
    first = CUT_OFF + timedelta(days=begins)
    end = None if lasts is None else Moment(*[first + timedelta(days=lasts)] * 2)
    outcome = ask(replace(fact, period=Period(Moment(first, first), end)), library)
    assert outcome.position is Position.OUT_OF_SCOPE
    assert outcome.not_covered_from is None


@given(facts, frames())
def test_without_findings_there_is_no_support_and_no_opposition(fact, bounds):
    outcome = ask(fact, (), bounds)
    assert outcome.position in (Position.SILENT, Position.OUT_OF_SCOPE)
    assert outcome.matches == outcome.open == ()
    assert outcome.independent_origins == outcome.opposing_origins == origins.Origins(0, 0)
    assert outcome.event_origins == outcome.kind_origins == origins.Origins(0, 0)


@given(cases, frames())
def test_only_coverage_decides_between_silence_and_scope(case, bounds):
    fact, library = case
    outcome, bare = ask(fact, library, bounds), ask(fact, (), bounds)
    if outcome.position in (Position.SILENT, Position.OUT_OF_SCOPE):
        assert outcome.position == bare.position
        assert outcome.is_context_only or outcome.reasons[0] == bare.reasons[0]
    else:
        assert outcome.related(Relation.SUPPORTS, Relation.CONTRADICTS, Relation.NO_EVIDENCE)
    day_first, day_last = fact.period.first or date.min, fact.period.last or date.max
    is_covered = fact.event != OTHER and any(
        fact.place.lies_in(row.place)
        and WORDS.events.lineage(fact.event) & set(row.events)
        and row.span.first <= day_last
        and day_first <= row.span.last
        for row in bounds[0].coverage
    )
    assert (bare.position is Position.SILENT) == is_covered


# --- support ---------------------------------------------------------------------------------


@given(cases)
def test_a_support_has_nothing_against_it(case):
    fact, library = case
    for m in ask(fact, library).related(Relation.SUPPORTS):
        assert m.finding.kind in (Kind.OCCURRENCE, Kind.PATTERN, Kind.CONDITION)
        assert m.finding.actors or m.finding.is_dated
        assert not any(v.fails for v in m.verdicts)
        is_near = any(fact.place.code == p.code or not p.is_country for p in m.finding.places)
        assert is_near or m.finding.extent is Extent.THROUGHOUT
        assert is_near or m.level is Level.WHOLE_COUNTRY
        assert not (m.sources_are_older and m.level is Level.THIS_EVENT)
        assert fact.event != OTHER


@given(cases)
def test_originators_are_counted_by_level(case):
    outcome = ask(*case)
    supports = outcome.related(Relation.SUPPORTS)
    assert outcome.event_origins == origins.count(m.finding for m in supports if m.level is Level.THIS_EVENT)
    assert outcome.kind_origins == origins.count(m.finding for m in supports if m.level is not Level.THIS_EVENT)
    assert {*outcome.event_origins.names, *outcome.kind_origins.names} == {*outcome.independent_origins.names}


@given(cases)
def test_never_silent_if_a_finding_meets_all_four_questions(case):
    outcome = ask(*case)
    fitting = [m for m in outcome.matches if not m.is_denial and not any(v.fails for v in m.verdicts)]
    if outcome.position is Position.SILENT and not outcome.is_context_only:
        assert not fitting
        assert not any(m.is_listed_in_full for m in outcome.matches)


@given(cases)
def test_context_fails_exactly_one_question(case):
    """Except for a denial at the same place and time, which is listed whatever else fails."""
    fact, library = case
    for m in ask(fact, library).related(Relation.CONTEXT):
        failing = [v for v in m.verdicts if v.fails]
        if m.ruled_out_part is None and len(failing) <= 1:
            assert [v.question for v in failing] == ([m.kept_out_by] if m.kept_out_by else [])
        elif m.ruled_out_part is None:
            assert m.is_denial
            assert any(fact.place.lies_in(p) and not p.is_country for p in m.finding.denies.places)
            assert m.finding.denies.span.first <= (fact.period.last or date.max)
            assert (fact.period.first or date.min) <= m.finding.denies.span.last


@given(cases)
def test_a_denial_at_the_same_place_and_time_is_always_listed(case):
    fact, library = case
    shown = {m.finding.key for m in ask(fact, library).matches}
    for f in library:
        if f.denies and f.denies.span.overlaps(Span(fact.period.first or date.min, fact.period.last or date.max)):
            is_there = any(fact.place.lies_in(p) and not p.is_country for p in f.denies.places)
            is_excepted = any(fact.place.lies_in(p) or p.lies_in(fact.place) for p in f.denies.places_excepted)
            assert f.key in shown or not is_there or is_excepted


@given(cases)
def test_the_position_follows_from_the_relations(case):
    fact, library = case
    outcome = ask(fact, library)
    relations = {m.relation for m in outcome.matches}
    against, wholly = bool(opposing(outcome)), bool(opposing_wholly(outcome))
    in_part = opposing(outcome) - opposing_wholly(outcome)
    contradicted = any(m.ruled_out_part is None for m in outcome.related(Relation.CONTRADICTS))
    supports = Relation.SUPPORTS in relations
    is_mixed = (supports and wholly) or (bool(in_part) and not contradicted)
    assert (outcome.position is Position.MIXED) == is_mixed
    assert (outcome.position is Position.SUPPORTS) == (supports and not against)
    assert (outcome.position is Position.CONTRADICTS) == (contradicted and not supports)
    assert (outcome.position is Position.NO_EVIDENCE) == (wholly and not contradicted and not supports and not in_part)


@given(facts, libraries(), libraries(), frames(), frames())
def test_each_edition_has_the_position_it_would_have_alone(fact, ours, theirs, first, second):
    moved = tuple(replace(f, key=f"other/{n}", edition="other") for n, f in enumerate(theirs))
    bounds = (*first, *(replace(f, code="other") for f in second))
    together = ask(fact, (*ours, *moved), bounds)
    for said, found, frame in zip(together.by_edition, (ours, moved), bounds, strict=True):
        alone = ask(fact, found, (frame,))
        assert (said.edition, said.position, said.level) == (frame.code, alone.position, alone.level)
        assert said.reasons == alone.reasons
    positions = {e.position for e in together.by_edition}
    # with several reports, one may rule out a part of the period and another all of it
    supports = Relation.SUPPORTS in {m.relation for m in together.matches}
    opposes = bool(opposing(together))
    assert opposes == bool(positions & {*OPPOSES, Position.MIXED})
    assert (together.position is Position.SUPPORTS) == (supports and not opposes)
    if not supports and not opposes:
        assert (together.position is Position.SILENT) == (Position.SILENT in positions)


# --- origins ---------------------------------------------------------------------------------


@given(libraries(), findings())
def test_origins_never_fall_when_a_finding_is_added(library, one_more):
    before, after = origins.count(library), origins.count([*library, one_more])
    assert before.least <= before.most
    assert before.least <= after.least
    assert before.most <= after.most


@given(libraries(), st.integers(2, 6))
def test_one_originator_counts_once_however_often_it_is_cited(library, times):
    cited = Finding(
        "ed/x", "ed", Kind.PATTERN, Strength.STATED, Span(FIRST_DAY, CUT_OFF), True,
        citations=(Citation(90, frozenset("x")),),
    )  # fmt: skip
    again = [replace(cited, citations=(Citation(90 + n, frozenset("x")),)) for n in range(times)]
    assert origins.count([*library, *again]) == origins.count([*library, cited])
    apart, both = origins.count(library), origins.count([*library, cited])
    assert (both.least, both.most, both.names) == (apart.least + 1, apart.most + 1, (*apart.names, "x"))
