"""The last save of a page that goes away while an earlier one is still under way."""

import copy
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

OK = 200
UNDER_WAY = "under_way"  # the body of the earlier save, as it was sent


class LastSaveMiddleware:
    """Two saves in one request, in their order: the one that may still be on its way, then the last one.

    The page cannot wait for the answer that its last save would need: it does not know the version that the earlier
    save leaves behind, nor which of the two arrives first. So it sends the earlier one along. If that arrived, saying
    it again changes nothing, and its answer holds the version; if it did not, it is kept now, and refused as stale
    when it comes. If somebody else saved meanwhile, both are refused, as they have to be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # a file on its way is not touched: how much of it is taken is for its page to say
        is_save = request.content_type == "application/x-www-form-urlencoded" and "X-Autosave" in request.headers
        if not (request.method == "POST" and is_save and UNDER_WAY in request.POST):
            return self.get_response(request)
        earlier = copy.copy(request)
        earlier.POST = _body(request.POST[UNDER_WAY])  # type: ignore[assignment]  # as for the last save below
        answer = self.get_response(earlier)
        request.resolver_match = earlier.resolver_match  # a refusal is recorded by the address
        tokens = _tokens(answer)
        if not tokens:
            return answer
        last = request.POST.copy()
        del last[UNDER_WAY]
        for name, token in tokens.items():
            last[name] = str(token)
        request.POST = last  # type: ignore[assignment]  # the stubs know only the immutable QueryDict that Django makes
        return self.get_response(request)


def _tokens(answer: HttpResponse) -> dict[str, Any]:
    """What the earlier save left behind, by field; nothing where it was not kept, or the address saves nothing."""
    if answer.status_code != OK or answer.headers.get("Content-Type") != "application/json":
        return {}
    said = json.loads(answer.content)
    if not isinstance(said, dict):
        return {}
    return {"version": said["version"]} if "version" in said else dict(said.get("tokens", {}))


def _body(sent: str) -> QueryDict:
    """As Django reads it itself, within the same limits."""
    return QueryDict(sent, encoding=settings.DEFAULT_CHARSET)
