"""The whole case form: its sections, the document typed into it, and its problems at their fields."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.casefile import fields, references
from assessments.casefile.fields import Field, Kind
from assessments.casefile.intake_steps import step_of
from assessments.casefile.problems import Problem
from assessments.models.codes import OriginStatus, PlaceRole
from assessments.pages.forms.fact_row import FactRow
from assessments.pages.forms.field_choices import LANGUAGES, RELATIONS, Words
from assessments.pages.forms.fields import Chosen, OneOf, Part, Typed, TypedDate, lines
from assessments.pages.forms.problems import Shown, shown
from assessments.pages.forms.rows import PersonRow, PlacedRow, PlaceRow, RelocationRow, Row, read_remarks
from coi.pages.choice_fields import choice_field
from coi.text import characters, dates
from matching.facts import OTHER

ROWS: dict[str, type[Row]] = {
    "persons": PersonRow,
    "places": PlaceRow,
    "relocations": RelocationRow,
    "facts": FactRow,
}
HEAD_ORDER = {
    "reference": (0, 0, 0), "country": (0, 0, 1), "interview_language": (0, 0, 2), "due_on": (0, 0, 3),
    "origin_status": (3, 0, 0), "origin_note": (3, 0, 1), "note": (7, 0, 0),
}  # fmt: skip
MOST_ROWS = 40  # of each kind, that can be added by hand
_STEP_OF_PATH = {"persons": "applicant", "places": "applicant", "material_facts": "facts"}
_KEY = re.compile(r"[0-9]{1,4}", re.ASCII)


class HeadForm(forms.Form):
    """The fields that a case has once."""

    reference = Typed(
        label=gettext_lazy("Application reference"), required=True, help_text=gettext_lazy("Never a name.")
    )
    country = Chosen(label=gettext_lazy("Country of origin"), required=True)
    interview_language = Typed(
        label=gettext_lazy("Language of the interview"), widget=forms.TextInput({"list": "languages"})
    )
    due_on = TypedDate(label=gettext_lazy("Due"), needs_day=True)
    origin_status = OneOf(
        label=gettext_lazy("The origin is"),
        required=True,
        choices=OriginStatus.choices,
        help_text=gettext_lazy("If it is doubted, the pages and the memo start with “on the assumption that …”."),
    )
    origin_note = Typed(label=gettext_lazy("Remark on the origin"), widget=lines(2))
    note = Typed(
        label=gettext_lazy("Note for yourself and your supervisor"),
        widget=lines(3),
        help_text=gettext_lazy("It is not used for matching."),
    )

    asks_no_name = False  # whether to ask about a reference that looks like a name

    def __init__(self, data: "MultiValueDict[str, Any]", words: Words, pattern: str) -> None:
        super().__init__(data)
        choice_field(self, "country").choices = [("", _("Choose…")), *words.countries]
        if pattern.strip():
            self.fields["reference"].help_text = _("For example %(example)s. Never a name.") % {
                "example": escape(references.example(pattern))  # a help text is printed as HTML
            }
        self.full_clean()
        self.helper = self._helper(
            Div("reference", Part("assessments/intake/fields/no_name.html"), css_class="reference"),
            Div("country", "interview_language", "due_on", css_class="row-fields"),
        )
        self.origin_helper = self._helper("origin_status", "origin_note")
        self.note_helper = self._helper("note")

    def text(self, name: str) -> str:
        """Return the text typed into the field."""
        return str(self[name].data or "")

    @staticmethod
    def _helper(*layout: Any) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*layout)
        return helper


class CaseForm:
    """All sections, from what a browser sent or from a stored case (``stored.form_data``)."""

    is_judged = False  # whether its problems were looked for
    languages = LANGUAGES
    relations = RELATIONS

    def __init__(self, data: "MultiValueDict[str, Any]", *, pattern: str = "") -> None:
        self.data = data = _with_choices(data)
        self.words = words = Words.load(data.get("country", ""))
        self.head = HeadForm(data, words, pattern)
        self.persons = [PersonRow(data, key, words, []) for key in keys(data, "persons")]
        self.of_whom = [(p.text("ident"), p.shown) for p in self.persons if not p.is_removed]
        self.places = self._rows(PlaceRow)
        self.relocations = self._rows(RelocationRow)
        self.facts = self._rows(FactRow)
        for fact in self.facts:
            self._offer(fact)
        for rows in self.rows.values():
            for number, row in enumerate(rows, 1):
                row.number = number
        self._found: list[tuple[tuple[int, ...], Shown]] = []
        self._fields: dict[str, tuple[forms.Form, str]] = {}

    def _rows(self, row: type[Any]) -> list[Any]:
        return [row(self.data, key, self.words, self.of_whom) for key in keys(self.data, row.kind)]

    @property
    def rows(self) -> dict[str, list[Any]]:
        return {
            "persons": self.persons,
            "places": self.places,
            "relocations": self.relocations,
            "facts": self.facts,
        }

    # --- adding and removing ----------------------------------------------------------------------

    def new_row(self, kind: str) -> Row:
        """Append a blank row of this kind and return it."""
        key = next_key(self.data, kind)
        name = f"{kind}-{key}"
        if kind == "facts":
            self.data[f"{name}-ident"] = f"F{self._next_number('facts', 'F')}"
            self._take_over_interview(name)
        if kind == "persons":
            self.data[f"{name}-ident"] = f"P{self._next_number('persons', 'P')}"
        self.data.appendlist(kind, key)
        row = ROWS[kind](self.data, key, self.words, self.of_whom)
        self.rows[kind].append(row)
        if isinstance(row, FactRow):
            self._offer(row)
        row.number = len(self.rows[kind])
        if kind == "persons":
            self.of_whom.append((row.text("ident"), row.text("ident")))
        return row

    def _offer(self, fact: FactRow) -> None:
        """Offer the fact what the case already names."""
        others = [other for other in self.facts if other is not fact and not other.is_removed]
        places = [place.text("place") for place in (*self.places, *others) if not place.is_removed]
        traits = [
            code for person in self.stated_persons for name in ("actual", "imputed") for code in person.many(name)
        ]
        fact.offer(places, traits, others)

    def _take_over_interview(self, name: str) -> None:
        """Copy the interview from the fact before: a new fact was most likely told in the same one."""
        day = self.facts[-1].interviews[0].text("date") if self.facts else ""
        if day.strip():
            self.data[f"{name}-interviews"] = "0"
            self.data[f"{name}-interviews-0-date"] = day

    def _next_number(self, kind: str, letter: str) -> int:
        """Return a number that no row has and, for facts, that none ever had."""
        idents = [row.text("ident") for row in self.rows[kind]]
        taken = [int(i[1:]) for i in idents if i[:1] == letter and _KEY.fullmatch(i[1:])]
        ever = self.data.get("next_fact") or ""
        least = int(ever) if kind == "facts" and _KEY.fullmatch(ever) else 1
        return max([least, *(n + 1 for n in taken)])

    def may_add(self, kind: str) -> bool:
        return kind in ROWS and len(self.rows[kind]) < MOST_ROWS

    # --- rows that are filled in and not removed ---------------------------------------------------

    @property
    def stated_persons(self) -> list[PersonRow]:
        return [p for p in self.persons if not p.is_removed]

    @property
    def stated_places(self) -> list[PlacedRow]:
        return [r for r in (*self.places, *self.relocations) if not r.is_removed and not r.is_blank]

    @property
    def stated_facts(self) -> list[FactRow]:
        return [f for f in self.facts if not f.is_removed and not f.is_blank]

    # --- the document --------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """Return what was typed as a case file, without blank rows."""
        persons, placed, facts = self.stated_persons, self.stated_places, self.stated_facts
        if standing := [r for r in self.places if not r.is_removed]:
            self._note("places", standing[0], "place")
        if standing := [f for f in self.facts if not f.is_removed]:
            self._note("material_facts", standing[0], "statement")
        for path, rows, field in (
            ("persons", persons, "relation"), ("places", placed, "place"), ("material_facts", facts, "statement"),
        ):  # fmt: skip
            for n, row in enumerate(rows):
                self._note(f"{path}[{n}]", row, field)
        return self._typed("", self.head, fields.HEAD) | {
            "origin": self._typed("origin", self.head, fields.ORIGIN),
            "persons": [self._typed(f"persons[{n}]", row, fields.PERSON) for n, row in enumerate(persons)],
            "profile": self._profile(persons),
            "places": [
                self._typed(f"places[{n}]", row, fields.PLACE)
                | ({"role": PlaceRole.RELOCATION.value} if row.kind == "relocations" else {})
                for n, row in enumerate(placed)
            ],
            "material_facts": [self._typed(f"material_facts[{n}]", row, fields.FACT) for n, row in enumerate(facts)],
        }

    def _typed(self, path: str, form: "HeadForm | Row", table: tuple[Field, ...]) -> dict[str, Any]:
        """Return the values typed into the table's fields as part of a case file. Note the input of each path."""
        typed: dict[str, Any] = {}
        for field in fields.stored(table):
            here = f"{path}.{field.name}" if path else field.name
            if field.kind is not Kind.ID and field.input in form.fields:
                self._note(here, form, field.input)
            typed[field.name] = self._value(here, form, field)
        return typed

    def _value(self, path: str, form: "HeadForm | Row", field: Field) -> Any:
        if field.kind is Kind.PLACE and isinstance(form, PlacedRow):
            return form.place_document
        if field.kind is Kind.CODES and isinstance(form, Row):
            return form.many(field.input)
        if field.kind is Kind.INTERVIEWS and isinstance(form, FactRow):
            records = [record for record in form.interviews if not record.is_blank]
            return [self._typed(f"{path}[{n}]", record, fields.INTERVIEW) for n, record in enumerate(records)]
        typed = form.text(field.input)
        if field.kind is Kind.YES_NO:
            return bool(typed)
        if field.input == fields.PERIOD:
            return self._end(typed, field)
        return dates.iso_or_typed(typed) if field.kind in (Kind.DAY, Kind.MOMENT) else typed

    @staticmethod
    def _end(typed: str, field: Field) -> str:
        """Return one end of a typed period. Text that is not a period counts as its start, for the reader to refuse."""
        try:
            start, end = dates.period(typed)
        except dates.NotADate:
            start, end = typed.strip(), ""
        return start if field.name == "from" else end

    def _note(self, path: str, form: forms.Form, field: str) -> None:
        self._fields[path] = (form, field)

    def _profile(self, persons: Iterable[PersonRow]) -> list[dict[str, Any]]:
        profile: list[dict[str, Any]] = []
        for row in persons:
            remarks = read_remarks(row.text("notes"))
            for name, other, prefix in (("actual", "other_note", ""), ("imputed", "other_imputed_note", "imputed ")):
                traits = row.many(name)
                if row.text(other).strip() and OTHER not in traits:
                    traits = [*traits, OTHER]
                for trait in dict.fromkeys(traits):
                    remark = row.text(other) if trait == OTHER else remarks.get(prefix + trait, "")
                    path = f"profile[{len(profile)}]"
                    self._note(path, row, name)
                    self._note(f"{path}.note", row, other)
                    profile.append(
                        {"trait": trait, "imputed": name == "imputed", "person": row.text("ident"), "note": remark}
                    )
        return profile

    def is_begun(self, step: str) -> bool:
        """Return whether anything was typed on the step's page."""
        typed: dict[str, Iterable[object]] = {
            "applicant": [self.data.get("reference"), *(not p.is_blank for p in self.places if not p.is_removed)],
            "profile": [p.has_traits for p in self.stated_persons],
            "facts": self.stated_facts,
            "relocation": [self.data.get("note"), *(r for r in self.stated_places if r.kind == "relocations")],
        }
        return any(typed[step])

    def label_of(self, name: str) -> str:
        """Return the label of the field whose HTML name is ``name``."""
        interviews = [i for f in self.facts for i in f.interviews]
        rows = [row for rows in self.rows.values() for row in rows]
        for form in (self.head, *rows, *interviews):
            for field_name, field in form.fields.items():
                if form.add_prefix(field_name) == name and field.label:
                    title = getattr(form, "title", "")
                    return f"{title}, {field.label}" if title else str(field.label)
        return name

    def focus(self, step: str, fact: FactRow | None) -> None:
        """Put the cursor into the first field of the step's page, or of the given fact's page."""
        first: dict[str, list[Any]] = {
            "applicant": [self.head],
            "profile": self.stated_persons,
            "facts": [fact] if fact is not None else [],
            "relocation": [r for r in self.relocations if not r.is_removed],
        }
        for form in first.get(step, [])[:1]:
            name = next(n for n in ("reference", "statement", "place", "actual") if n in form.fields)
            form.fields[name].widget.attrs["autofocus"] = True

    # --- problems ------------------------------------------------------------------------------

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each problem at its field and in the list at the top of the page."""
        for problem in problems:
            form, field = self._at(problem.path)
            step = step_of(getattr(form, "kind", ""), field) if form else _STEP_OF_PATH.get(problem.path, "")
            found = shown(problem, form, field, step)
            self._found.append((self._order(form, field), found))
            if form is not None:
                form.add_error(field, found.message)
                if isinstance(form, PlacedRow) and problem.candidates:
                    form.candidates = problem.candidates

    @property
    def errors(self) -> list[Shown]:
        """Return the list for the top of the page, in the order of the page."""
        return [found for _order, found in sorted(self._found, key=lambda item: item[0])]

    def _order(self, form: forms.Form | None, field: str) -> tuple[int, ...]:
        if isinstance(form, HeadForm):
            return HEAD_ORDER[field]
        sections: tuple[tuple[int, Sequence[Row]], ...] = (
            (1, self.persons),
            (2, self.places),
            (5, self.facts),
            (6, self.relocations),
        )
        for section, rows in sections:
            for number, row in enumerate(rows):
                if row is form:
                    is_profile = section == 1 and field not in fields.inputs(fields.PERSON)
                    return (4 if is_profile else section, number, row.order.index(field) if field in row.order else 0)
                if form in getattr(row, "interviews", ()):
                    return (section, number, row.order.index("interviews"))
        return (-1, 0, 0)

    def errors_at(self, step: str, fact: str = "") -> list[Shown]:
        """Return the problems of one step or, with a fact's id, of that fact's page."""
        return [e for e in self.errors if e.step == step and (not fact or e.fact in ("", fact))]

    def fact(self, ident: str) -> FactRow | None:
        """Return the fact with this id. Without an id, return the first with a problem, else the first not removed."""
        wrong = {found.fact for found in self.errors}
        found = [fact for fact in self.facts if fact.text("ident") == ident]
        found += [fact for fact in self.facts if fact.text("ident") in wrong]
        found += [fact for fact in self.facts if not fact.is_removed] + self.facts
        return found[0] if found else None

    def refuse(self, message: str, *, at: str = "") -> None:
        """Show a refusal that does not come from intake."""
        self.show([Problem(at, message)])

    def question_the_reference(self, pattern: str) -> None:
        """Refuse a reference that does not follow the office's pattern. Ask about one that looks like a name."""
        typed = self.data.get("reference", "")
        if self.head.errors.get("reference") or characters.is_blank(typed):
            return
        if message := references.problem_with(typed, pattern, is_no_name=self.data.get("no_name") == typed):
            self.refuse(message, at="reference")
            self.head.asks_no_name = not pattern.strip()

    def _at(self, path: str) -> tuple[forms.Form | None, str]:
        while path:
            if path in self._fields:
                return self._fields[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None, ""


def keys(data: "MultiValueDict[str, Any]", kind: str) -> list[str]:
    """Return the keys of the rows of a kind, in order and without repetition."""
    return [key for key in dict.fromkeys(data.getlist(kind)) if isinstance(key, str) and _KEY.fullmatch(key)]


def next_key(data: "MultiValueDict[str, Any]", kind: str) -> str:
    return str(max([-1, *map(int, keys(data, kind))]) + 1)


def _with_choices(data: "MultiValueDict[str, Any]") -> "MultiValueDict[str, Any]":
    """Put the chosen place into its field, unless the text changed since the choice was offered."""
    copied: MultiValueDict[str, Any] = MultiValueDict({name: list(values) for name, values in data.lists()})
    for kind in ("places", "relocations", "facts"):
        for key in keys(copied, kind):
            name = f"{kind}-{key}"
            choice, asked = copied.get(f"{name}-choice"), copied.get(f"{name}-asked")
            if choice and asked == copied.get(f"{name}-place"):
                copied[f"{name}-place"] = choice
    return copied
