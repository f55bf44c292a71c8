"""The two orders of names: the database's and the readers'.

The database compares characters, as SQLite and Python do. Memos are compared by their digest, so the order must be the
same on every machine. A PostgreSQL database that sorts by the rules of a language is refused. Lists for people use
``reading_order``.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from coi.text.folding import fold

# Capitals before small letters, accented letters after all others, hyphens not ignored.
_AS_CHARACTERS = "SELECT 'B' < 'a' AND 'z' < 'é' AND 'a-c' < 'ab', current_setting('server_encoding') = 'UTF8'"


@register(Tags.database)
def sorts_by_characters(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check the database's sort order. ``migrate`` runs it before it changes anything."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(_AS_CHARACTERS)
            if cursor.fetchone() != (True, True):
                found.append(
                    Error(
                        "The database sorts text by the rules of a language, or cannot store every script.",
                        hint="Create it with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME",
                        id="coi.E001",
                    )
                )
    return found


# Two digits a part at most: a year is no number of a section.
_NUMBER = re.compile(r"\s*([0-9]{1,2}(?:\.[0-9]{1,2})*)[.)]?\s", re.ASCII)


class Named(Protocol):
    """An object with a name."""

    name: Any


Each = TypeVar("Each", bound=Named)


def reading_order(name: str) -> tuple[str, str]:
    """Return a sort key for names: Åland comes under A, Côte d'Ivoire before Croatia.

    Accents, case and punctuation decide only between names that are otherwise alike, as in the dictionaries of
    the languages that the application is written in.
    """
    return fold(name), name


def in_reading_order(named: Iterable[Each]) -> list[Each]:
    """Return the objects sorted by name in ``reading_order``."""
    return sorted(named, key=lambda one: reading_order(str(one.name)))


def heading_number(heading: str) -> tuple[int, ...]:
    """Return the parts of the number that a heading starts with: (1, 10) of "1.10 Justice"; empty without one."""
    found = _NUMBER.match(heading)
    return tuple(map(int, found[1].split("."))) if found else ()
