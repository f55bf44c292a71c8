"""Fields that keep whatever was typed, for intake to judge; and the officer’s own words, judged as text only."""

from collections.abc import Iterable, Mapping
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
    """Text as it was typed, unjudged."""

    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def validate(self, value: Any) -> None:
        """Intake does; ``required`` only says that the label is not marked as optional."""


class TypedDate(Typed):
    """A date as it was typed, unjudged; one that can be read is shown in words."""

    widget: type[forms.TextInput] = DateText

    def __init__(self, *, needs_day: bool = False, **kwargs: Any) -> None:
        self.needs_day = needs_day
        kwargs.setdefault("help_text", dates.HOW_DAY if needs_day else dates.HOW)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        shown = dates.full_day_or_typed if self.needs_day else dates.words_or_typed
        return shown(value) if isinstance(value, str) else value

    def words(self, typed: str) -> str:
        """The date in words; what is no date stays as it was typed."""
        return dates.words_or_typed(typed)

    def problem_with(self, typed: str) -> str:
        """Why what was typed is no such date; empty if it is one, or nothing was typed."""
        try:
            if typed.strip():
                (dates.day if self.needs_day else dates.iso)(typed)
        except dates.NotADate as problem:
            return problem.message
        return ""


def options_of(field: forms.ChoiceField) -> Iterable[tuple[Any, Any]]:
    """The options that the field offers, as pairs; Django keeps them as a list, whatever they were set to."""
    options: Any = field.choices
    pairs: Iterable[tuple[Any, Any]] = options
    return pairs


class TypedPeriod(TypedDate):
    """A period as it was typed, unjudged: "1990 to 3.2019"; one that can be read is shown in words."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", dates.HOW_PERIOD)
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        return self.words(value) if isinstance(value, str) else value

    def words(self, typed: str) -> str:
        """The period in words; what is no period stays as it was typed."""
        return dates.period_words_or_typed(typed)

    def problem_with(self, typed: str) -> str:
        """Why what was typed is no period; empty if it is one, or nothing was typed."""
        try:
            dates.period(typed)
        except dates.NotADate as problem:
            return problem.message
        return ""


def labels_of(field: forms.ChoiceField) -> dict[str, str]:
    """The labels of all options, by code."""
    labels: dict[str, str] = {}
    for code, label in options_of(field):
        labels |= dict(label) if isinstance(label, tuple | list) else {code: label}
    return labels


class Chosen(forms.ChoiceField):
    """One of some codes; a code that is not offered reaches intake, which names what is accepted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Intake does."""


class OneOf(Chosen):
    """One of a few codes, as radio buttons. ``default`` is chosen while nothing is."""

    widget = forms.RadioSelect

    def __init__(self, *, default: str = "", **kwargs: Any) -> None:
        self.default = default
        super().__init__(**kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data or self.default


class _Aliases:
    """Options that carry their other names, so that people find them by those. static/js/type-ahead.js reads them."""

    aliases: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        if other_names := self.aliases.get(str(value)):
            option["attrs"]["data-alias"] = other_names
        return option


class ListOfOne(_Aliases, forms.Select):
    """A list of which one is chosen; with a script, one types and chooses."""

    def __init__(self) -> None:
        super().__init__({"data-type-ahead": True})


class ListOfMany(_Aliases, forms.SelectMultiple):
    """A list of which any number are chosen; with a script, one types and chooses."""

    def __init__(self) -> None:
        super().__init__({"data-type-ahead": True, "size": 6})


class ChosenMany(forms.MultipleChoiceField):
    """Any of some codes."""

    widget = ListOfMany

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Intake does."""


def place_input() -> forms.TextInput:
    """A text field that offers places as one types."""
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
    """Text in the officer's words: only what cannot be shown or printed is refused. It may be empty."""

    def __init__(self, *, label: Any, rows: int = 0, longest: int = LONGEST_TEXT, **kwargs: Any) -> None:
        self.longest = longest
        if rows:
            kwargs["widget"] = lines(rows)
        super().__init__(label=label, strip=False, **kwargs)
        self.validators = []
        if rows > 2:
            self.widget.attrs["class"] = "reasons-text"

    def validate(self, value: Any) -> None:
        """What must not be empty is said by the form, which knows why."""

    def clean(self, value: Any) -> str:
        typed = characters.cleaned(str(value or ""))
        if characters.is_blank(typed):
            return ""
        if problem := characters.problem_with(typed, self.longest):
            raise ValidationError(_("%(label)s: %(problem)s") % {"label": self.label, "problem": problem})
        return typed


class Part(LayoutObject):  # type: ignore[misc]  # crispy_forms has no types
    """A template inside a crispy layout; it sees the form and the page."""

    def __init__(self, template: str) -> None:
        self.template = template

    def render(self, form: Any, context: Any, template_pack: str = "bootstrap5", **kwargs: Any) -> str:
        return render_to_string(self.template, {**context.flatten(), "form": form})
