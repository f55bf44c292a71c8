"""python manage.py backup TARGET: copies everything that Footnote stores, except the keys, into a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations import backups


class Command(BaseCommand):
    help = (
        "Copies the database, stored files and the anchor of the audit record into a new folder, with a signed "
        "manifest. Footnote can stay in use meanwhile. The keys are not copied: keep them elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        try:
            manifest = backups.make(target)
        except backups.BackupRefused as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        head = manifest["head"]
        self.stdout.write(f"Backup made: {target}, {len(manifest['tables'])} tables, {rows} rows.")
        self.stdout.write(f"Head of the audit record, to be kept elsewhere: {head['count']}:{head['mac']}")
