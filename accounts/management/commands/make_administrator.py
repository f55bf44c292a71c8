"""python manage.py make_administrator: makes one of the first two administrators, or replaces a lost second one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.mail import tell_auditors
from accounts.models import User
from accounts.standing import ADMINISTRATOR
from accounts.standing_changes import NEEDED, administrators, values_of, values_of_new
from audit.record import record


class Command(BaseCommand):
    help = (
        "Makes a person an administrator while fewer than two can sign in. Later, administrators propose and approve "
        "each other. It stays in the audit record, and verify_audit lists each use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why; the auditors read it")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not reason:
            raise CommandError("Say why with --reason.")
        there = list(administrators().select_for_update().values_list("username", flat=True))
        if len(there) >= NEEDED:
            raise CommandError(
                f"{len(there)} administrators can sign in. One of them proposes a new one on the page, another approves."
            )
        person = User.objects.select_for_update().filter(username=options["username"]).first()
        if person is not None and person.is_administrator:
            raise CommandError(f"{person.get_username()} is an administrator already.")
        is_new = person is None
        person = person or User(username=options["username"])
        before = values_of_new(person) if is_new else values_of(person)
        person.is_active = person.is_staff = person.is_superuser = True
        if is_new:
            person.set_unusable_password()
            person.full_clean(exclude=["password"])
        person.save()
        pairs: dict[str, Any] = {
            name: [None if is_new else before[name], value]
            for name, value in values_of(person).items()
            if is_new or before[name] != value
        }
        what = {"object_type": "user", "object_id": str(person.pk)}
        record(by="make_administrator", action="user.create" if is_new else "user.change", **what, **pairs)
        record(by="make_administrator", action=ADMINISTRATOR, **what, reason=reason, others=len(there))
        tell_auditors()
        self.stdout.write(f"{person.get_username()} is an administrator.")
        if not person.has_usable_password():
            self.stdout.write(f"Set the password: manage.py changepassword {person.get_username()}")
