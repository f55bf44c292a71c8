"""Dates as precise as they were stated (a year, a month or a day), and periods between them."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_MOMENT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2100


class InvalidDate(ValueError):
    """The text is not a year, month or day between 1900 and 2100."""


@dataclass(frozen=True)
class Moment:
    """A year, a month or a day, as its first and its last day."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Moment":
        """Read ``2019``, ``2019-03`` or ``2019-03-23``. Raise InvalidDate for anything else."""
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
    """A period from one moment to another. An end that was not stated is None, which means unknown."""

    start: Moment | None = None
    end: Moment | None = None

    @classmethod
    def parse(cls, start: str = "", end: str = "") -> "Period":
        """Read both ends. An empty text means that the end was not stated."""
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
        """All days that may be in the period. An end that was not stated is as far away as dates go."""
        return Span(self.first or date.min, self.last or date.max)

    @property
    def stated_days(self) -> "Span":
        """The whole period if both ends were stated; that one end if only one was; every day if neither was."""
        if self.start and self.end:
            return Span(self.start.first, self.end.last)
        moment = self.start or self.end
        return Span(moment.first, moment.last) if moment else Span(date.min, date.max)

    @property
    def certain_days(self) -> "Span | None":
        """The days that are certainly in the period: from the last day of its start to the first day of its end.

        None if an end was not stated, or if both ends are the same moment: an event "in 2019" did not last all year.
        """
        if self.start is None or self.end is None or self.start.last > self.end.first:
            return None
        return Span(self.start.last, self.end.first)

    @property
    def is_possible(self) -> bool:
        """The period does not end before it begins."""
        return self.first is None or self.last is None or self.first <= self.last


@dataclass(frozen=True)
class Span:
    """All days from a first to a last, both included."""

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
        """Return the days that are in both spans; None if there are none."""
        return Span(max(self.first, other.first), min(self.last, other.last)) if self.overlaps(other) else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that overlap or follow each other directly. The result has the same days, in order."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.first, s.last)):
        if found and span.first <= found[-1].last + timedelta(days=1):
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def months_between(earlier: date, later: date) -> int:
    """Return the number of whole months from one day to a later one; 0 if the other day is not later."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if later.day < earlier.day:
        months -= 1
    return max(months, 0)
