"""python manage.py assess CASE.json: prints what the COI says about a case, without storing the case."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.answer import answer
from assessments.assessing import result
from assessments.assessing.assessment import Assessment
from assessments.casefile import reader
from assessments.casefile.problems import BadCase
from assessments.memo import memo, pdf_renderer, printing
from assessments.memo.heading import Heading

MAX_BYTES = 2_000_000
BAD_INPUT = 2
WRITERS = {"pdf": printing.memo_pdf, "word": printing.memo_word}


class Command(BaseCommand):
    help = "Matches a case file to the COI library and prints the result; exit status 2 on bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", type=Path, metavar="CASE.json")
        parser.add_argument("--format", choices=["json", "text"], default="json", dest="output_format")
        parser.add_argument("--pdf", type=Path, metavar="OUT.pdf", help="also write the memo, as a draft")
        words = "also write a copy for Word, without force (needs requirements-word.txt)"
        parser.add_argument("--word", type=Path, metavar="OUT.docx", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        for option in WRITERS:
            if options[option] is not None:
                self._check_target(option, options[option], options["case"])
        document = self._read(options["case"])
        try:
            case = reader.read(document, today=timezone.localdate())
        except BadCase as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        found = answer.answer(case)
        for option in WRITERS:
            if options[option]:
                self._write_memo(option, found, options[option])
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

    def _check_target(self, option: str, target: Path, case: Path) -> None:
        """Check before any matching that the memo's folder exists and that the memo does not overwrite the case."""
        if not target.name or target.is_dir():
            raise CommandError(f"--{option}: {target} is a folder; name the file to write.", returncode=BAD_INPUT)
        if not target.parent.is_dir():
            raise CommandError(f"--{option}: there is no folder {target.parent}.", returncode=BAD_INPUT)
        if target.exists() and case.exists() and target.samefile(case):
            raise CommandError(f"--{option}: this is the case file itself; name another file.", returncode=BAD_INPUT)

    def _write_memo(self, option: str, found: answer.Answer, target: Path) -> None:
        """Write the whole memo or nothing: write a temporary file beside the target, then move it there."""
        beside = target.with_name(f".{target.name}.part")
        try:
            beside.write_bytes(WRITERS[option](memo.build(found, Assessment(), Heading())))
            beside.replace(target)
        except pdf_renderer.MemoFailed as error:
            raise CommandError(f"--{option}: {error}", returncode=BAD_INPUT) from error
        except OSError as error:
            raise CommandError(
                f"--{option}: {target} cannot be written ({error.strerror})", returncode=BAD_INPUT
            ) from error
        finally:
            beside.unlink(missing_ok=True)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key, value in pairs:
        if key in read:
            raise ValueError(f"{key[:60]} is given twice")
        read[key] = value
    return read
