"""Help for a search without results: which word is not in the library, and which of its words have a similar
spelling.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz, process

from coi.gazetteer import NEAR_ENOUGH
from coi.library.search_index import matching, words_in
from coi.models import Actor, EventKind, Place, PlaceName, SearchDocument, Trait

MOST = 5  # near spellings of a word
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Missing:
    """A word for which nothing is found. ``near`` are words in the library, each with the words to search for instead.

    ``is_held`` is true if the library has the word, but nowhere together with the others.
    """

    word: str
    near: tuple[tuple[str, str], ...]
    is_held: bool = False


def missing(tokens: Iterable[str]) -> tuple[Missing, ...]:
    """Return the folded words that no searched text has, with or without filters, and similar spellings.

    If each word is found but no text has all of them: the words that can be replaced to find something.
    """
    tokens = list(tokens)
    absent = [token for token in tokens if not _is_held([token])]
    if absent:
        known = _known_words()
        return tuple(Missing(token, tuple(_near(token, tokens, known))) for token in absent)
    if len(tokens) < 2 or _is_held(tokens):
        return ()
    known = _known_words()
    found = (Missing(token, tuple(_leading(token, tokens, known)), is_held=True) for token in tokens)
    return tuple(word for word in found if word.near)


def _is_held(tokens: Iterable[str]) -> bool:
    sql, parameters = matching(tokens, connection.vendor)
    return SearchDocument.objects.filter(pk__in=RawSQL(sql, parameters)).exists()  # noqa: S611 parameters are bound


def _known_words() -> dict[str, str]:
    """Return every word of every name and statement, folded, with its first spelling."""
    texts = [
        name
        for model in (Place, PlaceName)
        for name in model._default_manager.order_by("pk").values_list("name", flat=True)
    ]
    for model in (Actor, EventKind, Trait):
        for name, aliases in model._default_manager.values_list("name", "aliases"):
            texts += [name, *aliases]
    # only of searched findings, so not those of drafts
    searched = SearchDocument.objects.filter(kind=SearchDocument.Kind.FINDING).order_by("edition", "position")
    texts += searched.values_list("finding__statement", flat=True)
    names: dict[str, str] = {}
    for text in texts:
        for part in _WORDS.findall(text):
            for word in words_in(part):
                names.setdefault(word, part)
    return names


def _near(token: str, tokens: list[str], known: dict[str, str]) -> Iterable[tuple[str, str]]:
    hits = process.extract(token, known.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=MOST)
    for word, _score, _position in hits:
        yield known[word], " ".join(word if t == token else t for t in tokens)


def _leading(token: str, tokens: list[str], known: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Return the similar spellings that find something."""
    return (near for near in _near(token, tokens, known) if _is_held(near[1].split()))
