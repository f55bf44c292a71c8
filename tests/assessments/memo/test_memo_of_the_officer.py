"""The memo prints the officer's part in the officer's words."""

import io
import json
import re
from dataclasses import replace
from html import unescape

import pypdf
import pytest

from assessments.answer import answer
from assessments.assessing.assessment import Assessment
from assessments.assessing.fact_reliance import count_origins
from assessments.casefile import reader
from assessments.memo import disclosure, memo, pdf_renderer, printing
from assessments.memo.heading import Heading
from tests import ROOT
from tests.assessments.assessed import assess, long
from tests.assessments.memo.built_memos import DAY, HEADING, assessed, built, flat, rendered
from tests.markup import elements, visible_text
from tests.verapdf import violations

pytestmark = pytest.mark.usefixtures("library")

APPROVED = Heading(
    office="Office A", author="Demo Caseworker", reviewer="Demo Supervisor", status="approved", version=2,
    legal_basis="Regulation (EU) 2024/1347", standard_of_proof="glaubhaft machen (Art. 7 AsylG)", decided_on=DAY,
)  # fmt: skip


def test_the_officers_part_is_printed_in_the_officers_words():
    the_memo = assessed("mopti-ogossagou")
    words = printing.memo_html(the_memo)
    fact = words[words.index('id="fact-F1"') : words.index('id="fact-F2"')]
    for said in (
        "the applicant explained", "He was away that night", "On the return she was asked twice.", "محمد 12/03/2019",
        "Internal consistency:", "Consistent over both interviews.", "consistent with the COI",
        "Why a report of such an event would be expected", "reported by several sources", "Sufficiency of detail:",
        "Plausibility:", "Outcome:", "accepted", "the account fits it",
        "Considered, not relied on", "It is told of another district.",
        "Added by the officer, not from the library", "UN OCHA", "dated June 2026, 5 months old",
        "Le Journal du Mali", "dated 2 May 2026, 6 months old", "Context that the officer added to the memo",
    ):  # fmt: skip
        assert said in fact, said
    assert fact.count('<span class="blank">not assessed</span>') == 1  # the one indicator that was not opened
    assert fact.index("Supports:</p>") < fact.index("UN OCHA") < fact.index("Opposes:</p>")
    assert "gone-edition/x-1 (no longer relevant here)" in fact


def test_omitted_findings_do_not_count_as_support_and_stay_readable():
    the_memo = assessed("mopti-ogossagou")
    part = the_memo.facts[0]
    relied, omitted = {m.card.key for m in part.supporting}, {m.card.key for m, _reason in part.omitted}
    assert omitted
    assert not relied & omitted
    assert relied | omitted == {m.card.key for m in part.answer.supporting + part.answer.opposing}
    assert count_origins(part.supporting).most <= part.answer.outcome.independent_origins.most
    html = printing.memo_html(the_memo)
    kept_together = [visible_text(kept) for kept in elements(html, "div.not-relied-on")]
    assert len(kept_together) == sum(len(part.omitted) for part in the_memo.facts) > 0
    for m, omission in part.omitted:
        number = the_memo.paragraphs.numbers[m.card.key]
        assert any(f"[{number}]" in kept and omission.reason in kept for kept in kept_together)


def test_an_unassessed_fact_lists_every_part_as_not_assessed():
    words = printing.memo_html(assessed("mopti-ogossagou"))
    last = words[words.index('id="fact-F4"') : words.index('id="pairs"')]
    assert "Internal consistency, external consistency, sufficiency of detail, plausibility, outcome" in flat_words(
        last
    )
    assert "Outcome:</strong>" not in last


def flat_words(html: str) -> str:
    return " ".join(html.split())


def test_protection_elsewhere_is_set_side_by_side():
    the_memo = assessed("mopti-ogossagou")
    words = flat_words(printing.memo_html(the_memo))
    pairs = words[words.index('id="pairs"') : words.index('id="profile"')]
    assert [visible_text(head) for head in elements(words, '.pair-sheet th[scope="row"]')] == [
        "Safety",
        "Travel and admittance",
        "Reasonableness",
    ]
    concluded = pairs[pairs.index("The officer’s conclusions on Bamako, principal applicant (P1)") :]
    assert "<strong>Safety:</strong> met." in concluded
    assert "<strong>Travel and admittance:</strong> not met. Reasons: " in concluded
    assert "The road is mined." in concluded
    assert "<strong>Reasonableness:</strong> not assessed." in concluded
    assert pairs.count("1 source added by the officer, below") == 3
    assert pairs.count("dated March 2026, 8 months old") == 1
    table = the_memo.pair_tables[0]
    assert [c.is_relocation for c in table.columns] == [False, True]
    for item in table.tests:  # sorting by topic and period loses nothing of either side
        for cell, column in zip(item.cells, table.columns, strict=True):
            listed = {card.key for topic in cell.topics for _period, cards in topic.periods for card in cards}
            assert listed == {card.key for card in column.cell(item.test).findings}
            assert listed <= set(the_memo.paragraphs.numbers)


def test_a_proposed_place_names_its_person_wherever_it_is_assessed():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    next(p for p in document["places"] if p["role"] == "relocation")["person"] = "P2"
    the_memo = built(document)
    words = flat_words(printing.memo_html(the_memo))
    assert "The officer’s conclusions on Bamako, spouse (P2)" in words
    (told,) = (item for item in map(visible_text, elements(words, "li")) if item.startswith("Bamako, spouse (P2):"))
    assert "The newest information on it is" in told
    table = words[words.index('<table class="pair-sheet">') :]
    assert table.count(', <bdi class="typed">spouse (P2)</bdi></th>') == 1
    sheet = disclosure.build(the_memo.answer, Assessment())
    assert [place.name for place in sheet.proposed] == ["Bamako, spouse (P2)"]
    alone = document | {"persons": document["persons"][:1]}
    for part in ("profile", "places", "material_facts"):
        alone[part] = [row for row in document[part] if row.get("person") != "P2" or row.get("role") == "relocation"]
    alone["places"] = [{name: value for name, value in row.items() if name != "person"} for row in alone["places"]]
    assert "The officer’s conclusions on Bamako<" in flat_words(printing.memo_html(built(alone)))


@pytest.mark.slow
def test_a_place_without_information_says_so_under_every_test():
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())
    document["places"].append({"role": "relocation", "place": "Nouakchott"})
    document["country"] = "ML"
    the_memo = built(document)
    words = printing.memo_html(the_memo)
    assert words.count('<p class="blank">No COI</p>') >= 3
    assert the_memo.pair_tables[0].columns[-1].name == "Nouakchott"
    printed = pypdf.PdfReader(io.BytesIO(printing.memo_pdf(the_memo))).pages
    whole = " ".join(" ".join(page.extract_text().split()) for page in printed)
    assert "Proposed relocation Nouakchott, " in whole  # no column is too narrow for its heading


def test_events_by_others_and_a_regions_actors_have_footnotes():
    the_memo = assessed("gao-ansongo")
    fact = next(part for part in the_memo.facts if part.answer.stated.id == "F2").answer
    (told,) = fact.told_of_others
    notes = ", ".join(str(note.number) for note in told.card.footnotes)
    words = flat_words(printing.memo_html(the_memo))
    assert re.search(rf"by or between others: [^<]*\. Footnotes for this: footnotes? {notes}\.", words)
    sheet = the_memo.sheets[0].sheet
    for name in sheet.actors:
        assert re.search(rf"{re.escape(name)} \((footnotes? [\d, ]+|no footnote in the report)\)", unescape(words))


def test_questions_and_the_justification_are_printed():
    words = printing.memo_html(assessed("mopti-ogossagou"))
    assert "Questions for a further interview" in words
    assert "Who else saw the attackers?" in words
    assert "Questions for the COI unit" in words
    first_page = words[: words.index('id="applicant"')]
    assert "the officer asked the COI unit" in first_page
    assert "before it can be approved" not in first_page  # the justification is there
    bare = printing.memo_html(built(json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())))
    assert "before it can be approved" in bare[: bare.index('id="applicant"')]


def test_the_limit_of_the_office_decides_what_is_old():
    name = "mopti-ogossagou"
    assert assessed(name).old_parts
    assert [p.name for p in assessed(name).old_parts] == ["F4"]  # the own source on Bamako is newer
    assert {p.name for p in built(json.loads((ROOT / f"fixtures/demo/{name}.json").read_text())).old_parts} == {
        "F4", "Bamako, principal applicant (P1)",
    }  # fmt: skip
    assert not assessed(name, replace(HEADING, age_limit=1200)).old_parts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "first_page", "every_page"),
    [
        ("draft", "Draft,notreviewed", "DRAFT"),
        ("submitted", "Submitted,notapproved", "SUBMITTED,NOTAPPROVED"),
        ("in-review", "Inreview,notapproved", "INREVIEW,NOTAPPROVED"),
        ("returned", "Returnedwithcomments,notapproved", "RETURNED,NOTAPPROVED"),
        ("approved", "Approvedon23November2026", "Approvedversion2"),
    ],
)
def test_every_page_shows_the_memos_status(status, first_page, every_page):
    document = json.loads((ROOT / "fixtures/demo/bamako-protest.json").read_text())
    _pdf, pages = rendered(built(document, replace(APPROVED, status=status)))
    assert first_page in pages[0]
    for words in ("Regulation(EU)2024/1347", "glaubhaftmachen", "DemoSupervisor"):
        assert words in pages[0]
    for text in pages:
        assert every_page in text
        assert ("DRAFT" in text) == (status != "approved")  # the large word behind the text, too


@pytest.mark.slow
# With and without proposed places, with opposing findings, from north, centre and capital: each takes 6 s.
@pytest.mark.parametrize(
    "name",
    [
        "mopti-ogossagou",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("sikasso-kadiolo", "timbuktu-town", "bamako-protest")),
    ],
)
def test_a_fully_assessed_memo_is_tagged_and_loses_no_note(name):
    pdf, pages = rendered(assessed(name, APPROVED))  # fails if a note is not on its page
    assert violations(pdf) == []
    assert "DRAFT" not in "".join(pages)
    assert "Theofficer’sassessment" in "".join(pages)


@pytest.mark.slow
def test_long_texts_of_an_officer_are_printed_whole():
    found = answer.answer(reader.read(json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text()), today=DAY))
    text = "x\u00ad" * 1500 + "<b>&amp;</b> \u202e end of the text"
    the_memo = memo.build(found, long(assess(found), text), HEADING)
    warnings: list[str] = []
    pdf = pdf_renderer.render_pdf(printing.memo_html(the_memo), on_warning=warnings.append)
    assert warnings == []
    whole = flat("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))
    assert whole.count("<b>&amp;</b>[U+202E]endofthetext") >= 15


def test_sections_are_those_that_the_memo_has():
    the_memo = assessed("mopti-ogossagou")
    anchors = [anchor for anchor, _title in the_memo.graded]
    assert anchors == [
        "applicant", "fact-F1", "fact-F2", "fact-F3", "fact-F4", "pairs", "profile", "regions", "gaps", "sources",
    ]  # fmt: skip
    for html in (printing.memo_html(the_memo), page(the_memo)):
        assert all(f'id="{anchor}"' in html for anchor in anchors)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        assert all(f'id="{target}"' in html for target in re.findall(r'href="#([^"]+)"', html))


def test_an_id_with_unusual_characters_still_has_an_anchor():
    assert memo.fact_anchor("F1") == "fact-F1"
    odd = memo.fact_anchor('a "b" <c>')
    assert re.fullmatch("fact-[0-9a-f]{12}", odd)
    assert odd != memo.fact_anchor('a "b" <d>')


def page(the_memo: memo.Memo) -> str:
    from django.template.loader import render_to_string

    return render_to_string("assessments/memo/body.html", printing.memo_context(the_memo, as_page=True))


def test_the_page_agrees_with_the_printed_memo():
    the_memo = assessed("koulikoro-fana", APPROVED)
    printed, shown = printing.memo_html(the_memo), page(the_memo)

    def text(html: str) -> str:
        html = html[html.index('<div class="memo-head">') :]
        for aside in (
            '<span class="footnote".*?</span>',
            '<sup class="fn-ref">.*?</sup>',
            '<div class="sidenotes">.*?</div>',
        ):
            html = re.sub(aside, "", html, flags=re.DOTALL)
        return "".join(visible_text(html).split())

    assert text(printed) == text(shown)
    citations = {visible_text(note) for note in elements(printed, "[data-note]")} - {""}
    assert citations
    assert all(citation in shown for citation in citations)
