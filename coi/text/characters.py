"""The single policy on characters: which may be typed, stored and printed. Forms, files and the memo all use it.

Text is cleaned first and checked afterwards:

* ``cleaned`` turns line ends into LF, composes letters (Unicode NFC) and removes soft hyphens and the blanks at
both ends. A soft hyphen only says where a word may break, and pasted text is full of them.
* ``problem_with`` refuses invisible characters: controls, direction marks, tag characters, byte order marks,
zero-width blanks, variation selectors and blank letters. They can hide text, or show other words than are
stored. Line feeds and tabs are allowed; so are ZWJ and ZWNJ, which Persian, Sinhala and other scripts need.
* It also refuses characters that no shipped font can draw, because a memo with them cannot be made.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"

LINE_FEED, TAB, SOFT_HYPHEN, ZWNJ, ZWJ = "\n", "\t", "\u00ad", "\u200c", "\u200d"
KEPT = frozenset(LINE_FEED + TAB + ZWNJ + ZWJ)
# Controls, formats, surrogates, private use, unassigned, line and paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that draw nothing, whatever their category: the combining grapheme joiner, Hangul fillers,
# Khmer inherent vowels, variation selectors and the blank Braille pattern.
_DRAWS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_CONTEXT = 20  # characters that a message quotes before the one that is refused
_MOST_NAMED = 12  # characters in one message


def cleaned(text: str) -> str:
    """Return the text as stored: one kind of line end, composed letters, no soft hyphens, no spaces at the ends."""
    composed = unicodedata.normalize("NFC", with_line_feeds(text).replace(SOFT_HYPHEN, ""))
    return composed.strip()


def with_line_feeds(text: str) -> str:
    """Return the text with every line end as LF. Browsers send CRLF, old files have CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def problem_with(text: str, longest: int | None = None) -> str:
    """Return a sentence on why the text is refused, naming the character; empty if it is accepted. Clean the text
    first.
    """
    if longest is not None and len(text) > longest:
        return _("At most %(longest)s characters are accepted. This text has %(length)s.") % {
            "longest": f"{longest:,}",
            "length": f"{len(text):,}",
        }
    if accepts(text):
        return ""
    at = next((n for n, character in enumerate(text) if _is_refused(character)), None)
    if at is not None:
        return _("The text has a character that cannot be shown: %(named)s, %(where)s. Remove it.") % {
            "named": described([text[at]]),
            "where": _where(text, at),
        }
    return _("The text has characters that cannot be printed in a memo: %(named)s. Write them another way.") % {
        "named": described(undrawable(text))
    }


def accepts(text: str) -> bool:
    """Return whether every character may be typed. Fast enough for the names of a whole gazetteer."""
    return _accepted().issuperset(text)


def accepted(text: str) -> str:
    """Return the cleaned text, for a form. Raises ValidationError if it is refused."""
    found = cleaned(text)
    if problem := problem_with(found):
        raise ValidationError(problem)
    return found


def is_blank(text: str) -> bool:
    """Return whether a reader would see nothing in the text.

    An unknown letter (private use, or newer than our tables) may be visible to the person who types it. So it is
    refused by name and never dropped silently.
    """
    return all(c.isspace() or c in KEPT or _is_unseen(c) or unicodedata.category(c) == "Cc" for c in text)


def without_unseen(text: str) -> str:
    """Return the text without invisible characters, for a search. The result is not stored."""
    return "".join(character for character in text if not _is_refused(character) or character.isspace())


def unstorable(text: str) -> str:
    """Return the first character that no database can store (NUL or half of a surrogate pair); empty if there is
    none.
    """
    return next((character for character in text if character == "\0" or "\ud800" <= character <= "\udfff"), "")


def undrawable(text: str) -> set[str]:
    """Return the characters that no shipped font can draw, except those that draw nothing."""
    drawn = _drawable()
    return {c for c in set(text) if c not in KEPT and ord(c) not in drawn and not _is_unseen(c)}


def described(characters: Iterable[str]) -> str:
    """Return the characters with their names, in the order of their codes, such as ``“ĸ” (U+0138 LATIN SMALL LETTER
    KRA)``.
    """
    ordered = sorted(characters)
    named = [_described(character) for character in ordered[:_MOST_NAMED]]
    if len(ordered) > _MOST_NAMED:
        named.append(_("and %(count)d more") % {"count": len(ordered) - _MOST_NAMED})
    return ", ".join(named)


def _described(character: str) -> str:
    code = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return code if _is_refused(character) or not character.isprintable() else f"“{character}” ({code})"


def _where(text: str, at: int) -> str:
    """Return the position of the invisible character: after the words before it."""
    before = " ".join(without_unseen(text[:at]).split())
    if not before:
        return _("at the beginning")
    return _("after “%(before)s”") % {"before": ("…" if len(before) > _CONTEXT else "") + before[-_CONTEXT:]}


def _is_refused(character: str) -> bool:
    if character in KEPT:
        return False
    return unicodedata.category(character) in _REFUSED or bool(_DRAWS_NOTHING.match(character))


def _is_unseen(character: str) -> bool:
    """Return whether the character needs no glyph of its own, so that it may be missing from the fonts."""
    return unicodedata.category(character) in {"Cf", "Zl", "Zp"} or bool(_DRAWS_NOTHING.match(character))


@functools.cache
def _accepted() -> frozenset[str]:
    return frozenset(c for c in map(chr, _drawable()) if not _is_refused(c)) | KEPT


@functools.cache
def _drawable() -> frozenset[int]:
    """Return the codes that the shipped fonts can draw. Reading them takes a fraction of a second, once a process."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in sorted(FONTS.glob("*.[ot]tf")):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap() or {})
    return frozenset(code for code in found if unicodedata.category(chr(code)) not in {"Cc", "Cs"})
