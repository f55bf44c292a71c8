"""Who stands behind an entry. The record holds ids; names come from the users as they are today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Who is no user; anything else that is no number is the name of a command.
NOBODY = {
    "stranger": gettext_lazy("not signed in"),
    "library": gettext_lazy("the library"),
}


@dataclass(frozen=True)
class Person:
    """As the page shows them."""

    name: str
    role: str = ""


class People:
    """Names of many ids, in one query."""

    def __init__(self, ids: Iterable[str]) -> None:
        numbers = {int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 19}
        self._users: dict[str, Any] = {
            str(pk): user for pk, user in get_user_model()._default_manager.in_bulk(numbers).items()
        }

    def of(self, actor: str) -> Person:
        """The person, the command, or "user 17" where there is no such user any more."""
        user = self._users.get(actor)
        if user is not None:
            role = getattr(user, "get_role_display", str)()
            return Person(user.get_username(), str(role))
        if actor.isdigit():
            return Person(_("user %(id)s, removed since") % {"id": actor})
        return Person(str(NOBODY.get(actor, actor)))
