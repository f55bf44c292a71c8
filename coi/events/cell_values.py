"""The values in single cells of an event file: days, whole numbers, ids, interactions."""

import re
import unicodedata
from datetime import date

from coi.events import layouts
from coi.text.folding import without_formats

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T][\d:.]+Z?)?", re.ASCII)
_MONTHS = {name.casefold(): n for n, name in enumerate((
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
), 1)}  # fmt: skip


def id_in(text: str) -> str:
    """Return an id for comparison: without blanks around it, in one Unicode form."""
    if not text.isascii():
        text = without_formats(unicodedata.normalize("NFKC", text))
    return text.strip().upper()


def has_civilians(text: str) -> int | None:
    """Return whether civilians are a side, given the digits or words of an interaction."""
    text = text.strip().casefold()
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(layouts.CIVILIANS_IN_INTERACTION in text)
    return int("civilian" in text) if not text or text[0].isalpha() else None


def digits(text: str) -> int | None:
    """Return a number of plain digits only, because Python also accepts 1_000 and digits of other scripts."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def day_in(text: str) -> date | None:
    """Return a day written in either of the providers' styles."""
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text[:10])
        day, month, year = text.split()
        if not (day.isascii() and day.isdigit() and year.isascii() and year.isdigit() and len(year) == 4):
            return None
        return date(int(year), _MONTHS[month.casefold()], int(day))
    except (ValueError, KeyError):
        return None
