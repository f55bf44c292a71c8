"""Triggers that renew a stamp when one of its rows changes.

They are removed before a migration, which may have to rebuild a table, and installed after it with new stamps.
"""

from typing import Any

from django.db import connections, models

from coi.models.citation import Originator
from coi.models.parts import CONTENT
from coi.models.place import Place
from coi.models.report import Edition, Publication, Report
from coi.models.stamp import EDITIONS, LIBRARY, ContentStamp
from coi.models.vocabulary import Actor, EventKind, Trait

TABLE = ContentStamp._meta.db_table
_RANDOM = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "md5(random()::text || clock_timestamp()::text || txid_current()::text)",
}
_LISTED = (Edition, Publication, Report)
_SHARED = (Actor, EventKind, Trait, Place, Originator, Report)
_EVENTS = ("INSERT", "UPDATE", "DELETE")


def _with_relations(*of: type[models.Model]) -> list[Any]:
    """Return the models and the tables of their many-to-many fields."""
    relations: list[Any] = [f.remote_field.through for model in of for f in model._meta.local_many_to_many]
    return [*of, *relations]


def _edition_of(model: type[models.Model], row: str) -> str:
    """Return SQL for the edition that a row belongs to; empty if it belongs to none."""
    if model is Edition:
        return f"{row}.id"
    owners = [f for f in model._meta.concrete_fields if f.is_relation and f.related_model in CONTENT]
    for field in sorted(owners, key=lambda f: f.related_model is not Edition):
        owner: Any = field.related_model
        if owner is Edition:
            return f"{row}.{field.column}"
        table = owner._meta.db_table
        if found := _edition_of(owner, table):
            return f"(SELECT {found} FROM {table} WHERE {table}.id = {row}.{field.column})"  # noqa: S608
    return ""


def _renew(where: str, vendor: str) -> str:
    return f"UPDATE {TABLE} SET stamp = {_RANDOM[vendor]} WHERE {where}"  # noqa: S608


def _statements(vendor: str) -> list[tuple[str, str, str, str]]:
    """Return each trigger: its table, event, ``ROW`` or ``STATEMENT``, and its SQL."""
    found = []
    for model in _LISTED:
        found += [(model._meta.db_table, e, "STATEMENT", _renew(f"subject = '{EDITIONS}'", vendor)) for e in _EVENTS]
    for model in _with_relations(*_SHARED):
        # a place file has thousands of rows, so they share one renewal if the database supports that
        level = "STATEMENT" if vendor == "postgresql" else "ROW"
        found += [(model._meta.db_table, e, level, _renew(f"subject = '{LIBRARY}'", vendor)) for e in _EVENTS]
    for model in _with_relations(*CONTENT):
        for event in _EVENTS:
            rows = {"INSERT": ["NEW"], "UPDATE": ["NEW", "OLD"], "DELETE": ["OLD"]}[event]
            subjects = ", ".join(f"'edition:' || {_edition_of(model, row)}" for row in rows)
            found.append((model._meta.db_table, event, "ROW", _renew(f"subject IN ({subjects})", vendor)))
    published = Publication._meta.db_table
    begin = (
        f"INSERT INTO {TABLE} (subject, stamp) VALUES ('edition:' || NEW.edition_id, {_RANDOM[vendor]}) "  # noqa: S608
        "ON CONFLICT (subject) DO UPDATE SET stamp = excluded.stamp"
    )
    end = f"DELETE FROM {TABLE} WHERE subject = 'edition:' || OLD.edition_id"  # noqa: S608
    found += [(published, "INSERT", "ROW", begin), (published, "DELETE", "ROW", end)]
    # one trigger for all that a change of a table renews
    merged: dict[tuple[str, str], tuple[str, str]] = {}
    for table, event, level, does in found:
        before, so_far = merged.get((table, event), (level, ""))
        level = "ROW" if "ROW" in (before, level) else level
        merged[table, event] = level, f"{so_far}; {does}" if so_far else does
    return [(table, event, level, does) for (table, event), (level, does) in merged.items()]


def _name(table: str, event: str) -> str:
    return f"stamp_{table}_{event.lower()}"


def statements(vendor: str) -> list[str]:
    """Return the SQL that makes the triggers."""
    found = []
    for table, event, level, does in _statements(vendor):
        name = _name(table, event)
        if vendor == "sqlite":
            found.append(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {does}; END")
            continue
        found += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {does}; RETURN NULL; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH {level} EXECUTE FUNCTION {name}()",
        ]
    return found


def _has_tables(using: str) -> bool:
    connection = connections[using]
    wanted = {model._meta.db_table for model in (*_with_relations(*_SHARED, *CONTENT), Publication, ContentStamp)}
    with connection.cursor() as cursor:
        return wanted <= set(connection.introspection.table_names(cursor))


def missing(using: str = "default") -> list[str]:
    """Return the names of the triggers that the database lacks or has switched off: old values would stay in memory."""
    connection = connections[using]
    there = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    with connection.cursor() as cursor:
        cursor.execute(there[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    wanted = [_name(table, event) for table, event, _level, _does in _statements(connection.vendor)]
    return [name for name in wanted if name not in found]


def remove(using: str = "default", **kwargs: Any) -> None:
    """Remove the triggers before a migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table, event, _level, _does in _statements(connection.vendor):
            if table in tables:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, event)}{on}")


def install(using: str = "default", **kwargs: Any) -> None:
    """Install the triggers after a migration, if the tables exist, with new stamps for all published editions."""
    if not _has_tables(using):
        return
    remove(using)
    connection = connections[using]
    value = _RANDOM[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608
        for subject in (LIBRARY, EDITIONS):
            cursor.execute(f"INSERT INTO {TABLE} (subject, stamp) VALUES ('{subject}', {value})")  # noqa: S608
        cursor.execute(
            f"INSERT INTO {TABLE} (subject, stamp) "  # noqa: S608
            f"SELECT 'edition:' || edition_id, {value} FROM {Publication._meta.db_table}"
        )
        for statement in statements(connection.vendor):
            cursor.execute(statement)
