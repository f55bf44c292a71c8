"""Fields that keep whatever was typed, for intake to judge; and the officer’s own words, judged as text only."""

import re
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from assessments import intake
from coi.text import characters


class Typed(forms.CharField):
    """Text as it was typed, unjudged."""

    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def validate(self, value: Any) -> None:
        """Intake does; ``required`` only says that the label is not marked as optional."""


class Chosen(forms.ChoiceField):
    """One of some codes; a code that is not offered reaches intake, which names what is accepted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Intake does."""


class ChosenMany(forms.MultipleChoiceField):
    """Any of some codes, as check boxes."""

    widget = forms.CheckboxSelectMultiple

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

    def __init__(self, *, label: Any, rows: int = 0, longest: int = intake.LONGEST_STATEMENT, **kwargs: Any) -> None:
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


class Part(LayoutObject):
    """A template inside a crispy layout; it sees the form and the page."""

    def __init__(self, template: str) -> None:
        self.template = template

    def render(self, form: Any, context: Any, template_pack: str = "bootstrap5", **kwargs: Any) -> str:
        return render_to_string(self.template, {**context.flatten(), "form": form})


_DAY_FIRST = re.compile(r"(?:([0-9]{1,2})\.)?([0-9]{1,2})\.([0-9]{4})", re.ASCII)


def iso_date(typed: str) -> str:
    """``23.3.2019`` and ``03.2019``, as most European officers type them, as ``2019-03-23`` and ``2019-03``.

    With dots the order is not in doubt; with slashes it would be, so those are left to be refused.
    """
    found = _DAY_FIRST.fullmatch(typed.strip())
    if not found:
        return typed.strip()
    day, month, year = found.groups()
    return "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
