"""Form fields for a date typed as text: a day, a month or a year, in any form that dates.py reads.

No field has a date picker, because a browser's picker may order day and month differently from the page.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from coi.text import dates


class DateText(forms.TextInput):
    """A short text field for a date."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "w-date", "spellcheck": "false", "autocomplete": "off", **(attrs or {})})


class MomentInput(forms.CharField):
    """A field for a year, a month or a day. Its value is ISO text, empty if nothing was typed."""

    widget = DateText

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", dates.HOW)
        kwargs.pop("max_length", None)  # of the stored ISO text, not of the typed text
        kwargs.pop("empty_value", None)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return self.read(typed) if typed else ""

    def read(self, typed: str) -> str:
        try:
            return dates.iso(typed)
        except dates.NotADate as problem:
            raise ValidationError(problem.message) from problem

    def prepare_value(self, value: Any) -> Any:
        return dates.words_or_typed(value) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return dates.iso_or_typed(str(initial or "")) != dates.iso_or_typed(str(data or ""))


class IsoDayInput(MomentInput):
    """A field for a day. Its value is ISO text, empty if nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", dates.HOW_DAY)
        super().__init__(**kwargs)

    def read(self, typed: str) -> str:
        try:
            return dates.day(typed).isoformat()
        except dates.NotADate as problem:
            raise ValidationError(problem.message) from problem

    def prepare_value(self, value: Any) -> Any:
        return dates.full_day_or_typed(value) if isinstance(value, str) else value


class DayInput(forms.DateField):
    """A field for a day. Its value is a date."""

    widget = DateText

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", dates.HOW_DAY)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        if not str(value).strip():
            return None
        try:
            return dates.day(str(value))
        except dates.NotADate as problem:
            raise ValidationError(problem.message) from problem

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, date):
            return dates.day_words(value)
        return dates.full_day_or_typed(value) if isinstance(value, str) else value
