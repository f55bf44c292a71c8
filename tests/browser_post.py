"""Forms posted as browsers post them. Every test that posts a form uses this client."""

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.test.client import MULTIPART_CONTENT

_LINE_END = re.compile(r"\r\n|\r|\n")


def as_browsers_send(value: Any) -> Any:
    """Return a value with every line end as CRLF, as a browser sends it."""
    if isinstance(value, str):
        return _LINE_END.sub("\r\n", value)
    if isinstance(value, Mapping):
        return {as_browsers_send(name): as_browsers_send(each) for name, each in value.items()}
    return [as_browsers_send(each) for each in value] if isinstance(value, (list, tuple)) else value


class BrowserClient(Client):
    """Django's test client, with a browser's line ends in posted data."""

    def post(self, path: str, data: Any = None, content_type: str = MULTIPART_CONTENT, **extra: Any) -> Any:
        if content_type == MULTIPART_CONTENT:
            data = as_browsers_send(data)
        return super().post(path, data, content_type=content_type, **extra)
