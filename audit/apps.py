from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The record of who saw or changed what."""

    name = "audit"
    verbose_name = _("Record")
