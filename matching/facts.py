"""The values that matching works on, all frozen. Codes are those of the library's vocabulary."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.periods import Period, Span

UNKNOWN = "unknown"  # a perpetrator whom nobody could identify
OTHER = "other"  # an actor, event or trait for which there is no code
CIVILIANS = "civilians"
CLASH = "clash"  # a fight between armed parties: the kind of event that has sides


class Kind(StrEnum):
    """What sort of statement a finding is."""

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
        """Only these can support a fact; the others are context."""
        return self in (Kind.OCCURRENCE, Kind.PATTERN, Kind.CONDITION)


class Strength(StrEnum):
    """How the report hedges a statement."""

    STATED = "stated"
    DOCUMENTED = "documented"
    REPORTED = "reported"
    PRESUMED = "presumed"
    ARGUED = "argued"


class Extent(StrEnum):
    """How far a statement holds in the places that it is about."""

    SOMEWHERE = "somewhere"
    THROUGHOUT = "throughout"  # "all over the country", "in every region"


class FactKind(StrEnum):
    """What a material fact is about."""

    PAST_EVENT = "past-event"
    CIRCUMSTANCE = "circumstance"
    FUTURE_RISK = "future-risk"


@dataclass(frozen=True)
class Place:
    """A place and where it lies.

    ``lineage`` holds its code and the codes of all that contain it; ``regions`` the regions that it
    lies in or reaches into.
    """

    code: str
    name: str
    country: str
    lineage: frozenset[str]
    regions: frozenset[str] = frozenset()
    is_country: bool = False
    # false where it is known only to lie somewhere in its areas: typed and not listed, or listed without its circle
    is_located: bool = True

    def lies_in(self, other: "Place") -> bool:
        """It is that place, or inside it."""
        return other.code in self.lineage


@dataclass(frozen=True)
class Citation:
    """A footnote that covers a finding, and the originators of what it cites."""

    footnote: int
    originators: frozenset[str]


@dataclass(frozen=True)
class Denies:
    """What a finding rules out. Empty actors or targets mean whoever; ``span`` never passes the cut-off.

    ``as_named`` keeps a denial to facts that name its actors in the same words: what is denied of
    "presumed jihadists" is not denied of a group that is named. ``together`` makes it about all of its
    actors at once, such as two groups fighting each other. ``inferred_from`` is the word of the report
    that the denial follows from ("until"); empty if the report says it in so many words.
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

    ``span`` is the period it speaks of. Where ``is_dated`` is false the report gives none, and the
    span is only the bound that its section, its sources and its edition set. ``position`` is its place in
    the edition. ``other_side`` holds those of the actors who stood on the other side of a fight; empty if
    no sides are told. ``newest_source`` is the last day of the newest publication date among everything
    cited for it; None if one of the items has no date, or nothing is cited. ``reaches_by_sources`` says
    that an undated pattern reaches back to the first of its sources, beyond its section.
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
        """It holds everywhere in its places, not only somewhere in them."""
        return self.extent is Extent.THROUGHOUT


@dataclass(frozen=True)
class Coverage:
    """What an edition set out to cover: these kinds of event, in this place, in this span."""

    edition: str
    place: Place
    events: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class EditionFrame:
    """The bounds of one edition that takes part in an answer."""

    code: str
    country: str
    cut_off: date
    coverage: tuple[Coverage, ...] = field(default=())


@dataclass(frozen=True)
class MaterialFact:
    """One thing that an applicant says happened, holds or is feared."""

    id: str
    place: Place
    event: str
    period: Period = field(default_factory=Period)
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    kind: FactKind = FactKind.PAST_EVENT
