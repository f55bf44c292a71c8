"""A record that cannot be written."""

from collections.abc import Callable

import pytest
from django.db import connection

SQLITE = ["CREATE TRIGGER audit_broken BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'disk full, say'); END"]
POSTGRESQL = [
    "CREATE FUNCTION audit_broken() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'disk full, say'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_broken BEFORE INSERT ON audit_entry EXECUTE FUNCTION audit_broken()",
]


@pytest.fixture
def break_record(db) -> Callable[[], None]:
    """break_record(): from now on the database refuses every entry."""

    def broken() -> None:
        with connection.cursor() as cursor:
            for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
                cursor.execute(statement)

    return broken
