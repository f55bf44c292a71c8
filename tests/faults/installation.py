"""A whole installation in real processes, to which a test does harm: gunicorn and a database of its own."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.postgresql import cluster, ends_with_its_parent, with_cluster

SECONDS = 120  # until something has happened, on a busy machine
KEY = "faults-only-" + "k" * 50


class OverSocket(http.client.HTTPConnection):
    """HTTP over a unix socket: these tests open no port."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SECONDS)
        self.sock.connect(str(self.path))


@dataclass
class Said:
    """What the server answered."""

    status: int
    headers: http.client.HTTPMessage
    body: str

    @property
    def is_unavailable(self) -> bool:
        return self.status == 503 and int(self.headers["Retry-After"]) > 0

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.body)
        return found[1] if found else ""


def until(what: Callable[[], Any]) -> Any:
    """Wait until this is true, and return it."""
    end = time.monotonic() + SECONDS
    while not (found := what()):
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)
    return found


class Installation:
    """Web processes as in production, on SQLite or PostgreSQL."""

    def __init__(self, folder: Path, variables: dict[str, str] | None) -> None:
        self.folder, self.is_postgresql = folder, variables is not None
        self.database = Path(variables["POSTGRES_HOST"]) / ".s.PGSQL.5432" if variables else folder / "database"
        self.anchor = folder / "anchor"
        if not variables:
            self.database.mkdir()
        self.anchor.mkdir()
        self.environment = with_cluster(variables or {}) | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "VAR_DIR": str(folder), "DEBUG": "0", "ALLOWED_HOSTS": "localhost",
            "SECRET_KEY": KEY, "AUDIT_KEY": KEY[::-1], "BEHIND_PROXY": "1", "MEMO_SECONDS": "60",
            "SECOND_FACTOR_KEY": KEY, "SECOND_FACTOR_FOR": "nobody",
            "GUNICORN_WORKERS": "2", "GUNICORN_BIND": f"unix:{folder / 'web.sock'}",
            "SQLITE_PATH": str(self.database / "db.sqlite3"), "AUDIT_ANCHOR_FILE": str(self.anchor / "head.json"),
        }  # fmt: skip
        made = json.loads(self.command("-m", "tests.several_processes", "prepare"))
        self.session, self.cases = made["session"], made["cases"]
        self.web: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str, must_end_well: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0 or not must_end_well, done.stderr
        return done.stdout

    def started(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a process with a group of its own, so that it can be killed with its children."""

        def begin() -> None:
            os.setpgrp()
            ends_with_its_parent()

        with (self.folder / "processes.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log, preexec_fn=begin,
            )  # fmt: skip

    def start(self) -> None:
        path = self.folder / "web.sock"
        path.unlink(missing_ok=True)
        self.web = self.started("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi")
        until(path.exists)

    def kill(self) -> None:
        """End the web processes as a power cut does: none of them can do anything more."""
        if self.web is not None:
            os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait()
            self.web = None

    @property
    def web_processes(self) -> list[int]:
        """Return the processes that answer requests."""
        assert self.web is not None
        return [int(pid) for pid in Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()]

    def ask(self, address: str, data: dict[str, str] | None = None) -> Said:
        """Open a page, or send a form as the script for autosaves does. Raises OSError if the server was killed."""
        headers = {"Cookie": f"__Host-sessionid={self.session}; sessionid={self.session}", "X-Forwarded-Proto": "https"}
        body = None
        if data is not None:
            token = "t" * 32
            headers["Cookie"] += f"; csrftoken={token}; __Host-csrftoken={token}"
            headers |= {"X-Autosave": "1", "Referer": "https://localhost/", "X-CSRFToken": token}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(data)
        connection = OverSocket(self.folder / "web.sock")
        try:
            connection.request("GET" if data is None else "POST", address, body, headers)
            answer = connection.getresponse()
            return Said(answer.status, answer.headers, answer.read().decode(errors="replace"))
        except http.client.HTTPException as error:
            raise ConnectionError from error
        finally:
            connection.close()

    def fact(self, case: str) -> "Writing":
        return Writing(self, f"/cases/{case}/facts/F1/")

    def shell(self, code: str) -> Any:
        """Return what this code prints, from JSON, with the application set up."""
        return json.loads(self.command("-c", f"import django, json; django.setup()\n{code}"))

    def reasonings(self) -> dict[str, str]:
        """Return what is stored for the first fact of each case."""
        return self.shell(
            "from assessments.models import FactAssessment as F\n"
            "print(json.dumps({str(f.case.uuid): f.reasoning for f in F.objects.filter(fact_ident='F1')}))"
        )

    def verify(self) -> None:
        """Check the audit record. Raises AssertionError with what is wrong."""
        self.command("manage.py", "verify_audit")


class Writing:
    """The page of a fact on which somebody types."""

    def __init__(self, at: Installation, address: str) -> None:
        self.at, self.address = at, address
        self.open()

    def open(self) -> None:
        page = self.at.ask(self.address)
        assert page.status == 200, page.body[:2000]
        self.fields = {name: page.field(name) for name in ("shown", "seen", "version")}

    def save(self, words: str) -> Said:
        said = self.at.ask(self.address, self.fields | {"outcome": "not-assessed", "reasoning": words})
        if said.status == 200:
            self.fields["version"] = str(json.loads(said.body)["version"])
        return said


@contextmanager
def installed(folder: Path, *, on_postgresql: bool) -> Iterator[Installation]:
    """Yield an installation whose web processes answer."""

    @contextmanager
    def served(variables: dict[str, str] | None) -> Iterator[Installation]:
        made = Installation(folder, variables)
        try:
            made.start()
            yield made
        finally:
            made.kill()

    if not on_postgresql:
        with served(None) as made:
            yield made
        return
    with cluster(is_durable=True) as variables, served(variables) as made:
        yield made
