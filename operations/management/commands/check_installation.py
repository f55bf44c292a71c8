"""python manage.py check_installation: whether Footnote can serve people here, and what to do if not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations import readiness


class Command(BaseCommand):
    help = (
        "Checks the database, migrations, static files, file modes, audit record, queue, free disk space and the "
        "making of PDFs. Exit status 0 if all is well, else 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--start", action="store_true", help="check only what a start needs")

    def handle(self, *args: Any, start: bool, **options: Any) -> None:
        found = readiness.problems(readiness.AT_START if start else readiness.AT_START | readiness.NEEDED)
        for name, problem in found.items():
            self.stderr.write(f"{name}: {problem}")
        if found:
            sys.exit(1)
        self.stdout.write("Footnote can start." if start else "Footnote is ready.")
