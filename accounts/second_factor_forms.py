"""The forms of the second factor."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import CharField, Form, PasswordInput
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.password_forms import prepare
from accounts.second_factor_codes import Kind, accept, step_of

LONGEST = 40  # signs of a code with the spaces and hyphens that people type
WRONG_PASSWORD, WRONG_CODE = "password_incorrect", "code_incorrect"  # codes of errors, as Django's


def code_field(label: Any, help_text: Any) -> CharField:
    field = CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        error_messages={"required": _("Enter a code."), "max_length": _("This is longer than a code.")},
    )
    field.widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    return field


class CodeForm(Form):
    """The code of somebody whose password was right."""

    code = code_field(_("Code"), _("The six digits that your app shows now, or one of your recovery codes."))
    kind: Kind | None = None

    def __init__(self, request: HttpRequest | None = None, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        prepare(self)

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        self.kind = accept(self.user.second_factor, typed)
        if self.kind is None:
            raise ValidationError(_("This code is wrong, or was used before. Wait for the next one."), code=WRONG_CODE)
        return typed

    def get_user(self) -> User:
        return self.user


class PresentPasswordForm(Form):
    """The present password, so that nobody else changes the second factor at an open screen."""

    present_password = CharField(
        label=_("Present password"),
        strip=False,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your present password.")},
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        prepare(self)

    def clean_present_password(self) -> str:
        typed: str = self.cleaned_data["present_password"]
        if not self.user.check_password(typed):
            words = _("The present password is wrong. Passwords are case-sensitive.")
            raise ValidationError(words, code=WRONG_PASSWORD)
        return typed


class SetUpForm(PresentPasswordForm):
    """The present password, and a code that shows that the app has the secret."""

    code = code_field(_("Code"), _("The six digits that your app shows now."))
    step = 0

    def __init__(self, user: Any, secret: str, *args: Any, **kwargs: Any) -> None:
        self.secret = secret
        super().__init__(user, *args, **kwargs)

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        step = step_of(self.secret, typed)
        if step is None:
            raise ValidationError(_("This code is wrong. If the next one is too, check the clock of your device."))
        self.step = step
        return typed


class ResetForm(Form):
    """Why an administrator resets somebody's second factor."""

    reason = CharField(
        label=_("Reason"),
        help_text=_("For example that the phone is lost, and how you know who asks. The audit record keeps it."),
        max_length=300,
        error_messages={"required": _("Enter the reason.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prepare(self)

    def clean_reason(self) -> str:
        reason: str = import_string(settings.TYPED_TEXT)(self.cleaned_data["reason"])
        return reason
