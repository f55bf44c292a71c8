"""Reading a case, from a file or from the forms: both give the same document, and take the same road.

Every problem is found before anything is refused; each names the path of its field and what would be
accepted. Nothing is guessed and nothing is written.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import process

from assessments.casefile.values import CaseFile, InterviewReference, Person, StatedFact, StatedPlace, StatedTrait
from assessments.models.codes import AGE_BANDS, OriginStatus, PlaceRole, Sex
from coi import gazetteer as places
from coi.models import Actor, EventKind, Place, Trait
from coi.text import characters, dates
from matching.facts import CIVILIANS, OTHER, FactKind
from matching.periods import InvalidDate, Moment, Period

LONGEST_STATEMENT = 20_000  # characters
LONGEST_LINE = 300
MOST_ROWS = 200  # of places, traits, persons, codes
MOST_FACTS = 60  # each is asked of the whole library, on every page of the case
LONGEST_NAME = 100  # characters of a reference, a language, a relation
NO_PERSON = "P1"
LONGEST_ID = 20  # characters
_IN_ADDRESSES = re.compile("[A-Za-z0-9_-]*")  # an empty id is complained of anyway


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: its path, the message, and places on offer where a place is asked."""

    path: str
    message: str
    candidates: tuple[places.Candidate, ...] = ()
    is_ambiguous: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BadCase(ValueError):
    """The document is not a case; ``problems`` says all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read(document: Any, *, today: date, on_form: bool = False) -> CaseFile:
    """The case that the document states; raises BadCase with every problem found.

    In a file, a name that a region bears means the region. On a form somebody can be asked: a name that stands alone
    is asked about if a region, a circle or a town share it, and the name of a place for relocation always.
    """
    return _Reader(today, on_form).read(document)


_MISSING = object()


class _Reader:
    """Walks the document once, collecting problems by path."""

    def __init__(self, today: date, on_form: bool) -> None:
        self.today = today
        self.on_form = on_form
        self.problems: list[Problem] = []
        self.country = ""
        self.persons: dict[str, Person] = {}

    @cached_property
    def actors(self) -> list[str]:
        return known_actors()

    @cached_property
    def events(self) -> list[str]:
        return known_events()

    @cached_property
    def targets(self) -> list[str]:
        return known_traits()

    @cached_property
    def traits(self) -> list[str]:
        return known_traits(profile=True)

    # --- the whole ---------------------------------------------------------------------------

    def read(self, document: Any) -> CaseFile:
        if not isinstance(document, dict):
            raise BadCase(
                [Problem("", _("A case is a JSON object with reference, country, places and material_facts."))]
            )
        accepted = {
            "reference", "country", "assessed_on", "due_on", "interview_language", "persons", "origin",
            "profile", "places", "material_facts", "note", "$schema",
        }  # fmt: skip
        self.only(document, "", accepted)
        reference = self.line(document, "reference", "", required=True, longest=LONGEST_NAME)
        self.country = self.code_of_country(document)
        assessed_on = self.day(document, "assessed_on") or self.today
        persons = self.rows(document, "persons", self.person) or (Person(NO_PERSON),)
        self.unique([p.id for p in persons], "persons")
        self.persons = {p.id: p for p in persons}
        status, origin_note = self.origin(document)
        case = CaseFile(
            reference=reference,
            country=self.country,
            assessed_on=assessed_on,
            persons=persons,
            interview_language=self.line(document, "interview_language", "", longest=LONGEST_NAME),
            origin_status=status,
            origin_note=origin_note,
            traits=self.rows(document, "profile", self.trait),
            places=self.rows(document, "places", self.place_row, required=True),
            facts=self.rows(
                document, "material_facts", lambda row, path: self.fact(row, path, assessed_on), required=True
            ),
            note=self.words(document, "note", ""),
            due_on=self.day(document, "due_on"),
        )
        self.unique([f.id for f in case.facts], "material_facts")
        if self.problems:
            raise BadCase(self.problems)
        return case

    def complain(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    # --- pieces ------------------------------------------------------------------------------

    def only(self, row: dict[str, Any], path: str, accepted: Collection[str]) -> None:
        """A field that is not known is a slip of the pen, and would be lost without a word."""
        for name in row:
            if name not in accepted:
                near = process.extractOne(str(name), accepted, score_cutoff=70)
                hint = _("Did you mean %(near)s?") % {"near": near[0]} if near else ""
                listed = ", ".join(sorted(accepted))
                self.complain(
                    _join(path, str(name)),
                    _("This field is not known. %(hint)s Accepted here: %(listed)s.")
                    % {"hint": hint, "listed": listed},
                )

    def rows(
        self, document: dict[str, Any], name: str, read_row: Callable[[Any, str], Any], required: bool = False
    ) -> tuple[Any, ...]:
        value = document.get(name)
        if value is None or value == []:
            if required:
                self.complain(name, _("At least one entry is required."))
            return ()
        if not isinstance(value, list):
            self.complain(name, _("Must be a list."))
            return ()
        most = MOST_FACTS if name == "material_facts" else MOST_ROWS
        if len(value) > most:
            self.complain(name, _("At most %(most)d entries are accepted.") % {"most": most})
            return ()
        found = []
        for index, row in enumerate(value):
            path = f"{name}[{index}]"
            if not isinstance(row, dict):
                self.complain(path, _("Must be an object."))
                continue
            found.append(read_row(row, path))
        return tuple(row for row in found if row is not None)

    def unique(self, ids: list[str], path: str) -> None:
        for twice in sorted({i for i in ids if i and ids.count(i) > 1}):
            self.complain(path, _("The id %(id)s is given twice; each needs its own.") % {"id": twice})

    def words(
        self, row: dict[str, Any], name: str, path: str, required: bool = False, longest: int = LONGEST_STATEMENT
    ) -> str:
        where = _join(path, name)
        value = row.get(name, _MISSING)
        if value is _MISSING or value is None or value == "":
            if required:
                self.complain(where, _("This field is required."))
            return ""
        if not isinstance(value, str):
            self.complain(where, _("Must be text."))
            return ""
        typed = characters.cleaned(value)
        if characters.is_blank(typed):
            if required:
                self.complain(where, _("This field is required; what was typed shows nothing."))
            return ""
        if trouble := characters.problem_with(typed, longest):
            self.complain(where, trouble)
            return ""
        return typed

    def line(
        self, row: dict[str, Any], name: str, path: str, required: bool = False, longest: int = LONGEST_LINE
    ) -> str:
        value = self.words(row, name, path, required, longest)
        if "\n" in value:
            self.complain(_join(path, name), _("Must be a single line."))
        return value

    def ident(self, row: dict[str, Any], path: str) -> str:
        value = self.line(row, "id", path, required=True)
        if len(value) > LONGEST_ID:
            self.complain(_join(path, "id"), _("At most %(most)d characters are accepted.") % {"most": LONGEST_ID})
        return value

    def choice(self, value: Any, path: str, accepted: Collection[str]) -> str:
        if isinstance(value, str) and value in accepted:
            return value
        shown = str(value)[:60] if isinstance(value, str | int | float) else _("this value")
        near = process.extractOne(shown, accepted, score_cutoff=70)
        hint = _("Did you mean %(near)s?") % {"near": near[0]} if near else ""
        listed = ", ".join(accepted)
        self.complain(
            path,
            _("“%(value)s” is not accepted. %(hint)s Accepted: %(listed)s.")
            % {"value": shown, "hint": hint, "listed": listed},
        )
        return ""

    def optional_choice(self, row: dict[str, Any], name: str, path: str, accepted: Collection[str]) -> str:
        value = row.get(name)
        return "" if value in (None, "") else self.choice(value, _join(path, name), accepted)

    def yes_or_no(self, row: dict[str, Any], name: str, path: str) -> bool:
        value = row.get(name, False)
        if not isinstance(value, bool):
            self.complain(_join(path, name), _("Must be true or false."))
            return False
        return value

    def coded(self, row: dict[str, Any], name: str, path: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        """A list of codes; ``other`` may carry a note, either beside it or as ``{"code": "other", "note": …}``."""
        value = row.get(name)
        if value in (None, "", []):
            return (), ""
        where = _join(path, name)
        is_single = isinstance(value, str | dict)
        if is_single:
            value = [value]
        if not isinstance(value, list) or len(value) > MOST_ROWS:
            self.complain(where, _("Must be a list of codes."))
            return (), ""
        codes: list[str] = []
        notes: list[str] = []
        for index, item in enumerate(value):
            here = where if is_single else f"{where}[{index}]"
            if isinstance(item, dict):
                self.only(item, here, {"code", "note"})
                notes.append(self.words(item, "note", here))
                item = item.get("code")
            if code := self.choice(item, here, known):
                codes.append(code)
        return tuple(dict.fromkeys(codes)), "; ".join(note for note in notes if note)

    def moment(self, row: dict[str, Any], name: str, path: str) -> str:
        value = row.get(name)
        if value is None or value == "":
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        try:
            if not isinstance(value, str):
                raise InvalidDate(value)
            Moment.parse(value.strip())
        except InvalidDate:
            self.complain(
                _join(path, name),
                _(
                    "“%(value)s” is not a date of the calendar. Accepted: a year, a month or a day between 1900 and "
                    "2100, such as 2019, 2019-03 or 2019-03-23; or leave it out."
                )
                % {"value": str(value)[:60]},
            )
            return ""
        return value.strip()

    def period(self, row: dict[str, Any], path: str) -> tuple[str, str]:
        start, end = self.moment(row, "from", path), self.moment(row, "to", path)
        if not Period.parse(start, end).is_possible:
            self.complain(
                _join(path, "to"),
                _("The end %(end)s lies before the beginning %(start)s.")
                % {"end": dates.moment_words(end), "start": dates.moment_words(start)},
            )
        return start, end

    def ongoing(self, row: dict[str, Any], path: str, kind: str, end: str) -> bool:
        """Whether the fact is still going on: then it has no end, and it has begun."""
        if not self.yes_or_no(row, "ongoing", path):
            return False
        if kind == FactKind.FUTURE_RISK.value:
            self.complain(_join(path, "ongoing"), _("A future risk has not begun, so it cannot be still going on."))
        elif end:
            self.complain(_join(path, "ongoing"), _("An end is given as well. Leave out the end, or “still going on”."))
        return True

    def no_later_than(self, assessed_on: date, path: str, start: str, end: str) -> None:
        """A past event lies in the past, to the precision of its dates."""
        for name, stated, said in (
            ("from", start, _("A past event cannot begin after the day of the assessment, %(day)s.")),
            ("to", end, _("A past event cannot end after the day of the assessment, %(day)s.")),
        ):
            if stated and Moment.parse(stated).first > assessed_on:
                self.complain(_join(path, name), said % {"day": dates.day_words(assessed_on)})
                return

    def day(self, row: dict[str, Any], name: str) -> date | None:
        value = row.get(name)
        if value is None or value == "":
            return None
        try:
            if not isinstance(value, str):
                raise InvalidDate(value)
            moment = Moment.parse(value.strip())
        except InvalidDate:
            moment = None
        if moment is None or moment.first != moment.last:
            self.complain(
                name,
                _("“%(value)s” is not a day of the calendar. Must be a day, such as 2026-11-23; or leave it out.")
                % {"value": str(value)[:60]},
            )
            return None
        return moment.first

    def place(self, row: dict[str, Any], path: str, asks: places.Asks = places.Asks.ALONE) -> places.Resolved | None:
        where = _join(path, "place")
        value = row.get("place")
        if value in (None, "") or (isinstance(value, str) and characters.is_blank(value)):
            self.complain(where, _("This field is required: a name, “name, region” or “name, circle, region”."))
            return None
        typed = ""
        if isinstance(value, dict):
            identifiers = {"id", "gazetteer_id", "geonames_id", "code"}
            self.only(value, where, identifiers | {"name"})
            typed = self.line(value, "name", where)
            given = [value[name] for name in sorted(identifiers) if value.get(name) not in (None, "")]
            value = {"gazetteer_id": given[0]} if len(given) == 1 else None
        if isinstance(value, str) and not (value := self.line(row, "place", path)):
            return None
        if not isinstance(value, str | dict):
            self.complain(where, _('Must be a name, or an object with one gazetteer id, such as {"id": "gn-2452421"}.'))
            return None
        if not self.country:
            return None
        try:
            if isinstance(value, dict):
                found = places.by_id(value["gazetteer_id"], typed=typed)
                if typed and not places.is_name_of(typed, found.place):
                    self.complain(
                        where,
                        _("The identifier is that of %(place)s, not of “%(typed)s”. Give one of the two.")
                        % {"place": found.place.name, "typed": typed},
                    )
                    return None
                return found
            return places.resolve(value, country=self.country, asks=asks if self.on_form else places.Asks.NEVER)
        except places.PlaceError as error:
            is_ambiguous = isinstance(error, places.AmbiguousPlace)
            self.problems.append(Problem(where, error.message, error.candidates, is_ambiguous))
            return None

    def code_of_country(self, document: dict[str, Any]) -> str:
        code = self.line(document, "country", "", required=True)
        if not code:
            return ""
        if Place.objects.filter(kind=Place.Kind.COUNTRY, code=code).exists():
            return code
        self.complain(
            "country", _("“%(code)s” is not a country code. Accepted: ISO 3166-1, such as ML.") % {"code": code}
        )
        return ""

    def of_person(self, row: dict[str, Any], path: str) -> str:
        value = row.get("person")
        if value in (None, ""):
            return next(iter(self.persons))
        return self.choice(value, _join(path, "person"), list(self.persons))

    # --- rows --------------------------------------------------------------------------------

    def person(self, row: dict[str, Any], path: str) -> Person:
        self.only(row, path, {"id", "relation", "sex", "age_band"})
        return Person(
            id=self.ident(row, path),
            relation=self.line(row, "relation", path, longest=LONGEST_NAME),
            sex=self.optional_choice(row, "sex", path, Sex.values),
            age_band=self.optional_choice(row, "age_band", path, AGE_BANDS),
        )

    def origin(self, document: dict[str, Any]) -> tuple[str, str]:
        value = document.get("origin")
        if value is None:
            return "claimed", ""
        if not isinstance(value, dict):
            self.complain("origin", _("Must be an object with status."))
            return "claimed", ""
        self.only(value, "origin", {"status", "note"})
        return (
            self.optional_choice(value, "status", "origin", OriginStatus.values) or "claimed",
            self.words(value, "note", "origin"),
        )

    def trait(self, row: dict[str, Any], path: str) -> StatedTrait:
        self.only(row, path, {"trait", "imputed", "person", "note"})
        return StatedTrait(
            trait=self.choice(row.get("trait"), _join(path, "trait"), self.traits),
            person=self.of_person(row, path),
            imputed=self.yes_or_no(row, "imputed", path),
            note=self.words(row, "note", path),
        )

    def place_row(self, row: dict[str, Any], path: str) -> StatedPlace | None:
        self.only(row, path, {"role", "place", "from", "to", "person"})
        role = self.choice(row.get("role"), _join(path, "role"), PlaceRole.values)
        place = self.place(row, path, places.Asks.ALWAYS if role == "relocation" else places.Asks.ALONE)
        start, end = self.period(row, path)
        person = self.of_person(row, path)
        return StatedPlace(role, place, start, end, person) if place else None

    def interview(self, row: Any, path: str) -> InterviewReference | None:
        if not isinstance(row, dict):
            self.complain(path, _("Must be an object with date and ref."))
            return None
        self.only(row, path, {"date", "ref"})
        return InterviewReference(self.moment(row, "date", path), self.line(row, "ref", path))

    def fact(self, row: dict[str, Any], path: str, assessed_on: date) -> StatedFact | None:
        self.only(
            row,
            path,
            {
                "id", "kind", "statement", "interviews", "place", "from", "to", "ongoing", "event", "event_note", "actors",
                "actor_note", "targets", "target_note", "person", "note", "explanation",
            },
        )  # fmt: skip
        kind = self.optional_choice(row, "kind", path, [k.value for k in FactKind]) or FactKind.PAST_EVENT.value
        start, end = self.period(row, path)
        ongoing = self.ongoing(row, path, kind, end)
        if kind == FactKind.PAST_EVENT.value:
            self.no_later_than(assessed_on, path, start, end)
        events, event_note = self.coded(row, "event", path, self.events)
        if not events and not any(p.path.startswith(_join(path, "event")) for p in self.problems):
            self.complain(
                _join(path, "event"), _("This field is required: %(listed)s.") % {"listed": ", ".join(self.events)}
            )
        elif len(events) > 1:
            self.complain(_join(path, "event"), _("One kind of event a fact; record the others as facts of their own."))
        actors, actor_note = self.coded(row, "actors", path, self.actors)
        targets, target_note = self.coded(row, "targets", path, self.targets)
        interviews = row.get("interviews") or []
        if not isinstance(interviews, list):
            self.complain(_join(path, "interviews"), _("Must be a list."))
            interviews = []
        place = self.place(row, path)
        person = self.of_person(row, path)
        fact_id = self.ident(row, path)
        if not _IN_ADDRESSES.fullmatch(fact_id):
            self.complain(
                _join(path, "id"),
                _("Only letters from a to z, digits, hyphens and underscores are accepted: it stands in addresses."),
            )
        statement = self.words(row, "statement", path, required=True)
        notes = [event_note, self.words(row, "event_note", path), self.words(row, "note", path)]
        read_interviews = [self.interview(i, f"{path}.interviews[{n}]") for n, i in enumerate(interviews)]
        actor_notes = [actor_note, self.words(row, "actor_note", path)]
        target_notes = [target_note, self.words(row, "target_note", path)]
        explanation = self.words(row, "explanation", path)
        if place is None or not events:
            return None
        return StatedFact(
            id=fact_id,
            kind=FactKind(kind or FactKind.PAST_EVENT.value),
            statement=statement,
            place=place,
            event=events[0],
            event_note="; ".join(n for n in notes if n),
            person=person,
            start=start,
            end=end,
            ongoing=ongoing,
            actors=actors,
            actor_note="; ".join(n for n in actor_notes if n),
            targets=targets,
            target_note="; ".join(n for n in target_notes if n),
            interviews=tuple(i for i in read_interviews if i),
            explanation=explanation,
        )


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def known_actors() -> list[str]:
    """Codes accepted for an actor, in the order of the vocabulary."""
    return [*Actor.objects.values_list("code", flat=True), OTHER]


def known_events() -> list[str]:
    """Codes accepted for an event."""
    return [*EventKind.objects.values_list("code", flat=True), OTHER]


def known_traits(*, profile: bool = False) -> list[str]:
    """Codes accepted for a target or, without ``civilians``, for a trait of a profile."""
    codes = [*Trait.objects.values_list("code", flat=True), OTHER]
    return [code for code in codes if not (profile and code == CIVILIANS)]
