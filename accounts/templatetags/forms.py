"""Django's ``csrf_token``, with the mark that says for whom the page was made; built into every template."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.unsent import TYPED_BY

register = template.Library()


class MarkedCsrfTokenNode(CsrfTokenNode):
    """The token, and the user for whom the page is made: what one types is never sent in another's name."""

    def render(self, context: Any) -> SafeString:
        token = SafeString(super().render(context))
        request = getattr(context, "request", None) or context.get("request")  # also inside ``include … only``
        user = getattr(request, "user", None)
        if not token or user is None or not user.is_authenticated:
            return token
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, TYPED_BY, user.pk)


@register.tag
def csrf_token(parser: Parser, token: Token) -> MarkedCsrfTokenNode:
    return MarkedCsrfTokenNode()
