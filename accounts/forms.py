"""The forms of signing in."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _


def limit_user_name(form: AuthenticationForm) -> None:
    """Django tells the browser of the limit and does not check it; a longer name does not fit axes' table."""
    name = form.fields["username"]
    name.validators.append(
        MaxLengthValidator(name.max_length, _("A user name has at most %(limit_value)d characters."))
    )


class SignInForm(AuthenticationForm):
    """Django's own; laid out by crispy in the template."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _(
            "This user name and password do not go together. Check both; capital and small letters matter in the "
            "password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].error_messages["required"] = _("Type your user name.")
        limit_user_name(self)
        self.fields["password"].error_messages["required"] = _("Type your password.")
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
            field.widget.use_required_attribute = lambda initial: False  # errors come from the server, all at once
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("username", "password")


class AdminSignInForm(AdminAuthenticationForm):
    """Signing in at the administration."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_user_name(self)
