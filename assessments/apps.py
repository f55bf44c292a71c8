"""The application of cases."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from assessments.actions import guards, renderings, state_check
        from assessments.memo import record_check
        from assessments.review import new_matches, open_cases, recall, recall_checks, word_changes
        from audit import stored
        from coi.editions import edition_listeners
        from coi.proposals import case_listeners
        from jobs import kinds

        stored.TRIGGERS.append(guards.statements)
        stored.CHECKS.append(record_check.problems)
        stored.CHECKS.append(state_check.problems)
        pre_migrate.connect(guards.remove, sender=self, dispatch_uid="assessments.actions.guards.remove")
        post_migrate.connect(guards.install, sender=self, dispatch_uid="assessments.actions.guards")
        edition_listeners.on_counting.append(recall.relying_on)
        edition_listeners.on_published.append(open_cases.edition_published)
        edition_listeners.on_published.append(recall_checks.store)
        edition_listeners.on_continuing.append(recall_checks.go_on)
        edition_listeners.on_comparing.append(recall_checks.progress)
        edition_listeners.on_counting_added.append(new_matches.memos_concerned)
        case_listeners.on_counting.append(word_changes.count)
        case_listeners.on_changed.append(word_changes.mark)
        kinds.KINDS += [recall_checks.KIND, renderings.KIND]
