"""Fields that keep whatever was typed for intake to check, and fields for the officer's own words."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from assessments.casefile.fields import LONGEST_TEXT
from coi.text import characters, dates
from coi.text.date_fields import DateText


class Typed(forms.CharField):
    """Text as typed. Intake checks it."""

    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def validate(self, value: Any) -> None:
        """Do nothing: intake checks it. ``required`` only keeps "optional" off the label."""


class TypedDate(Typed):
    """A date as typed. Intake checks it; a valid one is shown in words."""

    widget: type[forms.TextInput] = DateText

    def __init__(self, *, needs_day: bool = False, **kwargs: Any) -> None:
        self.needs_day = needs_day
        kwargs.setdefault("help_text", dates.HOW_DAY if needs_day else dates.HOW)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        shown = dates.full_day_or_typed if self.needs_day else dates.words_or_typed
        return shown(value) if isinstance(value, str) else value

    def words(self, typed: str) -> str:
        """Return the date in words, or the typed text if it is not a date."""
        return dates.words_or_typed(typed)

    def problem_with(self, typed: str) -> str:
        """Return why the text is not a date; empty if it is one or nothing was typed."""
        try:
            if typed.strip():
                (dates.day if self.needs_day else dates.iso)(typed)
        except dates.NotADate as problem:
            return problem.message
        return ""


def options_of(field: forms.ChoiceField) -> Iterable[tuple[Any, Any]]:
    """Return the options of the field as pairs. Django stores them as a list, whatever was assigned."""
    options: Any = field.choices
    pairs: Iterable[tuple[Any, Any]] = options
    return pairs


class TypedPeriod(TypedDate):
    """A period as typed, such as "1990 to 3.2019". Intake checks it; a valid one is shown in words."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", dates.HOW_PERIOD)
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        return self.words(value) if isinstance(value, str) else value

    def words(self, typed: str) -> str:
        """Return the period in words, or the typed text if it is not a period."""
        return dates.period_words_or_typed(typed)

    def problem_with(self, typed: str) -> str:
        """Return why the text is not a period; empty if it is one or nothing was typed."""
        try:
            dates.period(typed)
        except dates.NotADate as problem:
            return problem.message
        return ""


def labels_of(field: forms.ChoiceField) -> dict[str, str]:
    """Return the labels of all options by code."""
    labels: dict[str, str] = {}
    for code, label in options_of(field):
        labels |= dict(label) if isinstance(label, tuple | list) else {code: label}
    return labels


class Chosen(forms.ChoiceField):
    """One of some codes. A code that is not offered is left for intake, which names the accepted ones."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Do nothing: intake checks it."""


class OneOf(Chosen):
    """One of a few codes, as radio buttons. ``default`` is selected if nothing else is."""

    widget = forms.RadioSelect

    def __init__(self, *, default: str = "", **kwargs: Any) -> None:
        self.default = default
        super().__init__(**kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data or self.default


class _Aliases:
    """Options that carry their other names, so that people can search by those, and whether only other countries use
    them. static/js/type-ahead.js reads both.
    """

    aliases: Mapping[str, str] = {}
    elsewhere: Collection[str] = ()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        if other_names := self.aliases.get(str(value)):
            option["attrs"]["data-alias"] = other_names
        if str(value) in self.elsewhere:
            option["attrs"]["data-elsewhere"] = "true"
        return option


class ListOfOne(_Aliases, forms.Select):
    """A list with a single choice; a script turns it into a type-ahead."""

    def __init__(self) -> None:
        super().__init__({"data-type-ahead": True})


class ListOfMany(_Aliases, forms.SelectMultiple):
    """A list with any number of choices; a script turns it into a type-ahead."""

    def __init__(self) -> None:
        super().__init__({"data-type-ahead": True, "size": 6})


class ChosenMany(forms.MultipleChoiceField):
    """Any number of codes."""

    widget = ListOfMany

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Do nothing: intake checks it."""


def place_input() -> forms.TextInput:
    """Return a text field that suggests places as one types."""
    return forms.TextInput(
        attrs={
            "data-place-search": reverse_lazy("place-search"),
            "data-country-field": "#id_country",
            "maxlength": False,
        }
    )


def lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": False})


class Words(forms.CharField):
    """The officer's own words. The field refuses only text that cannot be shown or printed; it may be empty."""

    def __init__(self, *, label: Any, rows: int = 0, longest: int = LONGEST_TEXT, **kwargs: Any) -> None:
        self.longest = longest
        if rows:
            kwargs["widget"] = lines(rows)
        super().__init__(label=label, strip=False, **kwargs)
        self.validators = []
        if rows > 2:
            self.widget.attrs["class"] = "reasons-text"

    def validate(self, value: Any) -> None:
        """Do nothing: the form says which texts are required and why."""

    def clean(self, value: Any) -> str:
        typed = characters.cleaned(str(value or ""))
        if characters.is_blank(typed):
            return ""
        if problem := characters.problem_with(typed, self.longest):
            raise ValidationError(_("%(label)s: %(problem)s") % {"label": self.label, "problem": problem})
        return typed


class Part(LayoutObject):  # type: ignore[misc]  # crispy_forms has no types
    """A template inside a crispy layout, with the form and the page's context."""

    def __init__(self, template: str) -> None:
        self.template = template

    def render(self, form: Any, context: Any, template_pack: str = "bootstrap5", **kwargs: Any) -> str:
        return render_to_string(self.template, {**context.flatten(), "form": form})
