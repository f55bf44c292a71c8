"""How a transaction waits for another one on SQLite: config/sqlite/base.py, on a file of its own."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from django.db import OperationalError, connections

from config.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(tmp_path) -> Iterator[sqlite3.Connection]:
    """Another program, which holds the database."""
    found = sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None, check_same_thread=False)
    with closing(found):
        found.execute("PRAGMA journal_mode = WAL")
        found.execute("CREATE TABLE saved (words)")
        found.execute("BEGIN IMMEDIATE")
        found.execute("INSERT INTO saved VALUES ('by the other one')")
        yield found


@pytest.fixture
def opened(tmp_path) -> Iterator[Callable[[float], DatabaseWrapper]]:
    """opened(seconds): a connection with that time-out."""
    made: list[DatabaseWrapper] = []

    def connect(seconds: float) -> DatabaseWrapper:
        settings = connections["default"].settings_dict
        options = {"transaction_mode": "IMMEDIATE", "timeout": seconds}
        made.append(DatabaseWrapper(settings | {"NAME": str(tmp_path / "db.sqlite3"), "OPTIONS": options}, "gate"))
        made[-1].connect()
        return made[-1]

    yield connect
    for each in made:
        each.connection.close()


def begin(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def value(wrapper: DatabaseWrapper, query: str) -> object:
    return wrapper.connection.execute(query).fetchone()[0]


def test_a_transaction_begins_when_the_other_one_ends(holder, opened):
    wrapper = opened(30)
    threading.Timer(0.2, holder.execute, ["COMMIT"]).start()
    begin(wrapper)
    assert value(wrapper, "SELECT words FROM saved") == "by the other one"
    assert value(wrapper, "PRAGMA busy_timeout") == 30_000  # for statements outside of a transaction
    wrapper.rollback()


def test_after_the_time_out_it_is_refused_and_can_be_tried_again(holder, opened):
    wrapper = opened(0.2)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(wrapper)
    assert value(wrapper, "PRAGMA busy_timeout") == 200
    holder.execute("ROLLBACK")
    begin(wrapper)
    assert value(wrapper, "SELECT count(*) FROM saved") == 0
    wrapper.rollback()
