"""A small office at work, with real processes: no request of benchmarks/load.py fails."""

import subprocess
import sys

import pytest

from tests import ROOT


@pytest.mark.slow
def test_no_request_of_a_small_office_fails():
    command = [sys.executable, "benchmarks/load.py", "--cases", "60", "--people", "6", "--seconds", "10"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "autosave" in done.stdout
