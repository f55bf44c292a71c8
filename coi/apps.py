from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoiConfig(AppConfig):
    """The library of country-of-origin information; knows no applicants."""

    name = "coi"
    verbose_name = _("COI library")

    def ready(self) -> None:
        """Connect the guards that keep a published edition as it is."""
        from coi import immutability  # noqa: F401
