"""Forms for the officer's part of the relocation page and of the open questions."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models.codes import Conclusion, QuestionTo
from assessments.pages.forms.fields import Words

LONGEST_QUESTION = 4_000


class Versioned(forms.Form):
    """A form that knows which saved text it was opened on."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_version(self) -> int:
        """Return the version. One that was tampered with counts as never saved, and so as stale."""
        stated = self.cleaned_data["version"]
        return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 11 else -1

    def over(self, version: int) -> None:
        """Let the typed text replace what was saved meanwhile, which the page shows beside it."""
        self.data = {**self.data.dict(), self.add_prefix("version"): str(version)}  # type: ignore[attr-defined]

    @property
    def problems(self) -> list[dict[str, str]]:
        """Return each error message with the field that it is about, for the error summary."""
        return [
            {"href": f"#{self[name].id_for_label or self[name].auto_id}", "message": str(message)}
            for name, messages in self.errors.items()
            if name != "__all__"
            for message in messages
        ]

    @property
    def first_problem(self) -> str:
        """Return the first message: an autosave has one line for it."""
        return next((str(m) for messages in self.errors.values() for m in messages), "")


class ConclusionForm(Versioned):
    """One test at one place. Nothing is selected until the officer selects it."""

    conclusion = forms.ChoiceField(
        label=gettext_lazy("Conclusion"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose “not assessed”, “met” or “not met”."),
            "invalid_choice": gettext_lazy("Choose “not assessed”, “met” or “not met”."),
        },
    )
    reasons = Words(label=gettext_lazy("Reasons"), required=False, rows=2)


class JustificationForm(Versioned):
    """Why the officer relies on COI that is older than the office's limit."""

    justification = Words(label=gettext_lazy("Why you rely on older COI"), required=False, rows=4)


class QuestionForm(Versioned):
    """A question and its addressee."""

    to = forms.ChoiceField(
        label=gettext_lazy("For"),
        choices=QuestionTo.choices,
        widget=forms.Select(attrs={"class": "form-select w-auto"}),
        error_messages={
            "required": gettext_lazy("Say whom the question is for: a further interview, or the COI unit."),
            "invalid_choice": gettext_lazy("Say whom the question is for: a further interview, or the COI unit."),
        },
    )
    words = Words(
        label=gettext_lazy("Question"),
        longest=LONGEST_QUESTION,
        rows=3,
    )

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not words:
            raise ValidationError(_("Write the question."))
        return words
