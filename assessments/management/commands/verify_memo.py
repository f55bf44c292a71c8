"""python manage.py verify_memo MEMO.pdf RECORD.json: checks whether a PDF is the memo of a record."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

BAD_INPUT = 2
MAX_BYTES = 64 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Checks the PDF of a memo against its record (canonical JSON), without the database and without a network. "
        "Exit status 1 if the PDF is not the memo of the record, 2 on bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("memo", type=Path, metavar="MEMO.pdf")
        parser.add_argument("record", type=Path, metavar="RECORD.json")

    def handle(self, *args: Any, **options: Any) -> None:
        from assessments.memo import verification

        pdf, record = _read(options["memo"]), _read(options["record"])
        try:
            text = record.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['record']}: byte {error.start} is not UTF-8", returncode=BAD_INPUT) from error
        found = verification.verify(pdf, text)
        if not found.holds:
            raise CommandError(found.words)
        self.stdout.write(found.words)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CommandError(f"{path}: larger than {MAX_BYTES // 2**20} MB", returncode=BAD_INPUT)
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror})", returncode=BAD_INPUT) from error
