"""Who may. When one may is another question (workflow)."""

from accounts.models import User
from assessments.models import Case


def may_record_cases(user: User) -> bool:
    """Caseworkers of an office record cases."""
    return user.is_active and user.is_caseworker and user.office_id is not None


def may_have_cases(user: User) -> bool:
    """Has a list of cases at all: COI admins, auditors and administrators have none."""
    return user.is_active and (user.is_caseworker or user.is_supervisor)


def may_see_case(user: User, case: Case) -> bool:
    """The author, and supervisors of the case's office."""
    if not may_have_cases(user):
        return False
    if user.is_supervisor:
        return user.office_id is not None and user.office_id == case.office_id
    return case.author_id == user.pk


def may_edit_case(user: User, case: Case) -> bool:
    """The author, as long as they are a caseworker."""
    return user.is_active and user.is_caseworker and case.author_id == user.pk
