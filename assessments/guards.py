"""What the database itself refuses, whoever asks: a writer's approval, and a change of what was approved.

Triggers, because a constraint cannot look into another table or at the row as it was. They are put
in place after every migration, for SQLite and PostgreSQL alike; SQLite drops them with a rebuilt table.
"""

from typing import Any

from django.db import connections

TABLE = "assessments_memoversion"
NEVER_CHANGES = ("case_id", "number", "content", "content_sha256", "case_version", "submitted_by_id", "submitted_at")
FINAL = ("pdf", "pdf_sha256", "read_sha256", "decided_by_id", "decided_at")
FOUR_EYES = "four eyes: somebody who wrote in the case cannot approve its memo"
FROZEN = "the content of a submitted memo, and an approved one, never change"

_BY_A_WRITER = (
    "NEW.state = 'approved' AND EXISTS (SELECT 1 FROM assessments_writer w "
    "WHERE w.case_id = NEW.case_id AND w.user_id = NEW.decided_by_id)"
)


def _changed(names: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in names)


def _sqlite() -> list[str]:
    changed = f"({_changed(NEVER_CHANGES, 'IS NOT')}) OR (OLD.pdf_sha256 <> '' AND ({_changed(FINAL, 'IS NOT')}))"
    return [
        f"CREATE TRIGGER IF NOT EXISTS memo_four_eyes_update BEFORE UPDATE ON {TABLE} WHEN OLD.state <> 'recalled' "
        f"AND OLD.state <> NEW.state AND {_BY_A_WRITER} BEGIN SELECT RAISE(ABORT, '{FOUR_EYES}'); END",
        f"CREATE TRIGGER IF NOT EXISTS memo_four_eyes_insert BEFORE INSERT ON {TABLE} WHEN {_BY_A_WRITER} "
        f"BEGIN SELECT RAISE(ABORT, '{FOUR_EYES}'); END",
        f"CREATE TRIGGER IF NOT EXISTS memo_frozen BEFORE UPDATE ON {TABLE} WHEN {changed} "
        f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END",
    ]


def _postgresql() -> list[str]:
    differs = "IS DISTINCT FROM"
    changed = f"({_changed(NEVER_CHANGES, differs)}) OR (OLD.pdf_sha256 <> '' AND ({_changed(FINAL, differs)}))"
    return [
        f"""CREATE OR REPLACE FUNCTION memo_guard() RETURNS trigger AS $$ BEGIN
            IF TG_OP = 'INSERT' THEN
                IF {_BY_A_WRITER} THEN RAISE EXCEPTION '{FOUR_EYES}'; END IF;
                RETURN NEW;
            END IF;
            IF OLD.state <> 'recalled' AND OLD.state <> NEW.state AND {_BY_A_WRITER}
                THEN RAISE EXCEPTION '{FOUR_EYES}'; END IF;
            IF {changed} THEN RAISE EXCEPTION '{FROZEN}'; END IF;
            RETURN NEW; END $$ LANGUAGE plpgsql""",
        f"DROP TRIGGER IF EXISTS memo_guard ON {TABLE}",
        f"CREATE TRIGGER memo_guard BEFORE INSERT OR UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION memo_guard()",
    ]


def install(using: str = "default", **kwargs: Any) -> None:
    """After a migration: put the triggers in place, if the tables are there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if not {TABLE, "assessments_writer"} <= set(tables):
            return
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)
