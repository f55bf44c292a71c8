"""A server that runs like `make run`, with the demonstration data in its own folder, and the browser for it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests import ROOT

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium(playwright: Any) -> Any:
    """Start Debian's Chromium with Playwright."""
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)


def environment_of(folder: Path) -> dict[str, str]:
    """Return the environment in which the application stores all its data in this folder."""
    return os.environ | {
        "VAR_DIR": str(folder),
        "SQLITE_PATH": str(folder / "db.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MEMO_SECONDS": "60",  # a busy machine is slow, and not wrong
    }


def prepare(folder: Path) -> None:
    """Do what `make run` does before it starts the server."""
    environment = environment_of(folder) | {"PYTHON": sys.executable}
    subprocess.run([ROOT / "scripts/prepare-data", "8000"], env=environment, check=True, capture_output=True)


def run_in(folder: Path, script: str) -> None:
    """Run a script of Python in the application whose data are in this folder."""
    command = [sys.executable, "manage.py", "shell", "--command", script]
    subprocess.run(command, cwd=ROOT, env=environment_of(folder), check=True, capture_output=True)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the folder's data and yield the address. Raises RuntimeError with the log if nothing answers."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
            cwd=ROOT, env=environment_of(folder), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}", folder)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, folder: Path) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(f"{address}/sign-in/", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError((folder / "server.log").read_text())
