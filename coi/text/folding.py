"""Folding names for comparison: without accents, case, hyphens and apostrophes."""

import re
import unicodedata

_NOT_LETTERS = re.compile(r"[^\w]+", re.UNICODE)
_SPECIAL = str.maketrans(
    {"ɓ": "b", "ɗ": "d", "ŋ": "n", "ɲ": "n", "ƴ": "y", "ø": "o", "ł": "l", "ß": "ss", "œ": "oe", "æ": "ae"}
)


def fold(name: str) -> str:
    """Fold the text: ``Tin-Essako`` and ``tin essako``, ``Ségou`` and ``SEGOU`` give the same string."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_SPECIAL))
    bare = "".join(c for c in without_formats(decomposed) if not unicodedata.combining(c))
    return _NOT_LETTERS.sub(" ", bare).strip()


def without_formats(text: str) -> str:
    """Return the text without soft hyphens, joiners and direction marks, which text copied from a PDF has."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def name_key(name: str) -> str:
    """Return the key for finding a place by name. ``Bougou-Koro`` and ``Bougoukoro`` are homonyms and share it."""
    return fold(name).replace(" ", "")
