"""python manage.py check_coi [FILE…] [--report TEXT]: list the problems of an edition."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from coi.editions import checks, place_warnings
from coi.editions.refusals import ImportRefused
from coi.files import loading
from coi.models import Edition, stamp_triggers


class Command(BaseCommand):
    help = "Checks editions: a fixture file before it is loaded or, without a file, all editions in the library. Changes nothing. With --report, also checks against the report's text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--report", type=Path, metavar="TEXT", help="the report's text, one edition at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        problems: list[str] = []
        text = self._text(options["report"])
        if options["files"]:
            for path in options["files"]:
                problems += self._check_file(path, text)
        else:
            editions = Edition.objects.select_related("report")
            if not editions:
                raise CommandError("The library has no editions. Name a fixture file to check.")
            for edition in editions:
                problems += self._check(edition, text)
            problems += [
                f"The database lacks the trigger {name}, so pages may show what the library said before a change. "
                "Run manage.py migrate, which installs it."
                for name in stamp_triggers.missing()
            ]
        if problems:
            raise CommandError("\n".join(problems))

    def _text(self, path: Path | None) -> str | None:
        if path is None:
            return None
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"--report: {path} cannot be read as UTF-8 text ({error})") from error

    def _check_file(self, path: Path, text: str | None) -> list[str]:
        try:
            with transaction.atomic(), loading.loaded(path) as done:
                problems = self._check(done.edition, text)
                transaction.set_rollback(True)
        except ImportRefused as error:
            return [f"{path}: {problem}" for problem in error.problems]
        return problems

    def _check(self, edition: Edition, text: str | None) -> list[str]:
        found = checks.check_edition(edition)
        if text is not None:
            found += checks.check_against_text(edition, text)
        counts = f"{edition.findings.count()} findings, {edition.footnotes.count()} footnotes"
        self.stdout.write(f"{edition.code}: {counts}, {len(found)} problems")
        for warning in place_warnings.warnings(edition):
            self.stdout.write(f"{edition.code}: please check:  {warning}")
        return [f"{edition.code}: {problem}" for problem in found]
