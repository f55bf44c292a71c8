"""The memo's renderer: reads nothing, calls nobody, always ends, loses no letter, says the same twice."""

import contextlib
import io
import math
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pypdf
import pytest

from assessments.memo import pdf_child, pdf_renderer
from assessments.memo.pdf_renderer import MemoFailed, MemoTooLarge, MemoTooSlow, MissingGlyph, render_pdf
from coi.text import characters
from tests import verapdf

HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>COI memo N-2026-00123</title>
<meta name="dcterms.created" content="2026-11-23T09:00:00Z"><meta name="dcterms.modified" content="2026-11-23T10:30:00Z">
<link rel="stylesheet" href="memo.css">{head}</head><body class="{status}" data-reference="N-2026-00123"
data-office="Asylum Office" data-version="rules 1.0" data-page="Page" data-of="of" data-draft="DRAFT"
data-standing="{standing}"><main>"""
FOOT = "</main></body></html>"


def memo(body: str, *, head: str = "", status: str = "final") -> str:
    standing = "DRAFT" if status == "draft" else "Approved"
    return HEAD.format(head=head, status=status, standing=standing) + "<h1>Memo</h1>" + body + FOOT


def note(number: int | str, text: str) -> str:
    return f'<span class="footnote" data-number="{number}" data-note="sem:{number}">{text}</span>'


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in read(pdf).pages]


def children() -> set[str]:
    """Our child processes, the dead but unreaped ones too."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


# --- reads nothing, calls nobody ------------------------------------------------------------------


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[tuple[str, list[str]]]:
    """A server on the loopback interface, and the requests that it had."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(302 if "redirect" in self.path else 200)
            self.send_header("Location", "/again")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()
    thread.join()


HOSTILE_BODY = """
<a rel=attachment href="{file}">attached</a> <a rel="attachment" href="{web}/attached" download>attached</a>
<a href="{file}">linked file</a> <a href="javascript:app.alert(1)">linked script</a> <a href="JaVaScRiPt:x">two</a>
<a href="\tjavascript:x">three</a> <a href="data:text/html,x">four</a> <a href="vbscript:x">five</a>
<a href="//127.0.0.1/six">six</a> <a href="report.pdf">seven</a>
<a href="https://example.org/good">good link</a> <a href="#here">inner link</a> <p id="here">here</p>
<img src="{web}/image" alt="of image"><img src="{file}" alt="x"><img src="data:image/png;base64,iVBORw0KGgo=" alt="x">
<img srcset="{web}/srcset 2x" src="{web}/redirect" alt="x">
<object data="{web}/object" type="image/svg+xml">fallback of object</object><embed src="{web}/embed">
<iframe src="{web}/iframe" srcdoc="<img src={web}/srcdoc>"></iframe><video poster="{web}/poster" src="{web}/video"></video>
<input type=image src="{web}/input"><table background="{web}/background"><tr><td>cell</td></tr></table>
<p style="background: url({web}/style-attribute)">styled</p>
<style>@import "{web}/inner-import"; p {{ background: url({web}/inner-url); display: none }}
@page {{ background: url({file}) }} h1 {{ content: url({web}/content) }} li {{ list-style-image: url({web}/list) }}</style>
<svg width="10" height="10"><title>t</title><image href="{web}/svg-image" width="9" height="9"/>
<image xlink:href="{file}" width="9" height="9"/><use href="{web}/svg-use#a"/><use xlink:href="{file}#a"/>
<rect width="5" height="5" fill="url({web}/svg-fill#a)" style="filter:url({web}/svg-filter)"/>
<style>@import url({web}/svg-import); @font-face {{ font-family: s; src: url({web}/svg-font) }}</style>
<script href="{web}/svg-script"/><foreignObject><img src="{web}/foreign"></foreignObject>
<a href="javascript:x"><text>svg link</text></a></svg>
<script src="{web}/script"></script><meta http-equiv="refresh" content="0;url={web}/refresh">
"""
HOSTILE_HEAD = """
<base href="{web}/"><link rel=stylesheet href="{web}/stylesheet"><link rel=stylesheet href="{file}">
<link rel=stylesheet href="../../../../../../../../../..{path}"><link rel=attachment href="{file}">
<link rel=attachment href="{web}/linked"><link rel=stylesheet href="data:text/css,p%7Bdisplay:none%7D">
<meta http-equiv=refresh content="0;url={web}/refresh"><style>@import url({web}/import); @import url({file});
@font-face {{ font-family: f; src: url({web}/font), url(file:///etc/passwd), url({file}) }} body {{ font-family: f }}
@color-profile --c {{ src: url({web}/profile) }} p {{ color: color(--c 1 1 1) }}</style>
"""


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.css"
    path.write_text("main::before { content: 'CANARY-OF-A-FILE' }")
    return path


def hostile(web: str, canary: Path) -> str:
    where = {"web": web, "file": canary.as_uri(), "path": canary}
    return memo(HOSTILE_BODY.format(**where), head=HOSTILE_HEAD.format(**where))


def links_of(pdf: bytes) -> list[str]:
    found = []
    for page in read(pdf).pages:
        for annotation in page.get("/Annots", []):
            annotation = annotation.get_object()
            assert annotation["/Subtype"] == "/Link"
            action = annotation.get("/A", {})
            assert action.get("/S", "/URI") in ("/URI", "/GoTo")
            found.append(action.get("/URI") or "inner")
    return found


def test_hostile_html_then_no_request_no_file_no_attachment(listener: tuple[str, list[str]], canary: Path) -> None:
    web, hits = listener
    warnings: list[str] = []
    pdf = render_pdf(hostile(web, canary), on_warning=warnings.append)
    text = " ".join(pages(pdf))
    assert hits == []
    assert read(pdf).attachments == {}
    assert b"/EmbeddedFile" not in pdf
    assert b"/JavaScript" not in pdf
    assert "CANARY-OF-A-FILE" not in text
    assert "root:" not in text
    assert set(links_of(pdf)) == {f"{web}/attached", "https://example.org/good", "inner"}  # for people to follow
    # Made inert, not swallowed: words stay, and a <style> in the text hides nothing.
    for words in ("attached", "linked script", "of image", "fallback of object", "styled", "cell", "display: none"):
        assert words in text
    assert any("<iframe>" in warning for warning in warnings)
    assert any("<style>" in warning for warning in warnings)


def test_hostile_html_past_the_filter_then_the_fetcher_still_refuses(
    listener: tuple[str, list[str]], canary: Path, tmp_path: Path
) -> None:
    """The second wall by itself: the same HTML with the filter taken out of a copy of the renderer."""
    web, hits = listener
    renderer = Path(pdf_child.__file__).read_text()
    assert "    make_inert(root, _warn)\n" in renderer
    script = tmp_path / "without_filter.py"
    script.write_text(renderer.replace("    make_inert(root, _warn)\n", ""))
    # @color-profile lets WeasyPrint's URLFetchingError escape: tried by itself.
    profile = memo("<p>x", head=f"<style>@color-profile --c {{src: url({web}/p)}}</style>")
    for html, made in ((hostile(web, canary).replace("@color-profile", "@unknown"), True), (profile, False)):
        child = subprocess.run(
            [sys.executable, "-s", "-P", "-B", script, pdf_renderer.STATIC, tmp_path / "c", tmp_path, "20", "1024"],
            input=html.encode(), capture_output=True, timeout=30, check=False,
            env=pdf_renderer._environment(str(tmp_path)),
        )  # fmt: skip
        assert hits == []
        assert child.stdout.startswith(b"%PDF-" if made else b'{"error"')
        assert b"/EmbeddedFile" not in child.stdout
        if made:
            assert "CANARY-OF-A-FILE" not in " ".join(pages(child.stdout))


# --- always ends, loses no letter -------------------------------------------------------------------

TYPED = {
    "block": '<blockquote class="statement typed">{}</blockquote>',
    "in a line": '<p class="para">Reason: <bdi class="typed">{}</bdi> End.</p>',
    "table": '<table><colgroup><col class="w-30"><col class="w-70"></colgroup><tbody><tr class="tall">'
    '<th scope="row">Statement</th><td class="typed">{}</td></tr></tbody></table>',
}


def letters(count: int) -> str:
    return "".join("abcdefghijklmnopqrstuvwxyz"[i % 26] for i in range(count))


def between(count: int, character: str) -> str:
    return character.join(letters(count // 2))


CORPUS = {
    "soft hyphens": lambda n: between(n, "\u00ad"),
    "zero-width spaces": lambda n: between(n, "\u200b"),
    "zero-width joiners": lambda n: between(n, "\u200d"),
    "word joiners": lambda n: between(n, "\u2060"),
    "one long word": letters,
    "spaces and line ends": lambda n: between(n, " \n"),
    "symbols that break anywhere": lambda n: "●▶" * (n // 2),
    "Arabic": lambda n: "سلام " * (n // 5),
    "overrides": lambda n: "abc\u202edef\u202c " * (n // 9),
}


WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">')


def poppler(tool: str, *arguments: str, pdf: bytes) -> bytes:
    if shutil.which(tool) is None:
        pytest.fail("poppler-utils are not installed: see system-packages.txt")
    return subprocess.run([tool, *arguments], input=pdf, capture_output=True, check=True).stdout


def assert_within_margins(pdf: bytes) -> None:
    """Every word lies on the paper, inside the margins to the left and right (points)."""
    boxes = [
        [float(side) for side in word]
        for word in WORD.findall(poppler("pdftotext", "-bbox", "-", "-", pdf=pdf).decode())
    ]
    assert boxes
    assert min(box[0] for box in boxes) >= 90
    assert max(box[2] for box in boxes) <= 511
    assert min(box[1] for box in boxes) >= 45
    assert max(box[3] for box in boxes) <= 800


@pytest.mark.parametrize("kind", list(CORPUS))
def test_long_typed_text_then_the_memo_ends_and_holds_every_letter(kind: str) -> None:
    """1,000 and 10,000 characters in each place that may hold typed text, in one memo."""
    texts = [CORPUS[kind](length) for length in ((1_000, 2_000) if "line ends" in kind else (1_000, 10_000))]
    body = "".join(place.format(text) for text in texts for place in TYPED.values())
    pdf = render_pdf(memo(body), seconds=20)
    printed = "".join(pages(pdf))
    for letter in sorted({c for text in texts for c in text if c.isascii() and c.isalpha()}):
        assert printed.count(letter) >= sum(text.count(letter) for text in texts) * len(TYPED)
    assert_within_margins(pdf)


@pytest.mark.parametrize("kind", ["soft hyphens", "zero-width joiners", "one long word"])
def test_a_hundred_thousand_characters_then_the_memo_ends_and_holds_every_letter(kind: str) -> None:
    text = CORPUS[kind](100_000)
    pdf = render_pdf(memo(TYPED["block"].format(text)))
    printed = "".join(pages(pdf))
    for letter in "abcdefghijklmnopqrstuvwxyz":
        assert printed.count(letter) >= text.count(letter)


def right_edges(pdf: bytes, dpi: int = 50) -> list[int]:
    """The rightmost inked column of every page, in points, as a printer would put it on paper."""
    from PIL import Image

    shown = poppler("pdftoppm", "-r", str(dpi), "-gray", "-", pdf=pdf)
    edges = []
    while shown:
        magic, size, depth, rest = shown.split(b"\n", 3)
        width, height = map(int, size.split())
        assert (magic, depth) == (b"P5", b"255")
        picture = Image.frombytes("L", (width, height), rest[: width * height])
        box = picture.point(lambda grey: 255 if grey < 128 else 0).getbbox()
        edges.append(math.ceil(box[2] * 72 / dpi) if box else 0)
        shown = rest[width * height :]
    return edges


def test_an_unbroken_word_then_all_of_it_lies_within_the_margins() -> None:
    body = "".join(place.format("W" * 400) for place in TYPED.values())
    pdf = render_pdf(memo(body))
    assert "".join(pages(pdf)).count("W") == 3 * 400
    assert max(right_edges(pdf)) <= 595 - 72  # 30 mm of margin are 85 points; the header ends there too


def test_direction_override_then_its_name_is_printed_and_the_letters_keep_their_order() -> None:
    pdf = render_pdf(memo(TYPED["block"].format("abc\u202edef\u202cghi")))
    assert "abc[U+202E]def[U+202C]ghi" in pages(pdf)[0]


def test_emoji_then_either_printed_or_named_never_boxed() -> None:
    family = "👨‍👩‍👧 " * 200
    refused = characters.undrawable(family)
    with pytest.raises(MissingGlyph) if refused else contextlib.nullcontext() as refusal:
        render_pdf(memo(TYPED["block"].format(family)), seconds=20)
    if refused:
        assert refusal.value.characters == refused


# --- limits -------------------------------------------------------------------------------------------

ENDLESS = "<p>" + "<span>word " * 3_000


def test_too_slow_then_stopped_in_time_with_a_reason_and_no_child_left() -> None:
    before, start = children(), time.monotonic()
    with pytest.raises(MemoTooSlow, match="longer than the 1 s"):
        render_pdf(memo("<div style=''>" + "<p>Text of a paragraph.</p>" * 40_000), seconds=1)
    assert time.monotonic() - start < 30  # laid out to its end it takes minutes
    assert children() == before


def test_too_much_memory_then_stopped_with_a_reason_and_no_child_left() -> None:
    before = children()
    with pytest.raises(MemoTooLarge, match="more than 160 MB"):
        render_pdf(memo("<p>Text of a paragraph.</p>" * 40_000), megabytes=160)
    assert children() == before


def test_too_much_html_then_refused_before_a_child_starts() -> None:
    with pytest.raises(MemoTooLarge, match="Shorten the longest texts"):
        render_pdf(memo("x" * (pdf_renderer.LARGEST_HTML + 1)))


def test_nested_too_deeply_then_a_reason_and_no_child_left() -> None:
    before = children()
    with pytest.raises(MemoFailed):
        render_pdf(memo(ENDLESS))
    assert children() == before


def test_the_parent_is_gone_then_the_child_still_ends() -> None:
    """The child bounds itself: an alarm and a limit of processor time, both set before it reads."""
    code = (
        f"import sys; sys.path.insert(0, {str(pdf_renderer.PROJECT)!r}); from assessments.memo import pdf_child as m;"
        "import resource, signal; m._limit(3, 700);"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_AS)[0] // 2**20,"
        " resource.getrlimit(resource.RLIMIT_CORE)[0], signal.alarm(0))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["4", "700", "0", "5"]


def test_a_template_without_language_or_title_then_refused() -> None:
    with pytest.raises(MemoFailed, match="title or a language"):
        render_pdf("<html><title>x</title><p>x")
    with pytest.raises(MemoFailed, match="title or a language"):
        render_pdf("<html lang=en><p>x")


# --- characters ------------------------------------------------------------------------------------------


def test_a_missing_glyph_then_refused_by_name() -> None:
    with pytest.raises(MissingGlyph, match=r"“ಕ” \(U\+0C95 KANNADA LETTER KA\)") as refusal:
        render_pdf(memo('<p class="typed">Name: ಕಖ</p>'))
    assert refusal.value.characters == {"ಕ", "ಖ"}


def test_half_a_surrogate_pair_then_refused_by_name() -> None:
    with pytest.raises(MissingGlyph, match=r"U\+D800"):
        render_pdf(memo("\ud800"))


NAMES = "Mariam Touré Ñandú Łukasz Şükrü Ɓoubacar Ŋaabo Гульнара Ελένη محمد ߒߞߏ 𞤆𞤵𞤤𞤢𞤪 ⵜⴰⵎⴰⵛⴻⵇ አበበ משה আমিনা दीपा கவிதா සුනිල් Աննա ნინო"
MORE_NAMES = "အောင် សុខា ສົມພອນ สมชาย བསྟན་འཛིན މުޙައްމަދު ܝܘܚܢܢ ਗੁਰਪ੍ਰੀਤ 𐴌𐴗𐴥𐴝 艾合买提 臺灣 ひろし ヒロシ 김민준"


def test_scripts_of_names_then_printable_at_the_form_and_on_paper() -> None:
    names = f"{NAMES} {MORE_NAMES}"
    assert characters.undrawable(names) == set()
    pdf = render_pdf(memo(f'<p class="typed">{names}</p><h2 class="typed">{names}</h2><p><em>{names}</em></p>'))
    assert "Mariam Touré" in pages(pdf)[0]
    assert all(name in pages(pdf)[0] for name in ("艾合买提", "臺灣", "ひろし", "김민준", "สมชาย"))


def test_form_and_renderer_agree_on_what_cannot_be_printed() -> None:
    typed = "aé ‘’“”–—…→≥½№€ 한中あ👍𓀀\u0c95\u0a85\u1820"
    refused = characters.undrawable(typed)
    assert {"𓀀", "\u0c95", "\u1820"} <= refused
    with pytest.raises(MissingGlyph) as refusal:
        render_pdf(memo(f'<p class="typed">{typed}</p>'))
    assert refusal.value.characters == refused


BRACKETS = "Before (Ogossagou) [Mopti] {x} «y» ‹z› <b>(bold)</b> a &lt; b &gt; c"
RIGHT_TO_LEFT = {
    "brackets first": "(الخرطوم) أحمد", "brackets last": "أحمد (الخرطوم)", "square ones": "أحمد [الخرطوم]", "quotes": "«أحمد» ‹ب›",
    "Hebrew": "משה (חיפה)", "N'Ko": "ߒߞߏ (ߓߡߊ߬ߞߐ߫)", "signs": "أ &lt; ب &gt; ج",
}  # fmt: skip


@pytest.mark.parametrize("first", RIGHT_TO_LEFT.values(), ids=RIGHT_TO_LEFT)
def test_a_right_to_left_text_then_no_bracket_of_another_sentence_is_turned_round(first: str) -> None:
    """The bracketed text comes first: the renderer keeps for each glyph the text of which it was drawn first."""
    pdf = render_pdf(
        memo(f"<p><bdi>{first}</bdi></p><p>{BRACKETS}</p><h2>{BRACKETS}</h2><p>and <bdi>{first}</bdi></p>")
    )
    read_back = " ".join(pages(pdf)[0].split())
    assert read_back.count("Before (Ogossagou) [Mopti] {x} «y» ‹z› (bold) a < b > c") == 2, read_back


# --- the page ---------------------------------------------------------------------------------------------

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


def test_a_memo_then_it_keeps_pdf_a_2a_and_pdf_ua_1(sample: bytes) -> None:
    if lacking := verapdf.missing():
        pytest.fail(f"not installed: {lacking}; see system-packages.txt")
    assert verapdf.violations(sample) == []


def test_a_memo_with_faded_text_then_the_validator_would_say_so() -> None:
    """The validator is awake: a skipped heading is found."""
    if lacking := verapdf.missing():
        pytest.fail(f"not installed: {lacking}; see system-packages.txt")
    assert any(found.startswith("7.4.2") for found in verapdf.violations(render_pdf(memo("<h4>Skipped</h4>"))))


def test_a_draft_then_marked_on_every_page_and_a_final_memo_on_none(sample: bytes) -> None:
    assert all(page.count("DRAFT") == 3 for page in pages(sample))  # above, below, and across
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


@pytest.mark.parametrize("seed", [3, 5, 6])
def test_many_long_notes_then_each_stands_on_the_page_that_cites_it(seed: int) -> None:
    """WeasyPrint alone moves some to the next page, for these very seeds."""
    chance = random.Random(seed)
    body = []
    for _ in range(60):
        words = "words of the text " * chance.randint(2, 30)
        cited = chance.sample(range(1, 8), chance.randint(0, 3))
        notes = "".join(f"cites{n}" + note(n, f"NOTE{n} " + "source text " * chance.randint(3, 30)) for n in cited)
        body.append(f'<p class="para">{words}<span class="with-note">{notes}</span> {words}</p>')
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
    assert "SECRET_KEY" not in pdf_renderer._environment("/tmp")
