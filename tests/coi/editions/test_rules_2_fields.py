"""The fields of Rules 2.0: their meaning in matching, their reach, and that files keep them."""

from datetime import date

import pytest
import yaml

from coi.editions import checks
from coi.files import export, fixture
from coi.library import cited_findings, finding_values, finding_words, lookup, region_sheets, word_trees
from coi.models import Actor, Denial, Edition, EventKind, Finding, Place
from matching.facts import Extent, MaterialFact
from matching.periods import Period, Span
from tests.factories import made_up_edition, made_up_finding, published

pytestmark = pytest.mark.usefixtures("library")


def edition(**more) -> Edition:
    return made_up_edition("made-up-2022", covers="ML", events=["attack", "clash", "threat"], **more)


def value(finding: Finding):
    (found,) = finding_values.values_of_findings(Finding.objects.filter(pk=finding.pk))
    return found


def test_every_road_carries_the_fields():
    finding = made_up_finding(edition(), "a-01", place="ML", actors=("jnim", "malian-armed-forces"), events=("clash",))
    finding.extent = Finding.Extent.THROUGHOUT
    finding.save()
    finding.other_side.set(Actor.objects.filter(code="malian-armed-forces"))
    denial = Denial.objects.create(finding=finding, inferred_from="until", period_from="2020-02")
    denial.places.set(Place.objects.filter(code="ML-5"))
    denial.events.set(EventKind.objects.filter(code="clash"))
    held = value(finding)
    assert (held.extent, held.is_throughout, held.other_side) == (Extent.THROUGHOUT, True, ("malian-armed-forces",))
    assert (held.denies.inferred_from, held.denies.is_inferred) == ("until", True)
    written = {e["model"]: e["fields"] for e in yaml.safe_load(fixture.dump(finding.edition, published=False))}
    assert written["coi.finding"]["extent"] == "throughout"
    assert written["coi.finding"]["other_side"] == [["malian-armed-forces"]]
    assert written["coi.denial"]["inferred_from"] == "until"
    (document,) = export.document(finding.edition)["findings"]
    assert (document["extent"], document["other_side"]) == ("throughout", ["malian-armed-forces"])
    assert document["denies"]["inferred_from"] == "until"
    (card,) = cited_findings.finding_cards(Finding.objects.filter(pk=finding.pk))
    assert finding_words.extent_words(card) == "Throughout Mali"
    assert finding_words.sides_words(card) == "JNIM (GSIM) against Malian armed forces"
    assert finding_words.denial_words(card.denies).endswith(
        "1 February 2020 to 31 December 2021; inferred from “until”"
    )


def test_an_answer_without_them_reads_as_before():
    finding = made_up_finding(edition(), "a-01", place="ML", events=("clash",))
    written = fixture.dump(finding.edition, published=False)
    assert not any(name in written for name in ("extent", "other_side", "inferred_from"))
    (card,) = cited_findings.finding_cards(Finding.objects.filter(pk=finding.pk))
    assert finding_words.extent_words(card) == finding_words.sides_words(card) == ""


@pytest.mark.parametrize(
    ("actors", "other_side", "is_refused"),
    [
        (["jnim", "isgs"], [], False),
        (["jnim", "isgs"], ["isgs"], False),
        (["jnim", "isgs"], ["police"], True),
        (["jnim", "isgs"], ["jnim", "isgs"], True),
        ([], ["jnim"], True),
    ],
)
def test_the_other_side_is_a_part_of_the_actors(actors, other_side, is_refused):
    assert bool(checks.sides_problem(actors, other_side)) is is_refused


@pytest.mark.parametrize(
    ("start", "end", "inferred_from", "first", "last"),
    [
        ("2013-02", "", "until", "2013-02-01", "2014-12-31"),
        ("2013", "", "until", "2013-01-01", "2013-12-31"),
        ("2013-01-16", "", "until", "2013-01-16", "2014-12-31"),
        ("", "2019", "since", "2019-01-01", "2019-12-31"),
        ("", "2019-06", "since", "2018-01-01", "2019-06-30"),
        ("2021", "", "until", "2021-01-01", "2021-12-31"),
        ("2013-02", "2014", "until", "2013-02-01", "2014-12-31"),
        ("2013-02", "", "", "2013-02-01", "2022-06-30"),
        ("", "2019", "", "2012-01-01", "2019-12-31"),
    ],
)
def test_an_inferred_denial_ends_with_the_next_year(start, end, inferred_from, first, last):
    finding = made_up_finding(edition(), "a-01", place="ML-5", kind="denial", period=(start, end))
    Edition.objects.filter(pk=finding.edition_id).update(cut_off=date(2022, 6, 30))
    Finding.objects.get(pk=finding.pk).section.__class__.objects.filter(pk=finding.section_id).update(
        period_from="2012"
    )
    Denial.objects.filter(finding=finding).update(inferred_from=inferred_from)
    span = value(finding).denies.span
    assert span == Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("start", "end", "is_refused"),
    [
        ("2013-02", "", False),
        ("", "2019", False),
        ("2013-02", "2014", False),
        ("2013-02", "2015", True),
        ("", "", True),
    ],
)
def test_an_inferred_denial_states_its_time_and_reaches_no_further(start, end, is_refused):
    finding = made_up_finding(edition(), "a-01", place="ML-5", kind="denial", period=(start, end))
    Denial.objects.filter(finding=finding).update(inferred_from="until")
    row = finding_values.findings_with_everything(Finding.objects.filter(pk=finding.pk)).get()
    assert any("inferred" in said for said in checks.check_finding(row)) is is_refused


@pytest.mark.parametrize(
    ("kind", "period", "published_in", "is_reached"),
    [
        ("pattern", ("", ""), "2011-05", True),
        ("pattern", ("", ""), "", False),
        ("pattern", ("", ""), "2022", False),
        ("condition", ("", ""), "2011-05", False),
        ("pattern", ("2020", ""), "2011-05", False),
    ],
)
def test_an_undated_pattern_reaches_back_to_its_first_source(kind, period, published_in, is_reached):
    finding = made_up_finding(edition(), "a-01", place="ML-5", kind=kind, period=period)
    for note in finding.footnotes.all():
        note.sources.update(published=published_in)
    held = value(finding)
    (card,) = cited_findings.finding_cards(Finding.objects.filter(pk=finding.pk))
    assert held.reaches_by_sources is card.reaches_by_sources is is_reached
    assert (held.span.first == date(2011, 5, 1)) is is_reached
    assert ("first of its sources" in finding_words.finding_period_words(card)) is is_reached
    expected = {"2011-05": date(2011, 5, 31), "2022": date(2022, 12, 31), "": None}[published_in]
    assert held.newest_source == expected


def test_candidates_include_denials_of_any_event_at_that_place_and_time(monkeypatch):
    monkeypatch.setattr(lookup, "CONTEXT_LIMIT", 0)  # no near misses
    made = edition()
    made_up_finding(made, "a-01", place="ML-5", kind="denial", events=["threat"], period=("2020", "2020"))
    made_up_finding(made, "a-02", place="ML", kind="denial", events=["threat"], period=("2020", "2020"))
    made_up_finding(made, "a-03", place="ML-5", kind="denial", events=["threat"], period=("2016", "2016"))
    lookup.rebuild_keys(made)
    place = lookup.places.value_of(Place.objects.get(code="ML-5"))
    fact = MaterialFact("F1", place, "attack", Period.parse("2020", "2020"))
    found = lookup.candidates(fact, lookup.read([made]))
    assert [f.key for f in found.findings] == ["made-up-2022/a-01"]
    assert found.context_is_cut


def test_findings_on_the_country_have_their_own_sheet():
    made = edition()
    made_up_finding(made, "a-01", place="ML", events=("attack",), period=("2020", "2020"))
    made_up_finding(made, "a-02", place="ML", kind="denial", events=["threat"], period=("2020", "2020"))
    made_up_finding(made, "a-03", place="ML-5", events=("attack",), period=("2020", "2020"))
    made_up_finding(made, "a-04", place="ML-5", kind="denial", events=["threat"], period=("2020", "2020"))
    published(made)
    region = region_sheets.region_sheet("ML-5", lookup.read([made]))
    country = region.whole_country
    assert country == region_sheets.country_sheet("ML", lookup.read([made]))
    assert [card.code for card in country.findings] == ["a-01", "a-02"]
    assert [card.code for card in country.denials] == ["a-02"]
    assert region.wider_denials == region.about_wider_area == ()
    assert {card.code for card in (*region.findings, *region.denials)} == {"a-03", "a-04"}


def test_kin_actors_are_in_the_vocabulary():
    kin = word_trees.vocabulary()
    assert kin.are_kin_actors("hunters-militia", "dogon-militia")
    assert kin.are_kin_actors("bambara-militia", "hunters-militia")
    assert not kin.are_kin_actors("dogon-militia", "bambara-militia")
