"""The administration's forms for a user, which ask for a reason if they give the person more than before."""

from typing import Any

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.forms import CharField, ModelForm, Textarea
from django.utils.translation import gettext_lazy as _

from accounts.forms import PrintedForm
from accounts.models import User
from accounts.standing import USER
from accounts.standing_changes import Values, gives_more, values_of, values_of_new, waiting


class WithReasonForm(ModelForm):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A form for a user that asks for a reason if it gives the person more than before."""

    reason = CharField(
        label=_("Reason"),
        required=False,
        widget=Textarea(attrs={"rows": 2}),
        help_text=_(
            "Needed to give somebody a role, an office or a power, or to let them sign in. A second administrator reads "
            "it, and approves or declines under “People”. What you take away is gone at once."
        ),
    )

    def standing(self) -> tuple[Values, Values]:
        """Return what the person may do as stored, and as asked for here."""
        is_new = self.instance.pk is None
        before = values_of_new(User()) if is_new else values_of(User.objects.get(pk=self.instance.pk))
        asked = {name: self.cleaned_data[name] for name in USER if name in self.cleaned_data}
        if "office" in asked:
            asked["office"] = asked["office"].code if asked["office"] else None
        return before, before | ({"is_active": True} if is_new else {}) | asked

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and gives_more(*self.standing()):
            if not cleaned.get("reason", "").strip():
                self.add_error("reason", _("Say why the person should have it."))
            if self.instance.pk and waiting().filter(person=self.instance).exists():
                words = _("A change of this person waits for a second administrator already. Withdraw it first.")
                self.add_error(None, words)
        return cleaned


class StaffForm(WithReasonForm, PrintedForm, UserChangeForm):  # type: ignore[type-arg]  # as above
    """The form for a user. Memos print the names of author and reviewer."""

    printed = ("first_name", "last_name")


class NewStaffForm(WithReasonForm, AdminUserCreationForm):  # type: ignore[type-arg]  # as above
    """The form for a new user, who can sign in once a second administrator approves it."""
