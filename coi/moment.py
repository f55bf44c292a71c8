"""One moment of the library: what a page reads several times is read once and stays the same until the page ends."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
_READ: ContextVar[dict[Hashable, Any] | None] = ContextVar("read in this moment", default=None)
SAFE = ("GET", "HEAD")


@contextmanager
def one_moment() -> Iterator[None]:
    """Cache what is read from the library until the end of this block, which must not change the library itself.

    Inside another such block it does nothing. It also works as a decorator.
    """
    if _READ.get() is not None:
        yield
        return
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def read_once(name: Hashable, read: Callable[[], T]) -> T:
    """Return what was read under this name in this moment, and read it the first time. Outside a block, always read."""
    known = _READ.get()
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    found: T = known[name]
    return found


class OneMomentMiddleware:
    """Makes each request that changes nothing one moment of the library."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            return self.get_response(request)
        with one_moment():
            return self.get_response(request)
