"""Logs outside development: one JSON object a line, with the id of the request, without text of cases.

A line has the names below and no others. Errors given to a message, and tracebacks, lose their text, because a
database quotes the row that it refuses.
"""

import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

REQUEST_ID: ContextVar[str] = ContextVar("id of the request", default="")
FIELDS = ("asctime", "levelname", "name", "message")
RENAMED = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "traceback"}


class JsonLines(JsonFormatter):
    """One line for each record."""

    def __init__(self) -> None:
        super().__init__(list(FIELDS), rename_fields=RENAMED, rename_fields_keep_missing=False)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the time in UTC, so that the lines of several machines can be put in order."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        plain = logging.LogRecord(
            record.name, record.levelno, record.pathname, record.lineno, record.msg, _without_text(record.args),
            record.exc_info, record.funcName,
        )  # fmt: skip
        plain.created, plain.msecs = record.created, record.msecs
        if REQUEST_ID.get():
            plain.request_id = REQUEST_ID.get()
        if isinstance(status := getattr(record, "status_code", None), int):
            plain.status = status
        return super().format(plain)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> Any:
        """Return the types of the error and its causes, and the places where they arose."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            places = traceback.extract_tb(error.__traceback__)
            lines.append(" < ".join([type(error).__name__, *(f"{p.filename}:{p.lineno}" for p in reversed(places))]))
            error = error.__cause__ or error.__context__
        return lines


def _without_text(args: Any) -> Any:
    if isinstance(args, dict):
        return {name: _plain(value) for name, value in args.items()}
    return tuple(_plain(value) for value in args) if isinstance(args, tuple) else args


def _plain(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value
