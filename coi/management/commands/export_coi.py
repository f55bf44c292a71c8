"""python manage.py export_coi [EDITION] [--fixture | --spreadsheet FILE]: export an edition as JSON or as a file to
load.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi.files import export, fixture, loading
from coi.files.spreadsheets import writing
from coi.models import Edition


class Command(BaseCommand):
    help = "Prints an edition as one JSON document or as a fixture; without a code, the library's only edition."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", nargs="?", metavar="EDITION")
        as_file = parser.add_mutually_exclusive_group()
        as_file.add_argument("--fixture", action="store_true", help="as the YAML file that load_coi reads")
        as_file.add_argument("--spreadsheet", type=Path, metavar="FILE", help="into an .xlsx file that load_coi reads")

    def handle(self, *args: Any, **options: Any) -> None:
        editions = Edition.objects.select_related("report")
        known = sorted(e.code for e in editions)
        wanted = [e for e in editions if options["edition"] in (None, e.code)]
        if len(wanted) != 1:
            raise CommandError(f"Name one edition of: {', '.join(known) or '(the library is empty)'}")
        if options["fixture"]:
            self.stdout.write(fixture.dump(wanted[0]), ending="")
        elif options["spreadsheet"]:
            try:
                options["spreadsheet"].write_bytes(writing.edition(wanted[0]))
            except (OSError, writing.DoesNotFit) as error:
                raise CommandError(f"--spreadsheet: {error}") from error
            self.stdout.write(f"{options['spreadsheet']}: {wanted[0].code}")
        else:
            self.stdout.write(loading.as_json(export.document(wanted[0])))
