"""Staff in the Django admin: administrators make users, and see no case by it."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, User


@admin.register(User)
class FootnoteUserAdmin(UserAdmin):
    """Django's user administration with office and role."""

    list_display = ("username", "first_name", "last_name", "role", "office", "is_active")
    list_filter = ("role", "office", "is_active", "is_superuser")
    fieldsets = (*UserAdmin.fieldsets, (_("Work"), {"fields": ("office", "role")}))
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Work"), {"fields": ("office", "role")}))


admin.site.register(Office)
