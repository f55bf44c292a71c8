"""Reads a case from a document, which comes from a file or from the forms.

The reader finds every problem before it refuses the document. Each problem names the path of its field and what
would be accepted. The reader guesses nothing and writes nothing.
"""

import re
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from assessments.casefile import fields, vocabulary
from assessments.casefile.field_reader import FieldReader, join
from assessments.casefile.problems import BadCase, Problem
from assessments.casefile.values import CaseFile, InterviewReference, Person, StatedFact, StatedPlace, StatedTrait
from assessments.models.codes import OriginStatus
from coi import gazetteer as places
from coi.moment import one_moment
from coi.text import dates
from matching.facts import FactKind
from matching.periods import Moment

NO_PERSON = "P1"


@one_moment()
def read(document: Any, *, today: date, on_form: bool = False) -> CaseFile:
    """The case that the document states; raises BadCase with every problem found.

    In a file, a name that a region has means the region. On a form the officer can be asked: the form asks about a name
    without an area if a region, a cercle or a town share it, and always about the name of a place for relocation.
    """
    return _CaseReader(today, on_form).read(document)


def _typed_places(document: dict[str, Any]) -> list[str]:
    """The places that are stated by their names, as far as the document has its form."""
    lists = [rows for name in ("places", "material_facts") if isinstance(rows := document.get(name), list)]
    found = [row.get("place") for rows in lists for row in rows[: fields.MOST_ROWS] if isinstance(row, dict)]
    return [place for place in found if isinstance(place, str)]


class _CaseReader(FieldReader):
    """Reads the document once and collects problems by path."""

    def __init__(self, today: date, on_form: bool) -> None:
        super().__init__(on_form)
        self.today = today
        self.persons: dict[str, Person] = {}

    @cached_property
    def actors(self) -> list[str]:
        return vocabulary.known_actors()

    @cached_property
    def events(self) -> list[str]:
        return vocabulary.known_events()

    @cached_property
    def targets(self) -> list[str]:
        return vocabulary.known_traits()

    @cached_property
    def traits(self) -> list[str]:
        return vocabulary.known_traits(profile=True)

    # --- the whole document ------------------------------------------------------------------

    def read(self, document: Any) -> CaseFile:
        if not isinstance(document, dict):
            raise BadCase(
                [Problem("", _("A case is a JSON object with reference, country, places and material_facts."))]
            )
        rows = ("persons", "origin", "profile", "places", "material_facts", "$schema")
        self.only(document, "", {*fields.names(fields.HEAD), *rows})
        texts = self.texts(document, "", fields.HEAD)
        self.country = self.code_of_country(document)
        self.typed_places = _typed_places(document)
        assessed_on = self.day(document, "assessed_on") or self.today
        persons = self.rows(document, "persons", self.person) or (Person(NO_PERSON),)
        self.unique([p.id for p in persons], "persons")
        self.persons = {p.id: p for p in persons}
        case = CaseFile(
            **texts,
            country=self.country,
            assessed_on=assessed_on,
            persons=persons,
            **self.origin(document),
            traits=self.rows(document, "profile", self.trait),
            places=self.rows(document, "places", self.place_row, required=True),
            facts=self.rows(
                document, "material_facts", lambda row, path: self.fact(row, path, assessed_on), required=True
            ),
            due_on=self.day(document, "due_on"),
        )
        self.unique([f.id for f in case.facts], "material_facts")
        if self.problems:
            raise BadCase(self.problems)
        return case

    def of_person(self, row: dict[str, Any], path: str) -> str:
        value = row.get("person")
        if value in (None, ""):
            return next(iter(self.persons))
        return self.choice(value, join(path, "person"), list(self.persons))

    # --- rows --------------------------------------------------------------------------------

    def person(self, row: dict[str, Any], path: str) -> Person:
        self.only(row, path, fields.names(fields.PERSON))
        return Person(
            id=self.ident(row, path),
            **self.texts(row, path, fields.PERSON),
            **self.choices(row, path, fields.PERSON),
        )

    def origin(self, document: dict[str, Any]) -> dict[str, str]:
        value = document.get("origin")
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.complain("origin", _("Must be an object with status."))
            return {}
        self.only(value, "origin", fields.names(fields.ORIGIN))
        origin = self.choices(value, "origin", fields.ORIGIN) | self.texts(value, "origin", fields.ORIGIN)
        return origin | {"origin_status": origin["origin_status"] or OriginStatus.CLAIMED.value}

    def trait(self, row: dict[str, Any], path: str) -> StatedTrait:
        self.only(row, path, fields.names(fields.TRAIT))
        return StatedTrait(
            trait=self.choice(row.get("trait"), join(path, "trait"), self.traits),
            person=self.of_person(row, path),
            imputed=self.yes_or_no(row, "imputed", path),
            **self.texts(row, path, fields.TRAIT),
        )

    def place_row(self, row: dict[str, Any], path: str) -> StatedPlace | None:
        self.only(row, path, fields.names(fields.PLACE))
        role = self.choices(row, path, fields.PLACE)["role"]
        place = self.place(row, path, places.Asks.ALWAYS if role == "relocation" else places.Asks.ALONE)
        start, end = self.period(row, path)
        person = self.of_person(row, path)
        return StatedPlace(role, place, start, end, person) if place else None

    def interview(self, row: Any, path: str) -> InterviewReference | None:
        if not isinstance(row, dict):
            self.complain(path, _("Must be an object with date and ref."))
            return None
        self.only(row, path, fields.names(fields.INTERVIEW))
        return InterviewReference(date=self.moment(row, "date", path), **self.texts(row, path, fields.INTERVIEW))

    def fact(self, row: dict[str, Any], path: str, assessed_on: date) -> StatedFact | None:
        self.only(row, path, fields.names(fields.FACT))
        kind = self.choices(row, path, fields.FACT)["kind"] or FactKind.PAST_EVENT.value
        start, end = self.period(row, path)
        ongoing = self.ongoing(row, path, kind, end)
        if kind == FactKind.PAST_EVENT.value:
            self.no_later_than(assessed_on, path, start, end)
        events, event_note = self.coded(row, "event", path, self.events)
        if not events and not any(p.path.startswith(join(path, "event")) for p in self.problems):
            self.complain(
                join(path, "event"), _("This field is required: %(listed)s.") % {"listed": ", ".join(self.events)}
            )
        elif len(events) > 1:
            self.complain(join(path, "event"), _("A fact has one kind of event. Record the others as separate facts."))
        actors, actor_note = self.coded(row, "actors", path, self.actors)
        targets, target_note = self.coded(row, "targets", path, self.targets)
        interviews = row.get("interviews") or []
        if not isinstance(interviews, list):
            self.complain(join(path, "interviews"), _("Must be a list."))
            interviews = []
        place = self.place(row, path)
        person = self.of_person(row, path)
        fact_id = self.ident(row, path)
        if fact_id and not re.fullmatch(fields.IN_ADDRESSES, fact_id):
            self.complain(
                join(path, "id"),
                _(
                    "Only letters from a to z, digits, hyphens and underscores are accepted, because addresses contain it."
                ),
            )
        texts = self.texts(row, path, fields.FACT)
        remarks = {
            "event_note": (event_note, texts["event_note"], texts.pop("note")),
            "actor_note": (actor_note, texts["actor_note"]),
            "target_note": (target_note, texts["target_note"]),
        }
        read_interviews = [self.interview(i, f"{path}.interviews[{n}]") for n, i in enumerate(interviews)]
        if place is None or not events:
            return None
        return StatedFact(
            **texts | {name: "; ".join(filter(None, given)) for name, given in remarks.items()},
            id=fact_id,
            kind=FactKind(kind),
            place=place,
            event=events[0],
            person=person,
            start=start,
            end=end,
            ongoing=ongoing,
            actors=actors,
            targets=targets,
            interviews=tuple(i for i in read_interviews if i),
        )

    def ongoing(self, row: dict[str, Any], path: str, kind: str, end: str) -> bool:
        """Return whether the fact is still going on. Such a fact has no end, and it has begun."""
        if not self.yes_or_no(row, "ongoing", path):
            return False
        if kind == FactKind.FUTURE_RISK.value:
            self.complain(join(path, "ongoing"), _("A future risk has not begun, so it cannot be still going on."))
        elif end:
            self.complain(join(path, "ongoing"), _("An end is given as well. Leave out the end, or “still going on”."))
        return True

    def no_later_than(self, assessed_on: date, path: str, start: str, end: str) -> None:
        """Note a problem if a past event is later than ``assessed_on``, to the precision of its dates."""
        for name, stated, said in (
            ("from", start, _("A past event cannot begin after the day of the assessment, %(day)s.")),
            ("to", end, _("A past event cannot end after the day of the assessment, %(day)s.")),
        ):
            if stated and Moment.parse(stated).first > assessed_on:
                self.complain(join(path, name), said % {"day": dates.day_words(assessed_on)})
                return
