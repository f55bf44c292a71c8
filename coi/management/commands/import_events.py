"""import_events FILE --retrieved DATE: import event data as totals, all or nothing."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coi.events.problems import BadFile
from coi.events.reading import Progress
from coi.events.storing import import_events
from coi.events.sums import listed


class Command(BaseCommand):
    help = "Reads an ACLED export (either layout) or UCDP GED and stores totals by region and month, never its rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--retrieved", required=True, help="day on which you retrieved the file: 2026-11-02")
        parser.add_argument("--code", default="", help="name of the data; by default provider, country and day")
        parser.add_argument(
            "--country", default="ML", help="ISO 3166-1 alpha-2; rows of other countries are not imported"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file.")
        try:
            retrieved = date.fromisoformat(options["retrieved"])
        except ValueError as error:
            raise CommandError(f"--retrieved {options['retrieved']}: write a day as 2026-11-02.") from error
        unknown: dict[str, int] = {}
        country = options["country"].strip().upper()
        code = options["code"] or f"events-{country.lower()}-{retrieved:%Y-%m-%d}"
        try:
            dataset = import_events(
                path,
                code=code,
                country=country,
                retrieved_on=retrieved,
                today=timezone.localdate(),
                on_progress=self._progress,
                on_unknown=unknown.update,
            )
        except BadFile as error:
            raise CommandError(f"{path.name}: nothing was imported.\n{error}") from error
        finally:
            if self.stderr.isatty():
                self.stderr.write("\r\x1b[K", ending="")
        self.stdout.write(
            f"{dataset.code}: {dataset.layout}, {dataset.events} events from {dataset.first_day} to {dataset.last_day}; "
            f"{dataset.repeated} rows repeated an event, {dataset.elsewhere} were of other countries."
        )
        if unknown:
            self.stdout.write(f"Not imported, because these countries are not in the library: {listed(unknown)}.")

    def _progress(self, progress: Progress) -> None:
        """Show the progress on one line, if the output is a terminal."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{progress.rows:,} rows of about {progress.about:,} read", lambda text: text, "")
            self.stderr.flush()
