"""Fields of forms that offer options."""

from django import forms


def choice_field(form: forms.Form, name: str) -> forms.ChoiceField:
    """The form's field of this name, which offers options."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"The field {name!r} offers no options.")
    return field
