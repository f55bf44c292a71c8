"""The officer's part of the relocation page and of the gaps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import text
from assessments.vocabulary import Conclusion, QuestionTo

LONGEST_QUESTION = 4_000


class WordsField(forms.CharField):
    """Text in the officer's own words: line ends made one, what cannot be shown refused with the reason."""

    widget = forms.Textarea

    def __init__(self, *, longest: int = text.LONGEST_STATEMENT, rows: int = 4, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "cols": None}), strip=False, **kwargs)
        self.widget.attrs["class"] = "form-control reasons-text"
        self.validators = []  # text.problem_with names the character

    def to_python(self, value: Any) -> str:
        typed = text.cleaned(super().to_python(value) or "")
        return "" if text.is_blank(typed) and not text.problem_with(typed) else typed

    def validate(self, value: str) -> None:
        super().validate(value)
        if problem := text.problem_with(value, self.longest):
            raise ValidationError(
                _("“%(field)s” %(problem)s.") % {"field": self.label, "problem": problem}, code="text"
            )


class Versioned(forms.Form):
    """A form that knows which saved text it was opened on."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_version(self) -> int:
        """What was tampered with counts as never saved, and so as stale."""
        stated = self.cleaned_data["version"]
        return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 11 else -1

    def over(self, version: int) -> None:
        """What was typed may now replace what was saved meanwhile, which the page shows beside it."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]

    @property
    def problems(self) -> list[dict[str, str]]:
        """For the error summary: each message with the field that it is about."""
        return [
            {"href": f"#{self[name].id_for_label or self[name].auto_id}", "message": str(message)}
            for name, messages in self.errors.items()
            if name != "__all__"
            for message in messages
        ]

    @property
    def first_problem(self) -> str:
        """For an autosave, which has one line to say it in."""
        return next((str(m) for messages in self.errors.values() for m in messages), "")


class ConclusionForm(Versioned):
    """One test at one place: nothing is chosen until the officer chooses."""

    conclusion = forms.ChoiceField(
        label=gettext_lazy("Conclusion"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose “not assessed”, “met” or “not met”."),
            "invalid_choice": gettext_lazy("Choose “not assessed”, “met” or “not met”."),
        },
    )
    reasons = WordsField(label=gettext_lazy("Reasons"), required=False)


class JustificationForm(Versioned):
    """Why COI older than the office's limit still serves."""

    justification = WordsField(label=gettext_lazy("Why older COI still serves"), required=False)


class QuestionForm(Versioned):
    """A question and whom it is for."""

    to = forms.ChoiceField(
        label=gettext_lazy("For"),
        choices=QuestionTo.choices,
        widget=forms.Select(attrs={"class": "form-select w-auto"}),
        error_messages={
            "required": gettext_lazy("Say whom the question is for: a further interview, or the COI unit."),
            "invalid_choice": gettext_lazy("Say whom the question is for: a further interview, or the COI unit."),
        },
    )
    words = WordsField(
        label=gettext_lazy("Question"),
        longest=LONGEST_QUESTION,
        rows=3,
        error_messages={"required": gettext_lazy("Write the question.")},
    )
