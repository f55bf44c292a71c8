"""Application references: the pattern of the office, and what looks like a name."""

import itertools
import re

from django.utils.translation import gettext as _

DIGIT, LETTER = "#", "@"


def fits(reference: str, pattern: str) -> bool:
    """Whether the reference follows the pattern: # is a digit, @ a letter, anything else itself. Case is ignored."""
    stands_for = {DIGIT: "[0-9]", LETTER: "[A-Za-z]"}
    whole = "".join(stands_for.get(c, re.escape(c)) for c in pattern.strip())
    return re.fullmatch(whole, reference.strip(), re.IGNORECASE | re.ASCII) is not None


def example(pattern: str) -> str:
    """A reference that follows the pattern: ``N-1234-56789``."""
    digits, letters = itertools.cycle("1234567890"), itertools.cycle("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return "".join(next(digits) if c == DIGIT else next(letters) if c == LETTER else c for c in pattern.strip())


def looks_like_a_name(reference: str) -> bool:
    """Whether it has no digit and is one capitalised word or several words.

    Scripts without capitals count as capitalised.
    """
    if any(c.isdigit() for c in reference):
        return False
    words = re.findall(r"[^\W\d_]+", reference)
    capital = [w for w in words if w[0].isupper() or not w[0].islower()]
    return len(capital) >= 2 or len(words) == len(capital) == 1


def taken_words(reference: str) -> str:
    """Return the message for a reference that another case of the office already has."""
    return _("Your office already has a case with the reference %(reference)s. Check the reference.") % {
        "reference": reference
    }


def problem_with(reference: str, pattern: str, *, is_no_name: bool) -> str:
    """Return why the office refuses or questions the reference; empty if it accepts it."""
    if pattern.strip():
        if fits(reference, pattern):
            return ""
        return _(
            "The reference does not follow the pattern of your office, %(pattern)s, where # is a digit and @ a letter. "
            "Accepted: a reference such as %(example)s."
        ) % {"pattern": pattern.strip(), "example": example(pattern)}
    if looks_like_a_name(reference) and not is_no_name:
        return _(
            "The reference looks like a name. Type the number under which your office keeps the application; if this "
            "is its reference and no name, say so below."
        )
    return ""
