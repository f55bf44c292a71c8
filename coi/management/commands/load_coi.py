"""python manage.py load_coi FILE…: check an edition's fixture and load it, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi.drafts import publishing
from coi.editions.refusals import ImportRefused


class Command(BaseCommand):
    help = "Checks the fixture of an edition and loads it, all or nothing. A published edition never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--because",
            default="",
            metavar="REASON",
            help="the reason why findings of the edition before are not in the new one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            try:
                done = publishing.load(path, by="load_coi", because=options["because"])
            except ImportRefused as error:
                raise CommandError(f"{path} was not loaded; nothing changed.\n{error}") from error
            what = f"{done.edition.findings.count()} findings" if done.is_new else "already published and identical"
            if done.replaces:
                what += f"; it replaces {done.replaces.code}, and memos that rely on changed findings are recalled"
            self.stdout.write(f"{done.edition.code}: {what}")
