"""What the audit record says of users and offices, compared with what is stored.

The administration records each change with old and new codes. ``record_standing`` records everything at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Office, User
from audit.models import Entry

RECORDED, ADMINISTRATOR = "standing.record", "standing.administrator"
USER = ("role", "office", "is_active", "is_staff", "is_superuser")
OFFICE = tuple(f.name for f in Office._meta.fields if not f.primary_key)
_MODELS = {"user": (User, USER), "office": (Office, OFFICE)}
TOLD = (
    "standing.propose", "standing.approve", ADMINISTRATOR, RECORDED,
    "user.create", "user.delete", "user.password", "second-factor.reset",
)  # fmt: skip
TOLD_DAYS, TOLD_MOST = 30, 20
_CHANGES = tuple(f"{kind}.{what}" for kind in _MODELS for what in ("create", "change", "delete"))

Standing = dict[str, dict[str, dict[str, Any]]]  # by kind and id: fields with their codes


@dataclass
class Recorded:
    """The standing by the record. ``is_complete``: everything was recorded at once, so nobody else can be known."""

    standing: Standing = field(default_factory=lambda: {kind: {} for kind in _MODELS})
    is_complete: bool = False


def stored() -> Standing:
    """Return the standing of every user and office as stored. An office of a user is given by its code."""
    found: Standing = {}
    for kind, (model, names) in _MODELS.items():
        columns = ["office__code" if (kind, name) == ("user", "office") else name for name in names]
        rows = model._default_manager.order_by("pk").values_list("pk", *columns)
        found[kind] = {str(pk): dict(zip(names, values, strict=True)) for pk, *values in rows}
    return found


def recorded() -> Recorded:
    """Return what the record says, read from all its entries about users and offices."""
    found = Recorded()
    for entry in Entry.objects.filter(action__in=(RECORDED, *_CHANGES)).order_by("pk").iterator(chunk_size=2000):
        if entry.action == RECORDED:
            found = Recorded({kind: dict(entry.details[kind]) for kind in _MODELS}, is_complete=True)
            continue
        kind, _dot, what = entry.action.partition(".")
        if what == "delete":
            found.standing[kind].pop(entry.object_id, None)
            continue
        new = {name: pair[1] for name, pair in entry.details.items() if name in _MODELS[kind][1]}
        if what == "create" or new:
            of_it = found.standing[kind].setdefault(entry.object_id, {})
            found.standing[kind][entry.object_id] = of_it | new
        if kind == "office" and "code" in new:
            _rename(found.standing["user"], entry.details["code"])
    return found


def _rename(users: dict[str, dict[str, Any]], codes: list[Any]) -> None:
    old, new = codes
    for pk, standing in users.items():
        if old is not None and standing.get("office") == old:
            users[pk] = standing | {"office": new}


def differences(*, is_complete: bool = False) -> list[str]:
    """Return a sentence for each difference. ``is_complete`` also tells who is not in the record at all."""
    said, there = recorded(), stored()
    found = []
    for kind, named in (("user", _("User %(id)s")), ("office", _("Office %(id)s"))):
        known = said.standing[kind]
        for pk, values in there[kind].items():
            who = named % {"id": pk}
            if pk not in known:
                if is_complete or said.is_complete:
                    found.append(_("%(who)s is stored, but not in the audit record.") % {"who": who})
                continue
            found += [
                _("%(who)s: %(name)s is %(stored)s, but %(recorded)s by the audit record.")
                % {"who": who, "name": name, "stored": _words(value), "recorded": _words(known[pk][name])}
                for name, value in values.items()
                if name in known[pk] and known[pk][name] != value
            ]
        found += [
            _("%(who)s is in the audit record, but not stored.") % {"who": named % {"id": pk}}
            for pk in known
            if pk not in there[kind]
        ]
    return found


def told_to_auditors(now: datetime) -> "QuerySet[Entry]":
    """Return the newest entries of the last days on what people may do, for the start page of auditors."""
    since = now - timedelta(days=TOLD_DAYS)
    return Entry.objects.filter(action__in=TOLD, at__gte=since).order_by("-pk")[:TOLD_MOST]


def _words(value: Any) -> str:
    return _("empty") if value in (None, "") else str(value)


def problems() -> Iterator[str]:
    """Return what differs, for ``verify_audit``."""
    yield from differences()


def notes() -> Iterator[str]:
    """Return a sentence for each use of ``make_administrator`` and of ``record_standing``."""
    for entry in Entry.objects.filter(action=ADMINISTRATOR).order_by("pk"):
        yield _("make_administrator made user %(id)s an administrator on %(day)s (entry %(row)s): %(reason)s") % {
            "id": entry.object_id,
            "day": timezone.localdate(entry.at).isoformat(),
            "row": entry.pk,
            "reason": entry.details["reason"],
        }
    uses = list(Entry.objects.filter(action=RECORDED).order_by("pk"))
    for entry in uses:
        yield _("record_standing accepted %(count)s differences on %(day)s (entry %(row)s): %(reason)s") % {
            "count": len(entry.details["accepted"]),
            "day": timezone.localdate(entry.at).isoformat(),
            "row": entry.pk,
            "reason": entry.details["reason"],
        }
    if not uses and User.objects.exists():
        yield _("Users made outside the administration are not compared. Run record_standing to include them.")
