"""Cases, limited to those that the user may see."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from assessments.actions import permissions
from assessments.models import Case
from assessments.models.codes import ERASED
from audit.models import Entry


def visible_cases(user: User) -> QuerySet[Case]:
    """Return the cases that the user may see, newest first."""
    if not permissions.may_have_cases(user):
        return Case.objects.none()
    if user.is_supervisor:
        return Case.objects.filter(office=user.office_id) if user.office_id else Case.objects.none()
    if user.office_id is None:
        return Case.objects.filter(author=user)
    return Case.objects.filter(Q(author=user) | Q(office=user.office_id, is_shared=True))


def visible_case(user: User, uuid: Any) -> Case:
    """Return one case. Raises Http404 if there is none or the user may not see it."""
    case = Case.objects.select_related("office", "author", "reviewer").filter(uuid=uuid).first()
    if case is None or not permissions.may_see_case(user, case):
        raise Http404
    return case


def erased_case_ids(user: User) -> list[str]:
    """Return the ids of erased cases whose memo the user submitted or, for a supervisor, somebody of their office."""
    if not permissions.may_have_cases(user):
        return []
    ids = [user.pk]
    if user.is_supervisor:
        ids = list(User.objects.filter(office=user.office_id).values_list("pk", flat=True)) if user.office_id else []
    erased = Entry.objects.filter(action__in=ERASED).values("object_id")
    submitted = Entry.objects.filter(action="memo.submit", actor__in=map(str, ids), object_id__in=erased)
    return list(submitted.values_list("object_id", flat=True).distinct().order_by())


def is_reference_taken(reference: str, office: int | None, *, but: int | None = None) -> bool:
    """Whether a case of the office has the reference; ``but`` is the id of a case to disregard."""
    cases = Case.objects.filter(office=office, reference=reference)
    return (cases if but is None else cases.exclude(pk=but)).exists()
