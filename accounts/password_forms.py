"""The forms in which people set their own password."""

from typing import Any

from crispy_forms.helper import FormHelper
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.forms import CharField, Form
from django.utils.translation import gettext_lazy as _

from accounts.models import User

REQUIRED = {
    "old_password": _("Enter your present password."),
    "new_password1": _("Enter a new password."),
    "new_password2": _("Enter the new password again."),
}
LABELS = {
    "old_password": _("Present password"),
    "new_password1": _("New password"),
    "new_password2": _("New password again"),
}


def prepare(form: Form) -> None:
    """Lay out a form by crispy in the template; the server reports all errors at once."""
    for name, field in form.fields.items():
        field.label = LABELS.get(name, field.label)
        field.error_messages["required"] = REQUIRED.get(name, field.error_messages["required"])
        field.widget.attrs.pop("autofocus", None)
        field.widget.use_required_attribute = lambda initial: False
    form.helper = FormHelper()  # type: ignore[attr-defined]  # where crispy looks for it
    form.helper.form_tag = False  # type: ignore[attr-defined]


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A new password, typed twice. What is wrong with it is said of the field in which it was first typed."""

    error_messages = {"password_mismatch": _("The two new passwords differ. Type the same password in both fields.")}

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].help_text = _(
            "At least 12 characters, and not your name or a password that many people use. A few words are easy to remember."
        )
        self.fields["new_password2"].help_text = ""
        prepare(self)

    def validate_password_for_user(self, user: Any, password_field_name: str = "") -> None:
        super().validate_password_for_user(user, "new_password1")


class ChangePasswordForm(NewPasswordForm, PasswordChangeForm):
    """A new password, and the present one, so that nobody else changes it at an open screen."""

    error_messages = {
        **NewPasswordForm.error_messages,
        "password_incorrect": _("The present password is wrong. Passwords are case-sensitive."),
    }

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        new = self.cleaned_data.get("new_password1")
        if new and new == self.cleaned_data.get("old_password"):
            self.add_error("new_password1", ValidationError(_("The new password is the present one. Choose another.")))
        return cleaned


class ForgottenPasswordForm(Form):
    """The user name of somebody who forgot the password."""

    username = CharField(
        label=_("User name"),
        error_messages={"required": _("Enter your user name.")},
        validators=[
            MaxLengthValidator(150, _("A user name has at most %(limit_value)d characters.")),
            ProhibitNullCharactersValidator(),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        prepare(self)
