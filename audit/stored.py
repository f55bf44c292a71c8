"""What is stored beside the record, compared with what the record says of it.

The record is the lowest application. Others register here, when they start, the triggers that guard their tables and
what compares their rows with the record.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from django.db import connections
from django.utils.translation import gettext as _

TRIGGERS: list[Callable[[str], Iterable[str]]] = []  # each returns the SQL that makes its triggers, for a vendor
CHECKS: list[Callable[[], Iterable[str]]] = []  # each returns a sentence for all that differs
NOTES: list[Callable[[], Iterable[str]]] = []  # each returns a sentence for all that a reader should know

_NAME = re.compile(r"CREATE (?:OR REPLACE )?(TRIGGER|FUNCTION) (\w+)", re.IGNORECASE)
_EVENTS = re.compile(r"\b((?:insert|update|delete|truncate)(?: or (?:insert|update|delete|truncate))*)\b")


def problems() -> Iterator[str]:
    """Return a sentence for each stored thing that differs from the record."""
    for check in CHECKS:
        yield from check()


def notes() -> Iterator[str]:
    """Return sentences on what was accepted, or could not be compared."""
    for note in NOTES:
        yield from note()


def trigger_problems(using: str = "default") -> list[str]:
    """Return a sentence for each trigger that is missing, switched off or other than the program makes it."""
    vendor = connections[using].vendor
    found = _stored(using)
    told = []
    for statement in (sql for statements in TRIGGERS for sql in statements(vendor)):
        if (match := _NAME.match(statement.strip())) is None:
            continue
        kind, name = match[1].upper(), match[2]
        there = found.get((kind, name))
        if there is None:
            told.append(
                _(
                    "The trigger %(name)s, which protects what is stored, is not in the database. Run migrate to restore it."
                )
                % {"name": name}
            )
        elif there != _plain(statement, vendor):
            told.append(
                _("The trigger %(name)s is not the one of this release: it was replaced. Run migrate to restore it.")
                % {"name": name}
            )
    return told


def _stored(using: str) -> dict[tuple[str, str], str]:
    """Return the definitions in the database, by kind and name. One that is switched off is left out."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT 'TRIGGER', name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(  # "O" and "A" fire in an ordinary session
                "SELECT 'TRIGGER', tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
                "UNION ALL SELECT 'FUNCTION', p.proname, p.prosrc FROM pg_proc p "
                "WHERE p.pronamespace = current_schema()::regnamespace"
            )
        return {(kind, name): _plain(sql, connection.vendor) for kind, name, sql in cursor.fetchall()}


def _plain(sql: str, vendor: str) -> str:
    """Return a definition in a form in which that of the program equals that of the database."""
    if vendor != "postgresql":
        return sql.strip()
    if "$$" in sql:  # the database keeps the body of a function only
        return " ".join(sql.split("$$")[1].split())
    if not _NAME.match(sql.strip()):
        return " ".join(sql.split())
    words = " ".join(sql.lower().replace("public.", "").replace("(", " ").replace(")", " ").split())
    return _EVENTS.sub(lambda found: " or ".join(sorted(found[1].split(" or "))), words)
