"""A case as read and resolved: frozen values with places and dates. See docs/case-file.md."""

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
    """A person of the case; never a name."""

    id: str
    relation: str = ""
    sex: str = ""
    age_band: str = ""

    @property
    def words(self) -> str:
        """``wife (P2)``: the recorded relation and the id, or only the id."""
        return f"{self.relation} ({self.id})" if self.relation else self.id


@dataclass(frozen=True)
class StatedTrait:
    """An actual or imputed trait of a person."""

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
    """The record and page in which a fact was stated."""

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
    ongoing: bool | None = None  # None in a memo from before "still going on" was asked
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
        """Return the part that is matched."""
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
    """One application, with everything that matching and the memo need."""

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
        """Return the person that something is about, ``wife (P2)``; empty in a case of one person."""
        if len(self.persons) < 2:
            return ""
        return next((p.words for p in self.persons if p.id == person), person)

    @property
    def homes(self) -> tuple[StatedPlace, ...]:
        """Return the applicant's home areas, else residences and birthplaces, else every place."""
        for roles in (("home-area",), ("residence", "displaced-to"), ("birthplace",)):
            found = tuple(p for p in self.places if p.role in roles)
            if found:
                return found
        return self.places

    @property
    def relocations(self) -> tuple[StatedPlace, ...]:
        return tuple(p for p in self.places if p.role == "relocation")
