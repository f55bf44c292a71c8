"""Turns the memo's HTML into a PDF, in a child process with a time limit, a memory limit and a bare environment.

The child is ``pdf_child.py``, run as a script. It gets HTML on standard input and a few settings as arguments. Typed
text can make it fail, but never hang, fetch or leak.
"""

import contextlib
import functools
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

from assessments.memo import child_process
from assessments.memo.pdf_child import LARGEST_PDF
from coi.text.characters import described

PROJECT = Path(__file__).resolve().parents[2]
STATIC = PROJECT / "static"
CACHE = PROJECT / "var" / "cache" / "memo-fonts"  # optional: everything works if it is not writable

SECONDS = 30  # more than the setting, because a command keeps nobody waiting
MEGABYTES = 512
LARGEST_HTML = 8 * 1024 * 1024  # bytes; a memo of 150 texts of 100,000 letters is refused earlier
CHILD = Path(__file__).resolve().with_name("pdf_child.py")

logger = logging.getLogger(__name__)


# --- failures, with messages that a person can act on -------------------------------------------------


class MemoFailed(Exception):
    """The memo could not be made; nothing was saved or sent."""


class MemoLost(MemoFailed):
    """The process that made the memo was ended repeatedly, or met an unknown error."""

    def __init__(self) -> None:
        super().__init__(
            "The memo could not be made. Try again in a minute. If it happens again, tell an administrator."
        )


class MemoTooSlow(MemoFailed):
    """Laying out the memo took longer than the time limit; the process was ended."""


class MemoTooLarge(MemoFailed):
    """The memo needs more text, memory or pages than the limits allow."""


class MissingGlyph(MemoFailed):
    """The memo has characters that no shipped font can draw. An empty box would hide them."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = frozenset(characters)
        super().__init__(
            "The memo was not made, because these characters cannot be printed and would show as "
            f"empty boxes: {described(self.characters)}. Write them in another way (for "
            "example in Latin letters), or ask an administrator to add a font for that script."
        )


@functools.cache
def printed_by() -> str:
    """Return a digest of what prints the HTML: this folder's programs, stylesheets, fonts, and WeasyPrint's version.

    The same HTML with the same digest gives the same bytes.
    """
    found = hashlib.sha256(metadata.version("weasyprint").encode())
    for path in (*sorted(CHILD.parent.glob("*.py")), *sorted(STATIC.glob("css/*.css"))):
        found.update(path.read_bytes())
    for path in sorted((STATIC / "fonts").rglob("*")):
        found.update(f"{path.name} {path.stat().st_size}\0".encode())
    return found.hexdigest()


# --- the parent: starts the child, limits it and takes its answer ----------------------------------------


def render_pdf(
    html: str,
    *,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
    static: Path = STATIC,
    cache: Path = CACHE,
    on_warning: Callable[[str], None] | None = None,
) -> bytes:
    """Return the memo as a tagged PDF (PDF/A-2a and PDF/UA-1); the same bytes for the same HTML.

    ``seconds`` is the wall clock and ``megabytes`` the address space that the child may use. ``on_warning`` receives
    what the renderer removed or could not do. The sentences may quote the memo, so they belong in a test or on a
    developer's screen, never in a log.

    Raises MemoTooSlow, MemoTooLarge, MissingGlyph, or MemoFailed for anything else.
    """
    if lone := {character for character in html if "\ud800" <= character <= "\udfff"}:
        raise MissingGlyph(lone)
    source = html.encode()
    if len(source) > LARGEST_HTML:
        raise MemoTooLarge(
            f"The memo's text is {len(source) / 2**20:.1f} MB long; at most "
            f"{LARGEST_HTML // 2**20} MB can be printed. Shorten the longest texts."
        )
    # The scratch directory is removed whatever happens to the child.
    with tempfile.TemporaryDirectory(prefix="footnote-memo-", ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, "-s", "-P", "-B", str(CHILD)]
        command += [str(static), str(cache), scratch, str(seconds), str(megabytes)]
        try:
            child = child_process.run(
                command, source, seconds=seconds, scratch=scratch, environment=_environment(scratch)
            )
        except child_process.TookTooLong:
            raise MemoTooSlow(_too_slow(seconds)) from None
    notes = _notes(child.stderr)
    if on_warning is not None:
        for note in notes:
            on_warning(note)
    elif notes:
        logger.warning("The memo renderer gave %d warnings", len(notes))
    if child.returncode == 0 and child.stdout.startswith(b"%PDF-"):
        return child.stdout
    raise _failure(child, seconds, megabytes)


def _environment(scratch: str) -> dict[str, str]:
    """Return only what the child needs, without the caller's locale, home, time zone, proxies and secrets."""
    environment = {
        "PATH": os.defpath,
        "HOME": scratch,
        "PYTHONPATH": str(PROJECT),  # for inert_html and pdf_notes; the child imports nothing else of ours
        "TMPDIR": scratch,
        "XDG_CACHE_HOME": scratch,
        "FONTCONFIG_FILE": str(Path(scratch) / "fonts.conf"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    for name in ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SYSTEMROOT"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _notes(stderr: bytes) -> list[str]:
    """Return the child's own warnings. Other output on standard error (GLib, fontconfig) is dropped."""
    notes = []
    for line in stderr.splitlines():
        with contextlib.suppress(ValueError):
            if isinstance(entry := json.loads(line), dict):
                notes.append(str(entry.get("warning", "")))
    return notes


def _too_slow(seconds: float) -> str:
    return (
        f"The memo took longer than the {seconds:g} s it is given and was stopped. Shorten very "
        "long statements or tables and try again; if it happens with a short memo, tell an "
        "administrator."
    )


def _failure(child: subprocess.CompletedProcess[bytes], seconds: float, megabytes: int) -> MemoFailed:
    try:
        report = json.loads(child.stdout)
    except ValueError:
        report = {}
    kind = report.get("error")
    if kind == "missing-glyph":
        return MissingGlyph(report["characters"])
    if child.returncode in (-signal.SIGXCPU, -signal.SIGALRM):
        return MemoTooSlow(_too_slow(seconds))
    out_of_memory = b"MemoryError" in child.stderr or b"failed to allocate" in child.stderr
    if kind == "too-large" or child.returncode == -signal.SIGKILL or out_of_memory:
        return MemoTooLarge(
            f"The memo needs more than {megabytes} MB of memory or {LARGEST_PDF // 2**20} MB of "
            "PDF and was stopped. Shorten very long statements or leave some findings out."
        )
    reason = report.get("reason") or f"the renderer ended with status {child.returncode}"
    return MemoFailed(f"The memo could not be made: {reason}. Please tell an administrator.")
