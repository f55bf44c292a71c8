"""python manage.py record_standing: records who may do what now, and what that differs in from the record before."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import standing
from audit.record import record


class Command(BaseCommand):
    help = (
        "Writes roles, offices and powers of all users and the settings of all offices into the audit record, so that "
        "verify_audit compares them. Prints every difference that this accepts. Without --reason it records nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="why the present state is right; verify_audit shows it")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        accepted = standing.differences(is_complete=True)
        for line in accepted:
            self.stdout.write(line)
        reason = options["reason"].strip()
        if not reason:
            raise CommandError("Nothing was recorded. If every line above is right, say why with --reason.")
        details: dict[str, Any] = {"reason": reason, "accepted": accepted, **standing.stored()}
        record(by="record_standing", action=standing.RECORDED, object_type="record", **details)
        self.stdout.write(f"Recorded. {len(accepted)} differences were accepted.")
