"""python manage.py audit_head: prints the head of the audit record, to be kept outside the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from audit import anchor
from audit.models import FIRST, Head
from audit.record import record


class Command(BaseCommand):
    help = "Prints the head of the audit record: COUNT:MAC and the time. Keep it where the database administrator cannot write."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new-anchor", action="store_true", help="make the anchor file anew, after it was lost")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_anchor"]:
            self._make_anchor()
        head = Head.objects.filter(pk=Head.ROW).first() or Head(count=0, mac=FIRST)
        self.stdout.write(f"{head} {timezone.now().isoformat(timespec='seconds')}")

    def _make_anchor(self) -> None:
        """Make the file anew and leave an entry that says so."""
        file = anchor.path()
        if file is None or file.exists():
            raise CommandError("There is an anchor file, or none is set. Keep the old file and move it away first.")
        with transaction.atomic():
            entry = record(by="audit_head", action="record.anchor", object_type="record")
        anchor.write(Head.objects.get(pk=Head.ROW).count, entry.mac, entry.at, begins=True)
