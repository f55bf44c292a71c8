"""The rows of the case form: a person, a place, an interview record, a material fact."""

import json
import re
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments.casefile.fields import FACT, PARAGRAPHS, PLACE, Kind, inputs, stored
from assessments.models.codes import AGE_BANDS, FACT_KINDS, PlaceRole, Sex
from assessments.pages.forms.field_choices import Option, Words
from assessments.pages.forms.fields import (
    Chosen,
    ChosenMany,
    Part,
    Typed,
    TypedDate,
    lines,
    options_of,
    place_input,
)
from coi.gazetteer import Candidate
from coi.pages.choice_fields import choice_field
from matching.facts import OTHER

_KEY = re.compile(r"[0-9]{1,4}", re.ASCII)
NOT_STATED = ("", _("Not recorded"))


class Row(forms.Form):
    """One row; ``key`` tells it from its neighbours, whatever is added or taken out beside it."""

    kind = ""
    name_words: Any = "%(n)s"
    order: tuple[str, ...] = ()  # the inputs in the order of the page
    number = 1  # its place among the rows of its kind, as people count
    is_marked = False  # just taken out or put back: the cursor stays on its button
    is_new = False  # just added: open, and the cursor goes into it
    removed = Typed(widget=forms.HiddenInput)

    data: "MultiValueDict[str, Any]"

    def __init__(self, data: "MultiValueDict[str, Any]", key: str, words: Words, persons: list[Option]) -> None:
        self.key = key
        self.words = words
        self.name = f"{self.kind}-{key}"
        super().__init__(data, prefix=self.name)
        self.set_up(persons)
        self.full_clean()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self.layout()
        self.candidates: tuple[Candidate, ...] = ()
        for name, field in self.fields.items():
            # A line break in a note from a file must survive the form.
            if isinstance(field.widget, forms.TextInput) and not field.widget.is_hidden and "\n" in self.text(name):
                field.widget = lines()

    def set_up(self, persons: list[Option]) -> None:
        """Give the fields their options."""
        if "person" not in self.fields:
            return
        codes = [code for code, _label in persons]
        stated = self.text("person")
        options = list(persons)
        if stated and stated not in codes:
            options.insert(0, (stated, stated))
        if len(options) < 2:
            self.fields["person"].widget = forms.HiddenInput()
        choice_field(self, "person").choices = options

    def layout(self) -> Layout:
        raise NotImplementedError

    def text(self, name: str) -> str:
        value = self.data.get(self.add_prefix(name), "")
        return value if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        return [v for v in self.data.getlist(self.add_prefix(name)) if v]

    def chosen(self, name: str) -> list[str]:
        """The labels of what is chosen in a field of codes; a code that is not offered stands as it is."""
        labels: dict[str, str] = {}
        for code, label in options_of(choice_field(self, name)):
            labels |= dict(label) if isinstance(label, tuple | list) else {code: label}
        return [str(labels.get(code, code)) for code in self.many(name)]

    @property
    def title(self) -> str:
        """What the row is called on the page."""
        return str(self.name_words) % {"n": self.text("ident") or self.number}

    @property
    def is_removed(self) -> bool:
        return bool(self.text("removed"))

    @property
    def is_blank(self) -> bool:
        """Nothing was typed into it."""
        return False


@dataclass(frozen=True)
class TraitOption:
    """A trait in a person's profile, and how it is ticked."""

    n: str  # group and number, as in the id of a check box
    code: str
    label: Any
    is_actual: bool
    is_imputed: bool
    remark: str


def read_remarks(text: str) -> dict[str, str]:
    """Remarks on traits, as they travel through the form."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


class PersonRow(Row):
    """Somebody whom the case is about, with their profile."""

    kind = "persons"
    name_words = _("Person %(n)s")
    ident = Typed(widget=forms.HiddenInput)
    notes = Typed(widget=forms.HiddenInput)  # remarks on traits, from a file: JSON, "fulani" or "imputed fulani"
    relation = Typed(label=_("Relation"), help_text=_("For example principal applicant, wife, son. Never a name."))
    sex = Chosen(label=_("Sex"), choices=[NOT_STATED, *Sex.choices])
    age_band = Chosen(label=_("Age"), choices=[NOT_STATED, *((a, a.replace("-", "–")) for a in AGE_BANDS)])
    actual = ChosenMany(label=_("Actual traits"))
    imputed = ChosenMany(label=_("Imputed traits"))
    other_note = Typed(label=_("Other actual trait"))
    other_imputed_note = Typed(label=_("Other imputed trait"))

    def set_up(self, persons: list[Option]) -> None:
        for name in ("actual", "imputed"):
            choice_field(self, name).choices = list(self.words.traits)

    def layout(self) -> Layout:
        return Layout(Div("relation", "sex", "age_band", css_class="row-fields"), "ident", "removed")

    @cached_property
    def notes_layout(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Div("other_note", "other_imputed_note", css_class="row-fields"), "notes")
        return helper

    @property
    def facets(self) -> list[tuple[Any, list["TraitOption"]]]:
        """The traits by facet, each with whether it is ticked; a trait no longer in the vocabulary stays ticked."""
        actual, imputed = set(self.many("actual")), set(self.many("imputed"))
        remarks = read_remarks(self.text("notes"))
        known = {code for _facet, options in self.words.traits for code, _label in options}
        lost = sorted((actual | imputed) - known - {OTHER})
        facets: list[tuple[Any, tuple[Option, ...]]] = list(self.words.traits)
        # "Other" is ticked by writing what it is; from a file it may come without a word.
        unsaid = (OTHER in actual and not self.text("other_note")) or (
            OTHER in imputed and not self.text("other_imputed_note")
        )
        if lost or unsaid:
            facets.append(
                (_("Another trait"), (((OTHER, _("Not listed here")),) if unsaid else ()) + tuple((c, c) for c in lost))
            )
        found = []
        for group, (facet, options) in enumerate(facets):
            rows = []
            for n, (code, label) in enumerate(options):
                remark = "; ".join(filter(None, (remarks.get(code, ""), remarks.get(f"imputed {code}", ""))))
                rows.append(TraitOption(f"{group}_{n}", code, label, code in actual, code in imputed, remark))
            found.append((facet, rows))
        return found

    @property
    def has_traits(self) -> bool:
        return bool(
            self.many("actual") or self.many("imputed") or self.text("other_note") or self.text("other_imputed_note")
        )

    @property
    def shown(self) -> str:
        ident, relation = self.text("ident"), self.text("relation").strip()
        return f"{ident}, {relation}" if relation else ident


class PlacedRow(Row):
    """A row with a place: what was typed, and what it was taken for as long as the text stays."""

    place = Typed(
        label=_("Place"),
        widget=place_input(),
        required=True,
        help_text=_("Name, or name and region: Ogossagou, Mopti"),
    )
    pin = Typed(widget=forms.HiddenInput)
    pinned = Typed(widget=forms.HiddenInput)
    start = TypedDate(label=_("From"))
    end = TypedDate(label=_("To"), help_text=_("Leave blank if not known"))
    person = Chosen(label=_("Person"))

    def set_up(self, persons: list[Option]) -> None:
        super().set_up(persons)
        # Where only the day counts, one date is enough; the browser's own list of places would hide ours.
        self.fields["place"].widget.attrs["autocomplete"] = "off"
        self.fields["place"].widget.attrs["data-country"] = self.data.get("country", "")  # chosen on another page

    @property
    def place_document(self) -> Any:
        """The place as a case file states it: pinned as long as the text is the one that was pinned."""
        typed, pin = self.text("place"), self.text("pin")
        if pin and typed.strip() == self.text("pinned").strip():
            return {"id": pin, "name": typed}
        return typed


CANDIDATES = Part("assessments/intake/fields/candidates.html")


class PlaceRow(PlacedRow):
    """A place in the applicant's life."""

    kind = "places"
    order = inputs(PLACE)
    name_words = _("Place %(n)s")
    role = Chosen(
        label=_("Kind of place"),
        required=True,
        choices=[(code, name) for code, name in PlaceRole.choices if code != PlaceRole.RELOCATION],
    )

    def layout(self) -> Layout:
        return Layout(
            Div("role", "place", "start", "end", "person", css_class="row-fields"),
            CANDIDATES,
            "pin",
            "pinned",
            "removed",
        )

    @property
    def is_blank(self) -> bool:
        return not any(self.text(name).strip() for name in ("place", "start", "end"))


class RelocationRow(PlacedRow):
    """A place proposed for relocation."""

    kind = "relocations"
    name_words = _("Relocation %(n)s")

    def set_up(self, persons: list[Option]) -> None:
        super().set_up(persons)
        del self.fields["start"], self.fields["end"]
        self.fields["start"] = TypedDate(widget=forms.HiddenInput)
        self.fields["end"] = TypedDate(widget=forms.HiddenInput)

    def layout(self) -> Layout:
        return Layout(
            Div("place", "person", css_class="row-fields"), CANDIDATES, "start", "end", "pin", "pinned", "removed"
        )

    @property
    def is_blank(self) -> bool:
        return not self.text("place").strip()


class InterviewRow(Row):
    """Where in which record a fact was stated."""

    kind = "interviews"
    date = TypedDate(label=_("Interview of"))
    ref = Typed(label=_("Page or question in the record"), help_text=_("For example F34–41"))

    def __init__(self, data: "MultiValueDict[str, Any]", key: str, words: Words, fact: str) -> None:
        self.fact = fact
        super().__init__(data, key, words, [])

    def add_prefix(self, field_name: str) -> str:
        return f"{self.fact}-{self.name}-{field_name}"

    def layout(self) -> Layout:
        return Layout(Div("date", "ref", css_class="row-fields"))

    @property
    def is_blank(self) -> bool:
        return not (self.text("date").strip() or self.text("ref").strip())


class FactRow(PlacedRow):
    """One material fact."""

    kind = "facts"
    order = inputs(FACT)
    name_words = _("Fact %(n)s")
    ident = Typed(widget=forms.HiddenInput)
    statement = Typed(
        label=_("Statement"),
        required=True,
        help_text=_("What the applicant says happened, in one or two sentences. No names."),
        widget=forms.Textarea(attrs={"rows": 4, "cols": False, "class": "reasons-text"}),
    )
    event = Chosen(label=_("Kind of event"), required=True, help_text=_("Choose the closest. One per fact."))
    fact_kind = Chosen(
        label=_("Type of fact"), required=True, choices=[(kind.value, name) for kind, name in FACT_KINDS.items()]
    )
    end = TypedDate(label=_("To"), help_text=_("Leave blank if there is one date"))
    ongoing = forms.BooleanField(label=_("Still going on"), required=False)
    event_note = Typed(label=_("Remark on the event"), help_text=_("If no kind fits, say what it was."))
    actors = ChosenMany(
        label=_("Who did it"),
        help_text=_("Select everyone the applicant names. Leave blank if the applicant names no one."),
    )
    actor_note = Typed(label=_("Remark on who did it"), help_text=_("If no one listed fits, say who."))
    targets = ChosenMany(
        label=_("Who was targeted"),
        help_text=_("Groups or roles targeted. Blank: not said."),
    )
    target_note = Typed(label=_("Remark on who was targeted"), help_text=_("If nothing listed fits, say who."))

    def set_up(self, persons: list[Option]) -> None:
        super().set_up(persons)
        for field in PARAGRAPHS:
            self.fields[field.input] = Typed(label=field.label, help_text=field.help, widget=lines(3))
        choice_field(self, "event").choices = list(self.words.events)
        choice_field(self, "actors").choices = list(self.words.actors)
        choice_field(self, "targets").choices = list(self.words.targets)
        keys = dict.fromkeys(k for k in self.data.getlist(f"{self.name}-interviews") if _KEY.fullmatch(k))
        self.interviews = [InterviewRow(self.data, key, self.words, self.name) for key in keys or ["0"]]

    def layout(self) -> Layout:
        return Layout(
            Field("statement"),
            Div("event", "fact_kind", Div("event_note", css_class="wide"), css_class="row-fields"),
            Div("place", "start", "end", "ongoing", "person", css_class="row-fields"), CANDIDATES,
            Part("assessments/intake/fields/who.html"),
            Part("assessments/intake/fields/interviews.html"),
            *(Field(field.input) for field in PARAGRAPHS),
            "ident", "pin", "pinned", "removed",
        )  # fmt: skip

    @property
    def is_blank(self) -> bool:
        typed = [f.input for f in stored(FACT) if f.kind in (Kind.TEXT, Kind.PLACE, Kind.MOMENT)]
        return not (
            any(self.text(name).strip() for name in (*typed, "event"))
            or self.many("actors")
            or self.many("targets")
            or any(not i.is_blank for i in self.interviews)
        )
