"""Reads one field of a case file: each method returns its value, or notes a problem at the path of the field."""

from collections.abc import Callable, Collection
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import process

from assessments.casefile.fields import (
    IDENTIFIERS_OF_A_PLACE,
    LONGEST_ID,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_FACTS,
    MOST_ROWS,
    Field,
    Kind,
)
from assessments.casefile.problems import Problem
from coi import gazetteer as places
from coi.models import Place
from coi.text import characters, dates
from matching.periods import InvalidDate, Moment, Period

_MISSING = object()


def join(path: str, name: str) -> str:
    """The path of a field inside the row at ``path``."""
    return f"{path}.{name}" if path else name


class FieldReader:
    """Reads fields and collects their problems."""

    def __init__(self, on_form: bool) -> None:
        self.on_form = on_form
        self.problems: list[Problem] = []
        self.country = ""  # places are looked up in it
        self.typed_places: list[str] = []  # those that will be resolved; what they need is read at once

    def complain(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def only(self, row: dict[str, Any], path: str, accepted: Collection[str]) -> None:
        """Refuse a field that is not known: it is probably misspelt, and would otherwise be lost silently."""
        for name in row:
            if name not in accepted:
                near = process.extractOne(str(name), accepted, score_cutoff=70)
                hint = _("Did you mean %(near)s?") % {"near": near[0]} if near else ""
                listed = ", ".join(sorted(accepted))
                self.complain(
                    join(path, str(name)),
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
        self, row: dict[str, Any], name: str, path: str, required: bool = False, longest: int = LONGEST_TEXT
    ) -> str:
        where = join(path, name)
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
                self.complain(where, _("This field is required. The text has no visible characters."))
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
            self.complain(join(path, name), _("Must be a single line."))
        return value

    def texts(self, row: dict[str, Any], path: str, table: tuple[Field, ...]) -> dict[str, Any]:
        """Every text and line of the table, by the name of its attribute."""
        readers = {Kind.TEXT: self.words, Kind.LINE: self.line}
        return {
            field.attribute: readers[field.kind](row, field.name, path, field.is_required, field.longest)
            for field in table
            if field.kind in readers
        }

    def ident(self, row: dict[str, Any], path: str) -> str:
        value = self.line(row, "id", path, required=True)
        if len(value) > LONGEST_ID:
            self.complain(join(path, "id"), _("At most %(most)d characters are accepted.") % {"most": LONGEST_ID})
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

    def choices(self, row: dict[str, Any], path: str, table: tuple[Field, ...]) -> dict[str, str]:
        """Every code of the table that has a list of its own, by the name of its attribute; empty if it is missing."""
        return {
            field.attribute: self.choice(row.get(field.name), join(path, field.name), field.codes)
            if field.is_required or row.get(field.name) not in (None, "")
            else ""
            for field in table
            if field.codes
        }

    def yes_or_no(self, row: dict[str, Any], name: str, path: str) -> bool:
        value = row.get(name, False)
        if not isinstance(value, bool):
            self.complain(join(path, name), _("Must be true or false."))
            return False
        return value

    def coded(self, row: dict[str, Any], name: str, path: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        """A list of codes; ``other`` may carry a note, either beside it or as ``{"code": "other", "note": …}``."""
        value = row.get(name)
        if value in (None, "", []):
            return (), ""
        where = join(path, name)
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
                join(path, name),
                _(
                    "“%(value)s” is not a date. Accepted: a year, a month or a day between 1900 and "
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
                join(path, "to"),
                _("The end, %(end)s, is before the start, %(start)s.")
                % {"end": dates.moment_words(end), "start": dates.moment_words(start)},
            )
        return start, end

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
                _("“%(value)s” is not a day. Write a day, such as 2026-11-23, or leave it out.")
                % {"value": str(value)[:60]},
            )
            return None
        return moment.first

    def place(self, row: dict[str, Any], path: str, asks: places.Asks = places.Asks.ALONE) -> places.Resolved | None:
        where = join(path, "place")
        value = row.get("place")
        if value in (None, "") or (isinstance(value, str) and characters.is_blank(value)):
            self.complain(where, _("This field is required: a name, “name, region” or “name, cercle, region”."))
            return None
        typed = ""
        if isinstance(value, dict):
            self.only(value, where, (*IDENTIFIERS_OF_A_PLACE, "name"))
            typed = self.line(value, "name", where)
            given = [value[name] for name in IDENTIFIERS_OF_A_PLACE if value.get(name) not in (None, "")]
            value = {"gazetteer_id": given[0]} if len(given) == 1 else None
        if isinstance(value, str) and not (value := self.line(row, "place", path)):
            return None
        if not isinstance(value, str | dict):
            self.complain(where, _('Must be a name, or an object with one gazetteer id, such as {"id": "gn-2452421"}.'))
            return None
        if not self.country:
            return None
        if isinstance(value, str):
            return self.resolved(value, where, asks if self.on_form else places.Asks.NEVER)
        try:
            found = places.by_id(value["gazetteer_id"], typed=typed)
        except places.PlaceError as error:
            self.problems.append(Problem(where, error.message, error.candidates))
            return None
        return found if not typed or self.is_named(typed, found.place, where) else None

    @cached_property
    def _index(self) -> places.Index:
        return places.index_of(self.typed_places, self.country)

    def resolved(self, typed: str, where: str, asks: places.Asks = places.Asks.NEVER) -> places.Resolved | None:
        """The place that a typed name means."""
        index = self._index if typed in self.typed_places else None
        try:
            return places.resolve(typed, country=self.country, asks=asks, index=index)
        except places.PlaceError as error:
            is_ambiguous = isinstance(error, places.AmbiguousPlace)
            self.problems.append(Problem(where, error.message, error.candidates, is_ambiguous))
            return None

    def is_named(self, typed: str, place: Place, where: str) -> bool:
        """Whether the place that an identifier means has the name that was typed beside it."""
        if places.is_name_of(typed, place):
            return True
        self.complain(
            where,
            _("The identifier is that of %(place)s, not of “%(typed)s”. Give one of the two.")
            % {"place": place.name, "typed": typed},
        )
        return False

    def code_of_country(self, document: dict[str, Any]) -> str:
        code = self.line(document, "country", "", required=True)
        if not code:
            return ""
        if places.is_country(code):
            return code
        self.complain(
            "country", _("“%(code)s” is not a country code. Accepted: ISO 3166-1, such as ML.") % {"code": code}
        )
        return ""
