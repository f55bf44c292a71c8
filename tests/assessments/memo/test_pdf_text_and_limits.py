"""The PDF renderer always ends and drops no letter."""

import contextlib
import math
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assessments.memo import pdf_renderer
from assessments.memo.pdf_renderer import MemoFailed, MemoTooLarge, MemoTooSlow, MissingGlyph, render_pdf
from coi.text import characters
from tests.assessments.memo.pdf_documents import memo, pages


def children() -> set[str]:
    """Return this process's children, including dead ones not yet reaped."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


# --- ends, and drops no letter ----------------------------------------------------------------------------

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
    """Check that every word is on the paper, inside the left and right margins (in points)."""
    boxes = [
        [float(side) for side in word]
        for word in WORD.findall(poppler("pdftotext", "-bbox", "-", "-", pdf=pdf).decode())
    ]
    assert boxes
    assert min(box[0] for box in boxes) >= 59  # 21 mm
    assert max(box[2] for box in boxes) <= 595 - 47.5  # 17 mm
    assert min(box[1] for box in boxes) >= 25  # 9 mm, more than the unprintable edge of any printer
    assert max(box[3] for box in boxes) <= 842 - 25


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [each if each in ("soft hyphens", "Arabic") else pytest.param(each, marks=pytest.mark.slow) for each in CORPUS],
)
def test_a_memo_with_long_text_has_every_letter(kind: str) -> None:
    """1,000 and 10,000 characters in each typed text of one memo."""
    texts = [CORPUS[kind](length) for length in ((1_000, 2_000) if "line ends" in kind else (1_000, 10_000))]
    body = "".join(place.format(text) for text in texts for place in TYPED.values())
    pdf = render_pdf(memo(body), seconds=20)
    printed = "".join(pages(pdf))
    for letter in sorted({c for text in texts for c in text if c.isascii() and c.isalpha()}):
        assert printed.count(letter) >= sum(text.count(letter) for text in texts) * len(TYPED)
    assert_within_margins(pdf)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["soft hyphens", "zero-width joiners", "one long word"])
def test_a_memo_of_a_hundred_thousand_characters_has_every_letter(kind: str) -> None:
    text = CORPUS[kind](100_000)
    pdf = render_pdf(memo(TYPED["block"].format(text)))
    printed = "".join(pages(pdf))
    for letter in "abcdefghijklmnopqrstuvwxyz":
        assert printed.count(letter) >= text.count(letter)


def right_edges(pdf: bytes, dpi: int = 50) -> list[int]:
    """Return the rightmost inked column of every page, in points."""
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


def test_an_unbroken_word_stays_within_the_margins() -> None:
    body = "".join(place.format("W" * 400) for place in TYPED.values())
    pdf = render_pdf(memo(body))
    assert "".join(pages(pdf)).count("W") == 3 * 400
    assert max(right_edges(pdf)) <= 595 - 47  # a margin of 17 mm is 48 points; the header ends there too


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
    assert time.monotonic() - start < 30  # laying it out completely takes minutes
    assert children() == before


@pytest.mark.slow
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
    """The child limits itself: it sets an alarm and a limit of processor time before it reads."""
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


@pytest.mark.slow
@pytest.mark.parametrize("first", RIGHT_TO_LEFT.values(), ids=RIGHT_TO_LEFT)
def test_a_right_to_left_text_mirrors_no_bracket_of_another_sentence(first: str) -> None:
    """The bracketed text comes first, because the renderer keeps for each glyph the text it was first drawn for."""
    pdf = render_pdf(
        memo(f"<p><bdi>{first}</bdi></p><p>{BRACKETS}</p><h2>{BRACKETS}</h2><p>and <bdi>{first}</bdi></p>")
    )
    read_back = " ".join(pages(pdf)[0].split())
    assert read_back.count("Before (Ogossagou) [Mopti] {x} «y» ‹z› (bold) a < b > c") == 2, read_back
