"""Splits a citation as printed into its parts, for a person to check. Every part is a piece of the text, unchanged."""

import re
from collections.abc import Iterator

from coi.text import dates

_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>]+>?", re.ASCII)
_DAY = r"[0-9]{1,2}\.\s?[0-9]{1,2}\.\s?[0-9]{4}|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_WORDED = r"(?:[0-9]{1,2}(?:st|nd|rd|th|er|\.)?\s)?[^\W\d_]{3,9}\.?\s(?:[0-9]{1,2},\s)?[0-9]{4}"
_DATE = re.compile(rf"(?<![\w/.-])(?:{_DAY}|{_WORDED}|[0-9]{{4}})(?![\w/-])")
_PINPOINT = re.compile(r"(?:pp?|S|para|§)\.?\s?[0-9]+(?:\s?[-–]\s?[0-9]+)?(?=[\s.,;)]*$)", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"«„]\s?(?P<title>[^”\"»“]+?)\s?[”\"»“]")
_IMPRINT = re.compile(r"[^,]+(?:, (?:[^\W\d_][\w’'-]*\s?){1,2})?")  # a publisher, perhaps with its place
_EDGES = " \t\n.,;:()[]<>"


def split(printed: str) -> dict[str, str]:
    """Return the parts of one cited item by the name of the source's field. A part that is not found is left out."""
    text = " ".join(printed.split())
    found: dict[str, str] = {}
    if address := _ADDRESS.search(text):
        found["url"] = address.group().strip("<>").rstrip(".,;)]")
        if accessed := _last_day(text[address.end() :]):
            found["accessed"] = accessed
        text = text[: address.start()]
    text = text.rstrip(_EDGES)
    if pinpoint := _PINPOINT.search(text):
        found["pinpoint"] = pinpoint.group()
        text = text[: pinpoint.start()].rstrip(_EDGES)
    for written, stated in reversed(list(dates_in(text))):
        found |= {"published_as_printed": written, "published": stated}
        before, _date, after = text.rpartition(written)
        text = ", ".join(filter(None, (before.rstrip(_EDGES), after.strip(_EDGES))))
        break
    return found | _names(text)


def dates_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the dates of a text as they are written, each with its ISO text. One that can mean two days is left out."""
    for found in _DATE.finditer(text):
        written = found.group()
        try:
            yield written, dates.iso(written)
        except dates.NotADate:
            if (year := written[-4:]).isdigit() and " " in written:
                yield year, year


def _last_day(text: str) -> str:
    return next((stated for _, stated in reversed(list(dates_in(text))) if len(stated) == len("2019-03-23")), "")


def _names(text: str) -> dict[str, str]:
    """Split what is left, such as “Publisher, Place: Title” or “Publisher, Title”."""
    quoted = _QUOTED.search(text)
    if quoted:
        publisher, title, rest = text[: quoted.start()], quoted["title"], text[quoted.end() :]
    else:
        head, colon, tail = text.partition(": ")
        if not (colon and _IMPRINT.fullmatch(head)):
            head, _comma, tail = text.partition(", ")
        publisher, title, rest = head, tail, ""
    publisher, _comma, place = publisher.strip(_EDGES).partition(", ")
    parts = {"publisher": publisher, "publisher_place": place, "title": title, "container": rest}
    return {name: part for name, value in parts.items() if (part := value.strip(_EDGES))}
