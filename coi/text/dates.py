"""Dates as people type them and read them. Every form, list and page uses this module for both.

A date is a day, a month or a year. Stored, it is ISO text: ``2019-03-23``, ``2019-03`` or ``2019``. Shown, it is
``23 March 2019``, ``March 2019`` or ``2019``.

With dots the day comes first, as officers in Europe write it. With slashes or hyphens the order may be unclear:
``23/03/2019`` is accepted because there is no month 23; ``03/04/2019`` is refused, and the message gives both
readings.
"""

import calendar
import re
import unicodedata
from datetime import date
from functools import cache

from django.utils.dates import MONTHS, MONTHS_3, MONTHS_AP
from django.utils.translation import get_language, gettext_lazy, override, pgettext
from django.utils.translation import gettext as _

from matching.periods import FIRST_YEAR, LAST_YEAR, InvalidDate, Moment

HOW = gettext_lazy("23.3.2019, 3.2019 or 2019")
HOW_DAY = gettext_lazy("23.3.2019 or 23 March 2019")
HOW_PERIOD = gettext_lazy("1990 to 3.2019, since 2019, until 2019 or 2019")
LONGEST_SHOWN = 40  # characters of a refused date that its message quotes
_LANGUAGES = ("en", "de", "fr", "it")  # languages whose month names are read on every page

_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?", re.ASCII)
_DOTS = re.compile(r"(?:([0-9]{1,2})\. ?)?([0-9]{1,2})\. ?([0-9]{4})", re.ASCII)
_MONTH_AND_YEAR = re.compile(r"([0-9]{1,2})[/-]([0-9]{4})", re.ASCII)
_IN_DOUBT = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})", re.ASCII)
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?", re.ASCII)
_SEPARATORS = re.compile(r"[\s.,/-]+")
_ISO = re.compile(r"(?<![\d-])[0-9]{4}(?:-[0-9]{2}){0,2}(?![\d-])", re.ASCII)


# How a period is written, in the languages whose month names are read: "since X", "until X", "X to Y".
_SINCE = re.compile(r"(?:since|from|seit|ab|von|depuis|dès|de|da|dal)\s+(.+)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:until|till|to|bis|jusqu[’']?(?:à|en|au)|fino\s+(?:a|al))\s+(.+)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:to|until|till|bis|à|au|al|fino\s+(?:a|al))\s+|\s*[–—]\s*|\s+-\s+", re.IGNORECASE)
_YEARS = re.compile(r"([0-9]{4})-([0-9]{4})", re.ASCII)


class NotADate(ValueError):
    """The text is not a date. The message says why, and what is accepted."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# --- reading ---------------------------------------------------------------------------------------


def iso(typed: str) -> str:
    """Return the typed date as ISO text, to its own precision. Raises NotADate."""
    text = " ".join(typed.split())
    year, month, day = _parts(text)
    written = "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    try:
        Moment.parse(written)
    except InvalidDate as error:
        raise NotADate(_why_impossible(text, int(year), int(month or 1), int(day or 1))) from error
    return written


def day(typed: str) -> date:
    """Return the typed day as a date; a month or a year is not enough. Raises NotADate."""
    moment = Moment.parse(iso(typed))
    if moment.first != moment.last:
        raise NotADate(
            _("“%(typed)s” is not a day. Give the day as well: 23.3.2019 or 23 March 2019.") % {"typed": _shown(typed)}
        )
    return moment.first


def iso_or_typed(typed: str) -> str:
    """Return ISO text, or the typed text if it is not a date, so that the form's reader can report the problem."""
    try:
        return iso(typed)
    except NotADate:
        return typed.strip()


def period(typed: str) -> tuple[str, str]:
    """Return the beginning and the end of a typed period as ISO text; an open end is empty. Raises NotADate.

    One date is a period of its own: ``2019`` begins and ends in 2019. ``since 2019`` has no end.
    """
    text = " ".join(typed.split())
    if not text:
        return "", ""
    if found := _YEARS.fullmatch(text):
        return iso(found[1]), iso(found[2])
    parts = _BETWEEN.split(text)
    if len(parts) == 2 and all(parts) and not _UNTIL.fullmatch(text):
        since = _SINCE.fullmatch(parts[0])
        return iso(since[1] if since else parts[0]), iso(parts[1])
    if len(parts) > 2:
        raise NotADate(_not_a_period(text))
    if found := _SINCE.fullmatch(text):
        return iso(found[1]), ""
    if found := _UNTIL.fullmatch(text):
        return "", iso(found[1])
    try:
        return iso(text), iso(text)
    except NotADate as error:
        raise NotADate(error.message if any(map(str.isdigit, text)) else _not_a_period(text)) from error


def _not_a_period(text: str) -> str:
    return _("“%(typed)s” is not a period. Write, for example, %(how)s.") % {"typed": _shown(text), "how": HOW_PERIOD}


def _parts(text: str) -> tuple[str, str, str]:
    """Return year, month and day as digits. Month and day are empty if they are not given."""
    if _YEAR.fullmatch(text):
        return text, "", ""
    if found := _YEAR_FIRST.fullmatch(text):
        return found[1], found[3], found[4] or ""
    if found := _DOTS.fullmatch(text):
        return found[3], found[2], found[1] or ""
    if found := _MONTH_AND_YEAR.fullmatch(text):
        return found[2], found[1], ""
    if found := _IN_DOUBT.fullmatch(text):
        return _day_first(text, found[1], found[3], found[4])
    return _with_month_name(text)


def _day_first(text: str, first: str, second: str, year: str) -> tuple[str, str, str]:
    """Return day and month around a slash or a hyphen, if only one order is possible."""
    may_be_month = 1 <= int(first) <= 12 and int(first) != int(second)
    if not may_be_month:
        return year, second, first
    if int(second) > 12:
        raise NotADate(
            _("“%(typed)s” has the month first. Write the day first: %(day)s.%(month)s.%(year)s.")
            % {"typed": text, "day": int(second), "month": int(first), "year": year}
        )
    raise NotADate(
        _(
            "“%(typed)s” can mean %(one)s or %(other)s. Write the date with dots, day first, or with the name of the month."
        )
        % {"typed": text, "one": _worded(year, second, first), "other": _worded(year, first, second)}
    )


def _worded(year: str, month: str, day: str) -> str:
    return f"{int(day)} {MONTHS[int(month)]} {year}" if 1 <= int(month) <= 12 else f"{day}.{month}.{year}"


def _with_month_name(text: str) -> tuple[str, str, str]:
    words = [word for word in _SEPARATORS.split(unicodedata.normalize("NFC", text).casefold()) if word]
    names = _month_numbers(get_language() or "en")
    if 2 <= len(words) <= 3 and _YEAR.fullmatch(words[-1]):
        year, others = words[-1], words[:-1]
        months = [names[word] for word in others if word in names]
        days = [found[1] for word in others if (found := _DAY_OF_MONTH.fullmatch(word))]
        if len(months) == 1 and len(months) + len(days) == len(others):
            return year, str(months[0]), days[0] if days else ""
    raise NotADate(
        _(
            "“%(typed)s” is not a date. Write a year, a month or a day: 2019, 3.2019, March 2019, 23.3.2019 or "
            "23 March 2019."
        )
        % {"typed": _shown(text)}
    )


@cache
def _month_numbers(language: str) -> dict[str, int]:
    """Return the folded month names in the page's language and in the languages that are always read."""
    found: dict[str, int] = {}
    for code in (*_LANGUAGES, language):
        with override(code):
            for number, name in MONTHS.items():
                found.setdefault(str(name).casefold(), number)
    with override("en"):
        for names in (MONTHS_3, MONTHS_AP):
            found |= {str(name).casefold().rstrip("."): number for number, name in names.items()}
    return found


def _why_impossible(text: str, year: int, month: int, day: int) -> str:
    typed = _shown(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _("“%(typed)s” is not accepted. The year must be from %(first)d to %(last)d.") % {
            "typed": typed,
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
    if not 1 <= month <= 12:
        return _("“%(typed)s” is not a date: there is no month %(month)d. Write the day first, then the month.") % {
            "typed": typed,
            "month": month,
        }
    return _("“%(typed)s” is not a date: %(month)s %(year)d has the days 1 to %(last)d.") % {
        "typed": typed,
        "month": MONTHS[month],
        "year": year,
        "last": calendar.monthrange(year, month)[1],
    }


def _shown(typed: str) -> str:
    return " ".join(typed.split())[:LONGEST_SHOWN]


# --- showing ---------------------------------------------------------------------------------------


def day_words(day: date) -> str:
    """Return a day in words: ``17 April 2021``."""
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def iso_day_words(value: str) -> str:
    """Return an ISO day in words: ``2021-04-17`` as ``17 April 2021``."""
    return day_words(date.fromisoformat(value))


def moment_words(value: str) -> str:
    """Return a stated date in words, to its precision: ``2019``, ``March 2019``, ``23 March 2019``."""
    parts = [int(part) for part in value.split("-")] if value else []
    if len(parts) == 3:
        return f"{parts[2]} {MONTHS[parts[1]]} {parts[0]}"
    if len(parts) == 2:
        return f"{MONTHS[parts[1]]} {parts[0]}"
    return value


def words_or_typed(typed: str) -> str:
    """Return a typed date in words; text that is not a date is returned unchanged."""
    try:
        return moment_words(iso(typed))
    except NotADate:
        return typed


def full_day_or_typed(typed: str) -> str:
    """Return a typed day in words; a month, a year or text that is not a date is returned unchanged."""
    try:
        return day_words(day(typed))
    except NotADate:
        return typed


def period_words(start: str, end: str) -> str:
    """Return a stated period in words, or “date not stated”."""
    if not start and not end:
        return _("date not stated")
    if start == end:
        return moment_words(start)
    if not end:
        return _("from %(start)s") % {"start": moment_words(start)}
    if not start:
        return _("until %(end)s") % {"end": moment_words(end)}
    return _("%(start)s to %(end)s") % {"start": moment_words(start), "end": moment_words(end)}


def period_words_or_typed(typed: str) -> str:
    """Return a typed period in words; text that is no period is returned unchanged."""
    try:
        start, end = period(typed)
    except NotADate:
        return typed
    return period_words(start, end) if start or end else ""


def dates_in_words(text: str) -> str:
    """Return a text with its ISO dates in words: ``2020-10 – 2021-03`` as ``October 2020 to March 2021``."""
    worded = _ISO.sub(lambda found: moment_words(found.group()), text)
    return worded.replace(" – ", " " + pgettext("between two dates", "to") + " ")
