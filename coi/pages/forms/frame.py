"""The forms for an edition's details, sections and coverage, and for starting a new report."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.drafts.editing.frame import REPORT, is_first
from coi.editions.field_values import LANGUAGE, LONGEST_NOTE
from coi.library import countries
from coi.models import CoverageRow, Edition, Report, Section
from coi.pages.forms import field_choices
from coi.pages.forms.base import ItemForm, StrictForm
from coi.pages.forms.fields import Code, Count, OneOf, Places, Ticked, Words, line
from coi.text.date_fields import IsoDayInput, MomentInput
from matching.periods import Moment, Period


class Language(Words):
    """A field for the code of a language."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not LANGUAGE.fullmatch(typed):
            raise ValidationError(_("Write the code of a language: en, fr, pt-BR."))
        return typed


def _report_fields() -> dict[str, forms.Field]:
    return {
        "title": line(300, label=gettext_lazy("Title of the report")),
        "publisher": line(200, label=gettext_lazy("Publisher")),
        "product_type": line(
            200,
            label=gettext_lazy("Type of report"),
            help_text=gettext_lazy("Such as speaking notes of a presentation"),
        ),
        "language": Language(
            longest=5, is_line=True, label=gettext_lazy("Language"), help_text=gettext_lazy("The language code: en, fr"),
            widget=forms.TextInput(attrs={"class": "w-short"}),
        ),
    }  # fmt: skip


class _Frame:
    """The dates of an edition, which must follow each other."""

    label = line(300, label=gettext_lazy("How it is cited"))
    cut_off = IsoDayInput(
        label=gettext_lazy("Cut-off date"),
        help_text=gettext_lazy("Information up to and including this day: 17.4.2021"),
    )
    period_from = MomentInput(label=gettext_lazy("Reported period from"))
    current_from = MomentInput(
        label=gettext_lazy("Current period from"),
        help_text=gettext_lazy("“At the moment” covers the time from here: 2019"),
    )


def _check_dates(form: forms.Form) -> None:
    cleaned = form.cleaned_data
    first, current, last = (cleaned.get(name) for name in ("period_from", "current_from", "cut_off"))
    if first and current and Moment.parse(current).first < Moment.parse(first).first:
        form.add_error("current_from", _("The current period cannot start before the reported period."))
    for name in ("period_from", "current_from"):
        if cleaned.get(name) and last and Moment.parse(cleaned[name]).first > Moment.parse(last).first:
            form.add_error(
                name,
                _("It is after the edition’s cut-off date, %(day)s. The edition has no information after it.")
                % {"day": last},
            )


class FrameForm(ItemForm):
    """The edition's details, and its report's as long as no edition of the report is published."""

    models = (("", Report), ("", Edition))
    title, publisher, product_type, language = _report_fields().values()
    label = _Frame.label
    cut_off = _Frame.cut_off
    held_on = IsoDayInput(label=gettext_lazy("Talk held on"), required=False)
    published_on = IsoDayInput(label=gettext_lazy("Publication date printed"), required=False)
    latest_access = IsoDayInput(label=gettext_lazy("Latest access date in its footnotes"), required=False)
    period_from = _Frame.period_from
    current_from = _Frame.current_from
    scope_note = Words(label=gettext_lazy("Scope"), rows=5, longest=LONGEST_NOTE, required=False)
    is_selection = forms.BooleanField(
        label=gettext_lazy("Only part of the report is encoded"),
        required=False,
        help_text=gettext_lazy("Footnote numbers may then have gaps. Every page and memo says so."),
    )

    def set_up(self) -> None:
        if not is_first(self.draft):
            for name in REPORT:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        _check_dates(self)
        return self.cleaned_data


class SectionForm(ItemForm):
    """A section: its undated statements cover the time from the start of its period."""

    models = (("", Section),)
    code = Code(label=gettext_lazy("Code"), help_text=gettext_lazy("It cannot change later. Such as mopti"))
    title = line(200, label=gettext_lazy("Title"))
    position = Count(
        label=gettext_lazy("Position"), help_text=gettext_lazy("Counted from 1. Numbered titles sort by number")
    )
    period_from = MomentInput(label=gettext_lazy("Undated statements cover the time from"))
    place = Places(most=1, label=gettext_lazy("Place in its heading"), required=False)

    def set_up(self) -> None:
        if not self.is_new:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if start := cleaned.get("period_from"):
            earliest = Moment.parse(self.draft.period_from).first
            if not earliest <= Moment.parse(start).first <= self.draft.cut_off:
                said = _("It must be in the reported period of the edition, %(first)s to %(last)s.")
                self.add_error("period_from", said % {"first": self.draft.period_from, "last": self.draft.cut_off})
        return cleaned


class CoverageForm(ItemForm):
    """A coverage row: kinds of event, a place and a period. It decides “silent” or “outside scope”."""

    models = (("", CoverageRow),)
    code = Code(label=gettext_lazy("Code"), help_text=gettext_lazy("It cannot change later. Such as country-current"))
    place = Places(most=1, label=gettext_lazy("Place"))
    period_from = MomentInput(label=gettext_lazy("From"))
    period_to = MomentInput(label=gettext_lazy("To"))
    events = Ticked(
        label=gettext_lazy("Event kinds"),
        none=gettext_lazy("none"),
        help_text=gettext_lazy("A kind includes those below it."),
        required=True,
    )
    basis = Words(label=gettext_lazy("Basis"), rows=4, longest=LONGEST_NOTE)

    def set_up(self) -> None:
        self.offer(field_choices.Vocabulary.load(self.draft.report.country).events, "events")
        if not self.is_new:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        first, last = cleaned.get("period_from"), cleaned.get("period_to")
        if first and last and not Period.parse(first, last).is_possible:
            self.add_error("period_to", _("The period ends before it begins."))
        if first and Moment.parse(first).first < Moment.parse(self.draft.period_from).first:
            said = _("It starts before the reported period of the edition, which starts on %(first)s.")
            self.add_error("period_from", said % {"first": self.draft.period_from})
        for name in ("period_from", "period_to"):
            if cleaned.get(name) and Moment.parse(cleaned[name]).first > self.draft.cut_off:
                said = _("It is after the edition’s cut-off date, %(day)s. The edition has no information after it.")
                self.add_error(name, said % {"day": self.draft.cut_off})
        return cleaned


class ReportForm(StrictForm):
    """A report that is not in the library yet, and its first edition."""

    models = (("", Report), ("", Edition), ("edition_", Edition))
    use_required_attribute = False
    code = Code(
        label=gettext_lazy("Code of the report"),
        help_text=gettext_lazy("It cannot change later. Letters, digits and hyphens, such as sem-mali."),
    )
    title, publisher, product_type, language = _report_fields().values()
    country = OneOf(label=gettext_lazy("Country"))
    edition_code = Code(
        label=gettext_lazy("Code of the edition"),
        help_text=gettext_lazy("Such as sem-mali-2021-04. It becomes part of every finding’s number."),
    )
    label = _Frame.label
    cut_off = _Frame.cut_off
    period_from = _Frame.period_from
    current_from = _Frame.current_from

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_one(countries.grouped(), "country")

    def clean(self) -> dict[str, Any]:
        _check_dates(self)
        return self.cleaned_data

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        """The errors for the summary."""
        return [
            {"href": f"#{self[name].auto_id}", "message": f"{self[name].label}: {text}"}
            for name in self.fields
            for text in self.errors.get(name, ())
        ]
