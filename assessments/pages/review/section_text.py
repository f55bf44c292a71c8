"""A section of a submitted memo as HTML. Links to other sections lead to their pages."""

import re
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from assessments.memo import printing
from assessments.models import Case
from assessments.review.review_sheet import ReviewRead, SectionRead

_LINK = re.compile(r'href="#([\w-]+)"')


def text_of(request: HttpRequest, case: Case, read: ReviewRead, section: SectionRead) -> SafeString:
    """Render the text printed on the page of a section."""
    context: dict[str, Any] = printing.memo_context(read.memo, as_page=True, notes_once=True)
    parts = (render_to_string(p.template, context | {"part": p.part}, request=request) for p in section.parts)

    def leads_there(link: re.Match[str]) -> str:
        there = read.section_of.get(link[1], section.anchor)
        if there == section.anchor:
            return link[0]
        return f'href="{reverse("review-section", args=[case.uuid, there])}#{link[1]}"'

    return mark_safe(_LINK.sub(leads_there, "".join(parts)))  # noqa: S308 (rendered above; only addresses changed)
