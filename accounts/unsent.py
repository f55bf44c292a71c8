"""A form that could not be taken because its session had ended or its token was out of date.

Nothing of it is stored on the server. The page that answers carries what was typed in hidden fields, through sign-in
if need be, and offers to send it again: to the same address, to the same person, and only by a button. So nothing is
done under another user's name, and nothing is done that nobody pressed.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

TYPED_BY = "typed_by"  # the field that says for whom a page with a form was made
CARRIED = "unsent"  # the field in which what was typed passes through the sign-in page
MOST_BYTES = 1_000_000  # that are carried; more than any page of ours sends
_NEVER = {"csrfmiddlewaretoken", TYPED_BY, CARRIED}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Unsent:
    """What was sent where, from a page that was made for whom."""

    path: str
    typed_by: str
    values: tuple[tuple[str, str], ...]

    @classmethod
    def sent(cls, request: HttpRequest) -> "Unsent | None":
        """What a browser just sent from a page of ours; None if there is nothing that may be carried.

        A script keeps what was typed on its own page. Files cannot be carried; the form asks for them again. A
        password is never written into a page.
        """
        is_script = "X-Autosave" in request.headers or "HX-Request" in request.headers
        if request.method != "POST" or is_script or request.content_type not in _FORMS or _length(request) > MOST_BYTES:
            return None
        if any("password" in name for name in request.POST):
            return None
        values = tuple(
            (name, value) for name, sent in request.POST.lists() if name not in _NEVER for value in map(str, sent)
        )
        return cls._if_ours(request.get_full_path(), request.POST.get(TYPED_BY, ""), values)

    @classmethod
    def carried(cls, request: HttpRequest) -> "Unsent | None":
        """What the sign-in page carried; None if it carried nothing, or nothing of ours."""
        try:
            found = json.loads(request.POST.get(CARRIED, ""))
            path, typed_by, values = found["path"], found["typed_by"], found["values"]
            pairs = tuple((name, value) for name, value in values)
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        if not all(isinstance(text, str) for text in (path, typed_by, *(text for pair in pairs for text in pair))):
            return None
        return cls._if_ours(path, typed_by, pairs)

    @classmethod
    def _if_ours(cls, path: str, typed_by: str, values: tuple[tuple[str, str], ...]) -> "Unsent | None":
        is_here = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        made = cls(path, typed_by, values)
        return made if is_here and typed_by and len(made.as_json.encode(errors="replace")) <= MOST_BYTES else None

    @property
    def as_json(self) -> str:
        return json.dumps({"path": self.path, "typed_by": self.typed_by, "values": self.values}, ensure_ascii=False)

    def belongs_to(self, user: Any) -> bool:
        """The page was made for this user, so this user typed it."""
        return bool(user.is_authenticated) and str(user.pk) == self.typed_by

    @property
    def texts(self) -> list[str]:
        """What reads as text, for people to see that it is there."""
        return [value for _name, value in self.values if len(value.split()) > 1]


def is_from_here(request: HttpRequest) -> bool:
    """The browser itself says that the form came from a page of this site. Without its word it counts as foreign."""
    origin = request.headers.get("Origin", "")
    here = f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"
    return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return MOST_BYTES + 1
