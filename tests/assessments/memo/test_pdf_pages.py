"""The PDF of a memo: PDF/UA-1, pages, notes, properties and fonts."""

import random
from pathlib import Path

import pytest

from assessments.memo import child_process
from assessments.memo.pdf_renderer import MemoTooSlow, render_pdf
from tests import verapdf
from tests.assessments.memo.pdf_documents import memo, pages, read


def note(number: int | str, text: str) -> str:
    return f'<span class="footnote" data-number="{number}" data-note="sem:{number}">{text}</span>'


DRAWING = """<figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60" width="200" height="60" role="img">
<title>Ogossagou lies in Bankass circle.</title><rect x="1" y="1" width="198" height="58" fill="none" stroke="#807b6f"/>
<circle cx="40" cy="30" r="4" fill="#1d4c86"/><text x="50" y="34" font-family="Source Sans 3" font-size="11">Ogossagou</text>
</svg><figcaption>Figure 1. Places of the claim.</figcaption></figure>"""
STATES = "".join(f'<p><span class="state state-{s}">{s}</span></p>'
                 for s in ("supports", "contradicts", "mixed", "no_evidence", "silent", "out_of_scope"))  # fmt: skip
SAMPLE = (
    '<nav class="contents"><h2>Contents</h2><ol><li><a href="#facts">1 Facts</a></li></ol></nav>'
    '<section><h2 id="facts"><span class="num">1</span> Facts</h2><h3><span class="num">1.1</span> F1</h3>'
    '<blockquote class="statement typed">They came at night.\nمحمد was there.</blockquote>'
    + "".join(
        f'<p class="para finding">In March 2019 the village was attacked.{note(16, "Report A, p. 41.")}'
        f"{note(17, 'Report B.')} It was attacked again in 2020.{note(16, 'Report A, p. 41.')}</p>"
        * 2
        + f"<p>{'Filling text of the memo. ' * 60}</p>"
        for _ in range(6)
    )
    + STATES
    + '<table><caption>Table 1. Figures</caption><colgroup><col class="w-50"><col class="w-50"></colgroup><thead><tr>'
    '<th scope="col">Year</th><th scope="col">Deaths</th></tr></thead><tbody><tr><th scope="row">2019</th><td>at least 130'
    f"</td></tr></tbody></table>{DRAWING}</section>"
    '<section><h2>Sources</h2><p><a href="https://www.hrw.org/">Human Rights Watch</a></p></section>'
)


@pytest.fixture(scope="module")
def sample() -> bytes:
    warnings: list[str] = []
    pdf = render_pdf(memo(SAMPLE, status="draft"), on_warning=warnings.append)
    assert warnings == []
    return pdf


@pytest.mark.slow
def test_a_memo_complies_with_pdf_a_2a_and_pdf_ua_1(sample: bytes) -> None:
    if lacking := verapdf.missing():
        pytest.fail(f"not installed: {lacking}; see system-packages.txt")
    assert verapdf.violations(sample) == []


def test_a_memo_with_faded_text_then_the_validator_would_say_so() -> None:
    """Check that the validator works: it finds a skipped heading."""
    if lacking := verapdf.missing():
        pytest.fail(f"not installed: {lacking}; see system-packages.txt")
    assert any(found.startswith("7.4.2") for found in verapdf.violations(render_pdf(memo("<h4>Skipped</h4>"))))


def test_a_draft_is_marked_on_every_page_and_a_final_memo_on_none(sample: bytes) -> None:
    # above, below, and up the margin, where the reader separates the spaced letters
    assert all(page.replace("D R A F T", "DRAFT").count("DRAFT") == 3 for page in pages(sample))
    assert "DRAFT" not in "".join(pages(render_pdf(memo(SAMPLE))))


def test_every_page_then_reference_office_and_number_of_pages(sample: bytes) -> None:
    every = pages(sample)
    for number, page in enumerate(every, start=1):
        assert "N-2026-00123" in page
        assert "Asylum Office" in page
        assert f"Page\u00a0{number} of\u00a0{len(every)}" in page.replace("Page ", "Page\u00a0").replace(
            "of ", "of\u00a0"
        )


def test_a_note_cited_on_several_pages_then_once_at_the_foot_of_each(sample: bytes) -> None:
    citing = [page for page in pages(sample) if "was attacked" in page]
    assert len(citing) > 2
    for page in citing:
        assert page.count("Report A, p. 41.") == 1
        assert page.count("Report B.") == 1


def test_the_notes_of_a_page_then_in_the_order_of_their_numbers() -> None:
    cited = "".join(f"<p>A sentence.{note(number, f'Report {number}, p. 1.')}</p>" for number in ("T1", 17, 9, 110))
    (page,) = pages(render_pdf(memo(cited)))
    order = [page.index(f"Report {number}, p. 1.") for number in (9, 17, 110, "T1")]
    assert order == sorted(order)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 5, 6])
def test_each_of_many_long_notes_is_on_the_page_that_cites_it(seed: int) -> None:
    """Plain WeasyPrint moves some to the next page for exactly these seeds."""
    chance = random.Random(seed)
    body = []
    for _ in range(60):
        words = "words of the text " * chance.randint(2, 30)
        cited = chance.sample(range(1, 8), chance.randint(0, 3))
        notes = "".join(f"cites{n}" + note(n, f"NOTE{n} " + "source text " * chance.randint(3, 30)) for n in cited)
        body.append(f'<p class="para">{words}{notes} {words}</p>')
    warnings: list[str] = []
    for page in pages(render_pdf(memo("".join(body)), on_warning=warnings.append)):
        for number in range(1, 8):
            assert (f"NOTE{number}" in page) == (f"cites{number}" in page)
            assert page.count(f"NOTE{number}") <= 1
    assert warnings == []


def test_document_properties_then_title_language_and_given_dates(sample: bytes) -> None:
    reader = read(sample)
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "COI memo N-2026-00123"
    assert reader.metadata["/CreationDate"] == "D:20261123090000Z"
    assert reader.metadata["/ModDate"] == "D:20261123103000Z"


def test_only_the_shipped_fonts_are_embedded(sample: bytes) -> None:
    names = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in read(sample).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(name.startswith(("Source-Sans-3", "Source-Serif-4", "Noto-")) for name in names)


@pytest.mark.slow
def test_the_same_html_then_the_same_bytes_whatever_the_machine_says(
    sample: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HOME": str(tmp_path), "TZ": "Pacific/Auckland", "LC_ALL": "ar_EG.UTF-8", "LANG": "tr_TR.UTF-8",
        "LANGUAGE": "fr", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "0", "FONTCONFIG_FILE": "/nowhere",
        "XDG_DATA_HOME": str(tmp_path), "PANGO_LANGUAGE": "ar", "http_proxy": "http://127.0.0.1:9",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    forbidden = tmp_path / "a file, so that no cache can be made" / "cache"
    forbidden.parent.write_text("")
    assert render_pdf(memo(SAMPLE, status="draft")) == sample
    assert render_pdf(memo(SAMPLE, status="draft"), cache=forbidden) == sample
    assert render_pdf(memo(SAMPLE + "<p>x</p>", status="draft")) != sample


def test_the_child_then_it_sees_no_secret_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    given = {}

    def refuse(*arguments: object, environment: dict[str, str], **limits: object) -> None:
        given.update(environment)
        raise child_process.TookTooLong

    monkeypatch.setattr(child_process, "run", refuse)
    with pytest.raises(MemoTooSlow):
        render_pdf(memo(SAMPLE))
    assert "PATH" in given
    assert "SECRET_KEY" not in given
