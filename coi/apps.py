from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoiConfig(AppConfig):
    """The library of country-of-origin information; knows no applicants."""

    name = "coi"
    verbose_name = _("COI library")

    def ready(self) -> None:
        """Connect the guards that keep a published edition as it is, and the full-text index."""
        from coi.library import search_index
        from coi.text import collation  # noqa: F401

        post_migrate.connect(search_index.install, sender=self, dispatch_uid="coi.library.search_index")
