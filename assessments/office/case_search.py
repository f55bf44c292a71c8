"""The search for cases, among those that the user may see. It never uses traits of applicants."""

from django.db.models import Q, QuerySet

from accounts.models import User
from assessments.models import (
    Case,
    CaseFact,
    CasePlace,
)
from assessments.office.filters import MINE, SHARED, Filters
from coi.models import EventKind, Place, PlaceName
from coi.text.folding import fold, name_key


def found(cases: QuerySet[Case], filters: Filters, user: User) -> QuerySet[Case]:
    """Return the cases that fit the filters."""
    if filters.q:
        cases = cases.filter(_matching(filters.q))
    if filters.whose == MINE:
        cases = cases.filter(author=user)
    elif filters.whose == SHARED:
        cases = cases.exclude(author=user)
    if filters.officer:
        cases = cases.filter(author=int(filters.officer))
    if filters.due_before:
        cases = cases.filter(due_on__lt=filters.due_before)
    return cases


def _matching(q: str) -> Q:
    """Return the condition that a reference, place or kind of event fits. Nothing else is searched."""
    in_place = Q(place_typed__icontains=q)
    name, key = fold(q), name_key(q)
    if len(key) > 1:
        called = Place.objects.filter(
            Q(folded__contains=key)
            | Q(pk__in=PlaceName.objects.filter(folded__contains=key).order_by().values("place"))
        )
        named = called.order_by().values("pk")
        around = ("place", "place__parents", "place__parents__parents", "place__parents__parents__parents")
        for lies_in in around:
            in_place |= Q(**{f"{lies_in}__in": named})
    at_fact = in_place | Q(event__in=_event_codes(name)) if name else in_place
    return (
        Q(reference__icontains=q)
        | Q(pk__in=CasePlace.objects.filter(in_place).order_by().values("case"))
        | Q(pk__in=CaseFact.objects.filter(at_fact).order_by().values("case"))
    )


def _event_codes(name: str) -> list[str]:
    """Return the kinds of event whose name or code contains the text."""
    words = EventKind.objects.values_list("code", "name")
    return [code for code, called in words if name in fold(called) or name in fold(code)]
