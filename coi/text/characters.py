"""The one policy of characters: which may be typed, stored and printed. Forms, files and memo all ask here.

Text is cleaned first and checked afterwards:

* ``cleaned`` makes line ends one (LF), composes letters (Unicode NFC), drops soft hyphens and the blanks at
  both ends. A soft hyphen only says where a word may break, and text that is pasted is full of them.
* ``problem_with`` refuses what nobody sees: controls, direction marks, tag characters, byte order marks,
  zero-width blanks, variation selectors and blank letters. They can hide text, or show other words than are
  stored. Line feeds and tabs are kept; so are ZWJ and ZWNJ, with which Persian, Sinhala and others are written.
* It also refuses what no shipped font can draw, because a memo that holds it cannot be made.
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
# Controls, formats, surrogates, private use, not assigned, line and paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that draw nothing, whatever their category says: the combining grapheme joiner, Hangul
# fillers, Khmer inherent vowels, variation selectors and the blank Braille pattern.
_DRAWS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_CONTEXT = 20  # characters that a message quotes before the one that is refused
_MOST_NAMED = 12  # characters in one message


def cleaned(text: str) -> str:
    """The text as it is stored: one kind of line end, composed letters, no soft hyphens, no blanks at the ends."""
    composed = unicodedata.normalize("NFC", with_line_feeds(text).replace(SOFT_HYPHEN, ""))
    return composed.strip()


def with_line_feeds(text: str) -> str:
    """The text with every line end as LF: browsers send CRLF, old files CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def problem_with(text: str, longest: int | None = None) -> str:
    """Why the text is not accepted, in a sentence that names the character; empty if it is. Clean it first."""
    if longest is not None and len(text) > longest:
        return _("At most %(longest)s characters are accepted; this text has %(length)s.") % {
            "longest": f"{longest:,}",
            "length": f"{len(text):,}",
        }
    if accepts(text):
        return ""
    at = next((n for n, character in enumerate(text) if _is_refused(character)), None)
    if at is not None:
        return _("The text holds a character that cannot be shown: %(named)s, %(where)s. Type the text without it.") % {
            "named": described([text[at]]),
            "where": _where(text, at),
        }
    return _("The text holds characters that cannot be printed in a memo: %(named)s. Write them in another way.") % {
        "named": described(undrawable(text))
    }


def accepts(text: str) -> bool:
    """Whether every character of it may be typed. Fast enough for the names of a whole gazetteer."""
    return _accepted().issuperset(text)


def accepted(text: str) -> str:
    """The text cleaned, for a form; raises ValidationError where it is refused."""
    found = cleaned(text)
    if problem := problem_with(found):
        raise ValidationError(problem)
    return found


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing in it.

    A letter that we do not know (private use, or newer than our tables) may be seen by whoever types it. So it is
    refused by name and never dropped without a word.
    """
    return all(c.isspace() or c in KEPT or _is_unseen(c) or unicodedata.category(c) == "Cc" for c in text)


def without_unseen(text: str) -> str:
    """The text without characters that nobody sees, for a search: nothing of it is kept."""
    return "".join(character for character in text if not _is_refused(character) or character.isspace())


def unstorable(text: str) -> str:
    """The first character that no database stores, NUL or half of a surrogate pair; empty if there is none."""
    return next((character for character in text if character == "\0" or "\ud800" <= character <= "\udfff"), "")


def undrawable(text: str) -> set[str]:
    """The characters of the text that no shipped font can draw; those that draw nothing are not among them."""
    drawn = _drawable()
    return {c for c in set(text) if c not in KEPT and ord(c) not in drawn and not _is_unseen(c)}


def described(characters: Iterable[str]) -> str:
    """The characters by name, in the order of their codes, such as ``“ĸ” (U+0138 LATIN SMALL LETTER KRA)``."""
    ordered = sorted(characters)
    named = [_described(character) for character in ordered[:_MOST_NAMED]]
    if len(ordered) > _MOST_NAMED:
        named.append(_("and %(count)d more") % {"count": len(ordered) - _MOST_NAMED})
    return ", ".join(named)


def _described(character: str) -> str:
    code = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return code if _is_refused(character) or not character.isprintable() else f"“{character}” ({code})"


def _where(text: str, at: int) -> str:
    """Where the character stands that nobody sees: after the words that a reader finds before it."""
    before = " ".join(without_unseen(text[:at]).split())
    if not before:
        return _("at the beginning")
    return _("after “%(before)s”") % {"before": ("…" if len(before) > _CONTEXT else "") + before[-_CONTEXT:]}


def _is_refused(character: str) -> bool:
    if character in KEPT:
        return False
    return unicodedata.category(character) in _REFUSED or bool(_DRAWS_NOTHING.match(character))


def _is_unseen(character: str) -> bool:
    """Whether it is laid out without a glyph of its own: nothing is missing where no font has it."""
    return unicodedata.category(character) in {"Cf", "Zl", "Zp"} or bool(_DRAWS_NOTHING.match(character))


@functools.cache
def _accepted() -> frozenset[str]:
    return frozenset(c for c in map(chr, _drawable()) if not _is_refused(c)) | KEPT


@functools.cache
def _drawable() -> frozenset[int]:
    """The codes that the shipped fonts can draw. Reading them takes a fraction of a second, once a process."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in sorted(FONTS.glob("*.[ot]tf")):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap() or {})
    return frozenset(code for code in found if unicodedata.category(chr(code)) not in {"Cc", "Cs"})
