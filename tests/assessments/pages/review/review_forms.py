"""A small case, and its review form as a test fills it in."""

from django.urls import reverse
from django.utils import timezone

from assessments.models.codes import Grade
from tests.markup import value

SMALL = "gao-bourem"  # one fact
TODAY = timezone.localdate()


def url(name, case, *more):
    return reverse(name, args=[case.uuid, *more])


def hidden(response, name):
    return value(response, f"[name='{name}']")


def filled(page, grade=Grade.CORRECT, **changes):
    """What a browser sends from the review page."""
    data = {name: hidden(page, name) for name in ("number", "digest", "version")}
    for row in page.context["read"].graded:
        data |= {f"grade-{row.anchor}": grade, f"comment-{row.anchor}": f"On {row.anchor}."}
    return data | {"remark": ""} | changes
