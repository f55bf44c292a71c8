"""The people behind entries. The audit record contains ids; the names are those that the users have today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Actors that are not users. Any other actor that is not a number is the name of a command.
NOBODY = {
    "stranger": gettext_lazy("not signed in"),
    "library": gettext_lazy("the library"),
}


@dataclass(frozen=True)
class Person:
    """Name and role of an actor, as shown."""

    name: str
    role: str = ""


class People:
    """The names of many actors, read in one query."""

    def __init__(self, ids: Iterable[str]) -> None:
        numbers = {int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 19}
        self._users: dict[str, Any] = {
            str(pk): user for pk, user in get_user_model()._default_manager.in_bulk(numbers).items()
        }

    def of(self, actor: str) -> Person:
        """Return the person or command; for a deleted user, the number."""
        user = self._users.get(actor)
        if user is not None:
            role = getattr(user, "get_role_display", str)()
            return Person(user.get_username(), str(role))
        if actor.isdigit():
            return Person(_("user %(id)s (deleted)") % {"id": actor})
        return Person(str(NOBODY.get(actor, actor)))
