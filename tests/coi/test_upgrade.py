"""What an upgrade says about rows that an older release accepted."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from tests import ROOT

CORRECT = "from coi.models import Trait; Trait.objects.filter(code='gloomy').update(facet='role')"


def test_a_trait_with_an_unknown_facet_is_named_and_can_be_corrected(tmp_path):
    path = tmp_path / "db.sqlite3"
    environment = os.environ | {"VAR_DIR": str(tmp_path), "SQLITE_PATH": str(path)}

    def manage(*words):
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert manage("migrate", "coi", "0018", "--verbosity", "0").returncode == 0
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO coi_trait (code, name, aliases, note, position, facet, civilian)"
            " VALUES ('gloomy', 'Gloomy', '[]', '', 0, 'mood', '')"
        )
    refused = manage("migrate", "--verbosity", "0")
    assert refused.returncode != 0
    assert "gloomy (mood)" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert manage("shell", "--command", CORRECT).returncode == 0
    assert manage("migrate", "--verbosity", "0").returncode == 0
