"""The forms for sign-in, users and the settings of an office."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import ModelForm
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = "#@"


class SignInForm(AuthenticationForm):
    """Django's sign-in form, laid out by crispy in the template."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("Wrong user name or password. Passwords are case-sensitive."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].error_messages["required"] = _("Enter your user name.")
        # Django tells only the browser: a longer name does not fit axes' table
        longest = MaxLengthValidator(150, _("A user name has at most %(limit_value)d characters."))
        self.fields["username"].validators.append(longest)
        self.fields["password"].error_messages["required"] = _("Enter your password.")
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
            field.widget.use_required_attribute = lambda initial: False  # the server reports all errors at once
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("username", "password")


class PrintedForm(ModelForm):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A form with texts that memos print. ``settings.TYPED_TEXT`` names the function that checks their characters."""

    printed: tuple[str, ...]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        accepted = import_string(settings.TYPED_TEXT)
        for name in self.printed:
            try:
                if name in cleaned:
                    cleaned[name] = accepted(cleaned[name])
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned


class OfficeForm(PrintedForm):
    """The settings of an office. Refuses texts that no memo could print and patterns that only one reference fits."""

    printed = ("name", "legal_basis", "standard_of_proof", "reference_pattern")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        pattern = cleaned.get("reference_pattern", "").strip()
        if pattern and not any(c in PLACEHOLDERS for c in pattern):
            words = _(
                "Only one reference would fit this pattern. Use # for a digit and @ for a letter, for example N-####-#####."
            )
            self.add_error("reference_pattern", ValidationError(words))
        return cleaned
