"""The two orders of names: that of the database, and that in which people look for them.

The database compares characters, as SQLite and Python do: memos are compared by their digest, so that it has to be
the same on every machine. A PostgreSQL database made for a language sorts otherwise, and is not accepted. Lists for
people follow ``reading_order``.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from coi.text.folding import fold

# Capitals before small letters, letters with accents after all others, a hyphen for what it is.
_AS_CHARACTERS = "SELECT 'B' < 'a' AND 'z' < 'é' AND 'a-c' < 'ab', current_setting('server_encoding') = 'UTF8'"


@register(Tags.database)
def sorts_by_characters(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Run by migrate, before it changes anything."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(_AS_CHARACTERS)
            if cursor.fetchone() != (True, True):
                found.append(
                    Error(
                        "The database sorts text by the rules of a language, or does not hold every script.",
                        hint="Make it with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME",
                        id="coi.E001",
                    )
                )
    return found


class Named(Protocol):
    """What has a name."""

    name: Any


Each = TypeVar("Each", bound=Named)


def reading_order(name: str) -> tuple[str, str]:
    """A sort key for names: Åland stands under A, Côte d'Ivoire before Croatia.

    Accents, case and punctuation decide only between names that are otherwise alike, as in the dictionaries of
    the languages that the application is written in.
    """
    return fold(name), name


def in_reading_order(named: Iterable[Each]) -> list[Each]:
    """The things, sorted by their names as people look for them."""
    return sorted(named, key=lambda one: reading_order(str(one.name)))
