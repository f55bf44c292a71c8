"""Do jobs outside the requests: ``manage.py run_worker``. Start as many as there are spare processors."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jobs.worker import Runner, stops_on_signals


class Command(BaseCommand):
    help = "Do jobs (PDFs of memos, imports of event data) beside the requests, until stopped. Several can run, on several machines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="stop when no job waits")

    def handle(self, *args: Any, until_empty: bool, **options: Any) -> None:
        self.check(databases=["default"])  # among others, that the key of the audit record fits
        runner = Runner()
        stops_on_signals(runner)
        self.stdout.write(f"Worker {runner.name} takes jobs.")
        done = runner.run(until_empty=until_empty)
        self.stdout.write(f"Worker {runner.name} stopped after {done} jobs.")
