"""Links of the lists, which keep the filters."""

from typing import Any

from django import template
from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: Context, page: Any = "", **changes: str) -> str:
    """Return the address of this list with some filters changed. A change of filters goes to the first page."""
    filters = context.get("filters")
    stated = filters.address(**changes) if filters is not None else "?"
    if not page:
        return str(stated)
    return f"{stated}{'' if stated == '?' else '&'}page={page}"
