"""The test database with the shipped library, built once and kept as a file until one of its inputs changes."""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from tests import ROOT

LIBRARY = ["places/countries", "vocabulary", "places/ml", "places/neighbours", "coi/ml/sem-mali-2021-04"]
MADE_OF = (
    "*/migrations/*.py",
    "audit/guards.py",
    "assessments/actions/guards.py",
    "coi/**/*.py",
    "matching/*.py",
    "fixtures/**/*.yaml",
    "requirements.txt",
    "tests/built_database.py",
)


def opened(cache: pytest.Cache | None) -> Iterator[None]:
    """Switch to the test database, and back afterwards. Only an SQLite database in memory is cached."""
    creation = connection.creation
    if cache is None or connection.vendor != "sqlite" or not creation.is_in_memory_db(creation._get_test_db_name()):
        made = setup_databases(verbosity=0, interactive=False)
        call_command("loaddata", *LIBRARY, verbosity=0)
        yield
        teardown_databases(made, verbosity=0)
        return
    folder = cache.mkdir("test-database")
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = connection.creation._create_test_db(verbosity=0, autoclobber=True)
    connection.ensure_connection()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes wait for the file instead of building it too
        kept = folder / f"{key()}.sqlite3"
        if kept.exists():
            with closing(sqlite3.connect(kept)) as file:
                file.backup(connection.connection)
        else:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("loaddata", *LIBRARY, verbosity=0)
            for old in folder.glob("*.sqlite3"):
                old.unlink()
            with closing(sqlite3.connect(kept.with_suffix(".new"))) as file:
                connection.connection.backup(file)
            kept.with_suffix(".new").rename(kept)
    yield
    connection.creation.destroy_test_db(before, verbosity=0)


def key(root: Path = ROOT) -> str:
    """Return a key that changes with every file of the project in ``root`` that the database is made from."""
    found = hashlib.sha256()
    for path in sorted({path for pattern in MADE_OF for path in root.glob(pattern)}):
        found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]
