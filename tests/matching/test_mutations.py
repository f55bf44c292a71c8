"""Mutations of the rules: each broken rule makes a scenario fail.

A row has the mutation's name, how it breaks the rule, and the scenarios that must then fail.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assessments.casefile import values
from matching import criteria, denials, match, origins, outcome, position, profile, relation, scope, trees
from matching.criteria import CriterionAnswer, Nearness
from matching.facts import Denies, Extent, Kind
from matching.outcome import Level, Relation
from matching.periods import Period
from tests.matching.scenarios_of import BY_ID, failures

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("library")]

Break = Callable[[pytest.MonkeyPatch], None]


MODULES = (criteria, denials, match, origins, outcome, position, profile, relation, scope)


def rule_named(name: str) -> Any:
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def break_rule(patch: pytest.MonkeyPatch, name: str, broken: object) -> None:
    """Break the rule in every module of ``matching`` that uses it."""
    for module in MODULES:
        if hasattr(module, name):
            patch.setattr(module, name, broken)


def answers_instead(question: str, answer: CriterionAnswer, *reasons: str) -> Break:
    """Give this answer wherever the question gave one of these reasons."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        rule = rule_named(question)

        def broken(*args):
            result = rule(*args)
            if result.reason.code not in reasons:
                return result
            return replace(result, answer=answer, open_facets=())

        break_rule(patch, question, broken)

    return apply


def nearness_instead(near: Nearness, of: Nearness) -> Break:
    def apply(patch: pytest.MonkeyPatch) -> None:
        rule = rule_named("nearness")
        break_rule(patch, "nearness", lambda a, b: near if rule(a, b) is of else rule(a, b))

    return apply


def returns(name: str, value: object) -> Break:
    """Always return this value."""
    return lambda patch: break_rule(patch, name, lambda *args, **kwargs: value)


def becomes(module: object, name: str, value: object) -> Break:
    return lambda patch: patch.setattr(module, name, value)


def event_answers_without(reason: str) -> Break:
    def apply(patch: pytest.MonkeyPatch) -> None:
        rule = rule_named("event_answer")

        def broken(*args):
            met = rule(*args)
            return None if met and met[0] == reason else met

        break_rule(patch, "event_answer", broken)

    return apply


def scope_without(*reasons: str) -> Break:
    def apply(patch: pytest.MonkeyPatch) -> None:
        rule = rule_named("outside_coverage")

        def broken(*args):
            outside = rule(*args)
            return None if outside and outside.code in reasons else outside

        break_rule(patch, "outside_coverage", broken)

    return apply


def denies_more(**change) -> Break:
    """Read every denial with this part changed."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        rule = rule_named("four_denied")
        break_rule(patch, "four_denied", lambda fact, denies, words: rule(fact, replace(denies, **change), words))

    return apply


def are_siblings_too(patch: pytest.MonkeyPatch) -> None:
    rule = trees.Tree.is_related

    def broken(self, one, other):
        parent = self.parents.get(one)
        return rule(self, one, other) or (parent is not None and parent == self.parents.get(other))

    patch.setattr(trees.Tree, "is_related", broken)


def targets_flat(patch: pytest.MonkeyPatch) -> None:
    break_rule(patch, "facets", lambda targets, _words: {"all": frozenset(targets)} if targets else {})


def status_dropped(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("facets")
    break_rule(patch, "facets", lambda t, w: {f: v for f, v in rule(t, w).items() if f != "status"})


def together_ignored(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("who")
    break_rule(patch, "who", lambda fact, actors, _together, words, _sides: rule(fact, actors, False, words))


def findings_read_with(**change) -> Break:
    """Read every finding with this part changed."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        rule = rule_named("relate")
        break_rule(patch, "relate", lambda fact, found, words: rule(fact, replace(found, **change), words))

    return apply


def sides_ignored(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("who")
    break_rule(patch, "who", lambda fact, actors, together, words, _sides: rule(fact, actors, together, words))


def parts_never_oppose(patch: pytest.MonkeyPatch) -> None:
    break_rule(patch, "lasted_through", lambda _fact, _part: False)


def excepted_only_inside(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("where_denied")

    def broken(fact, denies):
        here = tuple(p for p in denies.places_excepted if fact.place.lies_in(p))
        return rule(fact, replace(denies, places_excepted=here))

    break_rule(patch, "where_denied", broken)


def no_evidence_denies(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("relate")

    def broken(fact, finding, words):
        found = rule(fact, finding, words)
        is_none_known = found is not None and found.relation is Relation.NO_EVIDENCE
        return replace(found, relation=Relation.CONTRADICTS) if is_none_known else found

    break_rule(patch, "relate", broken)


def denials_hide_support(patch: pytest.MonkeyPatch) -> None:
    """Make a finding that also denies something never support."""
    rule = rule_named("relate")

    def broken(fact, finding, words):
        found = rule(fact, finding, words)
        return None if found and finding.denies and found.relation is Relation.SUPPORTS else found

    break_rule(patch, "relate", broken)


def opposing_left_out(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("relate")

    def broken(fact, finding, words):
        found = rule(fact, finding, words)
        return None if found and found.relation is Relation.CONTRADICTS else found

    break_rule(patch, "relate", broken)


def every_footnote_an_origin(patch: pytest.MonkeyPatch) -> None:
    def broken(findings):
        notes = [c for f in findings for c in f.citations]
        return origins.Origins(len(notes), len(notes))

    break_rule(patch, "count", broken)


def upper_end_of_origins(patch: pytest.MonkeyPatch) -> None:
    rule = rule_named("count")
    break_rule(patch, "count", lambda findings: replace(found := rule(findings), least=found.most))


MEETS, NOT_KNOWN = CriterionAnswer.MEETS, CriterionAnswer.NOT_KNOWN

MUTATIONS: list[tuple[str, Break, tuple[str, ...]]] = [
    # where
    ("country-wide statements support", nearness_instead(Nearness.FACT_INSIDE, Nearness.COUNTRY_WIDE),
     ("places:Told of the whole country", "gao-liptako:JNIM and ISGS fighting each other in Ansongo in 2020")),
    ("the same region elsewhere supports", nearness_instead(Nearness.FACT_INSIDE, Nearness.SAME_REGION),
     ("places:The same region elsewhere", "koulikoro:A beheading at Banamba, elsewhere in Koulikoro")),
    ("a finding inside the fact's place is a near miss", nearness_instead(Nearness.SAME_REGION, Nearness.FINDING_INSIDE),
     ("places:The finding inside the fact's place",)),
    ("a fact inside the finding's place is a near miss", nearness_instead(Nearness.SAME_REGION, Nearness.FACT_INSIDE),
     ("places:A village that the library does not list",)),
    # when
    ("an undated fact overlaps", answers_instead("when", MEETS, "when-fact-undated"),
     ("dates:Ogossagou, date not stated",)),
    ("an undated finding overlaps", answers_instead("when", MEETS, "when-finding-undated"),
     ("mopti:A Dogon militia attacking a Fulani village near Bankass",)),
    ("an undated finding has no bounds", answers_instead("when", NOT_KNOWN, "when-outside-bounds"),
     ("dates:A militia attack in Mopti in 2017",)),
    ("another time is not known", answers_instead("when", NOT_KNOWN, "when-apart"),
     ("dates:Ogossagou, on the day after March 2019",)),
    ("an end not stated is the other end", becomes(Period, "possible_days", Period.stated_days),
     ("dates:Ogossagou, begun in 2018 and still going on",)),
    ("one date of a past event is not that date", becomes(values, "matched_ends", lambda _kind, start, end, _ongoing: (start, end)),
     ("dates:Ogossagou, the beginning alone stated, as 2018", "dates:Recruitment in Kayes, the beginning alone stated")),
    ("what is still going on ends with its one date", becomes(values, "matched_ends", lambda _kind, start, end, _ongoing: (start or end, end or start)),
     ("dates:Ogossagou, begun in 2018 and still going on",)),
    # who
    ("a perpetrator not identified meets", answers_instead("who", MEETS, "who-not-identified-by-report"),
     ("koulikoro:A beheading at Fana laid to JNIM",)),
    ("a perpetrator not named meets", answers_instead("who", MEETS, "who-not-named-by-report"),
     ("mopti:The massacre of Ogossagou laid to a Dogon militia",)),
    ("others are not known", answers_instead("who", NOT_KNOWN, "who-others"),
     ("bamako:Soldiers shooting demonstrators in July 2020", "actors:Rivals do not meet")),
    ("siblings meet", are_siblings_too, ("actors:Siblings do not meet",)),
    ("only the very same actor meets", becomes(trees.Tree, "is_related", lambda _self, one, other: one == other),
     ("actors:The actor of the note is wider than the applicant's",)),
    ("actors together are any of them", together_ignored, ("actors:JNIM, ISGS and the MNLA fighting in Mali in 2020",)),
    # what
    ("kin dropped", becomes(trees.Vocabulary, "are_kin", lambda *_: False),
     ("koulikoro:A clash with the army at Guiré in September 2020",)),
    ("a wider event does not meet", event_answers_without("event-wider"),
     ("events-and-targets:The note's event is wider",)),
    ("a narrower event does not meet", event_answers_without("event-narrower"),
     ("events-and-targets:The note's event is narrower",)),
    ("another event meets", answers_instead("what", MEETS, "event-differs"),
     ("events-and-targets:Another event at the same place and by the same actors",)),
    ("targets are one flat list", targets_flat, ("events-and-targets:Ethnicity differs",)),
    ("targets do not count", returns("facets", {}), ("mopti:A Dogon militia attacking a Dogon village",)),
    ("soldiers may be civilians", status_dropped, ("events-and-targets:Soldiers are not civilians",)),
    ("a facet named on one side alone agrees", answers_instead("what", MEETS, "event-same"),
     ("events-and-targets:Ethnicity agrees, occupation is named by the applicant alone",)),
    # denials
    ("a denial has no places excepted", denies_more(places_excepted=()),
     ("sikasso:GSIM attacking somewhere in Sikasso in 2020",)),
    ("a place around the one excepted is denied", excepted_only_inside,
     ("sikasso:GSIM attacking somewhere in Sikasso in 2020",)),
    ("a denial about a part covers the whole place", answers_instead("where_denied", MEETS, "denied-elsewhere"),
     ("denials:The south as a whole",)),
    ("a denial of part of the period denies it all", answers_instead("when_denied", MEETS, "denied-part-of-time"),
     ("kayes:Recruitment in Kayes through the whole of 2021",)),
    ("a denial covers a fact without a date", answers_instead("when_denied", MEETS, "denied-fact-undated"),
     ("kayes:Recruitment in Kayes, date not stated", "dates:Recruitment in Kayes, begun in March 2020 and still going on")),
    ("a denial covers another time", answers_instead("when_denied", MEETS, "denied-other-time"),
     ("denials:The denial at Farabougou ends with the time that it speaks of",)),
    ("a denial covers an actor not known", answers_instead("who_denied", MEETS, "denied-actor-not-known"),
     ("kayes:Recruitment in Kayes by men whom nobody could identify",)),
    ("a denial covers an actor wider than it names", answers_instead("who_denied", MEETS, "denied-actor-wider"),
     ("sikasso:Jihadists whom the applicant cannot tell apart attacking in Kadiolo",)),
    ("one actor covered is enough for a denial", answers_instead("who_denied", MEETS, "denied-other-actor"),
     ("koulikoro:Jihadists and a militia together attacking villagers in Koulikoro",)),
    ("a denial about actors together is about each", denies_more(together=False),
     ("gao-liptako:JNIM fighting in Gao in 2019",)),
    ("a denial is about whoever it was", denies_more(actors=()),
     ("denials:Rebels occupying Timbuktu in 2012 and jihadists in 2014 are two facts",)),
    ("a denial covers an event wider than it names", answers_instead("what_denied", MEETS, "denied-event-wider"),
     ("tombouctou:A jihadist group present in the town of Timbuktu in 2014",)),
    ("a denial covers another event", answers_instead("what_denied", MEETS, "denied-other-event"),
     ("sikasso:GSIM demanding money in Kadiolo",)),
    ("a denial covers a target not known", answers_instead("what_denied", MEETS, "denied-target-not-known"),
     ("koulikoro:Presumed jihadists attacking a village in Koulikoro, the applicant not saying who was hit",)),
    ("one target covered is enough for a denial", answers_instead("what_denied", MEETS, "denied-other-target"),
     ("koulikoro:Presumed jihadists attacking villagers and soldiers together in Koulikoro",)),
    ("no evidence is a denial", no_evidence_denies, ("kayes:Jihadists recruiting in Kayes early in 2021",)),
    # relations and positions
    ("statistics, analysis and background support", becomes(Kind, "asserts", property(lambda _self: True)),
     ("sikasso:Jihadists present in Sikasso",)),
    ("what denies something supports nothing", denials_hide_support, ("sikasso:GSIM attacking somewhere in Sikasso in 2020",)),
    ("what points the other way is left out", opposing_left_out,
     ("sikasso:GSIM attacking in Kadiolo in 2020",)),
    ("every support is of this very event", returns("level_of", Level.THIS_EVENT),
     ("rules-2:Throughout Kidal, and so in each of its circles",)),
    ("an occurrence in a year is of any day in it", becomes(relation, "ONE_MONTH", 100_000),
     ("sikasso:The brother of a village chief killed in Yorosso in June 2020",)),
    ("nothing stays open", returns("open_questions", ()), ("koulikoro:A beheading at Fana laid to JNIM",)),
    ("what any support answers is closed", becomes(position, "_leading", lambda supporting: supporting),
     ("mopti:The massacre of Ogossagou laid to a Dogon militia",)),
    ("that nobody could be identified is not said", returns("_unnamed_perpetrator", []),
     ("koulikoro:A beheading at Fana laid to JNIM",)),
    ("that others are reported is not said", returns("_reported_of_others", []),
     ("bamako:Soldiers shooting demonstrators in July 2020",)),
    # rules 2.0
    ("every statement on the country holds throughout it", findings_read_with(extent=Extent.THROUGHOUT),
     ("rules-2:Told of the country, and not of where in it",)),
    ("silent is said over statements that bear on the fact", returns("_only_context", []),
     ("rules-2:Only the author's synthesis speaks of it",)),
    ("statements on the whole country are not counted", returns("_of_the_whole_country", []),
     ("rules-2:Told of the country, and not of where in it",)),
    ("part of the period ruled out opposes nothing", parts_never_oppose,
     ("rules-2:The MNLA in control of the town of Gao from March 2012 to January 2013",)),
    ("part of the period ruled out opposes an event", returns("lasted_through", True),
     ("rules-2:The MNLA present in the town of Gao at some time in 2012",)),
    ("a part of the place ruled out is not said", returns("_in_part_of_place", []),
     ("rules-2:The MNLA in control of the Gao region from March 2012 to January 2013",)),
    ("a denial there and then is left out", returns("is_there_and_then", False),
     ("rules-2:A Dogon militia extorting money at Farabougou in November 2020",)),
    ("a wider event by nobody supports", returns("is_wider_and_unnamed", False),
     ("rules-2:A mine laid by nobody named",)),
    ("sides do not count", sides_ignored,
     ("rules-2:Jihadists and the MNLA fighting each other at Kidal in 2012",)),
    ("one side of a clash is enough", returns("_names_only_one_side", False),
     ("sides:Jihadists of GSIM and the army clashing at Guiré in September 2020",)),
    ("kin are others", becomes(trees.Vocabulary, "are_kin_actors", lambda *_: False),
     ("rules-2:Hunters attacking a Fulani village near Bankass",)),
    ("a source may tell of what came after it", returns("_sources_are_older", False),
     ("dates:Ogossagou, on the last day of March 2019",)),
    ("what is inferred is said to be stated", becomes(Denies, "is_inferred", False),
     ("rules-2:Jihadists in control of the town of Gao in 2014",)),
    # origins
    ("every footnote is an origin", every_footnote_an_origin, ("sikasso:GSIM attacking in the Yorosso circle in 2020",)),
    ("the upper end of the origins is used", upper_end_of_origins,
     ("kidal:Former Tuareg rebels in control of Kidal in 2020",)),
    # scope
    ("coverage ignores time", scope_without("outside-time-after", "outside-time-before", "outside-time-between"),
     ("dates:A militia attack on the day after the cut-off", "scope:An attack in Kayes in 2013")),
    ("coverage ignores the topic", scope_without("outside-topic"), ("scope:A forced marriage",)),
    ("coverage ignores the country", scope_without("outside-country"),
     ("scope:A country on which the library holds nothing (Niger)",)),
    ("nothing is covered", returns("_has_topic", False), ("kayes:A soldier arrested in Kayes by the army",)),
    ("what is not covered is not said", returns("first_day_not_covered", None),
     ("dates:Militia attacks in Mopti from 2020 to 2023",)),
]  # fmt: skip


@pytest.mark.parametrize(("mutation", "break_it", "caught_by"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_scenario_catches(mutation, break_it, caught_by, monkeypatch):
    break_it(monkeypatch)
    for name in caught_by:
        assert failures(BY_ID[name]), f"{name} does not notice: {mutation}"


def test_every_catching_scenario_passes_with_unbroken_rules():
    for name in sorted({name for _m, _b, caught_by in MUTATIONS for name in caught_by}):
        assert failures(BY_ID[name]) == []
