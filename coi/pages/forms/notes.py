"""The forms for footnotes with their sources, figures with their rows, and curator's queries."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.drafts.editing import ITEM_EDITORS
from coi.editions.field_values import LONGEST_NOTE
from coi.models import FIRST_NAMED_NUMBER, CuratorQuery, Edition, Figure, Footnote
from coi.pages.forms import field_choices
from coi.pages.forms.base import ItemForm
from coi.pages.forms.fields import Code, Count, OneOf, Ticked, Words, line
from coi.pages.forms.rows import (
    FigureRowForm,
    OriginatorField,
    RowForm,
    Rows,
    SourceForm,
    check_originator,
    settle_originator,
)
from coi.text import citations
from coi.text.date_fields import IsoDayInput

SPARE_ROWS = 1
MORE_ROWS = {"sources": 1, "rows": 12}


class WithRows(ItemForm):
    """The form for an item with rows."""

    rows_name: str
    rows_label: Any
    row_form: type[RowForm]
    most_rows: int
    rows: Rows

    def __init__(
        self,
        draft: Edition,
        stored: Any = None,
        data: "MultiValueDict[str, Any] | None" = None,
        proposed: Any = None,
    ) -> None:
        super().__init__(draft, stored, data, proposed)
        self.rows = Rows(
            self.row_form,
            self.rows_name,
            country=draft.report.country,
            stored=(stored or {}).get(self.rows_name, ()),
            data=data,
            spare=0 if stored else SPARE_ROWS,
            most=self.most_rows,
        )

    def more_of(self, name: str, count: int) -> None:
        if name == self.rows_name:
            self.rows.add_blank(MORE_ROWS[name])
        super().more_of(name, count)

    def unjudged(self) -> None:
        super().unjudged()
        for row in self.rows:
            row.errors.clear()

    def is_valid(self) -> bool:
        # The item's own checks read the rows and may add errors to them, so the rows are checked after them. Both are
        # checked, so that all errors show at once.
        own, rows = super().is_valid(), self.rows.is_valid()
        return own and rows

    def values(self) -> dict[str, Any]:
        return {**super().values(), self.rows_name: self.rows.values()}

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        return [*super().listed_errors, *self.rows.listed_errors]

    def label_of(self, name: str) -> str:
        return str(self.rows_label) if name == self.rows_name else super().label_of(name)

    def in_words(self, name: str, value: Any) -> str:
        if name != self.rows_name:
            return super().in_words(name, value)
        rows = ([str(part) for key, part in row.items() if key != "pk" and part != ""] for row in value)
        return "\n".join(", ".join(row) for row in rows)


class FootnoteForm(WithRows):
    """The form for a footnote, or for a source named without one. A mark covers the sentences since the mark before
    it.
    """

    models = (("", Footnote),)
    rows_name, row_form, most_rows = "sources", SourceForm, 30
    rows_label = gettext_lazy("Cited items")
    named_in = OneOf(
        label=gettext_lazy("Where the report names the source"),
        choices=[
            ("", gettext_lazy("In a footnote")),
            (Footnote.NamedIn.TEXT, gettext_lazy("Named in the text, without a footnote")),
            (Footnote.NamedIn.BIBLIOGRAPHY, gettext_lazy("In a bibliography, without a footnote")),
        ],
        required=False,
    )
    number = Count(
        label=gettext_lazy("Number"),
        required=False,
        help_text=gettext_lazy("As the report prints it. Leave blank for a source without a footnote."),
    )
    section_code = OneOf(label=gettext_lazy("Section"))
    paragraph = Count(label=gettext_lazy("Paragraph"), help_text=gettext_lazy("Counted from 1"))
    after_sentence = Count(
        label=gettext_lazy("After sentence"),
        help_text=gettext_lazy("The sentence before the mark, or the one that names the source; counted from 1"),
    )

    as_printed = Words(
        label=gettext_lazy("Cited items as printed"),
        rows=3,
        longest=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy(
            "One item a line. Fill in splits each into the fields below. Check them before you save."
        ),
    )
    same_as = OneOf(
        label=gettext_lazy("Or the same items as in"),
        required=False,
        help_text=gettext_lazy("For a work that an earlier footnote cites."),
    )
    _only_helps = ("as_printed", "same_as")

    def set_up(self) -> None:
        self.offer_one(field_choices.sections_of(self.draft), "section_code")
        earlier = [(option.code, option.label) for option in field_choices.footnotes_of(self.draft)]
        self.offer_one(reversed(earlier), "same_as")

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name not in self._only_helps}

    def with_taken(self, asked: str) -> "FootnoteForm":
        """Return the form with the cited items in blank rows: those printed, then those of the earlier footnote."""
        if asked != "items":
            return self
        data = self.data.copy()
        printed = str(data.get("as_printed", ""))[:LONGEST_NOTE].splitlines()
        items = [found for text in printed if (found := citations.split(text))]
        if earlier := ITEM_EDITORS["footnotes"].find(self.draft, str(data.get("same_as", ""))):
            items += [_as_typed(one) for one in ITEM_EDITORS["footnotes"].read(earlier)["sources"]]
        self.rows.fill(data, items)
        data["same_as"] = ""
        return type(self)(self.draft, self.stored, data)

    def clean(self) -> dict[str, Any]:
        self.rows.is_valid()  # so that the rows' values can be read
        if not self.rows.kept:
            self.add_error(None, _("A footnote cites at least one item. Fill in item 1."))
        self._check_number()
        if not self.cleaned_data.get("named_in"):
            for row in self.rows.kept:
                if isinstance(row, SourceForm):
                    row.require_title_or_url()
        return self.cleaned_data

    def _check_number(self) -> None:
        """Check that a printed footnote has its printed number, and a source without a footnote none."""
        number, named_in = self.cleaned_data.get("number"), self.cleaned_data.get("named_in")
        if "number" in self.errors:
            return
        if named_in and number is None:
            used = self.draft.footnotes.filter(number__gte=FIRST_NAMED_NUMBER).aggregate(Max("number"))["number__max"]
            self.cleaned_data["number"] = (used or FIRST_NAMED_NUMBER - 1) + 1
        elif number is None:
            self.add_error("number", _("Write the number of the footnote as the report prints it."))
        elif bool(named_in) is not (number >= FIRST_NAMED_NUMBER):
            self.add_error(
                "number",
                _(
                    "Leave the number blank for a source without a footnote. A printed footnote has a number below %(n)d."
                )
                % {"n": FIRST_NAMED_NUMBER},
            )


def _as_typed(source: Mapping[str, Any]) -> dict[str, str]:
    """Return a stored item as its fields would be typed for another footnote."""
    checked = {name: "on" if value is True else "" if value is False else str(value) for name, value in source.items()}
    return {name: value for name, value in checked.items() if name != "pk"}


class FigureForm(WithRows):
    """The form for a figure: its printed numbers, or the text's description of an image."""

    models = (("", Figure),)
    rows_name, row_form, most_rows = "rows", FigureRowForm, 120
    rows_label = gettext_lazy("Rows")
    number = Count(label=gettext_lazy("Number"), help_text=gettext_lazy("As the report prints it"))
    title = line(300, label=gettext_lazy("Title"))
    unit = line(100, label=gettext_lazy("What is counted"), help_text=gettext_lazy("Such as fatalities"))
    source = line(300, label=gettext_lazy("Source as printed"))
    originator = OriginatorField(
        label=gettext_lazy("Originator"), help_text=gettext_lazy("Who first produced the numbers")
    )
    is_new_originator = forms.BooleanField(label=gettext_lazy("A new originator"), required=False)
    footnotes = Ticked(label=gettext_lazy("Footnotes that cite the same source"), none=gettext_lazy("none"))
    values_available = forms.BooleanField(
        label=gettext_lazy("Its values are in the text"),
        required=False,
        help_text=gettext_lazy("Leave unselected for an image whose values are not printed. Values are never made up."),
    )
    text_says = Words(label=gettext_lazy("What the text says about it"), rows=3, longest=LONGEST_NOTE, required=False)

    def set_up(self) -> None:
        self.offer(field_choices.footnotes_of(self.draft), "footnotes")
        if self.is_new:
            self.initial.setdefault("values_available", True)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("values_available"):
            if not self.rows.kept:
                self.add_error(
                    "values_available", _("Fill in at least one row, or say that the values are not in the text.")
                )
        else:
            if self.rows.kept:
                self.add_error("values_available", _("There are rows below. Select this, or remove the rows."))
            if not cleaned.get("text_says") and "text_says" not in self.errors:
                self.add_error("text_says", _("Write what the text says about it, because its values are not printed."))
        check_originator(self)
        return cleaned

    def values(self) -> dict[str, Any]:
        found = super().values()
        settle_originator(found)
        return found


class QueryForm(ItemForm):
    """The form for a curator's query: a dated remark, printed wherever the item is used."""

    models = (("", CuratorQuery),)
    code = Code(label=gettext_lazy("Code"), help_text=gettext_lazy("It cannot change later. Such as march-2021"))
    remark = Words(
        label=gettext_lazy("Remark"),
        rows=4,
        longest=LONGEST_NOTE,
        help_text=gettext_lazy("Say what is odd in the source. The source itself stays as printed."),
    )
    remarked_on = IsoDayInput(label=gettext_lazy("Date of the remark"))
    findings = Ticked(label=gettext_lazy("Findings"), none=gettext_lazy("none"))
    footnotes = Ticked(label=gettext_lazy("Footnotes"), none=gettext_lazy("none"))
    figures = Ticked(
        label=gettext_lazy("Figures"),
        none=gettext_lazy("none"),
        help_text=gettext_lazy("A remark without an item is about the whole edition."),
    )

    def set_up(self) -> None:
        self.offer(field_choices.findings_of(self.draft), "findings")
        self.offer(field_choices.footnotes_of(self.draft), "footnotes")
        self.offer(field_choices.figures_of(self.draft), "figures")
        if not self.is_new:
            del self.fields["code"]
