"""A section of a submitted memo as HTML. Links to other sections lead to their pages.

Addresses of sources are links that show the host only: a reviewer opens them, and the memo prints them whole.
"""

import re
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from assessments.memo import printing
from assessments.memo.memo import Section
from assessments.models import Case
from assessments.review.review_sheet import ReviewRead, SectionRead

_LINK = re.compile(r'href="#([\w-]+)"')
_ADDRESS = re.compile(r'(?<!")https?://(?:www\.)?(?P<host>[\w.-]*\w)(?:(?:[^\s<>"&]|&amp;)*[\w/=])?')  # in escaped text
_FOLDED = "assessments/review/folded_part.html"


def text_of(request: HttpRequest, case: Case, read: ReviewRead, section: SectionRead) -> SafeString:
    """Render the text printed on the page of a section."""
    context: dict[str, Any] = printing.memo_context(read.memo, as_page=True, notes_once=True)

    def rendered(part: Section) -> str:
        text = render_to_string(part.template, context | {"part": part.part}, request=request)
        if part.anchor != "method":  # the same words in every memo
            return text
        return render_to_string(_FOLDED, {"section": part, "text": mark_safe(text)}, request=request)  # noqa: S308 (as below)

    def leads_there(link: re.Match[str]) -> str:
        there = read.section_of.get(link[1], section.anchor)
        if there == section.anchor:
            return link[0]
        return f'href="{reverse("review-section", args=[case.uuid, there])}#{link[1]}"'

    text = _LINK.sub(leads_there, "".join(map(rendered, section.parts)))
    return mark_safe(_ADDRESS.sub(_opened, text))  # noqa: S308 (rendered above; only addresses changed)


def _opened(address: re.Match[str]) -> str:
    """An address in the escaped text of a page, as a link."""
    return f'<a href="{address[0]}" title="{address[0]}" rel="external noreferrer noopener">{address["host"]}</a>'
