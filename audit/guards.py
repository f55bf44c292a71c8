"""Database triggers that refuse to change or delete an audit record.

They are dropped before a migration, which may have to rebuild the table, and created again after it.
"""

from typing import Any

from django.db import connections

ENTRY, HEAD = "audit_entry", "audit_head"
APPEND_ONLY = "the record is append-only"

# SQLite also needs BEFORE INSERT, because INSERT OR REPLACE deletes rows without firing BEFORE DELETE.
_SQLITE = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_no_delete": "BEFORE DELETE ON audit_entry",
    "audit_entry_no_replace": "BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = NEW.id "
    "OR e.previous = NEW.previous OR e.mac = NEW.mac)",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head",
    "audit_head_forward": "BEFORE UPDATE ON audit_head WHEN NEW.count <= OLD.count",
}
_POSTGRESQL = {
    "audit_entry_no_change": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "audit_entry_no_truncate": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "audit_head_no_truncate": "BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT",
    "audit_head_forward": "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.count <= OLD.count)",
}


def _table_of(trigger: str) -> str:
    return ENTRY if trigger.startswith(ENTRY) else HEAD


def _has_tables(using: str) -> bool:
    connection = connections[using]
    with connection.cursor() as cursor:
        return {ENTRY, HEAD} <= set(connection.introspection.table_names(cursor))


def statements(vendor: str) -> list[str]:
    """Return the SQL that makes the triggers."""
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$ LANGUAGE plpgsql",
            *(
                f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_append_only()"
                for name, when in _POSTGRESQL.items()
            ),
        ]
    return [
        f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        for name, when in _SQLITE.items()
    ]


def remove(using: str = "default", **kwargs: Any) -> None:
    """Drop the triggers before a migration."""
    if not _has_tables(using):
        return
    is_postgresql = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        for name in _POSTGRESQL if is_postgresql else _SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {_table_of(name)}" if is_postgresql else ""))


def install(using: str = "default", **kwargs: Any) -> None:
    """Create the triggers after a migration, if the tables exist."""
    if not _has_tables(using):
        return
    remove(using)
    with connections[using].cursor() as cursor:
        for statement in statements(connections[using].vendor):
            cursor.execute(statement)
