"""The columns of each file format. A format is recognised by its column names, never by the file name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

STATE, REBEL, POLITICAL, IDENTITY = "state-forces", "rebel-groups", "political-militias", "identity-militias"
RIOTERS, PROTESTERS, CIVILIANS, EXTERNAL = "rioters", "protesters", "civilians", "external-forces"
NON_STATE, UNKNOWN = "non-state", "unknown"

# ACLED's codebook: numbers until 2023, words since then, for the same groups.
ACLED_GROUPS = MappingProxyType(
    {
        "1": STATE, "2": REBEL, "3": POLITICAL, "4": IDENTITY, "5": RIOTERS, "6": PROTESTERS, "7": CIVILIANS,
        "8": EXTERNAL, "state forces": STATE, "rebel group": REBEL, "rebel groups": REBEL,
        "rebel forces": REBEL, "political militia": POLITICAL, "political militias": POLITICAL,
        "identity militia": IDENTITY, "identity militias": IDENTITY, "rioters": RIOTERS,
        "protesters": PROTESTERS, "civilians": CIVILIANS, "external/other forces": EXTERNAL,
        "external/other force": EXTERNAL, "external forces": EXTERNAL, "other forces": EXTERNAL,
        "0": UNKNOWN, "": UNKNOWN,
    }
)  # fmt: skip
AGAINST_CIVILIANS = "Violence against civilians"  # ACLED's event type
ONE_SIDED = "One-sided violence"
GED_TYPES = MappingProxyType({"1": "State-based conflict", "2": "Non-state conflict", "3": ONE_SIDED})


@dataclass(frozen=True)
class Layout:
    """One format: the column for each value that is read. Optional columns may be missing."""

    name: str
    provider: str
    identity: str
    day: str
    country: str
    region: str
    event_type: str
    actor: str
    actor_group: str
    fatalities: str
    other_group: str = ""
    interaction: str = ""  # both sides in one column, if an export has a row for each side
    year: str = ""
    civilians: str = ""  # says whether civilians were the main target
    more: tuple[str, ...] = ()  # further columns that identify the format

    @property
    def required(self) -> tuple[str, ...]:
        """Every column that the format must have."""
        own = (
            self.identity, self.day, self.country, self.region, self.event_type, self.actor, self.actor_group,
            self.other_group, self.interaction, self.fatalities, self.year, self.civilians, *self.more,
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in own if name))

    @property
    def read(self) -> tuple[str, ...]:
        """The columns whose values are used; the others only identify the format."""
        both_sides = (self.other_group, self.interaction) if self.provider == "ACLED" and not self.civilians else ()
        own = (
            self.identity, self.day, self.year, self.country, self.region, self.event_type, self.actor_group,
            *both_sides, self.fatalities, self.civilians,
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in own if name))


ACLED_NEW = Layout(
    name="ACLED, since March 2023", provider="ACLED", identity="event_id_cnty", day="event_date", year="year",
    country="country", region="admin1", event_type="event_type", actor="actor1", actor_group="inter1",
    other_group="inter2", fatalities="fatalities", civilians="civilian_targeting",
)  # fmt: skip
ACLED_OLD = Layout(
    name="ACLED, before March 2023", provider="ACLED", identity="event_id_cnty", day="event_date", year="year",
    country="country", region="admin1", event_type="event_type", actor="actor1", actor_group="inter1",
    other_group="inter2", fatalities="fatalities", more=("data_id",),
)  # fmt: skip
# An actor-based export: a row for each side of an event, with only that side as its first actor.
ACLED_NEW_ACTORS = replace(
    ACLED_NEW, name="ACLED by actor, since March 2023", other_group="", interaction="interaction"
)
ACLED_OLD_ACTORS = replace(
    ACLED_OLD, name="ACLED by actor, before March 2023", other_group="", interaction="interaction"
)
UCDP_GED = Layout(
    name="UCDP GED", provider="UCDP", identity="id", day="date_start", country="country", region="adm_1",
    event_type="type_of_violence", actor="side_a", actor_group="side_a", other_group="side_b", fatalities="best",
    year="year", more=("date_end", "deaths_civilians"),
)  # fmt: skip
LAYOUTS = (ACLED_NEW, ACLED_OLD, ACLED_NEW_ACTORS, ACLED_OLD_ACTORS, UCDP_GED)
CIVILIANS_IN_INTERACTION = "7"  # a digit for each side, until they became words


def layout_of(columns: Collection[str]) -> Layout | None:
    """Return the format of a file with these columns."""
    return next((layout for layout in LAYOUTS if set(layout.required) <= set(columns)), None)


def nearest(columns: Collection[str]) -> tuple[Layout, tuple[str, ...]]:
    """Return the format with the fewest missing columns, and those columns, for a message."""
    lacking: Mapping[Layout, tuple[str, ...]] = {
        layout: tuple(name for name in layout.required if name not in columns) for layout in LAYOUTS
    }
    best = min(LAYOUTS, key=lambda layout: len(lacking[layout]))
    return best, lacking[best]
