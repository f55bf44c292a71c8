"""Who may. When one may is another question (workflow)."""

from accounts.models import User
from assessments.actions.workflow import BY_ACTION, Transition, Who, is_open
from assessments.models import Case, IntakeDraft, NewMatch


def may_record_cases(user: User) -> bool:
    """Caseworkers of an office record cases."""
    return user.is_active and user.is_caseworker and user.office_id is not None


def may_have_cases(user: User) -> bool:
    """Has a list of cases at all: COI admins, auditors and administrators have none."""
    return user.is_active and (user.is_caseworker or user.is_supervisor)


def may_review_cases(user: User) -> bool:
    """Supervisors of an office have its queue."""
    return user.is_active and user.is_supervisor and user.office_id is not None


def may_see_quality(user: User) -> bool:
    """Counts about the process: supervisors see their office's, COI admins and auditors none."""
    return may_review_cases(user)


def may_read_record(user: User) -> bool:
    """The record is the auditors'."""
    return user.is_active and user.is_auditor


def may_see_case(user: User, case: Case) -> bool:
    """The author, the office's caseworkers where it is shared, and the office's supervisors."""
    if not may_have_cases(user):
        return False
    same_office = user.office_id is not None and user.office_id == case.office_id
    if user.is_supervisor:
        return same_office
    return case.author_id == user.pk or (case.is_shared and same_office)


def may_edit_case(user: User, case: Case) -> bool:
    """A caseworker who may see it. Whether its state allows it: ``may_edit_now``."""
    return user.is_caseworker and may_see_case(user, case)


def may_edit_now(user: User, case: Case) -> bool:
    """May edit it, and its state allows it."""
    return may_edit_case(user, case) and case.is_editable


def may_share_case(user: User, case: Case) -> bool:
    """The author shares it with the office, or no longer."""
    return user.is_caseworker and user.is_active and case.author_id == user.pk


def may_see_draft(user: User, draft: IntakeDraft) -> bool:
    """Its author as long as it is no case yet, then whoever may edit the case."""
    if draft.case is not None:
        return may_edit_case(user, draft.case)
    return user.is_active and user.is_caseworker and draft.author_id == user.pk


def has_written(user: User, case: Case) -> bool:
    """Wrote in the case, and so never reviews it."""
    return case.author_id == user.pk or any(w.user_id == user.pk for w in case.writers.all())


def may_review(user: User, case: Case) -> bool:
    """A supervisor of the office who did not write in it."""
    return may_review_cases(user) and may_see_case(user, case) and not has_written(user, case)


def is_one_of(user: User, case: Case, who: Who) -> bool:
    """Whether the user is what a transition asks for."""
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
    """Whether the table knows this step from where the case stands."""
    if case.state not in BY_ACTION[action].news:
        return is_open(action, case.state)
    waiting = NewMatch.objects.filter(version__case=case.pk, disposition="")
    return is_open(action, case.state, has_news=waiting.exists())


def may(user: User, action: str, case: Case) -> bool:
    """Whether this person may take this step now."""
    return is_open_now(action, case) and any(is_one_of(user, case, who) for who in BY_ACTION[action].by)


def steps_open_to(user: User, case: Case) -> tuple[Transition, ...]:
    """Every step that this person may take now."""
    return tuple(t for t in BY_ACTION.values() if may(user, t.action, case))
