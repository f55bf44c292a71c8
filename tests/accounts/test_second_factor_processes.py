"""Two processes with the same code at the same moment: one of them accepts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.postgresql import cluster, with_cluster

pytestmark = pytest.mark.slow
PROCESSES, ROUNDS = 2, 6
PREPARE = """
import time
from django.utils import timezone
from accounts.models import SecondFactor, User
from accounts import second_factor_codes as codes
secret, step = codes.new_secret(), int(time.time()) // codes.SECONDS
for n in range({rounds}):
    user = User.objects.create(username=f"owner-{{n}}")
    stored = codes.encrypted(secret, user.pk)
    factor = SecondFactor.objects.create(user=user, secret=stored, last_step=step - 9, since=timezone.now())
    print("given", factor.pk, codes.code_at(secret, step + 1), codes.new_recovery_codes(factor)[0])
"""
# Each process has read the row before any of them goes on to use the code.
ACCEPT = """
import sys
from accounts.models import SecondFactor
from accounts import second_factor_codes as codes
for line in sys.stdin:
    pk, *given = line.split()
    factor = SecondFactor.objects.get(pk=pk)
    print("ready", flush=True)
    sys.stdin.readline()
    print("used", *[bool(codes.accept(factor, code)) for code in given], flush=True)
"""


def shell(program: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", program]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def assert_one_accepts(environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)
    made, _nothing = shell(PREPARE.format(rounds=ROUNDS), environment).communicate()
    given = [line.partition(" ")[2] for line in made.splitlines() if line.startswith("given ")]
    assert len(given) == ROUNDS
    processes = [shell(ACCEPT, environment) for _process in range(PROCESSES)]
    try:
        for codes in given:
            assert [asked(each, codes) for each in processes] == [["ready"]] * PROCESSES
            for each in processes:
                each.stdin.write("\n")
                each.stdin.flush()
            accepted = [each.stdout.readline().split()[1:] for each in processes]
            assert [sorted(kind) for kind in zip(*accepted, strict=True)] == [["False", "True"]] * 2
    finally:
        for each in processes:
            each.communicate()


def asked(process: subprocess.Popen[str], line: str) -> list[str]:
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().split()


def test_of_two_processes_with_one_code_one_accepts_it(tmp_path: Path) -> None:
    variables = {"VAR_DIR": str(tmp_path), "SQLITE_PATH": str(tmp_path / "db.sqlite3")}
    assert_one_accepts(os.environ | variables | {"DJANGO_SETTINGS_MODULE": "config.settings"})


def test_on_postgresql_too(tmp_path: Path) -> None:
    with cluster() as variables:
        environment = with_cluster(variables) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        assert_one_accepts(environment | {"VAR_DIR": str(tmp_path)})
