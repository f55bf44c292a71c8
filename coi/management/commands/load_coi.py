"""python manage.py load_coi FILE…: check an edition's fixture and load it, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi import importing


class Command(BaseCommand):
    help = "Checks the fixture of an edition and loads it, all or nothing. A published edition never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            try:
                edition, is_new = importing.load(path, by="load_coi")
            except importing.ImportRefused as error:
                raise CommandError(f"{path} was not loaded; nothing changed.\n{error}") from error
            what = f"{edition.findings.count()} findings" if is_new else "already published and identical"
            self.stdout.write(f"{edition.code}: {what}")
