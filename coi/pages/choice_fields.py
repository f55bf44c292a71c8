"""Form fields with options."""

from django import forms


def choice_field(form: forms.Form, name: str) -> forms.ChoiceField:
    """Return the form's field with this name, which must have options."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"The field {name!r} has no options.")
    return field
