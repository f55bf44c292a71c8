"""Two web processes and two workers on PostgreSQL, which share the database and no file."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import ROOT
from tests.faults.installation import SECONDS, OverSocket, until
from tests.postgresql import cluster, ends_with_its_parent, with_cluster
from tests.several_processes import CHANGED, ROWS

pytestmark = pytest.mark.slow


class Installation:
    """The processes, each with a folder of its own."""

    def __init__(self, variables: dict[str, str], folder: Path) -> None:
        self.environment = with_cluster(variables) | {"DJANGO_SETTINGS_MODULE": "config.settings", "MEMO_SECONDS": "60"}
        self.folder = folder
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.database = psycopg.connect(
            host=variables["POSTGRES_HOST"], user=variables["POSTGRES_USER"], dbname=variables["POSTGRES_DB"],
            autocommit=True,
        )  # fmt: skip
        made = json.loads(self.command("-m", "tests.several_processes", "prepare"))
        self.session, self.cases = made["session"], made["cases"]

    def _own(self, name: str) -> dict[str, str]:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return self.environment | {"VAR_DIR": str(folder)}

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._own("command"),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self._own(name), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, preexec_fn=ends_with_its_parent,
        )  # fmt: skip
        self.running[name] = process
        return process

    def start_web(self, name: str) -> None:
        path = self.folder / f"{name}.sock"
        self.start(name, "-m", "gunicorn", "config.wsgi", "--workers=1", f"--bind=unix:{path}", "--timeout=120")
        until(path.exists)

    def start_worker(self, name: str) -> subprocess.Popen[str]:
        lived = len(self.rows("SELECT name FROM jobs_worker"))
        process = self.start(name, "manage.py", "run_worker")
        until(lambda: len(self.rows("SELECT name FROM jobs_worker")) > lived)
        return process

    def get(self, web: str, address: str) -> http.client.HTTPResponse:
        """What this web process answers, with its body in ``body``."""
        connection = OverSocket(self.folder / f"{web}.sock")
        connection.request("GET", address, headers={"Cookie": f"sessionid={self.session}"})
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer

    def rows(self, query: str) -> list[Any]:
        return self.database.execute(query).fetchall()

    def end(self) -> None:
        self.database.close()
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Iterator[Installation]:
    with cluster() as variables:
        made = Installation(variables, tmp_path_factory.mktemp("run"))
        try:
            made.start_web("web1")
            made.start_web("web2")
            yield made
        finally:
            made.end()


STATES = "SELECT state, attempts, taken_by FROM assessments_rendering"


def test_jobs_are_taken_once_and_any_web_process_hands_out_what_any_worker_made(installation):
    first, second = installation.start_worker("worker1"), installation.start_worker("worker2")
    files = [f"/cases/{case}/memo.pdf" for case in installation.cases]
    assert [installation.get("web1", file).status for file in files] == [202] * len(files)
    until(lambda: all(state == "done" for state, *_more in installation.rows(STATES)))
    answers = [installation.get("web2", file) for file in files]
    assert [answer.status for answer in answers] == [200] * len(files)
    assert all(answer.body.startswith(b"%PDF-") for answer in answers)
    assert [attempts for _state, attempts, _by in installation.rows(STATES)] == [1] * len(files)
    assert len({by for _state, _attempts, by in installation.rows(STATES)}) == 2

    # one is killed with a job at hand: the other takes it again when the lease is over
    installation.database.execute("DELETE FROM assessments_rendering")
    os.kill(second.pid, signal.SIGSTOP)  # so that the first takes it
    assert installation.get("web1", files[0]).status == 202
    until(lambda: installation.rows("SELECT 1 FROM assessments_rendering WHERE state = 'running'"))
    first.kill()
    first.wait()
    os.kill(second.pid, signal.SIGCONT)
    installation.database.execute("UPDATE assessments_rendering SET lease_until = now() WHERE state = 'running'")
    until(lambda: installation.get("web2", files[0]).status == 200)
    assert [attempts for _state, attempts, _by in installation.rows(STATES)] == [2]

    # one is asked to stop: it signs off, and says so
    second.send_signal(signal.SIGTERM)
    assert second.wait(SECONDS) == 0
    assert "stopped after" in second.communicate()[0]
    assert len(installation.rows("SELECT name FROM jobs_worker")) == 1  # of the killed one, which lapses


def test_a_publication_is_seen_by_every_web_process(installation):
    facts = [f"/cases/{installation.cases[0]}/facts/F1/"] * 2
    webs = ("web1", "web2")
    before = [installation.get(web, fact) for web, fact in zip(webs, facts, strict=True)]
    assert [answer.status for answer in before] == [200, 200]
    assert not any(CHANGED in answer.body.decode() for answer in before)
    installation.command("-m", "tests.several_processes", "publish")
    after = [installation.get(web, fact) for web, fact in zip(webs, facts, strict=True)]
    assert all(CHANGED in answer.body.decode() for answer in after)


def test_an_import_whose_worker_is_killed_is_read_by_another(installation):
    workers = [installation.start_worker(name) for name in ("reader1", "reader2")]
    installation.command("-m", "tests.several_processes", "upload")
    taken = until(lambda: installation.rows("SELECT taken_by FROM coi_eventimport WHERE state = 'running'"))
    reader = next(worker for worker in workers if f"-{worker.pid}-" in taken[0][0])
    reader.kill()
    reader.wait()
    installation.database.execute("UPDATE coi_eventimport SET lease_until = now() WHERE state = 'running'")
    until(lambda: installation.rows("SELECT 1 FROM coi_eventimport WHERE state = 'done'"))
    assert installation.rows("SELECT attempts FROM coi_eventimport") == [(2,)]
    assert installation.rows("SELECT events FROM coi_eventdataset") == [(ROWS,)]
    assert installation.rows("SELECT count(*) FROM coi_eventfilepart") == [(0,)]
