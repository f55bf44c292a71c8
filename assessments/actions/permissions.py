"""Who may do what. ``workflow`` says in which state of the case."""

from django.db.models import prefetch_related_objects

from accounts.models import User
from assessments.actions.workflow import BY_ACTION, Transition, Who, is_open
from assessments.models import Case, ErasureRequest, IntakeDraft, NewMatch


def may_record_cases(user: User) -> bool:
    """Whether the user may record cases: caseworkers who belong to an office."""
    return user.is_active and user.is_caseworker and user.office_id is not None


def may_have_cases(user: User) -> bool:
    """Whether the user has a list of cases: caseworkers and supervisors only."""
    return user.is_active and (user.is_caseworker or user.is_supervisor)


def may_review_cases(user: User) -> bool:
    """Whether the user has a review queue: supervisors who belong to an office."""
    return user.is_active and user.is_supervisor and user.office_id is not None


def may_reassign(user: User) -> bool:
    """Whether the user may see the workload of their office and give cases to others: its supervisors only."""
    return may_review_cases(user)


def may_see_quality(user: User) -> bool:
    """Whether the user may see the quality figures of their office: its supervisors only."""
    return may_review_cases(user)


def may_read_record(user: User) -> bool:
    """Whether the user may read the audit record: auditors only."""
    return user.is_active and user.is_auditor


def may_see_case(user: User, case: Case) -> bool:
    """Whether the user is its author, a supervisor of its office or, if it is shared, a caseworker of its office."""
    if not may_have_cases(user):
        return False
    same_office = user.office_id is not None and user.office_id == case.office_id
    if user.is_supervisor:
        return same_office
    return case.author_id == user.pk or (case.is_shared and same_office)


def may_export_case(user: User, case: Case) -> bool:
    """Whether the user may copy all data of the case, with the record of who read it: supervisors of its office."""
    return may_review_cases(user) and may_see_case(user, case)


def may_approve_erasure(user: User, request: ErasureRequest) -> bool:
    """Whether the user is a supervisor of the case's office, and not the person who asked for the erasure."""
    return may_export_case(user, request.case) and request.requested_by_id != user.pk


def may_edit_case(user: User, case: Case) -> bool:
    """Whether the user is a caseworker who may see the case. ``may_edit_now`` also checks its state."""
    return user.is_caseworker and may_see_case(user, case)


def may_edit_now(user: User, case: Case) -> bool:
    """Whether the user may edit the case and its state allows it."""
    return may_edit_case(user, case) and case.is_editable


def may_share_case(user: User, case: Case) -> bool:
    """Whether the user may share the case with the office, or stop sharing it: its author only."""
    return user.is_caseworker and user.is_active and case.author_id == user.pk


def may_see_draft(user: User, draft: IntakeDraft) -> bool:
    """Whether the user may edit the case of the draft or, if there is no case yet, is the author of the draft."""
    if draft.case is not None:
        return may_edit_case(user, draft.case)
    return user.is_active and user.is_caseworker and draft.author_id == user.pk


def has_written(user: User, case: Case) -> bool:
    """Whether the user edited the case, and so may never review it."""
    if case.author_id == user.pk:
        return True
    prefetch_related_objects([case], "writers")  # a page asks for each step that it may offer
    return any(w.user_id == user.pk for w in case.writers.all())


def may_review(user: User, case: Case) -> bool:
    """Whether the user is a supervisor of the office who did not edit the case."""
    return may_review_cases(user) and may_see_case(user, case) and not has_written(user, case)


def is_one_of(user: User, case: Case, who: Who) -> bool:
    """Whether the user is one of those whom a transition allows."""
    if who is Who.WRITER:
        return may_edit_case(user, case)
    if who is Who.SUPERVISOR:
        return may_review(user, case)
    if who is Who.REVIEWER:
        return may_review(user, case) and case.reviewer_id == user.pk
    if who is Who.COLLEAGUE:
        return may_review(user, case) and case.reviewer_id != user.pk
    return False


def is_open_now(action: str, case: Case) -> bool:
    """Whether the table allows this step from the present state of the case."""
    if case.state not in BY_ACTION[action].news:
        return is_open(action, case.state)
    waiting = NewMatch.objects.filter(version__case=case.pk, disposition="")
    return is_open(action, case.state, has_news=waiting.exists())


def may(user: User, action: str, case: Case) -> bool:
    """Whether the user may take this step now."""
    return is_open_now(action, case) and any(is_one_of(user, case, who) for who in BY_ACTION[action].by)


def steps_open_to(user: User, case: Case) -> tuple[Transition, ...]:
    """Return every step that the user may take now."""
    return tuple(t for t in BY_ACTION.values() if may(user, t.action, case))
