"""Starts the child process that makes a document: in a folder of its own, without the caller's environment, for a time.

The child cannot outlive its time: it and everything that it started are one group, which is killed. What else it may
not do is up to its command, because each program limits its own memory and files.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence


class TookTooLong(Exception):
    """The child was killed because it did not end in time."""


def run(
    command: Sequence[str], source: bytes, *, seconds: float, scratch: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Give ``source`` to a child process in the folder ``scratch`` and return its status and answers.

    ``environment`` is all that the child gets. Raise TookTooLong after ``seconds`` of wall time.
    """
    with subprocess.Popen(  # noqa: S603 - our own file or a pinned program, without a shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=scratch,
        start_new_session=True,
    ) as child:
        try:
            stdout, stderr = child.communicate(source, timeout=seconds)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TookTooLong from None
            raise
    return subprocess.CompletedProcess(command, child.returncode, stdout, stderr)
