"""python manage.py verify_audit: checks that the audit record is intact. Exit status 0 if so, else 1."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import anchor, stored, verified
from audit.verification import verify


class Command(BaseCommand):
    help = (
        "Checks the audit record for rows that were changed, removed, inserted, reordered or cut from the end. Finds a "
        "rewritten record if the anchor file or --head still has the old head."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", metavar="COUNT:MAC", help="a head kept outside the database, as printed by audit_head"
        )
        parser.add_argument("--line", action="store_true", help="print one line for a monitoring system")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outside = anchor.parse(options["head"]) if options["head"] is not None else None
        except ValueError as error:
            raise CommandError(str(error)) from error
        result = verify(outside=outside)
        for problem in stored.problems():
            result.add(problem)
        result.notes += stored.notes()
        if result.is_whole:
            verified.note()
        if options["line"]:
            count = len(result.problems) + result.more
            state = "OK" if result.is_whole else "CRITICAL"
            self.stdout.write(f"AUDIT {state} - {result.entries} entries, {count} problems | problems={count}")
        elif options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "whole": result.is_whole,
                        "entries": result.entries,
                        "mac": result.mac,
                        "problems": result.problems,
                        "more_problems": result.more,
                        "notes": result.notes,
                    }
                )
            )
        elif result.is_whole:
            self._write_notes(result.notes)
            self.stdout.write(f"The audit record is intact: {result.entries} entries, head {result.mac}")
        else:
            for problem in result.problems:
                self.stdout.write(problem)
            if result.more:
                self.stdout.write(f"… and {result.more} more")
            self._write_notes(result.notes)
            self.stdout.write(f"The audit record is not intact ({result.entries} entries).")
        if not result.is_whole:
            sys.exit(1)

    def _write_notes(self, notes: list[str]) -> None:
        for note in notes:
            self.stdout.write(note)
