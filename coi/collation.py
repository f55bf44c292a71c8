"""Names stand in the same order on every database: by their characters, as SQLite and Python compare them.

The order reaches memos, whose text is compared by its digest, and pages. A PostgreSQL database made for a
language sorts otherwise, and otherwise from machine to machine, so one is not accepted.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

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
