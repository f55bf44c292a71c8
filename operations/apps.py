from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """What an administrator needs to run Footnote."""

    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from operations import database_log  # noqa: F401 - it registers a check
