"""Names made comparable: accents, case, hyphens and apostrophes folded away."""

import re
import unicodedata

_NOT_LETTERS = re.compile(r"[^\w]+", re.UNICODE)
_SPECIAL = str.maketrans(
    {"ɓ": "b", "ɗ": "d", "ŋ": "n", "ɲ": "n", "ƴ": "y", "ø": "o", "ł": "l", "ß": "ss", "œ": "oe", "æ": "ae"}
)


def fold(name: str) -> str:
    """``Tin-Essako`` and ``tin essako``, ``Ségou`` and ``SEGOU`` fold to the same string."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_SPECIAL))
    # a soft hyphen or a joiner, as text copied from a PDF holds them, is no part of a name
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return _NOT_LETTERS.sub(" ", bare).strip()


def name_key(name: str) -> str:
    """The key that a place is found by: ``Bougou-Koro`` and ``Bougoukoro`` are homonyms, and share it."""
    return fold(name).replace(" ", "")
