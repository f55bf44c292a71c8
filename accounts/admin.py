"""Staff in the Django admin. Administrators manage users, see no cases there, and their changes are recorded."""

from typing import Any

import axes.admin  # noqa: F401 - it registers the attempts
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import standing, standing_changes
from accounts.forms import OfficeForm
from accounts.mail import tell_auditors
from accounts.models import Office, User
from accounts.passwords import tell_of_new_password
from accounts.staff_forms import NewStaffForm, StaffForm
from audit.record import record

NO_SEARCH = ()  # Django's search puts what is typed into an address, which logs keep
for attempts in (AccessAttempt, AccessFailureLog, AccessLog):
    type(admin.site.get_model_admin(attempts)).search_fields = NO_SEARCH


class RecordedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """Adds each change to the audit record: the names of changed fields and, for those in ``recorded``, old and new code."""

    recorded: tuple[str, ...] = ()
    search_fields = NO_SEARCH

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        with transaction.atomic():
            before = type(obj)._default_manager.filter(pk=obj.pk).first() if change else None
            super().save_model(request, obj, form, change)
            recorded = {
                name: [_code(before, name), _code(obj, name)]
                for name in self.recorded
                if before is None or _code(before, name) != _code(obj, name)
            }
            if before is None:
                self._record(request, "create", obj.pk, **recorded)
            else:
                self._record(request, "change", obj.pk, fields=sorted(form.changed_data), **recorded)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with transaction.atomic():
            pk = obj.pk
            super().delete_model(request, obj)
            self._record(request, "delete", pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            gone = sorted(queryset.values_list("pk", flat=True))
            super().delete_queryset(request, queryset)
            for pk in gone:
                self._record(request, "delete", pk)

    def _record(self, request: HttpRequest, what: str, pk: Any, **details: Any) -> None:
        kind = self.opts.model_name or ""
        record(by=str(request.user.pk), action=f"{kind}.{what}", object_type=kind, object_id=str(pk), **details)


def _code(obj: Model | None, name: str) -> Any:
    """Return the value of a field as a code; of an office its code, not its name."""
    value = getattr(obj, name, None)
    return value.code if isinstance(value, Office) else value


def _is_oneself(request: HttpRequest, obj: Model | None) -> bool:
    return obj is not None and obj.pk == request.user.pk


@admin.register(User)
class FootnoteUserAdmin(RecordedAdmin, UserAdmin):  # type: ignore[type-arg]  # as above
    """Django's user administration with office and role. What gives a person more waits for a second administrator."""

    form = StaffForm
    add_form = NewStaffForm
    recorded = standing.USER
    list_display = ("username", "first_name", "last_name", "role", "office", "is_active")
    list_filter = ("role", "office", "is_active", "is_superuser")
    list_select_related = ("office",)
    readonly_fields = ("second_factor_on_page",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (
            _("Work"),
            {"fields": ("office", "role", "is_active", "is_staff", "is_superuser", "reason", "second_factor_on_page")},
        ),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Work"), {"fields": ("office", "role", "reason")}))

    @admin.display(description=_("second factor"))
    def second_factor_on_page(self, user: User) -> str:
        """Say since when the user has one, with a link to its reset."""
        factor = getattr(user, "second_factor", None)
        if factor is None:
            return str(_("none"))
        return format_html(
            '{}, <a href="{}">{}</a>', factor, reverse("second-factor-reset", args=[user.pk]), _("reset a lost one")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Nobody changes what they themselves may do: another administrator does."""
        given = tuple(super().get_readonly_fields(request, obj))
        return (*given, *standing.USER) if _is_oneself(request, obj) else given

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the person with what is taken away, and propose what is given."""
        before, after = form.standing()
        kept = standing_changes.taken_away(before, after)
        for name in (*standing_changes.POWERS, "role"):
            setattr(obj, name, kept[name])
        obj.office = Office.objects.filter(code=kept["office"]).first()
        is_changed = {name: before[name] != kept[name] for name in standing.USER} | {"reason": False}
        form.changed_data = [name for name in form.changed_data if is_changed.get(name, True)]
        if form.changed_data or not change:
            super().save_model(request, obj, form, change)
        if kept != after:
            by: Any = request.user
            standing_changes.propose(obj, after, reason=form.cleaned_data["reason"], by=by)
            words = _("What you give %(person)s takes effect when a second administrator approves it under “People”.")
            self.message_user(request, words % {"person": obj}, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return not _is_oneself(request, obj) and super().has_delete_permission(request, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            user = self.get_object(request, unquote(id))
            before = user.password if user else ""
            response = super().user_change_password(request, id, form_url)
            if user:
                user.refresh_from_db(fields=["password"])
                if user.password != before:
                    self._record(request, "password", user.pk)
                    tell_of_new_password(user)
                    tell_auditors()
        return response


@admin.register(Office)
class OfficeAdmin(RecordedAdmin):
    """The settings of an office."""

    form = OfficeForm
    recorded = standing.OFFICE


admin.site.unregister(Group)  # roles say what people may do; no group gives anything


@login_not_required
def sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Send people to the only sign-in page: there its limits and its second step apply. ``extra_context`` is Django's."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))


def change_own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Send people to the only page on which they change their own password. ``extra_context`` is Django's."""
    return redirect("password-change")


# Django's own hooks are methods
admin.site.login = sign_in  # type: ignore[method-assign]
admin.site.password_change = change_own_password  # type: ignore[method-assign, assignment]
