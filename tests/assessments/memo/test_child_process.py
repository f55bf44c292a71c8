"""The process that makes a document: what it is given, and its end."""

import os
import sys

import pytest

from assessments.memo import child_process

CHILD = [sys.executable, "-c"]


def test_it_gets_the_source_a_folder_and_an_environment_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the caller")
    program = "import os, sys; print(os.getcwd(), os.environ.get('SECRET_KEY'), os.environ['TZ'], sys.stdin.read())"
    done = child_process.run([*CHILD, program], b"text", seconds=20, scratch=str(tmp_path), environment={"TZ": "UTC"})
    assert (done.returncode, done.stdout.decode().split()) == (0, [str(tmp_path), "None", "UTC", "text"])


def test_what_it_started_ends_with_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # the grandchild holds the pipe open for writing, as long as it lives
    program = f"exec 9>{pipe}; sleep 60 & echo started >&9; wait"
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(child_process.TookTooLong):
            child_process.run(["/bin/sh", "-c", program], b"", seconds=1, scratch=str(tmp_path), environment={})
        os.set_blocking(reader, True)
        assert os.read(reader, 100) == b"started\n"
        assert os.read(reader, 100) == b""  # the end: nobody writes any more
    finally:
        os.close(reader)
