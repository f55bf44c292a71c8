"""Middleware around every request: its id for the logs, figures for monitoring, and the encoding that it names."""

import codecs
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

from operations import metrics
from operations.logs import REQUEST_ID

METHODS = ("GET", "HEAD", "POST")
ENCODINGS = ("utf-8", "ascii")
FOREIGN = "footnote.foreign_encoding"
# of browsers, all refused
FEATURES = (
    "accelerometer",
    "bluetooth",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


class RequestMiddleware:
    """Gives each request an id, which its log lines and its answer have, and counts it by the name of its page.

    The id is ours, never what a client sends: that could be anything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = secrets.token_hex(8)
        token = REQUEST_ID.set(name)
        began = time.monotonic()
        try:
            response = self.get_response(request)
        finally:
            REQUEST_ID.reset(token)
        match = request.resolver_match
        page = (match.view_name or "unnamed") if match else "none"
        method = request.method if request.method in METHODS else "other"
        metrics.count(page, str(method), response.status_code, time.monotonic() - began)
        response["X-Request-Id"] = name
        return response


class HeadersMiddleware:
    """Adds the headers that neither Django nor the content security policy sets, to every answer of any status.

    No page needs a device or a sensor, no other site may embed anything, and no search engine may list anything.
    """

    HEADERS = {
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response[name] = value
        return response


class EncodingMiddleware:
    """Answers 400 to a request that ``only_our_encoding`` marked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get(FOREIGN):
            raise BadRequest("The request is not in UTF-8.")
        return self.get_response(request)


def only_our_encoding(application: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the WSGI application: mark a request in another encoding, such as ``charset=utf-7``. Browsers send none.

    Django decodes the address while it makes the request, before any middleware. So the encoding is taken off here.
    """

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        if not _is_ours(parameters.get("charset", "")):
            environ = {**environ, "CONTENT_TYPE": kind, FOREIGN: "1"}
        return application(environ, start_response)

    return wrapped


def _is_ours(charset: str) -> bool:
    try:
        return not charset or codecs.lookup(charset).name in ENCODINGS
    except (LookupError, ValueError):
        return True  # Django ignores a name that Python does not know
