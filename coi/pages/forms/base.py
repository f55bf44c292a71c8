"""The base of the forms for a draft's items: the draft, the stored item and its version."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.datastructures import MultiValueDict

from coi.editions import strict_values
from coi.models import Edition
from coi.pages.forms import field_choices
from coi.pages.forms.field_choices import Option
from coi.pages.forms.fields import OneOf, Places, PlacesBound, Ticked, TickedBound
from coi.text.date_fields import MomentInput
from coi.text.dates import words_or_typed


class StrictForm(forms.Form):
    """A form whose fields accept exactly what the fields with the same names in ``models`` accept.

    ``models`` are by the prefix of the fields' names: the prefix of ``denies_period_from`` is ``denies_``.
    """

    models: ClassVar[tuple[tuple[str, type[Model]], ...]] = ()
    data: MultiValueDict[str, Any]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # missing in django-stubs
        for name, value in list(self.cleaned_data.items()):
            for beginning, model in self.models:
                if not name.startswith(beginning) or name in self.errors:
                    continue
                if problem := strict_values.problem_with_typed(model, name.removeprefix(beginning), value):
                    self.add_error(name, problem)

    def offer(self, options: Iterable[Option], *names: str) -> None:
        """Set the options of check boxes."""
        options = tuple(options)
        for name in names:
            if isinstance(field := self.fields[name], Ticked):
                field.offer(options)

    def offer_one(self, choices: Iterable[tuple[str, Any]], name: str) -> None:
        """Set the choices of a select field, after a blank one."""
        if isinstance(field := self.fields[name], OneOf):
            field.choices = field_choices.with_blank(choices)


class ItemForm(StrictForm):
    """The form for one item of a draft. ``stored`` has the stored values by field name; empty for a new item."""

    use_required_attribute = False
    is_new = False

    def __init__(
        self,
        draft: Edition,
        stored: Mapping[str, Any] | None = None,
        data: "MultiValueDict[str, Any] | None" = None,
        proposed: Mapping[str, Any] | None = None,
    ) -> None:
        self.draft = draft
        self.stored = stored
        self.is_new = stored is None
        super().__init__(data, initial=dict(stored if stored is not None else proposed or {}))
        self.set_up()
        for name, field in self.fields.items():
            if isinstance(field, Places):
                field.country = draft.report.country
                if name in self.initial and data is None:
                    self.initial[name] = field.names_of(self.initial[name])

    def set_up(self) -> None:
        """Set the options of the fields, and remove fields that cannot change."""

    def more_of(self, name: str, count: int) -> None:
        """Add blank lines for places."""
        if isinstance(field := self.fields.get(name), Places) and field.most > 1:
            field.spare = count

    def with_taken(self, asked: str) -> "ItemForm":
        """Return the form with the typed values and with what the user takes from what the page offers."""
        return self

    def unjudged(self) -> None:
        """Show the typed values without errors, because the user has not saved yet."""
        self.errors.clear()

    def values(self) -> dict[str, Any]:
        """Return the typed values as they would be stored. Only for a valid form."""
        found = {**self.fixed(), **self.cleaned_data}
        for name, field in self.fields.items():
            # in the order in which the database returns them; numbers keep their order
            if isinstance(field, Places) or (isinstance(field, Ticked) and not all(map(str.isdigit, found[name]))):
                found[name] = sorted(found[name])
        return found

    def fixed(self) -> dict[str, Any]:
        """Return stored values that have no field."""
        return {name: value for name, value in (self.stored or {}).items() if name not in self.fields}

    def with_stored(self, names: Iterable[str], stored: Mapping[str, Any]) -> "ItemForm":
        """Return the form with the typed values, except these fields, which get the stored ones."""
        data = self.data.copy()
        for name in names:
            field, value = self.fields[name], stored[name]
            if isinstance(field, Places):
                data.setlist(name, field.names_of(value))
            elif isinstance(field, Ticked):
                data.setlist(name, value)
            elif isinstance(field, forms.BooleanField):
                data.setlist(name, ["on"] if value else [])
            else:
                data[name] = "" if value is None else str(value)
        return type(self)(self.draft, stored, data)

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        """The errors for the summary, each with its field's name and link."""
        found = []
        for name, field in self.fields.items():
            bound = self[name]
            first = bound.first_id if isinstance(bound, (TickedBound, PlacesBound)) else bound.auto_id
            found += [{"href": f"#{first}", "message": f"{field.label}: {text}"} for text in self.errors.get(name, ())]
        found += [{"href": "", "message": str(text)} for text in self.non_field_errors()]
        return found

    def label_of(self, name: str) -> str:
        """Return the field's label on the page."""
        return str(self.fields[name].label) if name in self.fields else name

    def in_words(self, name: str, value: Any) -> str:
        """Return a value of the field in words."""
        field = self.fields.get(name)
        if isinstance(field, Ticked):
            labels = {option.code: option.label for option in field.options}
            return "; ".join(str(labels.get(code, code)) for code in value)
        if isinstance(field, Places):
            return "; ".join(field.names_of(value))
        if isinstance(field, OneOf):
            return field.label_of(value)
        if isinstance(field, MomentInput):
            return words_or_typed(str(value or ""))
        return "" if value is None else str(value)
