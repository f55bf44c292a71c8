"""python manage.py assess CASE.json: what the library says of a case, without storing it."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments import answer, intake, result

MAX_BYTES = 2_000_000
BAD_INPUT = 2


class Command(BaseCommand):
    help = "Matches a case file to the COI library and prints the result; exit status 2 on bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", type=Path, metavar="CASE.json")
        parser.add_argument("--format", choices=["json", "text"], default="json", dest="output_format")
        parser.add_argument("--pdf", type=Path, metavar="OUT.pdf", help="also write the memo, as a draft")

    def handle(self, *args: Any, **options: Any) -> None:
        document = self._read(options["case"])
        try:
            case = intake.read(document, today=timezone.localdate())
        except intake.BadCase as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        found = answer.answer(case)
        if options["pdf"]:
            self._write_memo(found, options["pdf"])
        if options["output_format"] == "text":
            self.stdout.write(result.as_text(found))
        else:
            self.stdout.write(json.dumps(result.document(found), ensure_ascii=False, indent=2))

    def _read(self, path: Path) -> Any:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise CommandError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB", returncode=BAD_INPUT)
            return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_no_duplicates)
        except OSError as error:
            raise CommandError(f"{path}: cannot be read ({error.strerror})", returncode=BAD_INPUT) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: byte {error.start} is not UTF-8", returncode=BAD_INPUT) from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path}: not JSON: {error}", returncode=BAD_INPUT) from error

    def _write_memo(self, found: answer.Answer, path: Path) -> None:
        from assessments import memo

        path.write_bytes(memo.draft_pdf(found))


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _value in pairs]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"{', '.join(twice)} is given twice")
    return dict(pairs)
