"""Dates as they are stated: a year, a month or a day, and the periods between them."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_MOMENT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2100


class InvalidDate(ValueError):
    """The text is not a year, a month or a day of the calendar between 1900 and 2100."""


@dataclass(frozen=True)
class Moment:
    """A date to the precision in which it was stated: from its first day to its last."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Moment":
        """Read ``2019``, ``2019-03`` or ``2019-03-23``; raise InvalidDate for anything else."""
        found = _MOMENT.fullmatch(text)
        if not found:
            raise InvalidDate(text)
        year, month, day = (int(part) if part else None for part in found.groups())
        if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidDate(text)
        try:
            if month is None:
                return cls(date(year, 1, 1), date(year, 12, 31))
            if day is None:
                return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
            return cls(date(year, month, day), date(year, month, day))
        except (ValueError, IndexError) as error:
            raise InvalidDate(text) from error


@dataclass(frozen=True)
class Period:
    """From one moment to another; an end that nobody stated is None, and stays unknown."""

    start: Moment | None = None
    end: Moment | None = None

    @classmethod
    def parse(cls, start: str = "", end: str = "") -> "Period":
        """Read both ends; an empty text is an end not stated."""
        return cls(Moment.parse(start) if start else None, Moment.parse(end) if end else None)

    @property
    def first(self) -> date | None:
        return self.start.first if self.start else None

    @property
    def last(self) -> date | None:
        return self.end.last if self.end else None

    @property
    def is_undated(self) -> bool:
        return self.start is None and self.end is None

    @property
    def possible_days(self) -> "Span":
        """Every day that may lie in it. An end that is not stated is as far away as dates go."""
        return Span(self.first or date.min, self.last or date.max)

    @property
    def stated_days(self) -> "Span":
        """The days that it is stated to touch: the whole period or, if only one end is stated, that end."""
        if self.start and self.end:
            return Span(self.start.first, self.end.last)
        moment = self.start or self.end
        return Span(moment.first, moment.last) if moment else Span(date.min, date.max)

    @property
    def certain_days(self) -> "Span | None":
        """The days that lie in it for certain: from the end of the first moment to the beginning of the last.

        None if an end is not stated, or if both are the same moment: something on a day of 2019 did not last all year.
        """
        if self.start is None or self.end is None or self.start.last > self.end.first:
            return None
        return Span(self.start.last, self.end.first)

    @property
    def is_possible(self) -> bool:
        """It does not end before it begins."""
        return self.first is None or self.last is None or self.first <= self.last


@dataclass(frozen=True)
class Span:
    """A stretch of days, both ends known and included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def overlaps(self, other: "Span") -> bool:
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: "Span") -> bool:
        return self.first <= other.first and other.last <= self.last

    def shared_with(self, other: "Span") -> "Span | None":
        """The days of both; None if they share none."""
        return Span(max(self.first, other.first), min(self.last, other.last)) if self.overlaps(other) else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days in as few stretches as there are, in order: those that overlap or follow each other are one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.first, s.last)):
        if found and span.first <= found[-1].last + timedelta(days=1):
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to a later one; none if it is not later."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if later.day < earlier.day:
        months -= 1
    return max(months, 0)
