"""An audit record with six entries, and one that cannot be written."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from audit import guards
from audit.models import Entry
from audit.record import record

SQLITE = ["CREATE TRIGGER audit_broken BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'disk full, say'); END"]
POSTGRESQL = [
    "CREATE FUNCTION audit_broken() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'disk full, say'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_broken BEFORE INSERT ON audit_entry EXECUTE FUNCTION audit_broken()",
]


@pytest.fixture
def break_record(db) -> Callable[[], None]:
    """Return break_record(), which makes the database refuse every entry."""

    def broken() -> None:
        with connection.cursor() as cursor:
            for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
                cursor.execute(statement)

    return broken


@pytest.fixture
def rows(db) -> list[Entry]:
    """Six entries of the chain."""
    with transaction.atomic():
        return [
            record(by=str(n), action="case.read", object_type="case", object_id=f"case-{n}", version=n, list=[n, None])
            for n in range(1, 7)
        ]


@pytest.fixture
def unguarded(rows):
    """The same entries, open to a database administrator: execute(sql, *values)."""

    def execute(sql: str, *values) -> None:
        guards.remove()
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    return execute
