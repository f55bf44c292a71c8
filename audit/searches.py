"""Searches by POST. What people type into a search box stays in their session, so that no address, log or history has it.

The form posts to its own page. The page keeps the typed texts in the session and redirects to itself, with a key in
the address. So paging, links and the Back button work as with any address, and nobody else can use the key.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

KEY = "search"  # the name in the address
KEPT = "searches"  # the name in the session
MOST_KEPT = 20  # searches of a session; the oldest are dropped first
MOST_TYPED = 1000  # characters kept of one field; every form accepts fewer, and says so
KEY_LENGTH = 12


@dataclass(frozen=True)
class Search:
    """What a page is asked for: ``typed`` by the user, and ``chosen`` from codes in the address."""

    typed: Mapping[str, str]
    chosen: Mapping[str, str]
    key: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """The fields of the form."""
        return {**self.chosen, **self.typed}

    @property
    def query(self) -> str:
        """The query string of this search, without a question mark; empty if nothing is asked for."""
        return urlencode({**self.chosen, **({KEY: self.key} if self.key else {})})


def by_post(
    *typed: str, chosen: Collection[str] = (), linked: Collection[str] = ()
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let a page be searched by POST, and pass its ``Search`` to the view as second argument.

    The fields ``typed`` stay in the session, those ``chosen`` from a list go into the address, and all others are
    dropped. An address with a typed text leads to the page without it, except for fields ``linked``: our own pages link
    to these with an id.
    """

    def decorated(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return _to(request, _posted(request, typed, chosen))
            of_address = {name: request.GET[name] for name in (*chosen, *linked) if request.GET.get(name)}
            if any(name in request.GET for name in typed if name not in linked):
                return _to(request, Search({}, of_address, request.GET.get(KEY, "")))
            key = request.GET.get(KEY, "")
            kept = request.session.get(KEPT, {}).get(key)
            if key and kept is None:
                messages.info(request, _("Your search is no longer stored. Search again."))
                return _to(request, Search({}, of_address))
            return view(request, Search(kept or {}, of_address, key), *args, **kwargs)

        return page

    return decorated


def _posted(request: HttpRequest, typed: Collection[str], chosen: Collection[str]) -> Search:
    """Keep the typed texts of a form in the session. The same texts keep their key."""
    codes = {name: request.POST[name] for name in chosen if request.POST.get(name)}
    texts = {name: request.POST[name][:MOST_TYPED] for name in typed if request.POST.get(name)}
    if not texts:
        return Search({}, codes)
    kept = request.session.get(KEPT, {})
    key = next((key for key, each in kept.items() if each == texts), "") or get_random_string(KEY_LENGTH)
    others = [(other, each) for other, each in kept.items() if other != key]
    request.session[KEPT] = dict([*others, (key, texts)][-MOST_KEPT:])
    return Search(texts, codes, key)


def _to(request: HttpRequest, search: Search) -> HttpResponseBase:
    return redirect(request.path + (f"?{search.query}" if search.query else ""))
