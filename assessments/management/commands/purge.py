"""python manage.py purge: erases data at the end of its retention period. To be run every night."""

from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from assessments.office import retention


class Command(BaseCommand):
    help = "Erases cases, intakes, notifications and sign-ins at the end of their retention period (docs/retention.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only report what is due")
        parser.add_argument("--on", metavar="DATE", help="erase what is due at the start of this day, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _moment(options["on"]) if options["on"] else timezone.now()
        if at > timezone.now() and not options["dry_run"]:
            raise CommandError("--on is in the future. Use it with --dry-run to count what will be due.")
        counted = retention.count(at) if options["dry_run"] else retention.purge(at)
        self.stdout.write("Due, not erased:" if options["dry_run"] else "Erased:")
        for name, number in counted.items():
            self.stdout.write(f"  {name.replace('_', ' '):18}{number:6}")
        self.stdout.write("Not saved recently (never erased while open):")
        self.stdout.write(f"  {'open cases':18}{retention.count_untouched_cases(at):6}")


def _moment(text: str) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"--on takes a day as YYYY-MM-DD, not {text!r}.")
    return timezone.make_aware(datetime.combine(day, time.min))
