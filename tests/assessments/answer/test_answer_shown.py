"""An answer under Rules 2.0 reads the same on the fact's page, with all COI, in memo, disclosure sheet and text."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.answer import answer
from assessments.assessing import relocation_tests, result
from assessments.assessing.assessment import Assessment
from assessments.assessing.fact_presenter import present
from assessments.casefile import stored_case
from assessments.memo import disclosure, memo, printing, reliance
from assessments.memo.heading import Heading
from matching.outcome import Relation
from tests.factories import made_up_edition, made_up_finding, make_case, published
from tests.markup import elements
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

FARABOUGOU = {
    "id": "F1", "statement": "Soldiers came and shot.", "place": "Farabougou, Niono, Ségou",
    "event": "attack-on-village", "actors": ["malian-armed-forces"], "from": "2020-09", "to": "2021-03",
}  # fmt: skip
OGOSSAGOU = {
    "id": "F1", "statement": "They came at night.", "place": "Ogossagou, Mopti", "event": "attack-on-village",
    "from": "2019-03-23", "to": "2019-03-23",
}  # fmt: skip
HOME = {"role": "home-area", "place": "Ogossagou, Mopti"}


def but_last_word(card) -> str:
    """Return the statement without its last word, which the memo keeps with the footnote mark."""
    return card.statement.rpartition(" ")[0]


@pytest.fixture
def shown(library, caseworker, client):
    """Return the texts on a case with this one fact, by where they are shown."""
    signed_in(caseworker, client)

    def made(fact, places=(HOME,)):
        case = make_case(caseworker, material_facts=[fact], places=list(places), profile=[], persons=[{"id": "P1"}])
        found = answer.answer(stored_case.case_file(case, today=timezone.localdate()))
        pages = {
            "fact": client.get(reverse("fact", args=[case.uuid, "F1"])).content.decode(),
            "all COI": client.get(reverse("case-matches", args=[case.uuid])).content.decode(),
            "memo": printing.memo_html(memo.build(found, Assessment(), Heading())),
            "disclosure": printing.sheet_html(disclosure.build(found, Assessment())),
            "text": result.as_text(found),
        }
        return case, found, {name: " ".join(html.unescape(page).split()) for name, page in pages.items()}

    return made


def test_a_denial_of_part_of_an_events_time_is_printed_in_full_and_does_not_oppose(shown):
    _case, found, pages = shown(FARABOUGOU)
    fact = found.facts[0]
    (denial,) = fact.ruling_out_part
    assert denial not in fact.context + fact.opposing
    for name, page in pages.items():
        assert but_last_word(denial.card) in page, name
        assert "1 October 2020 to 31 March 2021" in page, name
    for name in ("fact", "all COI", "memo", "disclosure"):
        heading = re.search(r"<h\d[^>]*>\s*Rules out part of the period\s*</h\d>", pages[name])
        assert heading, name
        statement = pages[name].index(but_last_word(denial.card), heading.start())
        assert "<details" not in pages[name][heading.start() : statement], name
        assert "The report is silent" not in pages[name].replace("“The report is silent”", "").split("Method and")[0]
    relied = {(r.finding, r.relation) for r in reliance.relied_on(found, Assessment()) if r.fact}
    assert (denial.card.key, "context") in relied  # so that a change of it recalls the memo


def test_of_a_circumstance_that_lasted_it_opposes(shown):
    _case, found, pages = shown(FARABOUGOU | {"kind": "circumstance"})
    assert [m.relation for m in found.facts[0].opposing] == [Relation.CONTRADICTS]
    assert not found.facts[0].ruling_out_part
    assert "Mixed" in pages["fact"]
    assert "for part of the period: 1 October 2020 to 31 March 2021" in pages["memo"]


def test_a_denial_at_the_same_place_and_time_is_never_folded_away(shown):
    """ "The army made no attack" does not rule out a clash with the army, but readers must see it."""
    _case, found, pages = shown(FARABOUGOU | {"event": "clash", "from": "2020-11", "to": "2020-11"})
    fact = found.facts[0]
    (denial,) = dict(fact.context_groups)["denial"]
    assert '<details class="fold" id="context-denial" open>' in pages["fact"]
    assert but_last_word(denial.card) in pages["memo"]
    assert 'state-context">Context only</span>' in pages["memo"]
    assert "state-silent" not in pages["fact"] + pages["memo"].split("Method and limits")[0]


def test_the_level_is_shown_with_the_position_and_originators_are_counted_by_level(shown):
    _case, found, pages = shown(OGOSSAGOU)
    relied = present(found, found.facts[0])
    assert relied.level_words == "such an event at this place and time"
    first, second = relied.origins_words.split(" Events of this kind: ")
    assert first == "Such an event at this place and time: 1 independent originator: Jeune Afrique."
    assert "Human Rights Watch" in second
    for name, page in pages.items():
        assert relied.level_words in page, name
        if name != "disclosure":
            assert relied.origins_words in page, name


def test_origins_of_a_memo_under_rules_1_are_counted_together(shown):
    _case, found, _pages = shown(OGOSSAGOU)
    fact = found.facts[0]
    old = replace(fact, outcome=replace(fact.outcome, event_origins=None, kind_origins=None))
    assert present(found, old).origins_words.startswith("At least 2 independent originators")


@pytest.fixture
def other_report(library):
    """A second report on Ogossagou, which names a Dogon militia."""
    edition = made_up_edition("made-up-2023", covers="ML", cut_off=date(2023, 1, 1))
    made_up_finding(
        edition, "a-01", place="gn-2452421", actors=("dogon-militia",), period=("2019-03", "2019-03"),
        statement="Made up: Dogon men attacked Ogossagou.",
    )  # fmt: skip
    return published(edition)


def test_others_named_for_the_event_are_reported_and_listed(other_report, shown):
    _case, found, pages = shown(OGOSSAGOU | {"actors": ["fulani-militia"]})
    assert "also-told-of-others" in [reason.code for reason in found.facts[0].outcome.reasons]
    assert [m.card.key for m in found.facts[0].told_of_others] == ["made-up-2023/a-01"]
    for name, page in pages.items():
        assert "Dogon militia" in page, name
    assert '<details class="fold" id="context-who" open>' in pages["fact"]
    assert "Footnotes for this: Report A" in pages["memo"]


# --- places side by side ------------------------------------------------------------------------


def test_findings_on_the_whole_country_are_listed_once_and_in_no_column(shown, client):
    case, found, pages = shown(OGOSSAGOU, [HOME, {"role": "relocation", "place": "Kayes"}])
    sheet = relocation_tests.pair_sheet(found, Assessment())
    told = [card for card, _tests in sheet.country]
    assert told
    assert all("Mali" in (*card.places, *(card.denies.places if card.denies else ())) for card in told)
    assert not {card.key for card in told} & {card.key for c in sheet.columns for card in c.findings}
    page = " ".join(html.unescape(client.get(reverse("relocation", args=[case.uuid])).content.decode()).split())
    heading = page.index("Mali as a whole</h3>")
    for card in told:
        assert page.count(card.statement) == 1
        assert page.index(card.statement) > heading
    relocation = pages["memo"][pages["memo"].index('<h2 id="pairs"') : pages["memo"].index('<h2 id="profile"')]
    whole_country = relocation[relocation.index("About Mali as a whole.") :]
    numbers = memo.build(found, Assessment(), Heading()).paragraphs.numbers
    for card in told:
        assert pages["memo"].count(but_last_word(card)) == 1
        assert f'href="#p{numbers[card.key]}"' in whole_country or "–" in whole_country
        assert but_last_word(card) in pages["disclosure"]
        assert (card.key, "region") in {(r.finding, r.relation) for r in reliance.relied_on(found, Assessment())}


def test_places_in_one_region_print_its_findings_once(shown, client):
    """The columns say which column they repeat. Own sources and conclusions stay with each place."""
    places = [HOME, {"role": "relocation", "place": "Bandiagara, Mopti"}, {"role": "relocation", "place": "Kayes"}]
    case, found, pages = shown(OGOSSAGOU, places)
    sheet = relocation_tests.pair_sheet(found, Assessment())
    assert [column.same_as for column in sheet.columns] == ["", "Ogossagou", ""]
    assert sheet.columns[0].findings == sheet.columns[1].findings
    page = " ".join(html.unescape(client.get(reverse("relocation", args=[case.uuid])).content.decode()).split())
    assert "In the same region as Ogossagou" in page
    assert page.count("As for Ogossagou") == 4  # three tests, and the whole place
    for card in sheet.columns[0].findings:
        under = sum(card in cell.findings for _test, cell in sheet.columns[0].cells)
        assert page.count(card.statement) == under
    conclusions = {
        box.get("name", "") for box in elements(page, "[type=radio]") if box.get("name", "").endswith("-conclusion")
    }
    assert len(conclusions) == 6  # three for each proposed place
    assert "In the same region as Ogossagou. See that column." in pages["memo"]
