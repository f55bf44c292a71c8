"""Changes of what a person may do. To give more needs two administrators; to take away needs one and is immediate."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import send_notices, tell_auditors
from accounts.models import Office, StandingChange, User
from accounts.standing import USER
from audit.record import record

Values = dict[str, Any]  # of the fields that say what a person may do; an office by its code
POWERS = ("is_active", "is_staff", "is_superuser")
NEEDED = 2  # administrators: one proposes, another approves
Outcome = StandingChange.Outcome


class NotAllowed(Exception):
    """The change is not made. The text says why, to the administrator."""


def values_of(user: User) -> Values:
    """Return what the user may do."""
    values = {name: getattr(user, name) for name in USER}
    return values | {"office": user.office.code if user.office else None}


def values_of_new(user: User) -> Values:
    """Return what a user who is not stored yet may do: nothing."""
    return values_of(user) | dict.fromkeys(POWERS, False)


def gives_more(before: Values, after: Values) -> bool:
    """Return whether the person may do anything after the change that they could not do before it."""
    return after != taken_away(before, after)


def taken_away(before: Values, after: Values) -> Values:
    """Return what the person keeps at once: the part of the change that gives nothing.

    Nobody who is inactive can do anything, so role and office of such a person can be changed freely.
    """
    kept = {name: before[name] and after[name] for name in POWERS}
    if not kept["is_active"]:
        return kept | {"role": after["role"], "office": after["office"]}
    is_elsewhere = after["office"] not in (None, before["office"])
    return kept | {"role": before["role"], "office": before["office"] if is_elsewhere else after["office"]}


def administrators() -> "QuerySet[User]":
    """Return the administrators who can sign in."""
    return User.objects.filter(is_active=True, is_superuser=True)


def waiting() -> "QuerySet[StandingChange]":
    """Return the changes that wait for a second administrator, the oldest first."""
    return StandingChange.objects.filter(outcome="").select_related("person", "proposed_by").order_by("pk")


def decided(most: int) -> "QuerySet[StandingChange]":
    """Return the newest decided changes."""
    found = StandingChange.objects.exclude(outcome="").select_related("person", "proposed_by", "decided_by")
    return found.order_by("-decided_at")[:most]


def propose(person: User, after: Values, *, reason: str, by: User) -> StandingChange:
    """Store a change that waits for a second administrator, in the caller's transaction."""
    change = StandingChange(person=person, before=values_of(person), after=after, reason=reason, proposed_by=by)
    change.save()
    _record(change, "standing.propose", by, **differences(change))
    send_notices(administrators().exclude(pk__in=[by.pk, person.pk]))
    tell_auditors()
    return change


@transaction.atomic
def approve(change: StandingChange, *, by: User) -> StandingChange:
    """Let the change take effect. Raises NotAllowed, and notes a change that is out of date."""
    found = _locked(change, by)
    if by.pk in (found.proposed_by_id, found.person_id):
        raise NotAllowed(_("Another administrator than the one who proposed it, and than the person, approves it."))
    person = User.objects.select_for_update().get(pk=found.person_id)
    office = Office.objects.filter(code=found.after["office"]).first()
    if values_of(person) != found.before or (found.after["office"] and office is None):
        return _decide(found, Outcome.OUT_OF_DATE, "standing.out-of-date", by)
    person.office = office
    for name in (*POWERS, "role"):
        setattr(person, name, found.after[name])
    person.save(update_fields=USER)
    _decide(found, Outcome.APPROVED, "standing.approve", by)
    record(
        by=str(by.pk),
        action="user.change",
        object_type="user",
        object_id=str(person.pk),
        fields=sorted(differences(found)),
        proposed_by=str(found.proposed_by_id),
        **differences(found),
    )
    tell_auditors()
    return found


@transaction.atomic
def decline(change: StandingChange, *, by: User) -> StandingChange:
    """Decline the change, or withdraw it if it is one's own. Raises NotAllowed."""
    found = _locked(change, by)
    if found.proposed_by_id == by.pk:
        return _decide(found, Outcome.WITHDRAWN, "standing.withdraw", by)
    return _decide(found, Outcome.DECLINED, "standing.decline", by)


def _locked(change: StandingChange, by: User) -> StandingChange:
    """Return the row, locked. Raises NotAllowed unless it waits and the user is an administrator now."""
    if not administrators().filter(pk=by.pk).exists():
        raise NotAllowed(_("Only administrators change what people may do."))
    found = StandingChange.objects.select_for_update().get(pk=change.pk)
    if found.outcome:
        raise NotAllowed(_("This change was decided already: %(outcome)s.") % {"outcome": found.get_outcome_display()})
    return found


def _decide(change: StandingChange, outcome: str, action: str, by: User) -> StandingChange:
    change.outcome, change.decided_by, change.decided_at = outcome, by, timezone.now()
    change.save(update_fields=["outcome", "decided_by", "decided_at"])
    _record(change, action, by)
    return change


def _record(change: StandingChange, action: str, by: User, **details: Any) -> None:
    record(by=str(by.pk), action=action, object_type="user", object_id=str(change.person_id), **details)


def differences(change: StandingChange) -> dict[str, list[Any]]:
    """Return the old and the new value of each field that the change changes."""
    before, after = change.before, change.after
    return {name: [before[name], after[name]] for name in USER if before[name] != after[name]}
