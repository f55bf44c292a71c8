"""The last save of a page that the user leaves while an earlier save is still in progress."""

import copy
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

OK = 200
UNDER_WAY = "under_way"  # the body of the earlier save, as it was sent


class LastSaveMiddleware:
    """Process two saves in one request, in order: the one that may still be in progress, then the last one.

    The page cannot wait for an answer. It knows neither the version that the earlier save will return nor which of the
    two will arrive first, so it sends the earlier one again. If the earlier one has arrived, the repetition changes
    nothing and its answer has the version. If it has not, the repetition saves it, and the original is refused as
    stale. If somebody else saved meanwhile, both are refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # leave a file upload alone: its page decides how much of it to read
        is_save = request.content_type == "application/x-www-form-urlencoded" and "X-Autosave" in request.headers
        if not (request.method == "POST" and is_save and UNDER_WAY in request.POST):
            return self.get_response(request)
        earlier = copy.copy(request)
        earlier.POST = _body(request.POST[UNDER_WAY])  # type: ignore[assignment]  # see the last save below
        answer = self.get_response(earlier)
        request.resolver_match = earlier.resolver_match  # a refusal is recorded with the matched address
        tokens = _tokens(answer)
        if not tokens:
            return answer
        last = request.POST.copy()
        del last[UNDER_WAY]
        for name, token in tokens.items():
            last[name] = str(token)
        request.POST = last  # type: ignore[assignment]  # the stubs know only the immutable QueryDict
        return self.get_response(request)


def _tokens(answer: HttpResponse) -> dict[str, Any]:
    """Return the tokens that the earlier save returned, by field; empty if it was refused or saves nothing."""
    if answer.status_code != OK or answer.headers.get("Content-Type") != "application/json":
        return {}
    said = json.loads(answer.content)
    if not isinstance(said, dict):
        return {}
    return {"version": said["version"]} if "version" in said else dict(said.get("tokens", {}))


def _body(sent: str) -> QueryDict:
    """Parse the body as Django does, within the same limits."""
    return QueryDict(sent, encoding=settings.DEFAULT_CHARSET)
