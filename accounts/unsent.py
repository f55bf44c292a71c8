"""A form that was refused because its session had ended or its token was out of date.

The server stores nothing of it. The response carries the answers in hidden fields, through sign-in if needed, and
offers to send them again: only to the same address, only for the same user, and only when the user presses a button.
So nothing is done in another user's name or without a user's action.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

TYPED_BY = "typed_by"  # the field with the id of the user for whom the page was made
CARRIED = "unsent"  # the field that carries the answers through the sign-in page
MOST_BYTES = 1_000_000  # carried at most; no page of this application sends more
_NEVER = {"csrfmiddlewaretoken", TYPED_BY, CARRIED}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Unsent:
    """The answers, the address they were sent to and the user for whom the page was made."""

    path: str
    typed_by: str
    values: tuple[tuple[str, str], ...]

    @classmethod
    def sent(cls, request: HttpRequest) -> "Unsent | None":
        """Return the form of a request; None if it may not be carried.

        Scripts keep typed text on their own page. Files cannot be carried, so the form asks for them again.
        A password is never written into a page.
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
        """Return the form that the sign-in page carried; None if there is none or it is not valid."""
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
        """Whether the page was made for this user, so that this user typed the answers."""
        return bool(user.is_authenticated) and str(user.pk) == self.typed_by

    @property
    def texts(self) -> list[str]:
        """The answers of more than one word, shown so that the user sees that they are kept."""
        return [value for _name, value in self.values if len(value.split()) > 1]


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser's Origin header names this site. A request without the header counts as foreign."""
    origin = request.headers.get("Origin", "")
    here = f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"
    return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return MOST_BYTES + 1
