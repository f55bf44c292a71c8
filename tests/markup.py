"""The markup of a response as tests compare it: however its template is wrapped into lines."""

import html
import re

from django.http import HttpResponse


def markup(response: HttpResponse) -> str:
    """Its HTML with entities resolved and every run of whitespace as one space."""
    return " ".join(html.unescape(response.content.decode()).split())


def text(response: HttpResponse) -> str:
    """What a person reads on it: no tags, no doubled spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())
