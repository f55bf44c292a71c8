"""Template filters for the library's words and links. They decide no outcome."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coi.library import finding_words
from coi.library.cited_findings import DenialCard, FindingCard, SourceCard
from coi.models import Source
from coi.text import dates, words

register = template.Library()


@register.filter
def day_words(day: date) -> str:
    return dates.day_words(day)


@register.filter
def moment_words(moment: str) -> str:
    return dates.moment_words(moment)


@register.filter
def dates_in_words(text: str) -> str:
    return dates.dates_in_words(text)


@register.filter
def denial_words(denial: DenialCard) -> str:
    return finding_words.denial_words(denial)


@register.filter
def together_words(card: FindingCard) -> str:
    return finding_words.together_words(card)


@register.filter
def finding_period(card: FindingCard) -> str:
    return finding_words.finding_period_words(card)


@register.filter
def age_words(months: int) -> str:
    return words.age_words(months)


@register.filter
def grouped(number: int) -> str:
    """Return a number as the library prints it: ``12,345``."""
    return f"{number:,}"


@register.filter
def signed(number: int) -> str:
    """Return a number with its sign: ``+1,234`` or ``-56``."""
    return f"{number:+,}"


@register.filter
def item(mapping: Mapping[Any, Any] | str | None, key: Any) -> Any:
    """Return the value of a key, or an empty text if there is none."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""


@register.filter
def cited(source: SourceCard | Source) -> SafeString:
    """Return the citation as printed, with its address as a link."""
    before, address, after = source.citation.partition(source.url) if source.url else (source.citation, "", "")
    link = format_html('<a href="{0}" rel="external noreferrer noopener">{0}</a>', address) if address else ""
    return format_html("{}{}{}", before, link, after)
