"""The gate of writes: how a transaction waits for others on SQLite.

SQLite's own wait looks ever more rarely, at last ten times a second, while a newcomer looks every few milliseconds.
Under many writers the newcomers win, and whoever has waited longest is refused. Here it is the other way round.
"""

import random
import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

BETWEEN = 0.02  # seconds between two attempts, at most
AFTER_LONG = 0.004  # the same, of somebody who has waited for a second
LONG = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but for the beginning of a transaction."""

    def _start_transaction_under_autocommit(self) -> None:
        """Begin, as soon as no other transaction writes; after the time-out of the settings raise OperationalError."""
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5.0)
        began = time.monotonic()
        self._wait_in_sqlite(0)
        try:
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs do not know it
                    return
                except OperationalError as error:
                    waited = time.monotonic() - began
                    if "locked" not in str(error) or waited >= seconds:
                        raise
                # nothing has been read or written yet, so trying again is safe
                time.sleep(random.random() * (AFTER_LONG if waited >= LONG else BETWEEN))  # noqa: S311 - no secret
        finally:
            self._wait_in_sqlite(seconds)  # a statement outside of a transaction waits there

    def _wait_in_sqlite(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").close()
