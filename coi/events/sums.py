"""The totals that are stored of an event file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import ngettext

from coi.events.layouts import Layout

Unknown = Mapping[str, int]  # countries that the library does not hold, with the rows of each


@dataclass(frozen=True)
class Month:
    """What one sum is about."""

    region: str  # code of a place; that of the country where the file gives no region
    month: date
    event_type: str
    against_civilians: bool
    actor_group: str


@dataclass
class Sums:
    """What is kept of a file."""

    layout: Layout
    sha256: str
    months: dict[Month, tuple[int, int]] = field(default_factory=dict)  # events, fatalities
    days: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)
    rows: int = 0
    events: int = 0
    repeated: int = 0  # rows of an event that was counted already: an actor-based export
    elsewhere: int = 0  # rows of another country
    unknown: Counter[str] = field(default_factory=Counter)  # of these, rows by the country that is not held
    first: date = date.max  # day of an event; as long as none was counted, the first is after the last
    last: date = date.min


def listed(unknown: Unknown) -> str:
    """Countries that are not held, each with the number of its rows."""
    return "; ".join(
        ngettext("%(name)s: %(n)d row", "%(name)s: %(n)d rows", n) % {"name": name, "n": n}
        for name, n in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    )
