"""PostgreSQL as well as SQLite: the same tests on both, each in its own process and settings."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import ROOT, postgresql
from tests.case_text import MARK
from tests.postgresql import cluster, ends_with_its_parent, remove_stale, with_cluster

pytestmark = pytest.mark.slow

RACES = "tests/races.py"
# The parts that depend on the database: lookups, its own refusals, the chain and concurrency (the races publish,
# replace and recall). A whole run would add little and take as long again.
ON_POSTGRESQL = (
    "tests/jobs/test_queue.py",
    "tests/assessments/actions/test_renderings.py",
    "tests/assessments/review/test_recall_checks.py",
    "tests/coi/library/test_search.py",
    "tests/coi/library/test_held_editions.py",
    "tests/assessments/models/test_database_guards.py",
    "tests/audit/test_chain.py",
    "tests/test_case_text_stays.py",
    "tests/audit/test_tampering.py",
    "tests/audit/test_keys.py",
    "tests/assessments/memo/test_record_check.py",
    "tests/assessments/actions/test_state_check.py",
    "tests/coi/drafts/publishing/test_edition_digests.py",
    "tests/audit/test_triggers.py",
    "tests/audit/test_anchor_and_commands.py",
    "tests/coi/editions/test_edition.py::test_a_published_edition_cannot_be_changed_from_python_either",
    RACES,
)


def run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run pytest in its own process, without this run's xdist and options."""
    own = {name: value for name, value in environment.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, check=False, cwd=ROOT, env=own, capture_output=True, text=True, preexec_fn=ends_with_its_parent
    )


def passed(result: subprocess.CompletedProcess[str]) -> int:
    """Return how many tests passed. Fails with the output if anything else happened."""
    told = re.fullmatch(r"(\d+) passed in .*", result.stdout.strip().rpartition("\n")[2])
    assert result.returncode == 0 and told, result.stdout + result.stderr  # noqa: PT018 - one story
    return int(told[1])


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with cluster() as variables:
        yield with_cluster(variables)


def test_the_chosen_tests_pass_on_postgresql(server, tmp_path):
    assert passed(run(*ON_POSTGRESQL, environment=server | {"VAR_DIR": str(tmp_path)})) > 100


def test_the_log_of_the_server_has_no_row_that_it_refused(server):
    """With PostgreSQL's own settings, the log has the row in full and the statement with its values."""
    log = Path(server["POSTGRES_HOST"]) / postgresql.LOG
    before = len(log.read_text())
    with psycopg.connect(host=server["POSTGRES_HOST"], user=server["POSTGRES_USER"], autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE noted (word text UNIQUE, kind text CHECK (kind = 'word'))")
        connection.execute("INSERT INTO noted VALUES (%s, 'word')", [MARK])
        for statement in ("INSERT INTO noted VALUES (%s, 'word')", "INSERT INTO noted VALUES ('other', %s)"):
            for cursor in (psycopg.Cursor, psycopg.ClientCursor):  # Django's puts values into the statement
                with pytest.raises(psycopg.IntegrityError):
                    cursor(connection).execute(statement, [MARK])
    written = log.read_text()[before:]
    assert written.count("ERROR:") == 4
    assert MARK not in written


# what an office may want to see, without the lines that quote values
STATEMENTS = {"log_statement": "all", "log_min_duration_statement": "0", "log_min_error_statement": "error"}


@pytest.fixture(scope="module")
def talkative() -> Iterator[dict[str, str]]:
    """A server that writes every statement into its log."""
    with cluster(own=STATEMENTS) as variables:
        yield with_cluster(variables)


def test_statements_in_the_log_have_no_text_of_a_case(talkative, tmp_path):
    """The program sends values apart from the statement."""
    run_on_it = run("tests/test_case_text_stays.py", environment=talkative | {"VAR_DIR": str(tmp_path)})
    assert passed(run_on_it) > 10
    written = (Path(talkative["POSTGRES_HOST"]) / postgresql.LOG).read_text()
    assert 'INSERT INTO "assessments_case' in written
    assert "ERROR:" in written
    assert MARK.lower() not in written.lower()


def checked(server: dict[str, str], tmp_path: Path) -> str:
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    environment = server | {"VAR_DIR": str(tmp_path)}
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_a_server_that_writes_statements_is_reported_with_what_to_set(server, talkative, tmp_path):
    told = checked(talkative, tmp_path)
    assert "operations.W001" in told
    for name in STATEMENTS:
        assert f"{name} is {STATEMENTS[name]}, set " in told
    assert "log_error_verbosity" not in told
    assert "operations.W001" not in checked(server, tmp_path)


def test_a_server_process_says_so_when_it_starts(talkative, tmp_path):
    command = [sys.executable, "-c", "import config.wsgi"]
    environment = talkative | {"VAR_DIR": str(tmp_path)}
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "log_statement is all, set none" in done.stderr


def test_a_database_that_sorts_by_a_language_is_refused_before_anything_is_made(server, tmp_path):
    host, user = server["POSTGRES_HOST"], server["POSTGRES_USER"]
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'")
    environment = server | {"VAR_DIR": str(tmp_path), "POSTGRES_DB": "english"}
    command = [sys.executable, "manage.py", "migrate"]
    result = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode != 0
    assert "sorts text by the rules of a language" in result.stderr
    assert "createdb --template=template0" in result.stderr
    with psycopg.connect(host=host, user=user, dbname="english") as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_two_people_at_the_same_moment_on_sqlite(tmp_path):
    environment = os.environ | {"VAR_DIR": str(tmp_path)}
    assert passed(run(RACES, "--ds=tests.settings_on_a_file", environment=environment)) > 10


# --- the server itself ------------------------------------------------------------------------------


def test_the_server_is_gone_after_the_command_and_is_reached_by_its_socket_alone():
    code = (
        "import os, psycopg; host = os.environ['POSTGRES_HOST'];"
        "c = psycopg.connect(host=host, user=os.environ['POSTGRES_USER'], dbname=os.environ['POSTGRES_DB']);"
        "print(host, *c.execute(\"SELECT current_setting('listen_addresses') = '', datcollate, datctype FROM pg_database"
        " WHERE datname = current_database()\").fetchone(), 'PGPORT' in os.environ)"
    )
    result = subprocess.run(
        [sys.executable, "-m", "tests.postgresql", sys.executable, "-c", code],
        check=True, cwd=ROOT, env=os.environ | {"PGPORT": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    folder, *told = result.stdout.split()
    assert told == ["True", "C.UTF-8", "C.UTF-8", "False"]
    assert not Path(folder).exists()


def test_a_killed_run_leaves_no_server_and_the_next_run_removes_its_folder():
    code = "import os, sys; print(os.environ['POSTGRES_HOST'], flush=True); sys.stdin.read()"
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.postgresql", sys.executable, "-c", code],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    folder = Path(run.stdout.readline().strip())
    with (folder / "data" / "postmaster.pid").open() as file:
        server = int(file.readline())
    assert folder not in remove_stale(folder.parent)  # in use
    ended = os.pidfd_open(server)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert select.select([ended], [], [], 60)[0]  # the kernel ended it with its parent
    os.close(ended)
    assert folder in remove_stale(folder.parent)
    assert not folder.exists()


def test_a_folder_with_too_long_a_path_for_a_socket_is_skipped(monkeypatch, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    folder = postgresql._folder(postgresql._as_whom())
    folder.rmdir()
    assert folder.parent != long
    assert len(os.fsencode(folder / postgresql.SOCKET)) <= postgresql.LONGEST_SOCKET


def test_without_a_server_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(postgresql.Path, "glob", lambda self, pattern: [])
    monkeypatch.setattr(postgresql.shutil, "which", lambda name: None)
    with pytest.raises(postgresql.Unavailable, match="apt-get install"), cluster():
        pass
