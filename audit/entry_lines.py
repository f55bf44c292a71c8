"""Entries of the audit record as pages list them."""

from collections.abc import Collection, Iterator
from typing import Any

from audit.models import Entry
from audit.people import People
from audit.words import details_in_words, in_words


def _ids(entry: Entry) -> Iterator[str]:
    yield entry.actor
    if entry.object_type == "user":
        yield entry.object_id


def lines_of(entries: Collection[Entry]) -> list[dict[str, Any]]:
    """Return each entry with its words and the names of the people in it."""
    people = People(each for entry in entries for each in _ids(entry))
    return [
        {
            "entry": entry,
            "who": people.of(entry.actor),
            "what": in_words(entry.action),
            "about": people.of(entry.object_id).name if entry.object_type == "user" else "",
            "details": details_in_words(entry.details),
        }
        for entry in entries
    ]
