"""The characters that may be typed, stored and printed: one rule for all ways of input."""

import re

import pytest
import yaml
from django.core.exceptions import ValidationError

from coi.text import characters
from tests import ROOT

FONTS_CSS = (ROOT / "static" / "css" / "fonts.css").read_text()
TOKENS_CSS = (ROOT / "static" / "css" / "tokens.css").read_text()


CLEANED = {
    "line ends of a browser": ("Line one.\r\n\r\nLine two.", "Line one.\n\nLine two."),
    "line ends of an old file": ("Line one.\rLine two.", "Line one.\nLine two."),
    "letters with marks beside them": ("Se\u0301gou", "Ségou"),
    "soft hyphens": ("Ogos\u00adsagou", "Ogossagou"),
    "blanks at the ends": ("\n Ogossagou\u00a0\t\r\n", "Ogossagou"),
    "tabs and blanks within": ("a\tb  c\u00a0d\u202fe", "a\tb  c\u00a0d\u202fe"),
    "joiners": ("می\u200cخواهم ක්\u200dෂ", "می\u200cخواهم ක්\u200dෂ"),
}


@pytest.mark.parametrize(("typed", "stored"), CLEANED.values(), ids=CLEANED)
def test_text_is_cleaned_before_it_is_checked(typed, stored):
    assert characters.cleaned(typed) == stored
    assert characters.problem_with(stored) == ""
    assert characters.accepted(typed) == stored


REFUSED = {
    "NUL": "\0", "escape": "\x1b", "next line": "\x85", "vertical tab": "\x0b", "form feed": "\x0c",
    "left-to-right mark": "\u200e", "Arabic letter mark": "\u061c", "override": "\u202e", "isolate": "\u2066",
    "pop isolate": "\u2069", "zero-width space": "\u200b", "word joiner": "\u2060", "invisible times": "\u2062",
    "byte order mark": "\ufeff", "line separator": "\u2028", "paragraph separator": "\u2029",
    "tag character": "\U000e0041", "interlinear annotation": "\ufff9", "musical format": "\U0001d173",
    "variation selector": "\ufe0f", "variation selector of a plane": "\U000e0100", "grapheme joiner": "\u034f",
    "Hangul filler": "\u3164", "half-width filler": "\uffa0", "Khmer inherent vowel": "\u17b4",
    "Mongolian selector": "\u180b", "blank Braille pattern": "\u2800", "private use": "\ue000",
    "half of a character": "\ud800", "not a character": "\uffff", "not assigned": "\u0378",
}  # fmt: skip


@pytest.mark.parametrize("character", REFUSED.values(), ids=REFUSED)
def test_invisible_characters_are_refused_by_name_and_position(character):
    text = characters.cleaned(f"Before it, {character}after it")
    problem = characters.problem_with(text)
    assert f"U+{ord(character):04X}" in problem
    assert "after “Before it,”" in problem
    assert not characters.accepts(text)
    assert characters.is_blank(character) == (character not in "\ue000\ud800\uffff\u0378"), "unknown letters count"
    assert characters.without_unseen(f"a{character}b").replace(" ", "").strip() in ("ab", f"a{character}b")
    with pytest.raises(ValidationError):
        characters.accepted(text)


def test_the_message_names_the_character_for_people_and_never_prints_it():
    problem = characters.problem_with("\u202eabc")
    assert problem == (
        "The text has a character that cannot be shown: U+202E RIGHT-TO-LEFT OVERRIDE, at the beginning. Remove it."
    )


SCRIPTS = {
    "Latin of West Africa": "Ɓooɗe ƴiiwoonde ŋ ɲ ɛ ɔ", "Turkish": "İğşçö", "Vietnamese": "Nguyễn", "Cyrillic": "Щёголев Ґ",
    "Greek": "Ἀθήνα", "Arabic": "أحمد (الخرطوم)", "Persian": "گچپژ", "Urdu": "ٹڈڑے", "N'Ko": "ߒߞߏ", "Adlam": "𞤀𞤣𞤤𞤢𞤥",
    "Tifinagh": "ⵜⵉⴼⵉⵏⴰⵖ", "Ethiopic": "አማርኛ", "Hebrew": "עברית", "Bengali": "বাংলা", "Devanagari": "नेपाली",
    "Tamil": "தமிழ்", "Sinhala": "සිංහල", "Armenian": "Հայաստան", "Georgian": "საქართველო", "Myanmar": "မြန်မာ",
    "Khmer": "ភាសាខ្មែរ", "Lao": "ພາສາລາວ", "Thai": "ภาษาไทย", "Tibetan": "བོད་སྐད", "Thaana": "ދިވެހި", "Syriac": "ܣܘܪܝܝܐ",
    "Gurmukhi": "ਪੰਜਾਬੀ", "Rohingya": "𐴌𐴗𐴥𐴝𐴙𐴚𐴒𐴙𐴝", "Chinese, simplified": "维吾尔族", "Chinese, traditional": "臺灣", "Japanese": "ひらがなカタカナ漢字",
    "Korean": "한글", "signs": "€ § – — … “x” «y» ½ ° × → ✓",
}  # fmt: skip


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_names_in_their_own_script_are_accepted(text):
    assert characters.problem_with(characters.cleaned(text)) == ""


@pytest.mark.parametrize("text", ["తెలుగు", "ಕನ್ನಡ", "🙂", "𓀀"])
def test_characters_without_a_glyph_are_refused_by_name(text):
    problem = characters.problem_with(text)
    assert "cannot be printed in a memo" in problem
    assert all(f"U+{ord(c):04X}" in problem for c in sorted(set(text))[:12])
    assert characters.undrawable(text) == set(text)


def test_a_too_long_text_is_refused_with_both_lengths():
    assert characters.problem_with("x" * 301, 300) == "At most 300 characters are accepted. This text has 301."
    assert characters.problem_with("x" * 300, 300) == ""


def test_joiners_alone_are_blank():
    assert characters.is_blank(" \u200c\u200d\n\u3164")
    assert not characters.is_blank("ـ")


# --- fonts --------------------------------------------------------------------------------------


def test_every_shipped_font_is_named_in_the_stylesheets_and_in_the_licences():
    readme = (ROOT / "static" / "fonts" / "README.md").read_text()
    for path in characters.FONTS.glob("*.[ot]tf"):
        face = re.search(rf'font-family: "([^"]+)";\n  src: url\("../fonts/{re.escape(path.name)}"\)', FONTS_CSS)
        assert face, path.name
        assert f'"{face[1]}"' in TOKENS_CSS, path.name
        words = path.stem.split("-")[0].replace("NotoSans", "").replace("NotoSerif", "").replace("CJKsc", "CJK")
        assert words[:5] in readme.replace("'", "").replace(" ", ""), path.name


# --- shipped texts -----------------------------------------------------------------------------------


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures").rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_text_of_the_shipped_library_is_clean_and_accepted(path):
    for text in _texts(yaml.load(path.read_text(), Loader=yaml.CSafeLoader)):
        assert characters.cleaned(text) == text
        assert characters.problem_with(text) == ""


def test_only_one_module_decides_which_characters_may_be_typed():
    """Only this module, and folding for comparisons, look at character categories."""
    allowed = {"coi/text/characters.py", "coi/text/folding.py"}
    for room in ("accounts", "assessments", "audit", "coi", "config"):
        for path in (ROOT / room).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if name not in allowed:
                assert "unicodedata.category" not in path.read_text(), name
