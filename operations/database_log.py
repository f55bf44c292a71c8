"""What PostgreSQL's server may write into its log: nothing of a case.

The settings that an office gives its server are in deploy/postgresql.conf. A server with others is reported by
``manage.py check --database default``, by ``migrate``, and in Footnote's own log whenever a process starts.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

FILE = "deploy/postgresql.conf"
ROOT = Path(__file__).resolve().parents[1]
WRITES_STATEMENTS = "auto_explain"  # a module of the server
MODULES = ("shared_preload_libraries", "session_preload_libraries", "local_preload_libraries")

logger = logging.getLogger(__name__)


def wanted() -> dict[str, str]:
    """Return the settings that an office is asked to give its server."""
    lines = (ROOT / FILE).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("#")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _equals, value in pairs if value}


def problems(alias: str) -> list[str]:
    """Return each setting of the server that lets text of cases into its log, with what to set instead."""
    asked = wanted()
    with connections[alias].cursor() as cursor:
        names = [*asked, *MODULES]
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [names])
        present: dict[str, str] = dict(cursor.fetchall())
    found = [f"{name} is {present[name]}, set {asked[name]}" for name in asked if present.get(name) != asked[name]]
    return found + [f"{name}: take out {WRITES_STATEMENTS}" for name in MODULES if WRITES_STATEMENTS in present[name]]


@register(Tags.database)
def keeps_case_text_out(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report settings with which the server's log may hold text of cases."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor == "postgresql" and (open_ones := problems(alias)):
            found.append(
                Warning(
                    f"PostgreSQL may write text of cases into its log: {'; '.join(open_ones)}.",
                    hint=f"Install {FILE} on the server, as docs/running.md says, and reload it.",
                    id="operations.W001",
                )
            )
    return found


def warn_at_start() -> None:
    """Log the same warning when a server or worker starts. It starts in any case."""
    try:
        for message in keeps_case_text_out(databases=["default"]):
            logger.warning("%s %s", message.msg, message.hint)
    except DatabaseError:
        return
