"""python manage.py export_coi [EDITION] [--fixture]: print an edition as JSON, or as the file that loads to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi import export, fixture, importing
from coi.models import Edition


class Command(BaseCommand):
    help = (
        "Prints an edition as one JSON document or as a fixture; without a code, the only one that the library holds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", nargs="?", metavar="EDITION")
        parser.add_argument("--fixture", action="store_true", help="as the YAML file that load_coi reads")

    def handle(self, *args: Any, **options: Any) -> None:
        editions = Edition.objects.select_related("report")
        known = sorted(e.code for e in editions)
        wanted = [e for e in editions if options["edition"] in (None, e.code)]
        if len(wanted) != 1:
            raise CommandError(f"Name one edition of: {', '.join(known) or '(the library is empty)'}")
        if options["fixture"]:
            self.stdout.write(fixture.dump(wanted[0]), ending="")
        else:
            self.stdout.write(importing.as_json(export.document(wanted[0])))
