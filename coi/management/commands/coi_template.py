"""python manage.py coi_template FILE.xlsx: write the empty spreadsheet of an edition; --page writes its
description.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi.files.spreadsheets import explaining, writing


class Command(BaseCommand):
    help = "Writes the empty spreadsheet of an edition, which load_coi and the drafts page accept once it is filled in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--page", action="store_true", help="write the page that describes it (Markdown) instead")

    def handle(self, *args: Any, **options: Any) -> None:
        content = explaining.page().encode() if options["page"] else writing.template()
        try:
            options["file"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written ({error.strerror})") from error
        self.stdout.write(str(options["file"]))
