"""An office at work: what fifty people wait for, beside a bare Django page from the same server in the same run.

Usage: .venv/bin/python benchmarks/load.py [--cases 30000] [--seconds 120] [--people 50] [--postgresql]

It makes an office in a temporary database, serves it as in production (deploy/gunicorn.conf.py with
two processes of four threads, one worker for PDFs) and lets Locust do what load_people.py says. It ends with status 1 if a request failed.
"""

import argparse
import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.postgresql import cluster, ends_with_its_parent, with_cluster

A_SECOND = 2  # people who sign in: hashing a password takes a third of a second of a processor
SETTLE = 10  # seconds after the last sign-in


@contextmanager
def running(*command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a process of the installation until the end of the block."""
    with log.open("w") as into:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=into, stderr=subprocess.STDOUT,
            preexec_fn=ends_with_its_parent,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def manage(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def wait_for(address: str) -> None:
    """Wait until the server shows this page."""
    for _attempt in range(300):
        try:
            asked = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
            urllib.request.urlopen(asked, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server does not start.")


def environment_in(folder: Path) -> dict[str, str]:
    """Return the environment of an installation whose files are in this folder."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.load_settings", "VAR_DIR": str(folder), "BEHIND_PROXY": "1",
        "SQLITE_PATH": str(folder / "db.sqlite3"), "DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "load-only-" + "k" * 50, "AUDIT_KEY": "load-only-" + "a" * 50, "MEMO_SECONDS": "20",
        "SECOND_FACTOR_KEY": "load-only-" + "s" * 50, "SECOND_FACTOR_FOR": "nobody",
    }  # fmt: skip


@contextmanager
def served(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Serve the installation as in production until the end of the block. Return its address."""
    with ExitStack() as stack:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        stack.enter_context(running("manage.py", "run_worker", environment=environment, log=folder / "worker.log"))
        web = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi")
        bound = environment | {"GUNICORN_BIND": address, "GUNICORN_WORKERS": "2"}
        stack.enter_context(running(*web, environment=bound, log=folder / "web.log"))
        wait_for(f"http://{address}/sign-in/")
        yield f"http://{address}"


def tell_of_errors(folder: Path) -> None:
    """Print how many errors the logs of the server and the worker have."""
    log = (folder / "web.log").read_text() + (folder / "worker.log").read_text()
    if problems := [line for line in log.splitlines() if '"level": "ERROR"' in line or '"level":"ERROR"' in line]:
        print(f"{len(problems)} lines of the logs tell of errors, the first: {problems[0][:200]}")


def measured(address: str, office: Path, people: int, seconds: int, *, is_bare: bool) -> list[dict[str, str]]:
    """Let these people work. Return the rows of Locust's statistics, the sum last."""
    name = office.with_name("bare" if is_bare else "office")
    command = [
        sys.executable, "-m", "locust", "-f", str(ROOT / "benchmarks/load_people.py"), "--host", address, "--headless",
        "--users", str(people), "--spawn-rate", str(A_SECOND), "--run-time", f"{people // A_SECOND + SETTLE + seconds}s",
        "--csv", str(name), "--only-summary", "--exit-code-on-error", "0", "--stop-timeout", "20", "--loglevel", "WARNING",
    ]  # fmt: skip
    environment = os.environ | {"LOAD_OFFICE": str(office), "LOAD_BARE": "1" if is_bare else "0"}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    with name.with_name(f"{name.name}_stats.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def show(rows: list[dict[str, str]]) -> int:
    """Print a row for each kind of request. Return how many failed, or 1 if there were none at all."""
    for row in (each for each in rows if int(each["Request Count"])):
        name = "all" if row["Name"] == "Aggregated" else row["Name"]
        figures = " ".join(f"{row[column]:>7}" for column in ("50%", "95%", "99%"))
        print(
            f"{name:<28} {row['Request Count']:>8} {float(row['Requests/s']):>7.1f} {figures} {row['Failure Count']:>7}"
        )
    return int(rows[-1]["Failure Count"]) or not int(rows[-1]["Request Count"])


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int)
    asked.add_argument("--seconds", type=int, default=120)
    asked.add_argument("--people", type=int, default=50)
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    cases = options.cases or (200_000 if options.postgresql else 30_000)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-benchmark-")))
        environment = environment_in(folder)
        if options.postgresql:
            environment = with_cluster(stack.enter_context(cluster(is_durable=True))) | environment
        began = time.monotonic()
        office = folder / "office.json"
        office.write_text(manage(environment, "-m", "benchmarks.load_office", str(cases)))
        known = json.loads(office.read_text())
        print(f"{known['cases']:,} cases on {'PostgreSQL' if options.postgresql else 'SQLite'}", end=", ")
        print(f"made in {time.monotonic() - began:.0f} s; {options.people} people, {options.seconds} s", flush=True)
        address = stack.enter_context(served(folder, environment))
        print(f"{'':<28} {'requests':>8} {'a s':>7} {'p50 ms':>7} {'p95':>7} {'p99':>7} {'failed':>7}")
        failed = 0
        for is_bare in (True, False):
            seconds = options.seconds // 4 if is_bare else options.seconds
            failed += show(
                measured(address, office, options.people, max(seconds, 5), is_bare=is_bare)[-1 if is_bare else 0 :]
            )
        tell_of_errors(folder)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
