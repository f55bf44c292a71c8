"""The memo of every demonstration case: its content, the pages of its notes, its tags."""

import functools
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assessments.casefile.problems import BadCase
from assessments.memo import footnote_numbers, memo, printing
from matching.match import RULES_VERSION
from tests import ROOT
from tests.assessments.memo.built_memos import built, flat, rendered
from tests.verapdf import violations

pytestmark = pytest.mark.usefixtures("library")

DEMO = sorted((ROOT / "fixtures" / "demo").glob("*.json"))
# One case in every run, the others in the slow one: each memo takes six seconds of processor time.
EACH_DEMO_CASE = [
    pytest.param(path, id=path.stem, marks=() if path.stem == "mopti-ogossagou" else pytest.mark.slow) for path in DEMO
]


@functools.cache
def drafted(path: Path) -> tuple[memo.Memo, list[str]]:
    """Return the draft of a demonstration case and the text of its pages, rendered once because it is slow."""
    the_memo = built(json.loads(path.read_text()))
    return the_memo, rendered(the_memo)[1]


@pytest.mark.parametrize("path", EACH_DEMO_CASE)
def test_every_note_is_on_the_page_that_cites_it(path):
    the_memo, pages = drafted(path)
    # an annex lists the sources again, so only the pages before it cite
    last = max(i for i, text in enumerate(pages) if "AnnexD.Sourcesandcurator" in text)
    cited = 0
    for fact in the_memo.answer.facts:
        for m in fact.supporting + fact.opposing:
            statement = flat(m.card.statement)
            for index in [i for i, text in enumerate(pages[:last]) if statement in text]:
                cited += 1
                for note in m.card.footnotes:
                    assert flat(note.sources[0].citation)[:60] in pages[index], (m.card.code, index + 1)
    assert cited or not any(f.supporting + f.opposing for f in the_memo.answer.facts)


@pytest.mark.parametrize(
    ("name", "most"), [("mopti-ogossagou", 8), pytest.param("mopti-twelve-facts", 18, marks=pytest.mark.slow)]
)
def test_a_memo_is_read_in_ten_minutes(name, most):
    """The memo has as many pages as a reader has time for.

    It prints each finding in full once, then cites its paragraph.
    """
    the_memo, pages = drafted(ROOT / f"fixtures/demo/{name}.json")
    assert len(pages) <= most
    whole = "".join(pages)
    numbers = the_memo.paragraphs.numbers
    for card in the_memo.paragraphs.printed:
        assert whole.count(f"[{numbers[card.key]}]{flat(card.statement)}") == 1, card.key
    for group in the_memo.sources:
        for item in group.items:  # in full, and only where a footnote cites it or else in the list
            assert flat(item.source.citation) in whole, item.source.citation
    assert "Whatcountry-of-origininformation(COI)saysabouteachmaterialfact" in pages[0]
    for part in the_memo.facts:
        assert flat(part.name) in pages[0]
        assert {m.card.key for m in part.answer.supporting + part.answer.opposing} <= set(numbers)


@pytest.mark.parametrize("path", EACH_DEMO_CASE)
def test_every_page_is_marked_and_numbered(path):
    _the_memo, pages = drafted(path)
    for number, text in enumerate(pages, start=1):
        assert "DRAFT" in text
        assert f"Page{number}of{len(pages)}" in text
        assert json.loads(path.read_text())["reference"] in text


@pytest.mark.parametrize(
    ("explained", "used"),
    [
        ("Anoccurrencehappenedonce", "Occurrence;"),
        ("apatternagainandagain", "Pattern;"),
        ("aconditionlasted", "Condition;"),
        ("Adenialsaysthat", "Everydenial"),
        ("Q1isaquery:aremark", "MaterialfactsBeside"),
        ("Thelibraryholdsreportsasfindings", "tobereadinthelibrary"),
        ("Anoriginatoriswhofirstproducedtheinformation", "independentoriginator:"),
    ],
)
def test_a_word_of_the_method_is_explained_before_it_is_used(explained, used):
    _the_memo, pages = drafted(ROOT / "fixtures/demo/mopti-ogossagou.json")
    whole = "".join(pages)
    assert 0 < whole.index(explained) < whole.index(used)


@pytest.mark.slow
def test_the_memo_is_tagged_and_the_same_bytes_come_again():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    pdf, _pages = rendered(built(document))
    again, _pages = rendered(built(document))
    assert pdf == again
    assert violations(pdf) == []


def test_it_prints_what_it_promises():
    _the_memo, pages = drafted(ROOT / "fixtures/demo/mopti-ogossagou.json")
    whole = "".join(pages)
    for words in (
        "Informationupto17April2021,5years7monthsold",
        "Draft,notreviewed",
        f"version{RULES_VERSION}",
        "1,271",
        "partofayear",
        "Ethnicityaloneestablishesnothing",
        "Methodandlimits",
        "MarcAntoinePérousedeMontclos".replace("MarcAntoine", "Marc-Antoine"),
        "1independentoriginator",
        "notassessed",
        "Spouse".lower(),
        "newerinformation",
        "Theinformationendson17April2021",
    ):
        assert words in whole, words


@pytest.mark.slow
def test_opposing_findings_are_printed_in_full_with_their_query():
    _the_memo, pages = drafted(ROOT / "fixtures/demo/koulikoro-fana.json")
    whole = "".join(pages)
    assert "Findingsthatsayotherwise" in whole
    assert "werenotaimedatcivilians" in whole
    assert "“mostly”deniesnothing" in whole
    assert "onlyofthosenamedinthesamewords" in whole


@pytest.mark.slow
def test_doubted_origin_opens_with_the_assumption():
    _the_memo, pages = drafted(ROOT / "fixtures/demo/timbuktu-town.json")
    assert "Theapplicant’soriginisdoubted" in pages[0]


@pytest.mark.slow
def test_a_case_from_a_country_without_report_says_so():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    document |= {"country": "AF", "places": [{"role": "home-area", "place": "Kandahar"}]}
    document["material_facts"] = [document["material_facts"][0] | {"place": "Kandahar"}]
    _pdf, pages = rendered(built(document))
    assert "Thelibraryhasnoreportonthiscountry" in pages[0]
    assert "Outsidethereport’sscope" in "".join(pages)


def test_words_of_verdict_are_nowhere_in_it():
    for path in DEMO:
        html = printing.memo_html(built(json.loads(path.read_text()))).lower()
        for word in ("score:", "rating", "genuine", "false claim", "true claim", "plausible claim", "credible"):
            assert not re.search(rf"\b{word}", html), (path.stem, word)


def test_notes_keep_one_reports_numbers_and_are_one_series_for_two():
    the_memo = built(json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text()))
    assert {the_memo.note(n).mark for n in the_memo.footnotes} >= {"16", "17"}
    ours = the_memo.footnotes[0]
    theirs = replace(ours, edition="another")
    notes = footnote_numbers.Notes.of([theirs, ours, theirs], {ours.edition: "Report A", "another": "Report B"})
    assert [notes.note(card).mark for card in (theirs, ours)] == ["1", "2"]
    assert notes.note(theirs).words == f"Report B, another, footnote {ours.number}: {ours.citation}"


def test_characters_that_cannot_be_printed_are_refused_at_the_field():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    document["material_facts"][0]["statement"] = "ಕ"
    with pytest.raises(BadCase, match=r"material_facts\[0\].statement.*U\+0C95"):
        built(document)
