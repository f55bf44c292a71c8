"""A copy of the project in which one guard at a time is taken out, and the tests that must notice it.

A guard is a few lines of the program that keep somebody from doing what they may not. The copy lies in a temporary
folder, so the checkout never changes.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests import ROOT, built_database

LEFT_OUT = shutil.ignore_patterns(".*", "var", "gallery", "__pycache__")
TABLE = Path(__file__).with_name("guards.yaml")
SECONDS = 900  # for the tests of all guards, on a busy machine
# A test that ends with one of these met a program that does not work at all, and noticed no missing guard.
NOT_A_GUARD = ("SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError")


@dataclass(frozen=True)
class Guard:
    """A guard, how it is taken out, and the tests that must then fail.

    ``text`` stands in the file ``path`` exactly once. ``instead`` takes its place.
    """

    name: str
    protects: str
    path: str
    text: str
    instead: str
    tests: tuple[str, ...]


def guards() -> list[Guard]:
    """Return the guards of the table."""
    return [
        Guard(row["guard"], row["protects"], path, row["text"], row["instead"], tuple(row["tests"]))
        for path, rows in yaml.safe_load(TABLE.read_text()).items()
        for row in rows
    ]


@dataclass(frozen=True)
class Outcome:
    """The exit status of pytest and all that it printed."""

    status: int
    printed: str

    def reason(self, test: str) -> str | None:
        """Return why this test, or a case of it, failed; None if it did not."""
        found = re.search(rf"^FAILED {re.escape(test)}(?:\[.*\])?(?: - (.*))?$", self.printed, re.MULTILINE)
        return (found[1] or "") if found else None


class Copy:
    """A copy of the project with a test database of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.whole = folder / "whole.sqlite3"
        shutil.copytree(ROOT, self.root, ignore=LEFT_OUT)
        self.databases = self.root / ".pytest_cache" / "d" / "test-database"
        self.databases.mkdir(parents=True)
        name = f"{built_database.key()}.sqlite3"
        kept = ROOT / self.databases.relative_to(self.root) / name
        if kept.exists():  # else the first run builds it
            shutil.copy(kept, self.databases / name)

    def keep_database(self) -> None:
        """Keep the test database that the unbroken program built, for the programs without a guard."""
        shutil.copy(next(self.databases.glob("*.sqlite3")), self.whole)

    def run(self, tests: tuple[str, ...]) -> Outcome:
        """Run these tests in the copy, in a process that knows nothing of this one."""
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        environment |= {"COLUMNS": "2000", "LC_ALL": "C.UTF-8"}  # the summary is cut off at the width
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--tb=line", *tests],
            cwd=self.root, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return Outcome(done.returncode, done.stdout + done.stderr)

    def without(self, guard: Guard) -> Outcome:
        """Take out the guard, run its tests, and put the guard back."""
        path = self.root / guard.path
        whole = path.read_text()
        _replace(path, whole.replace(guard.text, guard.instead))
        try:
            for old in self.databases.glob("*.sqlite3"):
                old.unlink()
            if "/migrations/" not in guard.path:  # else the tests build the database anew
                database = self.databases / f"{built_database.key(self.root)}.sqlite3"
                shutil.copy(self.whole, database)
                _drop_triggers(database, guard.text)
            return self.run(guard.tests)
        finally:
            _replace(path, whole)


def _drop_triggers(database: Path, text: str) -> None:
    """Drop the triggers that a guard's text names. Building the database without them would take much longer."""
    with closing(sqlite3.connect(database)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if f'"{name}"' in text:
                file.execute(f"DROP TRIGGER {name}")
        file.commit()


def _replace(path: Path, text: str) -> None:
    path.write_text(text)
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        compiled.unlink()  # two changes within a second can look like none


def whole_copy(folder: Path, guards: list[Guard]) -> Copy:
    """Return a copy in which the tests of all these guards pass."""
    copy = Copy(folder)
    outcome = copy.run(tuple(dict.fromkeys(test for guard in guards for test in guard.tests)))
    assert outcome.status == pytest.ExitCode.OK, f"With every guard in place:\n{outcome.printed}"
    copy.keep_database()
    return copy


def check(guard: Guard, copy: Copy) -> None:
    """Assert that each test of the guard fails without it."""
    count = (ROOT / guard.path).read_text().count(guard.text)
    assert count == 1, f"“{guard.name}” is {count} times in {guard.path}. Write its present text into tests/guards."
    outcome = copy.without(guard)
    assert outcome.status == pytest.ExitCode.TESTS_FAILED, f"Without “{guard.name}”:\n{outcome.printed}"
    for test in guard.tests:
        reason = outcome.reason(test)
        assert reason is not None, f"{test} does not notice that “{guard.name}” is missing:\n{outcome.printed}"
        assert not reason.startswith(NOT_A_GUARD), f"Without “{guard.name}”, the program does not run: {reason}"
