"""A small case, and its review form as a test fills it in."""

import re

from django.urls import reverse
from django.utils import timezone

from assessments.models.codes import Grade

SMALL = "gao-bourem"  # one fact
TODAY = timezone.localdate()


def url(name, case, *more):
    return reverse(name, args=[case.uuid, *more])


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def filled(page, grade=Grade.CORRECT, **changes):
    """What a browser sends from the review page."""
    data = {name: hidden(page, name) for name in ("number", "digest", "version")}
    for row in page.context["read"].graded:
        data |= {f"grade-{row.anchor}": grade, f"comment-{row.anchor}": f"On {row.anchor}."}
    return data | {"remark": ""} | changes
