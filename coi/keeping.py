"""Who keeps the library, and what may stand in a line that they type."""

import unicodedata
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User

LONGEST_WORDS = 2_000  # characters of a short answer or note
_KEPT = frozenset("\n\t\u200c\u200d")
_NOT_SHOWN = ("Cc", "Cf", "Cs", "Co", "Cn")


def keeps_library(user: Any) -> bool:
    """COI admins, as long as they work here."""
    return bool(user.is_active and getattr(user, "is_coi_admin", False))


def keepers() -> QuerySet[User]:
    """All COI admins who work here."""
    return User.objects.filter(role=Role.COI_ADMIN, is_active=True).order_by("username")


def only_keepers(user: Any) -> None:
    """Refuse everybody else."""
    if not keeps_library(user):
        raise PermissionDenied


def cleaned(text: str) -> str:
    """Line ends made one, blanks at both ends removed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def problem_with(text: str, longest: int = LONGEST_WORDS) -> str:
    """Why the text is not accepted, in a sentence; empty if it is."""
    if len(text) > longest:
        return _("At most %(longest)s characters are kept; this text has %(length)s.") % {
            "longest": f"{longest:,}",
            "length": f"{len(text):,}",
        }
    hidden = next((c for c in text if c not in _KEPT and unicodedata.category(c) in _NOT_SHOWN), None)
    if hidden is None:
        return ""
    return _("The text holds a character that cannot be shown (U+%(code)s): type it without.") % {
        "code": f"{ord(hidden):04X}"
    }
