"""Copying a whole database to a file and back, and what each of its tables holds, on SQLite and PostgreSQL."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from audit.models import FIRST, Head

Contents = dict[str, dict[str, Any]]  # by table: the number of rows, and a digest of them
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
HEAD = f"SELECT count, mac FROM {Head._meta.db_table} WHERE id = {Head.ROW}"  # noqa: S608 - nothing typed


class CopyFailed(Exception):
    """The database could not be copied. The message says why, without the content of any row."""


def copy_to(folder: Path) -> tuple[Contents, int, str]:
    """Copy the database into the folder while others use it. Raises CopyFailed.

    Return what the copy holds, and the head of its audit record: the number of entries and the last hash.
    """
    target = folder / FILES[connection.vendor]
    if connection.vendor == "postgresql":
        return _dump(target)
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file that needs no log beside it
        held = copy.execute("SELECT name FROM sqlite_master WHERE name = ?", [Head._meta.db_table]).fetchone()
        if held is None:
            raise CopyFailed("The database has no tables. Run migrate first.")
        head = copy.execute(HEAD).fetchone() or (0, FIRST)
    return contents_of_file(target), *head


def copy_back(folder: Path) -> None:
    """Put the copy in the folder into the empty database of the settings. Raises CopyFailed."""
    source = folder / FILES[connection.vendor]
    if connection.vendor == "postgresql":
        command = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run("pg_restore", *command, f"--dbname={connection.settings_dict['NAME']}", str(source))
    else:
        connection.close()
        shutil.copyfile(source, connection.settings_dict["NAME"])
        os.chmod(connection.settings_dict["NAME"], 0o600)


def is_empty() -> bool:
    """Return whether the database of the settings does not exist yet, or has no table."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        return not any(file.with_name(file.name + end).exists() for end in ("", "-wal", "-journal"))
    return not connection.introspection.table_names()


def contents() -> Contents:
    """Return what the database of the settings holds."""
    if connection.vendor == "sqlite":
        return contents_of_file(Path(connection.settings_dict["NAME"]))
    with transaction.atomic():
        return _contents_of_postgresql()


# --- SQLite -----------------------------------------------------------------------------------------


def contents_of_file(file: Path) -> Contents:
    """Return what an SQLite file holds. Virtual tables are left out, because other tables hold their content."""
    found: Contents = {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        for (name,) in opened.execute(tables).fetchall():
            rows = opened.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name from the database itself
            found[name] = _digest(repr(row).encode() for row in rows)
    return found


# --- PostgreSQL -------------------------------------------------------------------------------------


def _dump(target: Path) -> tuple[Contents, int, str]:
    """Copy with pg_dump, which sees the very moment that is counted here."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}", f"--file={target}")
        cursor.execute(HEAD)
        head = cursor.fetchone() or (0, FIRST)
        return _contents_of_postgresql(), *head


def _contents_of_postgresql() -> Contents:
    found: Contents = {}
    for name in sorted(connection.introspection.table_names()):
        with connection.cursor() as cursor:
            # the digest of each row, so that sorting moves no long text
            query = f'SELECT md5(t::text) AS row FROM "{name}" t ORDER BY 1'  # noqa: S608 - a name from the database
            with cursor.copy(f"COPY ({query}) TO STDOUT") as rows:
                found[name] = _digest(bytes(row) for row in rows)
    return found


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database of the settings. The password is in its environment only."""
    settings = connection.settings_dict
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
    environment |= {name: str(settings[key]) for name, key in given.items() if settings[key]}
    path = shutil.which(program)
    if path is None:
        raise CopyFailed(f"{program} is not installed. Run: apt-get install postgresql-client")
    result = subprocess.run(  # noqa: S603 - no shell; every argument is ours
        [path, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        # the first line names the cause; later ones may quote rows
        raise CopyFailed(f"{program} failed: {result.stderr.strip().partition(chr(10))[0]}")


def _digest(rows: Iterable[bytes]) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    for row in rows:
        count += 1
        digest.update(len(row).to_bytes(8, "big") + row)
    return {"rows": count, "sha256": digest.hexdigest()}
