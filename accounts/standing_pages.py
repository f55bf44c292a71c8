"""The page where administrators approve or decline what another one proposed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import standing_changes
from accounts.models import Office, Role, StandingChange, User

LISTED = 20  # decided changes
CONFLICT = 409
_DECISIONS = {"approve": standing_changes.approve, "decline": standing_changes.decline}


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the changes that wait, and the newest decided ones."""
    return _page(request, _administrator(request))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, decline or withdraw a change."""
    user = _administrator(request)
    change = get_object_or_404(StandingChange, pk=pk)
    act = _DECISIONS.get(request.POST.get("do", ""))
    if act is None:
        return redirect("people")
    try:
        decided = act(change, by=user)
    except standing_changes.NotAllowed as refusal:
        return _page(request, user, errors=[{"message": str(refusal)}], status=CONFLICT)
    words = _("The change of %(person)s is %(outcome)s.")
    is_old = decided.outcome == StandingChange.Outcome.OUT_OF_DATE
    level = messages.WARNING if is_old else messages.SUCCESS
    messages.add_message(request, level, words % {"person": change.person, "outcome": decided.get_outcome_display()})
    return redirect("people")


def _administrator(request: HttpRequest) -> User:
    user: Any = request.user
    if not user.is_administrator:
        raise PermissionDenied
    return user  # type: ignore[no-any-return]  # a signed-in user


def _page(request: HttpRequest, user: User, *, errors: Any = (), status: int = 200) -> HttpResponse:
    offices = dict(Office.objects.values_list("code", "name"))
    context = {
        "section": "people",
        "waiting": [_shown(change, offices, user) for change in standing_changes.waiting()],
        "decided": [_shown(change, offices, user) for change in standing_changes.decided(LISTED)],
        "administrators": standing_changes.administrators().count(),
        "needed": standing_changes.NEEDED,
        "errors": list(errors),
    }
    return render(request, "accounts/people.html", context, status=status)


def _shown(change: StandingChange, offices: dict[str, str], user: User) -> dict[str, Any]:
    return {
        "change": change,
        "lines": [
            {
                "label": User._meta.get_field(name).verbose_name,  # type: ignore[union-attr]  # a field of the model
                "before": _words(before, offices),
                "after": _words(after, offices),
            }
            for name, (before, after) in standing_changes.differences(change).items()
        ],
        "may_approve": user.pk not in (change.proposed_by_id, change.person_id),
        "is_mine": user.pk == change.proposed_by_id,
    }


def _words(value: Any, offices: dict[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return _("none")
    return str(Role(value).label) if value in Role.values else offices.get(value, value)
