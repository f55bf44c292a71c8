from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """Cases: everything about applicants."""

    name = "assessments"
    verbose_name = _("Cases")
