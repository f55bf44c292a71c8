"""The application of cases."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from assessments import guards, new_matches, open_cases, recall
        from coi import hooks

        pre_migrate.connect(guards.remove, sender=self, dispatch_uid="assessments.guards.remove")
        post_migrate.connect(guards.install, sender=self, dispatch_uid="assessments.guards")
        hooks.on_finding_changed.append(recall.findings_changed)
        hooks.on_counting.append(recall.relying_on)
        hooks.on_published.append(open_cases.edition_published)
        hooks.on_finding_added.append(new_matches.findings_added)
        hooks.on_counting_added.append(new_matches.memos_concerned)
