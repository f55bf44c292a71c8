"""A case as it was read and understood: frozen, places resolved, dates parsed. See docs/case-file.md."""

from dataclasses import dataclass, field
from datetime import date

from assessments.casefile.fields import PARAGRAPHS
from coi.gazetteer import Resolved
from matching.facts import FactKind, MaterialFact
from matching.periods import Period

IN_CASE_ONLY = "in the case only"  # marks a field that no snapshot of a memo keeps


def matched_ends(kind: str, start: str, end: str, ongoing: bool | None) -> tuple[str, str]:
    """From and To of a fact as they are matched: one date of a past event is that date.

    Only "still going on" leaves the end of a past event open. A circumstance or a future risk with one date stays
    open at the other end.
    """
    if kind == FactKind.PAST_EVENT and ongoing is False:
        return start or end, end or start
    return start, end


@dataclass(frozen=True)
class Person:
    """Somebody whom the case is about; never a name."""

    id: str
    relation: str = ""
    sex: str = ""
    age_band: str = ""

    @property
    def words(self) -> str:
        """``wife (P2)``: the relation as recorded, and the id, which is exact; the id alone where none is recorded."""
        return f"{self.relation} ({self.id})" if self.relation else self.id


@dataclass(frozen=True)
class StatedTrait:
    """A trait of somebody's profile, theirs or imputed to them."""

    trait: str
    person: str
    imputed: bool = False
    note: str = ""


@dataclass(frozen=True)
class StatedPlace:
    """A place in the applicant's life."""

    role: str
    place: Resolved
    start: str = ""
    end: str = ""
    person: str = ""


@dataclass(frozen=True)
class InterviewReference:
    """Where in which record a fact was stated."""

    date: str = ""
    reference: str = ""


@dataclass(frozen=True)
class StatedFact:
    """One material fact in the applicant's words, and as codes."""

    id: str
    kind: FactKind
    statement: str
    place: Resolved
    event: str
    person: str
    start: str = ""
    end: str = ""
    ongoing: bool | None = None  # still going on; None in a memo from before that was asked, matched as stated
    event_note: str = ""
    actors: tuple[str, ...] = ()
    actor_note: str = ""
    targets: tuple[str, ...] = ()
    target_note: str = ""
    interviews: tuple[InterviewReference, ...] = ()
    explanation: str = ""
    passage: str = field(default="", metadata={IN_CASE_ONLY: True})  # of the interview record

    @property
    def ends(self) -> tuple[str, str]:
        """From and To as they are matched; an end that is open is empty."""
        return matched_ends(self.kind, self.start, self.end, self.ongoing)

    @property
    def further(self) -> tuple[tuple[str, str], ...]:
        """The paragraphs that no template prints by name: label and words."""
        return tuple(
            (str(paragraph.label), words)
            for paragraph in PARAGRAPHS
            if paragraph.name != "explanation" and (words := getattr(self, paragraph.attribute))
        )

    def to_match(self) -> MaterialFact:
        """The part of it that is matched."""
        return MaterialFact(
            id=self.id,
            place=self.place.value,
            event=self.event,
            period=Period.parse(*self.ends),
            actors=self.actors,
            targets=self.targets,
            kind=self.kind,
        )


@dataclass(frozen=True)
class CaseFile:
    """One application, with everything that matching and the memo need of it."""

    reference: str
    country: str
    assessed_on: date
    persons: tuple[Person, ...]
    places: tuple[StatedPlace, ...]
    facts: tuple[StatedFact, ...]
    traits: tuple[StatedTrait, ...] = ()
    interview_language: str = ""
    origin_status: str = "claimed"
    origin_note: str = ""
    note: str = ""
    due_on: date | None = None

    def whose(self, person: str) -> str:
        """Of whom something is said, ``wife (P2)``; empty where the case is of one person, and nothing needs saying."""
        if len(self.persons) < 2:
            return ""
        return next((p.words for p in self.persons if p.id == person), person)

    @property
    def homes(self) -> tuple[StatedPlace, ...]:
        """Where the applicant is from: home areas, else residences and birthplaces, else every place."""
        for roles in (("home-area",), ("residence", "displaced-to"), ("birthplace",)):
            found = tuple(p for p in self.places if p.role in roles)
            if found:
                return found
        return self.places

    @property
    def relocations(self) -> tuple[StatedPlace, ...]:
        return tuple(p for p in self.places if p.role == "relocation")
