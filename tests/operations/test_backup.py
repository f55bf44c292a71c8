"""Backup and restore: a drill with real processes, and every refusal."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import ROOT
from tests.postgresql import cluster, with_cluster

pytestmark = pytest.mark.slow
WRITE = (
    "from django.db import transaction; from audit.record import record;"
    "from django.contrib.auth import get_user_model as g; g().objects.create_user('drill');"
    "a = transaction.atomic(); a.__enter__(); record(by='drill', action='case.read'); a.__exit__(None, None, None)"
)


class Place:
    """An installation: a database, and a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment | {"VAR_DIR": str(folder)}
        folder.mkdir()

    def manage(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT, env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def done(self, *arguments: object) -> str:
        result = self.manage(*arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def filled(place: Place) -> None:
    place.done("migrate", "--verbosity", "0")
    place.done("loaddata", "places/countries", "vocabulary", "--verbosity", "0")
    place.done("shell", "--no-imports", "--command", WRITE)


def drill(old: Place, new: Place, backup: Path) -> None:
    """Make a backup, restore it elsewhere, and find everything again."""
    filled(old)
    assert "Backup made" in old.done("backup", backup)
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["tables"]["accounts_user"]["rows"] == 1
    assert manifest["head"]["count"] > 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (backup, *backup.rglob("*"))}
    assert {name: mode for name, mode in modes.items() if mode not in (0o600, 0o700)} == {}
    keys = old.environment.get("AUDIT_KEY", "development-key")
    assert not any(keys.encode() in path.read_bytes() for path in backup.rglob("*") if path.is_file())

    assert "restored and was verified" in new.done("restore", backup)
    assert "The audit record is intact" in new.done("verify_audit")
    assert "No changes" in new.done("makemigrations", "--check", "--dry-run")
    assert new.done("shell", "--no-imports", "-c", "from accounts.models import User as U; print(U.objects.get())")
    again = new.manage("restore", backup)
    assert again.returncode != 0
    assert "The database is not empty" in again.stderr


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> tuple[Place, Path]:
    folder = tmp_path_factory.mktemp("drill")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("POSTGRES_")}
    old, new, backup = Place(folder / "old", clean), Place(folder / "new", clean), folder / "backups" / "day"
    drill(old, new, backup)
    return old, backup


def test_the_drill_on_sqlite(places):
    old, backup = places
    assert old.manage("backup", backup).returncode != 0  # nothing is overwritten


def test_the_drill_on_postgresql(tmp_path):
    with cluster() as variables:
        environment = with_cluster(variables)
        made = ["createdb", "-h", variables["POSTGRES_HOST"], "-U", variables["POSTGRES_USER"], "-T", "template0"]
        subprocess.run([*made, "restored"], check=True)
        old = Place(tmp_path / "old", environment)
        new = Place(tmp_path / "new", environment | {"POSTGRES_DB": "restored"})
        drill(old, new, tmp_path / "backup")


@pytest.fixture
def copy(places, tmp_path) -> Path:
    shutil.copytree(places[1], tmp_path / "backup")
    return tmp_path / "backup"


def refused(place: Place, backup: Path, says: str, **more: str) -> None:
    result = place.manage("restore", backup, **more)
    assert result.returncode != 0
    assert says in result.stderr
    assert not (place.folder / "footnote.sqlite3").exists()


def test_a_changed_backup_is_refused_before_anything_is_written(places, copy, tmp_path):
    place = Place(tmp_path / "new", places[0].environment)
    with closing(sqlite3.connect(copy / "database.sqlite3")) as database:
        database.execute("UPDATE accounts_user SET username = 'somebody-else'")
        database.commit()
    refused(place, copy, "differs from its manifest in: database.sqlite3")


def test_a_manifest_that_was_written_anew_without_the_key_is_refused(places, copy, tmp_path):
    place = Place(tmp_path / "new", places[0].environment)
    refused(place, copy, "another AUDIT_KEY", AUDIT_KEY="x" * 64)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"made_at": "2020-01-01T00:00:00+00:00"}))
    refused(place, copy, "The manifest was changed")


def test_files_that_are_missing_or_were_added_are_named(places, copy, tmp_path):
    place = Place(tmp_path / "new", places[0].environment)
    (copy / "audit-head.json").rename(copy / "two.json")
    refused(place, copy, "audit-head.json, two.json")
    refused(place, tmp_path, "is not a backup")


def test_an_old_anchor_is_not_overwritten(places, copy, tmp_path):
    place = Place(tmp_path / "new", places[0].environment)
    (place.folder / "audit-head.json").write_text("{}")
    refused(place, copy, "Move this away first")


def test_a_backup_of_a_cut_record_is_not_made(places, tmp_path):
    old, _backup = places
    cut = Place(tmp_path / "cut", old.environment)
    shutil.copy(old.folder / "footnote.sqlite3", cut.folder)
    (cut.folder / "audit-head.json").write_text(json.dumps({"count": 10**6, "mac": "0" * 64}))
    result = cut.manage("backup", tmp_path / "backup")
    assert result.returncode != 0
    assert "Run verify_audit" in result.stderr
    assert list(tmp_path.glob("backup*")) == []
