"""Text that a person typed: what is refused, and why it says so."""

import re
import unicodedata

from django.utils.translation import gettext as _

LONGEST_STATEMENT = 20_000  # characters
LONGEST_LINE = 300

# Shown, these reorder or hide what stands around them. ZWJ and ZWNJ are kept: Persian and Sinhala need them.
_DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT = set("\n\t\u200c\u200d")
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff]"
)


def problem_with(text: str, longest: int = LONGEST_STATEMENT) -> str | None:
    """Why the text is not accepted, in a sentence that names the character; None if it is."""
    if len(text) > longest:
        return _("is longer than %(longest)s characters") % {"longest": f"{longest:,}"}
    for character in text:
        category = unicodedata.category(character)
        if character in _DIRECTION:
            return _("holds an invisible direction mark (U+%(code)04X); please type the text without it") % {
                "code": ord(character)
            }
        if category in ("Cc", "Cs", "Co", "Cn") and character not in _KEPT:
            return _("holds a character that cannot be shown (U+%(code)04X); please remove it") % {
                "code": ord(character)
            }
    return None


def is_blank(text: str) -> bool:
    """Nothing in it that a reader would see."""
    return not _INVISIBLE.sub("", text)


def cleaned(text: str) -> str:
    """Line ends made one, blanks at both ends removed; nothing else is touched."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
