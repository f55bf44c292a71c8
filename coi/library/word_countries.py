"""Which words of the vocabulary a list offers first: those of its country, then the general ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coi.models import Actor, EventKind, Place, Trait

Word = Actor | EventKind | Trait
MOST_NAMED = 3  # countries in a label


@dataclass(frozen=True)
class WordCountries:
    """The words that belong to the country of a list, and those of other countries only, with the countries' names.

    All other words are general. Without a country every word counts as general.
    """

    country: str  # its name
    own: frozenset[str]
    elsewhere: dict[str, str]

    def named(self, group: str) -> str:
        """Return the heading of a group of the country's words."""
        return _("%(country)s: %(group)s") % {"country": self.country, "group": group} if group else self.country


def with_countries(words: QuerySet[Any]) -> list[Any]:
    """Return the words, read with their parents and countries."""
    return list(words.select_related("parent").prefetch_related("countries"))


def word_countries(words: Iterable[Word], country: str) -> WordCountries:
    """Sort words by whether they belong to a country (ISO 3166-1 alpha-2)."""
    if not country:
        return WordCountries("", frozenset(), {})
    own, elsewhere = set(), {}
    for word in words:
        names = {place.country: place.name for place in word.countries.all()}
        if country in names:
            own.add(word.code)
        elif names:
            shown = ", ".join(list(names.values())[:MOST_NAMED])
            elsewhere[word.code] = shown if len(names) <= MOST_NAMED else f"{shown} …"
    name = Place.objects.filter(kind=Place.Kind.COUNTRY, country=country).values_list("name", flat=True).first()
    return WordCountries(name or country, frozenset(own), elsewhere)
