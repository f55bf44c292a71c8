"""The filters of the audit record."""

from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from audit.people import NOBODY
from audit.words import ACTIONS

# One field for days serves all pages. It belongs to a layer above this one, so the settings name it.
DayInput: type[forms.DateField] = import_string(settings.DAY_FIELD)


class Filters(forms.Form):
    """Filters by person, action, object and day. None that is typed is part of an address."""

    who = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off", "spellcheck": "false"}),
    )
    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    object = forms.CharField(
        label=gettext_lazy("Id of the object"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    since = DayInput(label=gettext_lazy("From"), required=False)
    until = DayInput(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = sorted(((code, str(text)) for code, text in ACTIONS.items()), key=lambda pair: pair[1])
        what = self.fields["what"]
        what.choices = [("", _("anything")), *words]  # type: ignore[attr-defined]
        what.error_messages["invalid_choice"] = _("Choose an action from the list.")
        self.actors: set[str] = set()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.hide_optional = True

    def clean_who(self) -> str:
        """Find the actors with this user name or name of a command."""
        typed: str = self.cleaned_data["who"]
        if not typed:
            return typed
        users = get_user_model()._default_manager.filter(username__iexact=typed)
        self.actors = {str(pk) for pk in users.values_list("pk", flat=True)}
        if not self.actors:
            ids = {actor for actor, words in NOBODY.items() if typed.lower() in (actor, str(words).lower())} or {typed}
            self.actors = set(Entry.objects.filter(actor__in=ids).values_list("actor", flat=True)[:1])
        if not self.actors:
            raise forms.ValidationError(_("There is no user or entry with this name. Enter the full user name."))
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("This is before the first day. Choose the same or a later day."))
        return cleaned

    def used(self) -> list[str]:
        """Return the names of the filters that are set. Their values are not recorded, because they may be anything."""
        return sorted(name for name, value in self.cleaned_data.items() if value)

    def entries(self) -> QuerySet[Entry]:
        """Return the entries that fit the filters. The form must be valid."""
        chosen = self.cleaned_data
        found = Entry.objects.all()
        if chosen["who"]:
            about = Q(object_type="user", object_id__in=self.actors)
            found = found.filter(Q(actor__in=self.actors) | about)
        if chosen["what"]:
            found = found.filter(action=chosen["what"])
        if chosen["object"]:
            found = found.filter(object_id=chosen["object"])
        if chosen["since"]:
            found = found.filter(at__gte=_midnight(chosen["since"]))
        if chosen["until"]:
            found = found.filter(at__lt=_midnight(chosen["until"] + timedelta(days=1)))
        return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
