"""gunicorn itself, as deploy/ starts it: it refuses, serves and logs."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.slow
HOST = "footnote.office.example"


class Server:
    """One process of two threads, on a unix socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        self.environment = clean | {
            "DEBUG": "0", "SECRET_KEY": "k8#" * 20 + "qwertzuiopas", "AUDIT_KEY": "Wp4-" * 12 + "another",
            "SECOND_FACTOR_KEY": "x7_" * 16,
            "ALLOWED_HOSTS": HOST, "BEHIND_PROXY": "1", "VAR_DIR": str(folder / "var"), "METRICS_TOKEN": "token",
            "GUNICORN_BIND": f"unix:{folder}/socket", "GUNICORN_WORKERS": "1", "GUNICORN_THREADS": "2",
            "FORWARDED_ALLOW_IPS": "*",
        }  # fmt: skip
        self.command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi"]

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def connection(self) -> socket.socket:
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.settimeout(60)
        opened.connect(f"{self.folder}/socket")
        return opened

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        asked = http.client.HTTPConnection(HOST, timeout=60)
        asked.sock = self.connection()
        try:
            asked.request("GET", path, headers={"X-Forwarded-Proto": "https", **headers})
            response = asked.getresponse()
            return response.status, response.read().decode()
        finally:
            asked.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("g"))
    refused = subprocess.run(
        made.command, cwd=ROOT, env=made.environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert refused.returncode != 0
    assert "Run: python manage.py migrate" in refused.stderr
    assert "Run: python manage.py collectstatic --no-input" in refused.stderr
    made.manage("migrate", "--verbosity", "0")
    made.manage("collectstatic", "--no-input", "--verbosity", "0")
    with (made.folder / "out").open("w") as out, (made.folder / "err").open("w") as err:
        process = subprocess.Popen(made.command, cwd=ROOT, env=made.environment, stdout=out, stderr=err)
        try:
            for _attempt in range(300):
                if (made.folder / "socket").exists() or process.poll() is not None:
                    break
                time.sleep(0.2)
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def test_it_serves_pages_health_and_figures(server):
    assert server.get("/health/live")[0] == 200
    assert server.get("/sign-in/")[0] == 200
    status, page = server.get("/sign-in/?q=x", **{"Content-Type": "text/plain; charset=utf-7"})
    assert (status, "We could not read your request" in page) == (400, True)
    status, figures = server.get("/metrics", Authorization="Bearer token")
    assert status == 200
    assert 'footnote_requests_total{method="GET",page="sign-in",status="200"} 1.0' in figures


def test_its_logs_have_no_query_string_and_no_browser(server):
    server.get("/none/?q=marker-query", **{"User-Agent": "marker-browser", "Referer": "https://x.example/marker"})
    for _attempt in range(50):
        logs = (server.folder / "out").read_text() + (server.folder / "err").read_text()
        if '"path":"/none/"' in logs:
            break
        time.sleep(0.1)
    assert '"path":"/none/","status":404' in logs
    assert "marker" not in logs


def test_what_it_writes_is_readable_by_its_user_alone(server):
    database = server.folder / "var" / "footnote.sqlite3"
    assert database.stat().st_mode & 0o777 == 0o600
    assert database.parent.stat().st_mode & 0o777 == 0o700
