"""The rows of the case form: a person, a place. For a material fact see fact_row.py."""

import json
import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments.casefile.fields import PLACE, inputs
from assessments.models.codes import AGE_BANDS, PlaceRole, Sex
from assessments.pages.forms.field_choices import Option, Words, with_unknown_codes
from assessments.pages.forms.fields import (
    ChosenMany,
    OneOf,
    Part,
    Typed,
    TypedPeriod,
    labels_of,
    lines,
    place_input,
)
from coi.gazetteer import Candidate
from coi.pages.choice_fields import choice_field
from matching.facts import OTHER

KEY = re.compile(r"[0-9]{1,4}", re.ASCII)  # of a row
NOT_STATED = ("", _("Not recorded"))


class Row(forms.Form):
    """One row. ``key`` identifies it, whichever rows are added or removed."""

    kind = ""
    name_words: Any = "%(n)s"
    order: tuple[str, ...] = ()  # the inputs in the order of the page
    number = 1  # its place among the rows of its kind, counted from 1
    is_marked = False  # just removed or put back: the cursor stays on its button
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
        self.fields["person"].default = options[0][0] if options else ""  # type: ignore[attr-defined]
        choice_field(self, "person").choices = options

    def layout(self) -> Layout:
        raise NotImplementedError

    def list_options(self, name: str, options: Any, kind: str) -> None:
        """Give a list its options, with the other names of each."""
        choice_field(self, name).choices = options
        self.fields[name].widget.aliases = self.words.other_names[kind]
        self.fields[name].widget.elsewhere = self.words.elsewhere[kind]

    def text(self, name: str) -> str:
        value = self.data.get(self.add_prefix(name), "")
        return value if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        return [v for v in self.data.getlist(self.add_prefix(name)) if v]

    def chosen(self, name: str) -> list[str]:
        """Return the labels of the codes chosen in a field. A code that is not offered stays as it is."""
        labels = labels_of(choice_field(self, name))
        return [str(labels.get(code, code)) for code in self.many(name)]

    @property
    def title(self) -> str:
        """Return the title of the row on the page."""
        return str(self.name_words) % {"n": self.text("ident") or self.number}

    @property
    def is_removed(self) -> bool:
        return bool(self.text("removed"))

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was typed into it."""
        return False


def read_remarks(text: str) -> dict[str, str]:
    """Return the remarks on traits, which the form carries as JSON."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


class PersonRow(Row):
    """A person of the case, with their profile."""

    kind = "persons"
    name_words = _("Person %(n)s")
    ident = Typed(widget=forms.HiddenInput)
    notes = Typed(widget=forms.HiddenInput)  # remarks on traits, from a file: JSON, "fulani" or "imputed fulani"
    relation = Typed(
        label=_("Relation"),
        help_text=_("For example principal applicant, wife, son. Never a name."),
        widget=forms.TextInput({"list": "relations"}),
    )
    sex = OneOf(label=_("Sex"), choices=[*Sex.choices, NOT_STATED])
    age_band = OneOf(label=_("Age"), choices=[*((a, a.replace("-", "–")) for a in AGE_BANDS), NOT_STATED])
    actual = ChosenMany(label=_("Actual traits"), help_text=_("What applies to the person."))
    imputed = ChosenMany(label=_("Imputed traits"), help_text=_("What others believe of the person."))
    other_note = Typed(label=_("Other actual trait"))
    other_imputed_note = Typed(label=_("Other imputed trait"))

    def set_up(self, persons: list[Option]) -> None:
        for name, other in (("actual", "other_note"), ("imputed", "other_imputed_note")):
            # Writing what it is selects "Other". A file may give the code without a remark.
            chosen = [code for code in self.many(name) if code != OTHER or not self.text(other)]
            self.list_options(name, with_unknown_codes(self.words.traits, chosen), "traits")

    def layout(self) -> Layout:
        return Layout(
            Div("relation", Div("sex", "age_band", css_class="in-line"), css_class="person-fields"), "ident", "removed"
        )

    @cached_property
    def profile_layout(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Div(Div("actual", "other_note"), Div("imputed", "other_imputed_note"), css_class="two-columns"), "notes"
        )
        return helper

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """Return the remarks on traits that came from a file: each trait's name and its remark."""
        labels = {code: label for _facet, options in self.words.traits for code, label in options}
        found = []
        for key, remark in read_remarks(self.text("notes")).items():
            code = key.removeprefix("imputed ")
            label = labels.get(code, code)
            found.append((label if code == key else _("%(trait)s (imputed)") % {"trait": label}, remark))
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
    """A row with a place: the typed text, and the place it stands for as long as the text is unchanged."""

    place = Typed(
        label=_("Place"),
        widget=place_input(),
        required=True,
        help_text=_("Name, or name and region: Ogossagou, Mopti"),
    )
    pin = Typed(widget=forms.HiddenInput)
    pinned = Typed(widget=forms.HiddenInput)
    person = OneOf(label=_("Person"))

    def set_up(self, persons: list[Option]) -> None:
        super().set_up(persons)
        # One date is enough if only the day counts. The browser's own suggestions would hide ours.
        self.fields["place"].widget.attrs["autocomplete"] = "off"
        self.fields["place"].widget.attrs["data-country"] = self.data.get("country", "")  # chosen on another page

    @property
    def place_document(self) -> Any:
        """Return the place as in a case file. It keeps its identifier while the text is the one that was resolved."""
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
    role = OneOf(
        label=_("Kind of place"),
        required=True,
        choices=[(code, name) for code, name in PlaceRole.choices if code != PlaceRole.RELOCATION],
    )
    period = TypedPeriod(label=_("Period"))

    def layout(self) -> Layout:
        return Layout(
            Div("role", "person", css_class="in-line"),
            Div("place", "period", css_class="row-fields"),
            CANDIDATES,
            "pin",
            "pinned",
            "removed",
        )

    @property
    def is_blank(self) -> bool:
        return not any(self.text(name).strip() for name in ("place", "period"))


class RelocationRow(PlacedRow):
    """A place proposed for relocation."""

    kind = "relocations"
    name_words = _("Relocation %(n)s")

    period = TypedPeriod(widget=forms.HiddenInput)

    def layout(self) -> Layout:
        return Layout(Div("place", "person", css_class="row-fields"), CANDIDATES, "period", "pin", "pinned", "removed")

    @property
    def is_blank(self) -> bool:
        return not self.text("place").strip()
