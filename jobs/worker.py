"""The worker process: it takes a job, does it and takes the next. While there is none, it updates its row."""

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from jobs import kinds, queue

A_LOOK = 1.0  # seconds between two looks for a job
A_SIGN = 5.0  # seconds between two updates of its row
AFTER_ERROR = 5.0  # seconds, if the database does not answer
logger = logging.getLogger(__name__)


class Runner:
    """Takes jobs until it is told to stop. The job at hand is finished first."""

    def __init__(self, *, look: float = A_LOOK) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.is_stopping = False
        self._look = look
        self._signed = float("-inf")

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop after the job at hand. It is also the handler of the signals SIGTERM and SIGINT."""
        self.is_stopping = True

    def run(self, *, until_empty: bool = False) -> int:
        """Take jobs until told to stop or, with ``until_empty``, until there is none. Return how many were done."""
        done = 0
        try:
            while not self.is_stopping:
                was_there = self._tried(self._one)
                done += was_there is True
                if until_empty and was_there is False:
                    break
                if not was_there:
                    self._wait(self._look if was_there is False else AFTER_ERROR)
        finally:
            self._tried(lambda: queue.sign_off(self.name))
        return done

    def _one(self) -> bool:
        if time.monotonic() - self._signed >= A_SIGN:
            queue.sign(self.name)
            self._signed = time.monotonic()
        worked = [kind.work(self.name) for kind in kinds.KINDS]  # each kind has its turn, even while another has jobs
        return any(worked)

    def _tried(self, act: Callable[[], Any]) -> Any:
        """Call the function. If the database does not answer, log it and return None: it may come back."""
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:  # the transaction is the caller's, so leave it alone
                raise
            connection.close()  # the next attempt opens another
            logger.warning("The worker cannot reach the database: %s", type(error).__name__)
            return None

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))


def stops_on_signals(runner: Runner) -> None:
    """Let SIGTERM and SIGINT stop the worker after the job at hand."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, runner.stop)
