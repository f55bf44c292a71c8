"""A small case and its review forms, filled in."""

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


def sent(page, **changes):
    """Return what a browser sends from a page of the review, with some fields changed."""
    return {name: hidden(page, name) for name in ("number", "digest", "version")} | changes


def section_of(client, case, anchor="profile"):
    """Get the page of a section."""
    return client.get(url("review-section", case, anchor))


def grade(client, case, anchor="profile", grade=Grade.CORRECT, comment="", page=None, **changes):
    """Press the button of a grade on the page of a section, or on an older copy of the page."""
    page = page or section_of(client, case, anchor)
    return client.post(url("review-section", case, anchor), sent(page, grade=grade, comment=comment, **changes))


def decide(client, case, decision, remark="", **changes):
    """Press one of the two buttons of the decision."""
    page = client.get(url("review", case))
    return client.post(url("decide", case), sent(page, decision=decision, remark=remark, **changes))
