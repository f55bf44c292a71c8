from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The audit record: who read and changed what."""

    name = "audit"
    verbose_name = _("Audit record")

    def ready(self) -> None:
        from audit import guards, keys, stored  # noqa: F401 - keys registers a system check

        stored.TRIGGERS.append(guards.statements)
        pre_migrate.connect(guards.remove, sender=self, dispatch_uid="audit.guards.remove")
        post_migrate.connect(guards.install, sender=self, dispatch_uid="audit.guards.install")
