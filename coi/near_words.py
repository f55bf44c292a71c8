"""When nothing is found: which word stands nowhere, and which names are spelled nearly so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz, process

from coi.gazetteer import NEAR_ENOUGH
from coi.models import Actor, EventKind, Place, PlaceName, SearchDocument, Trait
from coi.search_index import matching, words_in

MOST = 5  # near spellings of a word
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Missing:
    """A word that stands nowhere in what is searched; ``near`` are words of names, each with the words to search then."""

    word: str
    near: tuple[tuple[str, str], ...]


def missing(tokens: Iterable[str]) -> tuple[Missing, ...]:
    """The folded words that nothing searched holds, filters or not, with near spellings."""
    tokens = list(tokens)
    absent = [token for token in tokens if not _is_held(token)]
    names = _names() if absent else {}
    return tuple(Missing(token, tuple(_near(token, tokens, names))) for token in absent)


def _is_held(token: str) -> bool:
    sql, parameters = matching([token], connection.vendor)
    return SearchDocument.objects.filter(pk__in=RawSQL(sql, parameters)).exists()  # noqa: S611 parameters are bound


def _names() -> dict[str, str]:
    """Every word of every name, folded, with how it is first written."""
    texts = [
        name
        for model in (Place, PlaceName)
        for name in model._default_manager.order_by("pk").values_list("name", flat=True)
    ]
    for model in (Actor, EventKind, Trait):
        for name, aliases in model._default_manager.values_list("name", "aliases"):
            texts += [name, *aliases]
    names: dict[str, str] = {}
    for text in texts:
        for part in _WORDS.findall(text):
            for word in words_in(part):
                names.setdefault(word, part)
    return names


def _near(token: str, tokens: list[str], names: dict[str, str]) -> Iterable[tuple[str, str]]:
    hits = process.extract(token, names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=MOST)
    for word, _score, _position in hits:
        yield names[word], " ".join(word if t == token else t for t in tokens)
