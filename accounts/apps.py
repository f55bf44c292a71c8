from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Staff: users, offices, roles, sign-in."""

    name = "accounts"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from accounts import signals, standing  # noqa: F401 (connects the signals)
        from audit import stored

        stored.CHECKS.append(standing.problems)
        stored.NOTES.append(standing.notes)
