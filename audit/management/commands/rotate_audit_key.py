"""python manage.py rotate_audit_key: begins to write the audit record with a new key."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit import keys, record
from audit.models import Head
from audit.parts import Part
from audit.verification import verify


class Command(BaseCommand):
    help = (
        "Begins to write the audit record with the new AUDIT_KEY. The old one is the first of AUDIT_KEY_FALLBACKS. Stop "
        "the web servers and workers first, and start them with the new key afterwards."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AUDIT_KEY_FALLBACKS:
            raise CommandError("Set AUDIT_KEY_FALLBACKS to the old key, and AUDIT_KEY to the new one.")
        old, new = settings.AUDIT_KEY_FALLBACKS[0], settings.AUDIT_KEY
        if len(new.strip()) < settings.SHORTEST_KEY or new in settings.AUDIT_KEY_FALLBACKS:
            raise CommandError(f"AUDIT_KEY must be new and have {settings.SHORTEST_KEY} characters or more.")
        with transaction.atomic():
            head = Head.objects.select_for_update().filter(pk=Head.ROW).first()
            if head is None or not head.count:
                raise CommandError("The audit record is empty. Use the new key from the start.")
            settings.AUDIT_KEY = old  # the record is still that of the old key
            try:
                found = verify()
            finally:
                settings.AUDIT_KEY = new
            if not found.is_whole:
                raise CommandError("The audit record is not intact under the old key:\n" + "\n".join(found.problems))
            sha256 = Part.newest_sha256()
            record.append_key_change(
                "rotate_audit_key",
                {
                    "count": head.count,
                    "head": head.mac,
                    "sha256": sha256,
                    "signed": keys.signature(old, head.count, head.mac, sha256),
                },
            )
        self.stdout.write(
            f"Entries from {head.count + 1} on are written with the new key. Keep the old one as a fallback."
        )
