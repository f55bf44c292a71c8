"""Forms for the officer's part of a fact and for an own source."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.datastructures import MultiValueDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.assessing.assessment import FactWritten, IndicatorWritten, OwnSourceWritten
from assessments.assessing.carry_over import carried
from assessments.assessing.evidence import Bears, Lacking, Piece
from assessments.casefile.fields import LONGEST_LINE
from assessments.models.codes import Bearing, ExplanationAsked, ExternalConsistency, Indicator, Outcome
from assessments.pages.forms.fields import Words, options_of
from coi.text import dates
from matching.periods import Moment

LONGEST_ADDRESS = 1000
LONGEST_CITATION = 2000


class OneOf(forms.ChoiceField):
    """One of some codes, or none yet."""

    widget = forms.RadioSelect

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            raise ValidationError(
                _("%(label)s: choose one of %(choices)s.")
                % {"label": self.label, "choices": ", ".join(f"“{words}”" for _code, words in options_of(self))}
            )


class Rests(forms.MultipleChoiceField):
    """The COI that an indicator relies on. FactForm.clean reports COI that is no longer offered."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: Any) -> None:
        """See FactForm.clean."""


def _with_capital(choices: Any) -> list[tuple[str, str]]:
    return [(code, str(words)[:1].upper() + str(words)[1:]) for code, words in choices]


class Part(forms.Form):
    """A form that shows all its errors at once, without checks by the browser."""

    use_required_attribute = False

    def lines_of_errors(self) -> list[dict[str, str]]:
        """Return the lines of the error summary, each with the field it leads to."""
        found = []
        for name, messages in self.errors.items():
            href = ""
            if name in self.fields:
                bound = self[name]
                at = bound.subwidgets[0].id_for_label if bound.use_fieldset and bound.subwidgets else bound.auto_id
                href = f"#{at}"
            found += [{"message": str(message), "href": href} for message in messages]
        return found


BEARS = {
    Bears.SUPPORTS: gettext_lazy("Supports"),
    Bears.CONTRADICTS: gettext_lazy("Says otherwise"),
    Bears.NO_EVIDENCE: gettext_lazy("Knows of no evidence"),
    Bears.CONTEXT: gettext_lazy("Context"),
    Bears.UNDECIDED: gettext_lazy("Decide again"),
}


def _named(piece: Piece) -> str:
    """Return the label of the piece for a check box."""
    return f"{BEARS[piece.bears]}. {piece.where}: {Truncator(piece.words).chars(110)}"


class FactForm(Part):
    """The officer's part of one fact. Every field may be empty; nothing is implied."""

    reasoning = Words(
        label=gettext_lazy("Reasoning"),
        rows=9,
        help_text=gettext_lazy("What supports the fact, what opposes it, how you weigh this, and why."),
    )
    explanation_asked = OneOf(label=gettext_lazy("Could the applicant explain what does not fit?"))
    explanation = Words(
        label=gettext_lazy("The explanation, or why the applicant was not asked"),
        rows=3,
    )
    internal_words = Words(label=gettext_lazy("Internal consistency, in words"), rows=4)
    external_words = Words(label=gettext_lazy("External consistency, in words"), rows=4)
    external_view = OneOf(label=gettext_lazy("The fact is"))
    external_rests = Rests(label=gettext_lazy("External consistency is based on"))
    external_expected = Words(
        label=gettext_lazy("Why such an event would be expected to have been reported"),
        rows=3,
        help_text=gettext_lazy("Needed if “inconsistent” is based on a report that knows of no evidence."),
    )
    detail_words = Words(label=gettext_lazy("Sufficiency of detail, in words"), rows=4)
    plausibility_words = Words(label=gettext_lazy("Plausibility, in words"), rows=4)
    plausibility_rests = Rests(label=gettext_lazy("Plausibility is based on"))
    outcome = OneOf(label=gettext_lazy("Outcome"))
    outcome_reasons = Words(
        label=gettext_lazy("Reasons for the outcome"),
        rows=4,
        help_text=gettext_lazy("Needed for “accepted” and “not accepted”; the memo prints them."),
    )

    def __init__(self, pieces: Iterable[Piece], data: Any = None, **kwargs: Any) -> None:
        self.pieces = {piece.key: piece for piece in pieces}
        super().__init__(_as_of_today(data, self.pieces), **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reasoning"].widget.attrs |= {"data-shortcut": "r", "data-shortcut-label": _("Write the reasoning")}
        fields["explanation_asked"].choices = [("", _("Not recorded yet")), *_with_capital(ExplanationAsked.choices)]
        fields["external_view"].choices = _with_capital(ExternalConsistency.choices)
        fields["outcome"].choices = _with_capital(Outcome.choices)
        for name in RESTS:
            fields[name].choices = [(key, _named(piece)) for key, piece in self.pieces.items()]

    @classmethod
    def of(cls, pieces: Iterable[Piece], written: FactWritten) -> "FactForm":
        """Return the form as it was last saved."""
        return cls(pieces, initial=values_of(written))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in RESTS:
            if any(key not in self.pieces for key in cleaned.get(name, [])):
                message = _(
                    "%(label)s: something that you selected is no longer relied on. Select again from the list."
                )
                self.add_error(name, message % {"label": self.fields[name].label})
        return cleaned

    @property
    def has_bad_text(self) -> bool:
        """Return whether some text cannot be stored at all."""
        return any(name not in RESTS for name in self.errors)

    def written(self, fact: str, version: int) -> FactWritten:
        """Return the typed values, without those that have an error."""
        typed = self.cleaned_data
        return FactWritten(
            fact=fact,
            reasoning=typed.get("reasoning", ""),
            outcome=typed.get("outcome") or Outcome.NOT_ASSESSED.value,
            outcome_reasons=typed.get("outcome_reasons", ""),
            explanation_asked=typed.get("explanation_asked", ""),
            explanation=typed.get("explanation", ""),
            indicators=tuple(
                IndicatorWritten(
                    indicator=code,
                    words=typed.get(f"{code}_words", ""),
                    view=typed.get(f"{code}_view", ""),
                    relies_on=tuple(key for key in self.pieces if key in typed.get(f"{code}_rests", ())),
                    expected=typed.get(f"{code}_expected", ""),
                )
                for code in Indicator.values
            ),
            version=version,
        )

    def complain(self, found: Iterable[Lacking]) -> None:
        for each in found:
            self.add_error(each.field, each.message)

    def is_open(self, code: str) -> bool:
        """Return whether the indicator has text or an error."""
        names = [name for name in self.fields if name.startswith(f"{code}_")]
        return any(self[name].value() or name in self.errors for name in names)


RESTS = ("external_rests", "plausibility_rests")


def _as_of_today(data: Any, known: Collection[str]) -> Any:
    """Return the posted data, with today's keys for findings that an edition has re-keyed since the page was shown."""
    if not hasattr(data, "getlist"):
        return data
    moved = carried({key for name in RESTS for key in data.getlist(name) if key not in known}).moved
    if not moved:
        return data
    data = data.copy()
    for name in RESTS:
        data.setlist(name, [moved.get(key, key) for key in data.getlist(name)])
    return data


def values_of(written: FactWritten) -> dict[str, Any]:
    """Return the form's field values for it."""
    values: dict[str, Any] = {
        "reasoning": written.reasoning,
        "explanation_asked": written.explanation_asked,
        "explanation": written.explanation,
        "outcome": written.outcome,
        "outcome_reasons": written.outcome_reasons,
    }
    for code in Indicator.values:
        of = written.indicator(code) or IndicatorWritten(code, "")
        values[f"{code}_words"] = of.words
        if code == Indicator.EXTERNAL:
            values |= {"external_view": of.view, "external_expected": of.expected}
        if f"{code}_rests" in RESTS:
            values[f"{code}_rests"] = list(of.relies_on)
    return values


class SourceForm(Part):
    """A source that the officer adds."""

    citation = Words(
        label=gettext_lazy("Citation"),
        rows=2,
        longest=LONGEST_CITATION,
        help_text=gettext_lazy("Author, title, publisher, date and page, so that others can find it."),
    )
    published = Words(
        label=gettext_lazy("Date of the information"),
        longest=LONGEST_LINE,
        help_text=dates.HOW,
    )
    url = Words(label=gettext_lazy("Address on the web"), longest=LONGEST_ADDRESS, required=False)
    says = Words(
        label=gettext_lazy("What it says"),
        rows=5,
        help_text=gettext_lazy(
            "In your words, about the country only, not about the applicant. Source and content are proposed to the "
            "COI admin for the library. The proposal does not name the case."
        ),
    )
    bearing = OneOf(label=gettext_lazy("Supports or opposes the fact"))

    def __init__(self, *args: Any, today: date, of_place: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        fields: dict[str, Any] = self.fields
        fields["published"].widget.attrs["class"] = "w-date"
        fields["url"].widget.attrs["inputmode"] = "url"
        if of_place:
            fields["bearing"].label = _("Supports or opposes protection there")
        fields["bearing"].choices = _with_capital(Bearing.choices)

    def clean_citation(self) -> str:
        return self._needed("citation", _("Write the citation."))

    def clean_says(self) -> str:
        return self._needed("says", _("Write what the source says."))

    def clean_bearing(self) -> str:
        return self._needed("bearing", _("Choose “supports” or “opposes”."))

    def clean_published(self) -> str:
        typed = self._needed("published", _("Enter the date of the information, at least the year."))
        try:
            stated = dates.iso(typed)
        except dates.NotADate as problem:
            raise ValidationError(problem.message) from problem
        if Moment.parse(stated).first > self.today:
            raise ValidationError(
                _("The date of the information is in the future. Enter a date up to today, %(day)s.")
                % {"day": dates.day_words(self.today)}
            )
        return stated

    def clean_url(self) -> str:
        typed: str = self.cleaned_data["url"]
        if typed:
            try:
                URLValidator(schemes=["http", "https"])(typed)
            except ValidationError as error:
                raise ValidationError(
                    _("Enter a complete address that begins with https:// or http://, or leave it blank.")
                ) from error
        return typed

    def _needed(self, name: str, message: str) -> str:
        value: str = self.cleaned_data[name]
        if not value:
            raise ValidationError(message)
        return value

    def written(self, *, id: int, fact: str, place: str) -> OwnSourceWritten:
        return OwnSourceWritten(id=id, fact=fact, place=place, **self.cleaned_data)


class ReasonForm(Part):
    """Why a finding is not relied on."""

    reason = Words(label=gettext_lazy("Why you do not rely on it"), rows=3)

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise ValidationError(_("Write why you do not rely on the finding. The memo prints the reason."))
        return reason


# --- two texts of the same form ------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A field that two people saved differently."""

    name: str
    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    is_text: bool

    @property
    def both(self) -> str:
        """Return the text that merging by hand starts with."""
        return "\n\n".join((*self.mine, *self.theirs))


def differences(form: forms.Form, mine: dict[str, Any], theirs: dict[str, Any]) -> tuple[Difference, ...]:
    """Return the fields whose values differ, in words."""
    return tuple(
        Difference(name, str(field.label), _shown(field, mine[name]), _shown(field, theirs[name]), _is_text(field))
        for name, field in form.fields.items()
        if mine[name] != theirs[name]
    )


def _is_text(field: Any) -> bool:
    return not isinstance(field, forms.ChoiceField)


def _shown(field: Any, value: Any) -> tuple[str, ...]:
    codes = value if isinstance(value, list) else [value]
    if _is_text(field):
        return tuple(code for code in codes if code)
    words = dict(field.choices)
    return tuple(str(words.get(code, code)) for code in codes if code)


MINE, THEIRS, MERGED = "mine", "theirs", "merged"


def chosen(
    posted: Any, found: Iterable[Difference], theirs: dict[str, Any]
) -> tuple[MultiValueDict[str, Any], list[dict[str, str]]]:
    """Return the form data with each difference settled, and an error-summary line for each that is not."""
    data: MultiValueDict[str, Any] = MultiValueDict({name: posted.getlist(name) for name in posted})
    unsettled = []
    for difference in found:
        pick = posted.get(f"pick-{difference.name}")
        if pick == THEIRS:
            value = theirs[difference.name]
            data.setlist(difference.name, value if isinstance(value, list) else [value])
        elif pick == MERGED and difference.is_text:
            data[difference.name] = posted.get(f"merged-{difference.name}", "")
        elif pick != MINE:
            message = _("%(label)s: choose which text to keep.") % {"label": difference.label}
            unsettled.append({"message": message, "href": f"#pick-{difference.name}-mine"})
    return data, unsettled
