"""The memo of every demonstration case: what it prints, where its notes stand, that it stays tagged."""

import io
import json
from datetime import date
from pathlib import Path

import pypdf
import pytest

from assessments import answer, intake, memo, memo_pdf
from coi.models import Edition
from tests.verapdf import violations

ROOT = Path(__file__).resolve().parents[2]
DEMO = sorted((ROOT / "fixtures" / "demo").glob("*.json"))
DAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("library")


def built(document: dict) -> memo.Memo:
    return memo.build(answer.answer(intake.read(document, today=DAY)), author="Demo Caseworker", office="Office A")


def rendered(the_memo: memo.Memo) -> tuple[bytes, list[str]]:
    """The PDF and the text of its pages; the renderer must have nothing to remark."""
    warnings: list[str] = []
    pdf = memo_pdf.render_pdf(memo.html(the_memo), on_warning=warnings.append)
    assert warnings == []
    return pdf, [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("path", DEMO, ids=lambda p: p.stem)
def test_every_note_stands_on_the_page_that_cites_it(path):
    the_memo = built(json.loads(path.read_text()))
    _pdf, pages = rendered(the_memo)
    # the last chapter lists the sources anew: only the pages before it cite
    last = max(i for i, text in enumerate(pages) if "8Sourcesandcurator" in text)
    cited = 0
    for fact in the_memo.answer.facts:
        for m in fact.supporting + fact.opposing:
            statement = flat(m.card.statement)
            for index in [i for i, text in enumerate(pages[:last]) if statement in text]:
                cited += 1
                for note in m.card.footnotes:
                    assert flat(note.sources[0].citation)[:60] in pages[index], (m.card.code, index + 1)
    assert cited


@pytest.mark.parametrize("path", DEMO, ids=lambda p: p.stem)
def test_every_page_is_marked_and_numbered(path):
    _pdf, pages = rendered(built(json.loads(path.read_text())))
    for number, text in enumerate(pages, start=1):
        assert "DRAFT" in text
        assert f"Page{number}of{len(pages)}" in text
        assert json.loads(path.read_text())["reference"] in text


def test_the_memo_is_tagged_and_the_same_bytes_come_again():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    pdf, _pages = rendered(built(document))
    again, _pages = rendered(built(document))
    assert pdf == again
    assert violations(pdf) == []


def test_it_prints_what_it_promises():
    _pdf, pages = rendered(built(json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())))
    whole = "".join(pages)
    for words in (
        "Informationto17April2021,5years7monthsold",
        "Draft,notreviewed",
        "version1.0",
        "1,271",
        "partofayear",
        "Ethnicityaloneconcludesnothing",
        "Methodandlimits",
        "MarcAntoinePérousedeMontclos".replace("MarcAntoine", "Marc-Antoine"),
        "2independentorigins",
        "notassessed",
        "Spouse".lower(),
        "newerinformation",
        "nothinginthelibraryreachespast17April2021",
    ):
        assert words in whole, words


def test_opposing_findings_stand_in_full_and_under_their_query():
    _pdf, pages = rendered(built(json.loads((ROOT / "fixtures/demo/koulikoro-fana.json").read_text())))
    whole = "".join(pages)
    assert "Pointstheotherway" in whole
    assert "werenotaimedatcivilians" in whole
    assert "“mostly”deniesnothing" in whole


def test_doubted_origin_opens_with_the_assumption():
    _pdf, pages = rendered(built(json.loads((ROOT / "fixtures/demo/timbuktu-town.json").read_text())))
    assert "Theoriginoftheapplicantisdoubted" in pages[0]


def test_a_case_from_a_country_without_report_says_so():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    document |= {"country": "AF", "places": [{"role": "home-area", "place": "Kandahar"}]}
    document["material_facts"] = [document["material_facts"][0] | {"place": "Kandahar"}]
    _pdf, pages = rendered(built(document))
    assert "Thelibraryholdsnoreportonthiscountry" in pages[0]
    assert "Outsidethereport’sscope" in "".join(pages)


def test_words_of_verdict_are_nowhere_in_it():
    for path in DEMO:
        html = memo.html(built(json.loads(path.read_text()))).lower()
        for word in ("score:", "rating", "genuine", "false claim", "true claim", "plausible claim", "credible"):
            assert word not in html, (path.stem, word)


def test_two_reports_are_told_apart_by_a_letter():
    the_memo = built(json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text()))
    assert {the_memo.note(n).mark for n in the_memo.footnotes} >= {"16", "17"}
    code = Edition.objects.get().code
    two = memo.Memo(the_memo.answer, "", "", "draft", None, the_memo.sheets, {code: "A", "another": "B"})
    assert {two.note(n).mark for n in two.footnotes} >= {"A16", "A17"}


def test_characters_that_cannot_be_printed_are_refused_at_the_field():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    document["material_facts"][0]["statement"] = "마을"
    with pytest.raises(intake.BadCase, match=r"material_facts\[0\].statement.*U\+B9C8"):
        built(document)
