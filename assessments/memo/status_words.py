"""Words for the status of a memo, on its first page and in every page header."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.memo.memo import Heading
from assessments.models.codes import State
from coi.text.dates import day_words

_STATUS = {
    State.DRAFT: gettext_lazy("Draft, not reviewed"),
    State.SUBMITTED: gettext_lazy("Submitted, not approved"),
    State.IN_REVIEW: gettext_lazy("In review, not approved"),
    State.RETURNED: gettext_lazy("Returned with comments, not approved"),
    State.APPROVED: gettext_lazy("Approved"),
    State.RECALLED: gettext_lazy("Recalled"),
    State.SUPERSEDED: gettext_lazy("Superseded, not approved"),
    State.CLOSED: gettext_lazy("Closed without a decision"),
}

_RUNNING = {
    State.DRAFT: gettext_lazy("DRAFT"),
    State.SUBMITTED: gettext_lazy("SUBMITTED, NOT APPROVED"),
    State.IN_REVIEW: gettext_lazy("IN REVIEW, NOT APPROVED"),
    State.RETURNED: gettext_lazy("RETURNED, NOT APPROVED"),
    State.RECALLED: gettext_lazy("RECALLED"),
    State.SUPERSEDED: gettext_lazy("SUPERSEDED, NOT APPROVED"),
    State.CLOSED: gettext_lazy("NOT APPROVED"),
}


def status_words(heading: Heading) -> str:
    """The status of the memo, with the day of approval."""
    if heading.is_approved and heading.decided_on:
        return _("Approved on %(day)s") % {"day": day_words(heading.decided_on)}
    if heading.instead:
        words = _("Not the approved memo (version %(number)d). This is the case as it is now")
        return words % {"number": heading.instead}
    return str(_STATUS[State(heading.status)])


def running_words(heading: Heading) -> str:
    """The status of the memo for the page headers."""
    if heading.is_approved:
        return _("Approved version %(number)d") % {"number": heading.version}
    if heading.instead:
        return _("NOT THE APPROVED MEMO")
    return str(_RUNNING[State(heading.status)])
