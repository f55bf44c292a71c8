"""python manage.py audit_head: prints the head of the audit record, to be kept outside the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.models import FIRST, Head


class Command(BaseCommand):
    help = "Prints the head of the audit record: COUNT:MAC and the time. Keep it where the database administrator cannot write."

    def handle(self, *args: Any, **options: Any) -> None:
        head = Head.objects.filter(pk=Head.ROW).first() or Head(count=0, mac=FIRST)
        self.stdout.write(f"{head} {timezone.now().isoformat(timespec='seconds')}")
