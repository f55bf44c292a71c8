"""python manage.py restore SOURCE: puts a backup into an empty place, and checks it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations import backups


class Command(BaseCommand):
    help = (
        "Puts a backup into the empty database and folder that the settings name. Refuses if anything is there. "
        "Checks it against its manifest, and verifies the audit record."
    )
    requires_system_checks = []  # there is no database yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="a folder that backup made")
        parser.add_argument("--check", action="store_true", help="check the backup's files only, and restore nothing")

    def handle(self, *args: Any, source: Path, check: bool, **options: Any) -> None:
        try:
            manifest = backups.check(source) if check else backups.restore(source)
        except backups.BackupRefused as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        done = "is as it was made" if check else "is restored and was verified"
        self.stdout.write(f"The backup of {manifest['made_at']} {done}: {len(manifest['tables'])} tables, {rows} rows.")
        if not check:
            self.stdout.write(
                "If this release is newer than the backup, run migrate. Run purge: erased cases are back."
            )
