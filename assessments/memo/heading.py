"""The heading of a memo: author, reviewer, status and the texts of its office; the words for its status."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Case
from assessments.models.codes import State
from coi.text.dates import day_words


@dataclass(frozen=True)
class Heading:
    """The memo's author, reviewer and status, and the texts of its office."""

    office: str = ""
    author: str = ""
    reviewer: str = ""
    status: str = State.DRAFT.value
    version: int = 0
    legal_basis: str = ""
    standard_of_proof: str = ""
    age_limit: int = 24  # months; future risk and internal protection need newer COI or a justification
    decided_on: date | None = None
    instead: int = 0  # number of the approved version, if this is the present state and not that version

    @property
    def is_approved(self) -> bool:
        return self.status == State.APPROVED


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


def heading_of(
    case: Case, *, status: str | None = None, version: int = 0, reviewer: str = "", decided_on: date | None = None
) -> Heading:
    """The heading of a case's memo. It is a draft unless ``status`` is given: versions are approved, not cases."""
    office = case.office
    return Heading(
        instead=0 if version else approved_beside(case),
        office=str(office),
        author=str(case.author),
        reviewer=reviewer,
        status=State(status or State.DRAFT).value,
        version=version,
        legal_basis=office.legal_basis,
        standard_of_proof=office.standard_of_proof,
        age_limit=office.coi_age_limit,
        decided_on=decided_on,
    )


def approved_beside(case: Case) -> int:
    """The number of the approved version of a case that is no longer edited; 0 if there is none."""
    if case.is_editable:
        return 0
    newest = case.versions.order_by("-number").values_list("number", "pdf_sha256").first()
    return newest[0] if newest and newest[1] else 0
