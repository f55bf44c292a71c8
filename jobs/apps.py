from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Jobs and the workers that do them."""

    name = "jobs"
    verbose_name = _("Jobs")
