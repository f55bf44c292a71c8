"""Two reports on one country that disagree: both appear, originators are counted across them, notes stay distinct."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from html import unescape as unescaped

import jsonschema
import pypdf
import pytest
from django.urls import reverse

from assessments import actions
from assessments.answer import answer
from assessments.assessing import result
from assessments.assessing.assessment import Assessment
from assessments.casefile import reader
from assessments.memo import disclosure, memo, printing, snapshot
from assessments.memo.heading import Heading
from coi.library import finding_words
from coi.models import Figure, FigureRow, Originator, Place, Publication
from matching.outcome import Position
from tests import ROOT, verapdf
from tests.assessments.assessed import assess
from tests.factories import made_up_edition, made_up_finding, published
from tests.markup import elements, running_text, visible_text
from tests.sign_in import signed_in

DAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("second_report")


def document() -> dict:
    return json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text())


def asked() -> answer.Answer:
    return answer.answer(reader.read(document(), today=DAY))


@pytest.fixture
def answered() -> answer.Answer:
    return asked()


def test_support_with_contradiction_is_mixed_and_both_are_printed_in_full(answered):
    fact = answered.facts[0]
    assert fact.position is Position.MIXED
    assert fact.outcome.reasons[0].code == "reports-this-event"
    assert "reports-otherwise" in [r.code for r in fact.outcome.reasons]
    assert {m.card.edition for m in fact.supporting} == {"sem-mali-2021-04"}
    assert {m.card.key for m in fact.opposing} == {"made-up-2022/a-01"}


def test_only_the_nearest_findings_leave_open_who_did_it(answered):
    """Other supporting findings, on a wider place or time, may name the same actor."""
    fact = answered.facts[0]
    assert "event-who-not-named-by-report" in [r.code for r in fact.outcome.reasons]
    assert any(r.code == "who-same" for m in fact.supporting for r in m.match.reasons)
    assert "The closest findings do not say who did it." in answered.position_reasons(fact)
    assert "The closest findings do not say who did it." in answered.by_report(fact)[1].reasons


def test_origins_of_the_opposing_side_are_counted_apart(answered):
    outcome = answered.facts[0].outcome
    assert (outcome.independent_origins.least, outcome.opposing_origins.least) == (2, 1)


def test_the_oldest_edition_relied_on_gives_the_age(answered):
    shown = result.document(answered)
    assert [e["code"] for e in shown["editions"]] == ["made-up-2022", "sem-mali-2021-04"]
    assert (shown["edition"], shown["coi_age_months"]) == ("sem-mali-2021-04", 67)


def test_the_memo_numbers_its_notes_in_one_series_and_each_names_its_report(answered):
    html = unescaped(printing.memo_html(memo.build(answered, Assessment(), Heading())))
    notes = dict(re.findall(r'data-number="(\d+)" data-note="([\w-]+:\d+)"', html))
    assert sorted(map(int, notes))[:3] == [1, 2, 3]
    assert len(set(notes.values())) == len(notes)  # one number per note, and one note per number
    assert "Report B, sem-mali-2021-04, footnote 17: " in html
    assert "Report A, made-up-2022, footnote 1: " in html
    assert "Report A Made up, 2022 " in visible_text(html)
    assert "The numbers are this memo’s own" in html
    alone = [n for n, key in notes.items() if key == "made-up-2022:1"]
    assert f"{alone[0]} (Report A, made-up-2022, footnote 1)" in html


def test_the_result_distinguishes_findings_and_figures_of_two_reports(answered):
    """A second report's number for the same period does not replace the first's."""
    place = Place.objects.get(code="ML-5")
    edition = made_up_edition("made-up-counts")
    figure = Figure.objects.create(
        edition=edition, number=4, title="Made up", source="Nobody", unit="dead",
        originator=Originator.objects.get(code="hrw"),
    )  # fmt: skip
    FigureRow.objects.create(
        figure=figure, position=1, place=place, place_label="Mopti", period_label="2019", period_from="2019",
        period_to="2019", fatalities=7,
    )  # fmt: skip
    made_up_finding(edition, "a-01", place="ML-5", period=("2019", "2019"), statement="Made up.")
    published(edition)
    found = asked()
    shown = next(p for p in result.document(found)["places"] if p["role"] == "home-area")
    assert shown["figures"]["made-up-counts/4/2019"] == "7"
    assert any(name.startswith("sem-mali-2021-04/") and name.endswith("/2019") for name in shown["figures"])
    assert "made-up-2022/a-01" in shown["denials"]
    assert all(name.split("/")[0] in found.report_titles for name in shown["findings"])
    text = result.as_text(found)
    assert "made-up-counts/4, Made up (Nobody): 2019: 7" in text
    profile = text[text.index("\nProfile\n") : text.index("\nPlaces\n")]
    listed = [line for line in profile.splitlines() if line.startswith("  - ")]
    assert listed
    assert [line for line in listed if "sem-mali-2021-04 [" not in line and "made-up-2022 [" not in line] == []
    assert "\n  made-up-2022 [1] " in text


def test_every_sentence_of_a_report_is_shown_with_its_name(answered):
    """Folded context, the basis of an indicator and the actors of a region name their report."""
    named = f"{answered.report_names['sem-mali-2021-04']}; "
    html = unescaped(printing.memo_html(memo.build(answered, assess(answered), Heading())))
    rows = [row for row in elements(html, "tr") if elements(row, ".sentence")]
    assert rows
    said = [visible_text(elements(row, "td.at")[0]) for row in rows]
    assert [words for words in said if not re.match("Report [AB], information up to", words)] == []
    actors = re.findall(r"Actors that findings on the region name: (.*?)\.\s", html)[0]
    assert re.match(rf"{re.escape(named[:-2])}: [^:]+ \((footnote|no footnote)", actors)


def test_notes_are_numbered_in_the_order_in_which_they_are_printed(answered):
    for html in (
        printing.memo_html(memo.build(answered, assess(answered), Heading())),
        printing.sheet_html(disclosure.build(answered, Assessment())),
    ):
        first_seen = list(dict.fromkeys(int(n) for n in re.findall(r'data-number="(\d+)"', html)))
        assert len(first_seen) > 5
        assert first_seen == list(range(1, len(first_seen) + 1))


def test_a_memo_that_cites_one_report_keeps_its_numbers(library):
    Publication.objects.filter(edition__code="made-up-2022").update(retired_at=DAY)
    html = unescaped(printing.memo_html(memo.build(asked(), Assessment(), Heading())))
    assert 'data-number="17" data-note="sem-mali-2021-04:17"' in html
    assert "The numbers are those of the report’s own footnotes" in html
    assert "Made up, 2022" not in html


def test_each_reports_position_is_in_words_everywhere(answered, client, caseworker):
    """In memo, disclosure sheet, file and text: one supports, one opposes, one is silent, one does not cover it."""
    for code, place, event in (("made-up-silent", "ML", "attack"), ("made-up-elsewhere", "ML-8", "attack")):
        edition = made_up_edition(code, covers=place, events=[event])
        made_up_finding(edition, "a-01", place="ML-8", events=[event], period=("2018", "2018"))
        published(edition)
    found = asked()
    sem = next(e.label for e in found.editions if e.code == "sem-mali-2021-04")
    fact = result.document(found)["facts"][0]
    assert fact["agreement"] == "not-the-same"
    assert {e["edition"]: e["coi_position"] for e in fact["by_edition"]} == {
        "sem-mali-2021-04": "supports",
        "made-up-2022": "contradicts",
        "made-up-silent": "silent",
        "made-up-elsewhere": "out_of_scope",
    }
    jsonschema.validate(result.document(found), json.loads((ROOT / "docs/reference/result.schema.json").read_text()))
    said = [
        "The reports that address this fact have different positions.",
        "Report A, Made up, 2022 says otherwise",
        "Report B, Made up: made-up-elsewhere does not cover this fact",
        "Report C, Made up: made-up-silent is silent",
        f"Report D, {sem} supports (such an event at this place and time)",
        "The report did not set out to cover such events at this place.",
    ]
    case = actions.record_case(reader.read(document(), today=DAY), by=caseworker)
    signed_in(caseworker, client)
    for shown in (
        printing.memo_html(memo.build(found, Assessment(), Heading())),
        printing.sheet_html(disclosure.build(found, Assessment())),
        result.as_text(found),
        *(
            client.get(reverse(name, args=[case.uuid, *more])).content.decode()
            for name, more in [("case-matches", []), ("fact", ["F1"]), ("disclosure", []), ("preview", [])]
        ),
    ):
        text = running_text(shown)
        assert [words for words in said if words not in text] == []


def test_each_piece_names_its_edition_and_date(answered, client, caseworker):
    """In the memo, on the relocation page and on the library's region sheet."""
    report = "Report A, information up to 30 June 2022"
    html = unescaped(printing.memo_html(memo.build(answered, Assessment(), Heading())))
    pairs = html[html.index('id="pairs"') : html.index('id="profile"')]
    regions = html[html.index('id="regions"') : html.index('id="gaps"')]
    sem = answered.report_names["sem-mali-2021-04"]
    assert sem == "Report B, information up to 17 April 2021"
    assert sem in regions
    assert sem in pairs
    (denial,) = (m.card for m in answered.facts[0].opposing)
    number = memo.build(answered, Assessment(), Heading()).paragraphs.numbers[denial.key]
    for part in (regions, pairs):  # cited there by its paragraph, which names the report
        assert f'href="#p{number}">[{number}]' in part
    (row,) = (row for row in elements(html, "tr") if elements(row, f"#p{number}"))
    assert visible_text(elements(row, "td.at")[0]).startswith(f"{report}. ")
    assert f"{sem}. Figure 1 of the report" in " ".join(regions.split())
    case = actions.record_case(reader.read(document(), today=DAY), by=caseworker)
    signed_in(caseworker, client)
    sheet = unescaped(client.get(reverse("relocation", args=[case.uuid])).content.decode())
    assert re.search(r"·\s+Report A", sheet)
    assert "<strong>Report A</strong>: Made up, 2022" in sheet
    assert "Made up, 2022, information up to 30 June 2022" in unescaped(
        client.get(reverse("region", args=["ML-5"])).content.decode()
    )
    page = client.get(reverse("case-matches", args=[case.uuid])).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_finding_that_only_denies_is_never_called_undated(answered, client, caseworker):
    """Its dates are in its denial: in memo, relocation page and library."""
    days = "denied for 1 March 2019 to 31 March 2019"
    html = unescaped(printing.memo_html(memo.build(answered, Assessment(), Heading())))
    assert f"Denial; {days}." in " ".join(html.split())
    pairs = html[html.index('id="pairs"') : html.index('id="profile"')]
    assert f" {days}" in " ".join(pairs.split())
    case = actions.record_case(reader.read(document(), today=DAY), by=caseworker)
    signed_in(caseworker, client)
    sheet = unescaped(client.get(reverse("relocation", args=[case.uuid])).content.decode())
    assert "Denied for 1 March 2019 to 31 March 2019; " in sheet
    page = unescaped(client.get(reverse("finding", args=["made-up-2022", "a-01"])).content.decode())
    assert f"When: {days}." in page
    denial = next(m.card for m in answered.facts[0].opposing)
    looked = finding_words.finding_period_words(replace(denial, kind="no-evidence"))
    assert looked == "knows of no evidence for 1 March 2019 to 31 March 2019"
    told = replace(denial, kind="pattern")  # a finding that also states something, and that is undated
    assert finding_words.finding_period_words(told).startswith("undated; its section covers the time from")
    for card in {m.card.key: m.card for f in answered.facts for m in f.matches}.values():
        if card.kind in ("denial", "no-evidence"):
            assert "undated" not in finding_words.finding_period_words(card)


def test_a_curators_query_names_its_report_and_item(answered):
    """The numbers inside it are those of the report, not of the memo."""
    built = memo.build(answered, Assessment(), Heading())
    assert built.queries
    assert all(query.on for query in built.queries)
    names = {"finding", "footnote", "figure"}
    assert {words.split(", ")[1].split()[0] for query in built.queries for words in query.on} <= names
    told = "The numbers of footnotes, findings and figures in a query are those of the re"
    for html in (printing.memo_html(built), printing.sheet_html(disclosure.build(answered, Assessment()))):
        listed = html[html.index("<h3>Curator’s queries</h3>") :]
        assert told in listed
        assert listed.count("<strong>Report B, ") == listed.count('class="query"') > 0


def test_an_originator_behind_two_reports_counts_once_and_the_memo_says_so(answered):
    before = answered.facts[0].outcome.independent_origins.least
    behind = answered.facts[0].supporting[0].card.originators[0]
    code = Originator.objects.get(name=behind).code
    again = made_up_edition("made-up-again", originator=code)
    made_up_finding(
        again, "a-01", place="gn-2452421", period=("2019-03", "2019-03"), statement="A village was attacked."
    )
    published(again)
    found = asked()
    supporting = found.facts[0].supporting
    assert {m.card.edition for m in supporting} == {"sem-mali-2021-04", "made-up-again"}
    assert found.facts[0].outcome.independent_origins.least == before
    words = f"More than one report goes back to these originators; each counts once: {behind}."
    assert words in unescaped(printing.memo_html(memo.build(found, Assessment(), Heading())))
    assert words in result.as_text(found)


def test_a_case_of_a_neighbour_cites_only_that_countrys_editions(library):
    niger = made_up_edition("made-up-niger", country="NE")
    made_up_finding(
        niger, "a-01", place="gn-2448085", period=("2020", "2020"), statement="Made up: Agadez was attacked."
    )
    published(niger)
    fact = {
        "id": "F1",
        "statement": "Made up.",
        "place": "Agadez",
        "event": "attack-on-village",
        "from": "2020",
        "to": "2020",
    }
    case = {
        "reference": "N-2026-1", "country": "NE", "profile": [{"trait": "fulani"}],
        "places": [{"role": "home-area", "place": "Agadez"}], "material_facts": [fact],
    }  # fmt: skip
    found = answer.answer(reader.read(case, today=DAY))
    assert [e.code for e in found.editions] == ["made-up-niger"]
    assert [e["edition"] for e in result.document(found)["facts"][0]["by_edition"]] == ["made-up-niger"]
    html = unescaped(printing.memo_html(memo.build(found, Assessment(), Heading())))
    assert "Made up: Agadez was" in html
    assert 'data-note="made-up-niger:1"' in html
    assert "sem-mali" not in html
    assert "Made up, 2022" not in html


@pytest.mark.slow
def test_a_memo_of_several_reports_is_accessible_and_unchanged_after_thawing(answered, settings):
    settings.MEMO_SECONDS = 300  # the time does not matter here
    written = assess(answered)
    thawed = snapshot.thaw(snapshot.freeze(answered, written, Heading()))
    assert thawed[0].facts[0].outcome == answered.facts[0].outcome
    pdf = printing.memo_pdf(memo.build(*thawed))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "says otherwise" in " ".join(text.split())
    if not verapdf.missing():
        assert verapdf.violations(pdf) == []


def test_a_snapshot_of_before_the_reports_stood_apart_is_read(answered):
    document = json.loads(snapshot.freeze(answered, Assessment(), Heading()))
    for fact in document["answer"]["facts"]:
        del fact["outcome"]["by_edition"]
    found, written, heading = snapshot.thaw(json.dumps(document))
    assert found.facts[0].outcome.by_edition == ()
    assert found.facts[0].outcome.agreement is None
    assert "by-report" not in printing.memo_html(memo.build(found, written, heading))


def test_the_page_sets_them_side_by_side(client, caseworker):
    case = actions.record_case(reader.read(document(), today=DAY), by=caseworker)
    signed_in(caseworker, client)
    shown = client.get(f"/cases/{case.uuid}/matches/").content.decode()
    beside = shown[shown.index("state-large state-mixed") :]
    assert beside.index("Supports</h3>") < beside.index("Says otherwise</h3>")
    assert beside.count('<div class="col">') == 2
    assert '<details class="fold"' not in beside[: beside.index("Says otherwise</h3>")]
