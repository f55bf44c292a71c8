"""What the forms of a draft's items share: the draft, the item as it is stored, and what its version was."""

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
    """A form whose fields take what the fields of the same names in ``models`` take, and nothing else.

    ``models`` are by the beginning of the fields' names: of ``denies_period_from`` the beginning is ``denies_``.
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
        """Give check boxes their options."""
        options = tuple(options)
        for name in names:
            if isinstance(field := self.fields[name], Ticked):
                field.offer(options)

    def offer_one(self, choices: Iterable[tuple[str, Any]], name: str) -> None:
        """Give a list its choices, after a blank one."""
        if isinstance(field := self.fields[name], OneOf):
            field.choices = field_choices.with_blank(choices)


class ItemForm(StrictForm):
    """One item of a draft. ``stored`` is what is held of it, by the names of the fields; empty for a new one."""

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
        """Give the fields their options; take away what does not change."""

    def more_of(self, name: str, count: int) -> None:
        """More blank lines for places."""
        if isinstance(field := self.fields.get(name), Places) and field.most > 1:
            field.spare = count

    def unjudged(self) -> None:
        """Show what was typed without its errors: nobody asked yet."""
        self.errors.clear()

    def values(self) -> dict[str, Any]:
        """What was typed, as it would be stored; only of a form that is valid."""
        found = {**self.fixed(), **self.cleaned_data}
        for name, field in self.fields.items():
            # as they are read from the database; numbers stay in their order
            if isinstance(field, Places) or (isinstance(field, Ticked) and not all(map(str.isdigit, found[name]))):
                found[name] = sorted(found[name])
        return found

    def fixed(self) -> dict[str, Any]:
        """What is stored and stands in no field."""
        return {name: value for name, value in (self.stored or {}).items() if name not in self.fields}

    def with_stored(self, names: Iterable[str], stored: Mapping[str, Any]) -> "ItemForm":
        """The form as it was typed, but for these fields, which take what is stored."""
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
        """For the summary at the top, each leading to its field and naming it."""
        found = []
        for name, field in self.fields.items():
            bound = self[name]
            first = bound.first_id if isinstance(bound, (TickedBound, PlacesBound)) else bound.auto_id
            found += [{"href": f"#{first}", "message": f"{field.label}: {text}"} for text in self.errors.get(name, ())]
        found += [{"href": "", "message": str(text)} for text in self.non_field_errors()]
        return found

    def label_of(self, name: str) -> str:
        """What the field is called on the page."""
        return str(self.fields[name].label) if name in self.fields else name

    def in_words(self, name: str, value: Any) -> str:
        """A value of the field as people read it."""
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
