"""Database triggers that refuse an approval by a writer of the case, and any change of an approved memo.

They are triggers because a constraint cannot read another table or the old row. They are created again after
every migration, on SQLite and PostgreSQL; SQLite drops them when it rebuilds a table.
"""

from typing import Any

from django.db import connections

TABLE = "assessments_memoversion"
NEVER_CHANGES = (
    "case_id", "number", "content", "content_sha256", "case_version", "rules_version", "coi_cut_off",
    "submitted_by_id", "submitted_at", "submission_note", "open_points",
)  # fmt: skip
FINAL = ("pdf", "pdf_sha256", "read_sha256", "decided_by_id", "decided_at", "decision_note")
FOUR_EYES = "four eyes: somebody who wrote in the case cannot approve its memo"
FROZEN = "the content of a submitted memo, and an approved one, never change"

# A recalled memo was approved before, and can be upheld, so both states need an approver who did not write.
_BY_A_WRITER = (
    "NEW.state IN ('approved', 'recalled') AND NEW.decided_by_id IN ("
    "SELECT user_id FROM assessments_writer WHERE case_id = NEW.case_id "
    "UNION SELECT author_id FROM assessments_case WHERE id = NEW.case_id)"
)
_ANEW = "(OLD.state NOT IN ('approved', 'recalled') OR OLD.decided_by_id <> NEW.decided_by_id)"

# On SQLite, INSERT OR REPLACE deletes conflicting rows without firing the UPDATE trigger.
_REPLACES = (
    f"EXISTS (SELECT 1 FROM {TABLE} v WHERE v.id = NEW.id OR (v.case_id = NEW.case_id AND (v.number = NEW.number "  # noqa: S608 - names of ours
    "OR (v.state IN ('submitted', 'in-review') AND NEW.state IN ('submitted', 'in-review')))))"
)


def _changed(differs: str) -> str:
    never, final = (" OR ".join(f"OLD.{n} {differs} NEW.{n}" for n in names) for names in (NEVER_CHANGES, FINAL))
    return f"({never}) OR (OLD.pdf_sha256 <> '' AND ({final}))"


def statements(vendor: str) -> list[str]:
    """Return the SQL that makes the triggers; what drops an older one stands before each."""
    return _postgresql() if vendor == "postgresql" else _sqlite()


def _sqlite() -> list[str]:
    guards = {
        "memo_four_eyes_update": ("UPDATE", f"{_ANEW} AND {_BY_A_WRITER}", FOUR_EYES),
        "memo_four_eyes_insert": ("INSERT", _BY_A_WRITER, FOUR_EYES),
        "memo_frozen": ("UPDATE", _changed("IS NOT"), FROZEN),
        "memo_no_replace": ("INSERT", _REPLACES, FROZEN),
    }
    statements = []
    for name, (event, condition, message) in guards.items():
        statements += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ]
    return statements


def _postgresql() -> list[str]:
    refuse = "USING ERRCODE = 'integrity_constraint_violation'"
    return [
        f"""CREATE OR REPLACE FUNCTION memo_guard() RETURNS trigger AS $$ BEGIN
            IF TG_OP = 'INSERT' THEN
                IF {_BY_A_WRITER} THEN RAISE EXCEPTION '{FOUR_EYES}' {refuse}; END IF;
                RETURN NEW;
            END IF;
            IF {_ANEW} AND {_BY_A_WRITER} THEN RAISE EXCEPTION '{FOUR_EYES}' {refuse}; END IF;
            IF {_changed("IS DISTINCT FROM")} THEN RAISE EXCEPTION '{FROZEN}' {refuse}; END IF;
            RETURN NEW; END $$ LANGUAGE plpgsql""",
        f"DROP TRIGGER IF EXISTS memo_guard ON {TABLE}",
        f"CREATE TRIGGER memo_guard BEFORE INSERT OR UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION memo_guard()",
    ]


def remove(using: str = "default", **kwargs: Any) -> None:
    """Drop the triggers before a migration. SQLite cannot rebuild a table that a trigger of another table names."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in _sqlite():
                if statement.startswith("DROP"):
                    cursor.execute(statement)


def install(using: str = "default", **kwargs: Any) -> None:
    """Create the triggers after a migration, if their tables exist."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if not {TABLE, "assessments_writer"} <= set(tables):
            return
        for statement in statements(connection.vendor):
            cursor.execute(statement)
