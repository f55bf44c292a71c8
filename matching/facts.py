"""The values that matching reads: findings, facts, places and coverage. All are frozen.

Codes are those of the library's vocabulary.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.periods import Period, Span

UNKNOWN = "unknown"  # a perpetrator whom nobody could identify
OTHER = "other"  # an actor, event or trait for which there is no code
CIVILIANS = "civilians"
CLASH = "clash"  # a fight between armed parties; the only kind of event with sides


class Kind(StrEnum):
    """The kind of statement that a finding makes."""

    OCCURRENCE = "occurrence"
    PATTERN = "pattern"
    CONDITION = "condition"
    DENIAL = "denial"
    NO_EVIDENCE = "no-evidence"
    ANALYSIS = "analysis"
    BACKGROUND = "background"
    STATISTIC = "statistic"
    SYNTHESIS = "synthesis"

    @property
    def asserts(self) -> bool:
        """Findings of this kind can support a fact. Findings of the other kinds are context."""
        return self in (Kind.OCCURRENCE, Kind.PATTERN, Kind.CONDITION)


class Strength(StrEnum):
    """How strongly the report words a statement."""

    STATED = "stated"
    DOCUMENTED = "documented"
    REPORTED = "reported"
    PRESUMED = "presumed"
    ARGUED = "argued"


class Extent(StrEnum):
    """Whether a statement is about all of its place or about somewhere in it."""

    SOMEWHERE = "somewhere"
    THROUGHOUT = "throughout"  # "all over the country", "in every region"


class FactKind(StrEnum):
    """The kind of material fact."""

    PAST_EVENT = "past-event"
    CIRCUMSTANCE = "circumstance"
    FUTURE_RISK = "future-risk"


@dataclass(frozen=True)
class Place:
    """A place, with the places around it.

    ``lineage`` holds its own code and the codes of all places that contain it. ``regions`` holds the regions
    that it is in or extends into.
    """

    code: str
    name: str
    country: str
    lineage: frozenset[str]
    regions: frozenset[str] = frozenset()
    is_country: bool = False
    # False if only its area is known: the place was typed and is not listed, or is listed without its cercle.
    is_located: bool = True

    def lies_in(self, other: "Place") -> bool:
        """Return whether the place is the other place, or inside it."""
        return other.code in self.lineage


@dataclass(frozen=True)
class Citation:
    """A footnote that covers a finding, and the originators of the items that it cites."""

    footnote: int
    originators: frozenset[str]


@dataclass(frozen=True)
class Denies:
    """The part of a finding that rules something out.

    Without actors it applies to every actor, without targets to every target. ``span`` never goes past the
    cut-off date. ``as_named`` limits the denial to facts that name the same actors: a denial about
    "presumed jihadists" does not apply to a group that the applicant names. ``together`` means that the
    denial is about all of its actors at once, such as two groups that fight each other. ``inferred_from``
    is the word of the report from which the denial follows ("until"). It is empty if the report states
    the denial itself.
    """

    places: tuple[Place, ...]
    events: tuple[str, ...]
    span: Span
    places_excepted: tuple[Place, ...] = ()
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    together: bool = False
    as_named: bool = False
    inferred_from: str = ""

    @property
    def is_inferred(self) -> bool:
        return bool(self.inferred_from)


@dataclass(frozen=True)
class Finding:
    """One citable statement of a report.

    ``span`` is the period that the finding is about. If ``is_dated`` is false, the report gives no period,
    and the span gives only the bounds set by its section, its sources and its edition. ``position`` is the
    finding's place in the order of the edition. ``other_side`` holds the actors on the other side of a fight;
    it is empty if the report gives no sides. ``newest_source`` is the last day of the newest publication date
    among the items cited; None if an item has no date or nothing is cited. ``reaches_by_sources`` is true if
    an undated pattern begins with the first of its sources, before the period of its section.
    """

    key: str
    edition: str
    kind: Kind
    strength: Strength
    span: Span
    is_dated: bool
    places: tuple[Place, ...] = ()
    actors: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    together: bool = False
    denies: Denies | None = None
    citations: tuple[Citation, ...] = ()
    position: int = 0
    extent: Extent = Extent.SOMEWHERE
    other_side: tuple[str, ...] = ()
    newest_source: date | None = None
    reaches_by_sources: bool = False

    @property
    def is_throughout(self) -> bool:
        """The finding is about everywhere in its places, not only somewhere in them."""
        return self.extent is Extent.THROUGHOUT


@dataclass(frozen=True)
class Coverage:
    """One row of what an edition set out to cover: kinds of event, a place and a span."""

    edition: str
    place: Place
    events: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class EditionFrame:
    """One edition that is asked: its country, its cut-off date and its coverage."""

    code: str
    country: str
    cut_off: date
    coverage: tuple[Coverage, ...] = field(default=())


@dataclass(frozen=True)
class MaterialFact:
    """One thing that the applicant says happened, is so or is feared."""

    id: str
    place: Place
    event: str
    period: Period = field(default_factory=Period)
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    kind: FactKind = FactKind.PAST_EVENT
