"""A copy of a memo for Word, with real footnotes, from the memo's own HTML. Only the PDF is the memo.

pandoc makes it, in a child process with a time limit, a memory limit and a bare environment. ``--sandbox`` keeps it
from files and from the network. It is an optional requirement (requirements-word.txt).
"""

import importlib.util
import json
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from assessments.memo import child_process
from assessments.memo.pdf_renderer import LARGEST_HTML, MemoFailed, MemoTooLarge, MemoTooSlow

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECONDS = 30
MEGABYTES = 512
FINDING_COLUMNS = (0.08, 0.64, 0.28)  # number, statement, where it is in the report: shares of the width


class NotInstalled(MemoFailed):
    """pandoc is not installed here."""


def pandoc() -> Path | None:
    """The pandoc of requirements-word.txt; None if it is not installed. Another one is never used."""
    found = importlib.util.find_spec("pypandoc")
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).parent / "files" / "pandoc"
    return program if program.exists() else None


def word_copy(html: str, *, notice: str, day: date, seconds: float | None = None) -> bytes:
    """The memo as .docx that begins with ``notice``; the same bytes for the same memo. ``day`` is its date.

    ``seconds`` is the wall clock for all of it; ``SECONDS`` if nobody waits.

    Raise NotInstalled, MemoTooSlow, MemoTooLarge, or MemoFailed for anything else.
    """
    program = pandoc()
    if program is None:
        raise NotInstalled(
            _(
                "Word copies cannot be made here, because pandoc is not installed. An administrator can install it "
                "with the packages of requirements-word.txt."
            )
        )
    source = html.encode()
    if len(source) > LARGEST_HTML:
        raise MemoTooLarge(_("The memo is too long for a Word copy."))
    limit = SECONDS if seconds is None else seconds
    until = time.monotonic() + limit
    try:
        document = json.loads(_run(program, source, day, until, "-f", "html", "-t", "json"))
        made = json.dumps(_as_word_wants_it(document, notice)).encode()
        return _run(program, made, day, until, "-f", "json", "-t", "docx", "-o", "-")
    except child_process.TookTooLong:
        words = _("The Word copy took longer than %(seconds)d s and was stopped.") % {"seconds": limit}
        raise MemoTooSlow(words) from None


def _run(program: Path, source: bytes, day: date, until: float, *arguments: str) -> bytes:
    epoch = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    command = [str(program), *arguments, "--sandbox", "+RTS", f"-M{MEGABYTES}m", "-RTS"]
    with tempfile.TemporaryDirectory(prefix="footnote-word-", ignore_cleanup_errors=True) as scratch:
        environment = {"HOME": scratch, "TMPDIR": scratch, "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": f"{epoch:.0f}"}
        seconds = until - time.monotonic()
        child = child_process.run(command, source, seconds=seconds, scratch=scratch, environment=environment)
    if child.returncode:  # its message may quote the memo
        words = _("The Word copy could not be made: pandoc ended with status %(status)d. Tell an administrator.")
        raise MemoFailed(words % {"status": child.returncode})
    return child.stdout


def _as_word_wants_it(document: dict[str, Any], notice: str) -> dict[str, Any]:
    """pandoc's document with footnotes as footnotes and without pictures, under the notice."""
    title = {"t": "MetaInlines", "c": _text(_("Copy without force"))}
    meta = {name: value for name, value in document["meta"].items() if name == "lang"} | {"title": title}
    first = {"t": "Para", "c": [{"t": "Strong", "c": _text(notice)}]}
    return document | {"meta": meta, "blocks": [first, *_changed(document["blocks"])]}


def _changed(node: Any) -> Any:
    if isinstance(node, list):
        return [made for item in node for made in _pieces(item)]
    if isinstance(node, dict):
        return {name: _changed(value) for name, value in node.items()}
    return node


def _pieces(item: Any) -> Iterable[Any]:
    """Return the items that replace one item of a list."""
    kind = item.get("t") if isinstance(item, dict) else None
    if kind == "Image":
        return _text(_("[Picture: see the PDF]"))
    if kind == "Span":
        (_name, classes, more), inner = item["c"]
        if "footnote" in classes:
            number = dict(more).get("number", "")
            words = _text(_("[%(number)s in the PDF] ") % {"number": number})
            return [{"t": "Note", "c": [{"t": "Para", "c": words + _changed(inner)}]}]
        if "state" in classes:  # a position, which has a badge in the PDF
            return [{"t": "Strong", "c": _changed(inner)}]
        if "n" in classes:  # a paragraph's number, which is in the margin of the PDF
            return [_changed(item), {"t": "Space"}]
    if kind == "Table" and "memo-findings" in item["c"][0][1] and len(item["c"][2]) == len(FINDING_COLUMNS):
        widths = [
            [align, {"t": "ColWidth", "c": share}]
            for (align, _any), share in zip(item["c"][2], FINDING_COLUMNS, strict=True)
        ]
        return [{"t": "Table", "c": [*_changed(item["c"][:2]), widths, *_changed(item["c"][3:])]}]
    return [_changed(item)]


def _text(words: str) -> list[dict[str, str]]:
    return [{"t": "Str", "c": words}]
