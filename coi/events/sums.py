"""The totals that are stored for an event file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import ngettext

from coi.events.layouts import Layout

Unknown = Mapping[str, int]  # countries that are not in the library, with the number of rows of each


@dataclass(frozen=True)
class Month:
    """The key of one total."""

    region: str  # code of the region, or of the country if the file gives no region
    month: date
    event_type: str
    against_civilians: bool
    actor_group: str


@dataclass
class Sums:
    """Everything that is stored for a file."""

    layout: Layout
    sha256: str
    months: dict[Month, tuple[int, int]] = field(default_factory=dict)  # events, fatalities
    days: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)
    rows: int = 0
    events: int = 0
    repeated: int = 0  # rows of an event that was already counted, in an actor-based export
    elsewhere: int = 0  # rows of another country
    unknown: Counter[str] = field(default_factory=Counter)  # of these, rows by country that is not in the library
    first: date = date.max  # days of events; before any was counted, the first is after the last
    last: date = date.min


def listed(unknown: Unknown) -> str:
    """Return the countries that are not in the library, each with its number of rows."""
    return "; ".join(
        ngettext("%(name)s: %(n)d row", "%(name)s: %(n)d rows", n) % {"name": name, "n": n}
        for name, n in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    )
