"""A trigger that protects what is stored is missing, switched off or replaced: verification names it."""

import pytest
from django.db import connection

from audit.stored import trigger_problems

EMPTY = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END",
    "memo_frozen": "BEFORE UPDATE ON assessments_memoversion BEGIN SELECT 1; END",
    "stamp_coi_finding_update": "AFTER UPDATE ON coi_finding BEGIN SELECT 1; END",
}
EMPTY_FUNCTIONS = ("audit_append_only", "memo_guard", "stamp_coi_finding_update")


def test_the_triggers_of_a_migrated_database_are_those_of_this_release(db):
    assert trigger_problems() == []


@pytest.mark.parametrize("n", range(3))
def test_an_empty_trigger_of_the_same_name_is_found(db, n):
    name = (EMPTY_FUNCTIONS if connection.vendor == "postgresql" else list(EMPTY))[n]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql"
            )
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} {EMPTY[name]}")
    assert [name in problem and "replaced" in problem for problem in trigger_problems()] == [True]
