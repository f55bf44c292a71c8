"""Django's ``csrf_token`` with the id of the user for whom the page was made. Built into every template."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.unsent import TYPED_BY

register = template.Library()


class MarkedCsrfTokenNode(CsrfTokenNode):
    """The token and a field with the user's id, so that nothing is sent in another user's name."""

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
