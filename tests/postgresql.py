"""A PostgreSQL server that runs for the duration of one command.

Usage: .venv/bin/python -m tests.postgresql COMMAND [argument …]

The server stores its data in a temporary folder and listens only on a unix socket there. If it is started by root, it
runs as the user postgres, because PostgreSQL refuses root. COMMAND gets an empty database through the POSTGRES_*
variables of the settings.
"""

import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from operations.database_log import wanted

PREFIX = "footnote-pg-"
LONGEST_SOCKET = 107  # bytes in the path of a unix socket on Linux
SOCKET = ".s.PGSQL.5432"
SUPERUSER = "postgres"
DATABASE = "footnote"
SECONDS = 60  # for its start on a busy machine
# Nothing here outlives the command, so there is no need to wait for the disk.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
OPTIONS = {"listen_addresses": "", "max_connections": "40", "unix_socket_permissions": "0700"}
LOG = "log"  # the name of the server's log in its folder


class Unavailable(RuntimeError):
    """PostgreSQL cannot be started. The message says what to install."""


def programs() -> Path:
    """Return the folder of initdb and postgres. Debian keeps them off the path, one folder per version."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: [int(n) for n in p.parent.name.split(".")]
    )
    on_path = shutil.which("initdb")
    for folder in [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Unavailable("PostgreSQL's server is not installed. Run: apt-get install --no-install-recommends postgresql")


def _as_whom() -> dict[str, Any]:
    """Return the arguments that run a process as another user; empty unless this process is root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError as error:
        raise Unavailable("There is no user postgres, as whom root would start PostgreSQL.") from error
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _folder(whom: dict[str, Any]) -> Path:
    """Make a folder that the server's user can reach, with a path short enough for a socket."""
    for parent in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):
        if len(os.fsencode(f"{parent}/{PREFIX}xxxxxxxx/{SOCKET}")) > LONGEST_SOCKET:
            continue
        with suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
            if whom:
                os.chown(folder, whom["user"], whom["group"])
            if subprocess.run(["test", "-w", str(folder)], check=False, **whom).returncode == 0:
                return folder
            folder.rmdir()
    raise Unavailable("No temporary folder is both short enough for a socket and open to PostgreSQL's user.")


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder while this process lives. The system releases it however the process ends."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def remove_stale(parent: Path) -> list[Path]:
    """Remove and return the folders of clusters whose owner was killed. Their servers have ended with it."""
    gone = []
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        # leave folders alone that belong to another user, are being removed by others, or are locked
        with suppress(OSError), (folder / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _is_running(folder / "data"):
                shutil.rmtree(folder)
                gone.append(folder)
    return gone


def _is_running(data: Path) -> bool:
    try:
        number = int((data / "postmaster.pid").read_text().split()[0])
        return Path(f"/proc/{number}/cwd").resolve() == data.resolve()
    except (OSError, ValueError, IndexError):
        return False


def ends_with_its_parent() -> None:
    """Make the kernel send this child SIGINT, for an orderly shutdown, when its parent ends in any way."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


@contextmanager
def cluster(*, is_durable: bool = False, own: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Start a server with an empty database, and yield the variables by which the settings find it.

    With ``is_durable``, a commit waits for the disk as in production. ``own`` are settings other than those that an
    office is asked for.
    Raises Unavailable if PostgreSQL is not installed.
    """
    bin_folder, whom = programs(), _as_whom()
    folder = _folder(whom)
    remove_stale(folder.parent)
    # pass on only what a program needs: a caller's PGPORT or locale would change the server
    environment = {"PATH": f"{bin_folder}:{os.environ.get('PATH', '/usr/bin:/bin')}", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    common = {"env": environment, "cwd": folder, "stdin": subprocess.DEVNULL, **whom}
    server: subprocess.Popen[bytes] | None = None
    try:
        with _held(folder), (folder / LOG).open("w") as log:
            made = subprocess.run(
                [bin_folder / "initdb", "--pgdata", folder / "data", "--auth", "trust", "--username", SUPERUSER,
                 "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"],
                check=False, capture_output=True, text=True, **common,
            )  # fmt: skip
            if made.returncode != 0:
                raise Unavailable(f"initdb failed: {made.stderr or made.stdout}")
            given = OPTIONS | wanted() | dict(own or {}) | ({} if is_durable else NOT_DURABLE)
            options = [f"--{name}={value}" for name, value in given.items()]
            server = subprocess.Popen(
                [bin_folder / "postgres", "-D", folder / "data", "-k", folder, *options],
                stdout=log, stderr=subprocess.STDOUT, preexec_fn=ends_with_its_parent, **common,
            )  # fmt: skip
            _create_database(folder, server)
            yield {
                "POSTGRES_DB": DATABASE, "POSTGRES_USER": SUPERUSER, "POSTGRES_PASSWORD": "",
                "POSTGRES_HOST": str(folder), "POSTGRES_PORT": "5432",
            }  # fmt: skip
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            with psycopg.connect(
                host=str(folder), port=5432, user=SUPERUSER, dbname="postgres", autocommit=True
            ) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
                return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > until:
                log = (folder / LOG).read_text(errors="replace")
                raise Unavailable(f"PostgreSQL did not start: {error}\n{log[-2000:]}") from error
            time.sleep(0.05)


def with_cluster(variables: dict[str, str]) -> dict[str, str]:
    """Return this process's environment for a child that uses the server, without libpq's own variables."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return own | variables


def main(command: list[str]) -> int:
    """Run the command on its own server and return its exit status."""
    if not command:
        print(__doc__)
        return 2
    try:
        with cluster() as variables:
            return subprocess.run(command, check=False, env=with_cluster(variables)).returncode
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
