from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CoiConfig(AppConfig):
    """The library of country-of-origin information; knows no applicants."""

    name = "coi"
    verbose_name = _("COI library")

    def ready(self) -> None:
        """Connect the stamps that show whether values in memory are up to date, the full-text index, and the imports."""
        from audit import stored
        from coi.drafts import edition_digests
        from coi.events import jobs
        from coi.library import search_index
        from coi.maps import area_imports
        from coi.models import stamp_triggers
        from coi.text import collation  # noqa: F401
        from jobs import kinds

        kinds.KINDS += [jobs.KIND, area_imports.KIND]
        stored.TRIGGERS.append(stamp_triggers.statements)
        stored.CHECKS.append(edition_digests.problems)
        stored.NOTES.append(edition_digests.notes)
        post_migrate.connect(search_index.install, sender=self, dispatch_uid="coi.library.search_index")
        pre_migrate.connect(stamp_triggers.remove, sender=self, dispatch_uid="coi.models.stamp_triggers.remove")
        post_migrate.connect(stamp_triggers.install, sender=self, dispatch_uid="coi.models.stamp_triggers.install")
