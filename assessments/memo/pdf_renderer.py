"""Turn the memo's HTML into a PDF that reads nothing, calls nobody and always ends.

The only module that imports WeasyPrint, and only in a child process: this file run as a
script. The child is given HTML on standard input and a few settings as arguments; it has a
time limit, a memory limit and no way to open a connection or a file outside its own fonts and
stylesheets. What a person typed can make it fail, never make it hang, fetch or leak.

The same HTML gives the same bytes: no clock, no system font, no locale takes part. Dates come
from ``<meta name="dcterms.created">`` and ``dcterms.modified``.

The child needs nothing of Django.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import logging
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

PROJECT = Path(__file__).resolve().parents[2]
STATIC = PROJECT / "static"
CACHE = PROJECT / "var" / "cache" / "memo-fonts"  # a convenience: works as well when not writable

SECONDS = 30
MEGABYTES = 1024
LARGEST_HTML = 8 * 1024 * 1024  # bytes; a memo of 150 texts of 100,000 letters is refused earlier
LARGEST_PDF = 64 * 1024 * 1024

logger = logging.getLogger(__name__)


# --- what can go wrong, in words that a person can act on ---------------------------------------


class MemoFailed(Exception):
    """The memo could not be made; nothing was saved or sent."""


class MemoTooSlow(MemoFailed):
    """Laying out the memo took longer than the time limit; the process was ended."""


class MemoTooLarge(MemoFailed):
    """The memo needs more text, memory or pages than the limits allow."""


class MissingGlyph(MemoFailed):
    """The memo holds characters that no shipped font can draw; a box would hide what was typed."""

    def __init__(self, characters: Iterable[str]) -> None:
        # not at the top: the child, which runs this file alone, finds no module of ours
        from coi.text.characters import described

        self.characters = frozenset(characters)
        super().__init__(
            "The memo was not made, because these characters cannot be printed and would show as "
            f"empty boxes: {described(self.characters)}. Write them in another way (for "
            "example in Latin letters), or ask an administrator to add a font for that script."
        )


# --- the parent: start the child, give it its limits, take its answer ----------------------------


def render_pdf(
    html: str,
    *,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
    static: Path = STATIC,
    cache: Path = CACHE,
    on_warning: Callable[[str], None] | None = None,
) -> bytes:
    """The memo as a tagged PDF (PDF/UA-1); the same bytes for the same HTML.

    ``seconds`` is the wall clock and ``megabytes`` the address space that the child may use.
    ``on_warning`` is told what the renderer had to remove or could not do; the sentences may
    quote the memo, so they belong in a test or on a developer's screen, never in a log.

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
    # The scratch directory goes away whatever happens to the child.
    with tempfile.TemporaryDirectory(prefix="footnote-memo-", ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, "-s", "-P", "-B", str(Path(__file__).resolve())]
        command += [str(static), str(cache), scratch, str(seconds), str(megabytes)]
        try:
            child = subprocess.run(  # noqa: S603 - our own file, no shell, kills and reaps on time-out
                command,
                input=source,
                capture_output=True,
                timeout=seconds,
                env=_environment(scratch),
                cwd=scratch,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
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
    """Only what the child needs; nothing of the caller's locale, home, time zone, proxies, secrets."""
    environment = {
        "PATH": os.defpath,
        "HOME": scratch,
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
    """The child's own warnings; other noise on standard error (GLib, fontconfig) is dropped."""
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


# --- the child ------------------------------------------------------------------------------------
# From here on everything runs in the child process only.


class _Refused(Exception):
    """An answer for the parent: a kind of failure and what it concerns."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.report = {"error": kind, **details}


def _warn(sentence: str) -> None:
    sys.stderr.write(json.dumps({"warning": sentence}) + "\n")


def _limit(seconds: float, megabytes: int) -> None:
    """End with the parent or without it: the kernel stops what takes too long or too much."""
    import resource

    def lower(what: int, soft: int, hard: int | None = None) -> None:
        # A limit already set lower by the system stays.
        _, highest = resource.getrlimit(what)
        bound = soft if hard is None else hard
        if highest != resource.RLIM_INFINITY:
            bound = min(bound, highest)
        resource.setrlimit(what, (min(soft, bound), bound))

    processor = math.ceil(seconds) + 1
    lower(resource.RLIMIT_AS, megabytes * 2**20)
    lower(resource.RLIMIT_CPU, processor, processor + 1)
    lower(resource.RLIMIT_FSIZE, 2**26)
    lower(resource.RLIMIT_NOFILE, 256)
    lower(resource.RLIMIT_CORE, 0)
    signal.alarm(math.ceil(seconds) + 2)  # should the parent be gone


def _lock_down(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """From now on Python opens no connection, starts no process, and reads only the given roots.

    The second wall behind the fetcher: an audit hook cannot be removed again.
    """
    read_roots = tuple(os.path.realpath(path) for path in (*readable, *writable))
    write_roots = tuple(os.path.realpath(path) for path in writable)
    forbidden = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system",
                 "ftplib.", "http.", "urllib.")  # fmt: skip

    def inside(path: str, roots: tuple[str, ...]) -> bool:
        return any(path == root or path.startswith(root + os.sep) for root in roots)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(forbidden):
            raise PermissionError("the memo renderer makes no connection and starts no process")
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if not inside(path, write_roots if writes else read_roots):
                raise PermissionError("the memo renderer reads only its own fonts and stylesheets")

    sys.addaudithook(hook)


FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <cachedir>{scratch}/fontconfig</cachedir>
  <alias><family>serif</family><prefer><family>Source Serif 4</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Source Sans 3</family></prefer></alias>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def _child(arguments: list[str]) -> int:
    static, cache, scratch = (Path(argument) for argument in arguments[:3])
    _limit(float(arguments[3]), int(arguments[4]))
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
    from xml.sax.saxutils import escape

    conf = FONTS_CONF.format(
        fonts=escape(str(static / "fonts")), cache=escape(str(cache)), scratch=escape(str(scratch))
    )
    (scratch / "fonts.conf").write_text(conf)
    source = sys.stdin.buffer.read()
    try:
        pdf = _render(source, static, scratch)
        if len(pdf) > LARGEST_PDF:
            raise _Refused("too-large")
    except _Refused as refused:
        report = refused.report
    except MemoryError:
        report = {"error": "too-large"}
    except RecursionError:
        report = {"error": "failed", "reason": "its HTML is nested too deeply"}
    except BaseException as error:  # FatalURLFetchingError is one
        # Only the kind of error: its text may quote the memo.
        report = {"error": "failed", "reason": f"the renderer met {type(error).__name__}"}
        import traceback

        _warn(traceback.format_exc())
    else:
        sys.stdout.buffer.write(pdf)
        sys.stdout.buffer.flush()
        return 0
    sys.stdout.write(json.dumps(report))
    sys.stdout.flush()
    return 1


def _render(source: bytes, static: Path, scratch: Path) -> bytes:
    import cssselect2
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    _lock_down(
        readable=[Path(sys.prefix), Path(sys.base_prefix), Path(os.__file__).parent, static / "fonts", static / "css"],
        writable=[scratch, Path(os.devnull)],
    )
    missing: set[str] = set()
    logging.getLogger("weasyprint").addHandler(_Listener(missing))
    logging.getLogger("weasyprint").setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    _keep_notes_on_their_page()
    _read_brackets_as_they_are_printed()

    document = weasyprint.HTML(
        string=source,
        encoding="utf-8",
        base_url=(static / "css").as_uri() + "/",
        url_fetcher=_fetcher(static),
    )
    root = document.etree_element
    document.base_url = (static / "css").as_uri() + "/"  # whatever a <base> said
    _make_inert(root)
    document.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    if not root.get("lang") or not "".join(t.text or "" for t in root.iter("title")).strip():
        raise _Refused("failed", reason="its template lacks a title or a language")
    pages = document.render(font_config=FontConfiguration(), pdf_variant="pdf/ua-1")
    if lost := _notes_not_on_their_page(pages):
        _warn(f"notes that do not stand on the page that cites them: {', '.join(lost)}")
    if covered := _pages_with_text_under_notes(pages):
        _warn(f"pages on which text runs into the notes: {', '.join(map(str, covered))}")
    pdf: bytes = pages.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(source).digest()[:16])
    if missing:
        raise _Refused("missing-glyph", characters=sorted(missing))
    return pdf


class _Listener(logging.Handler):
    """Passes WeasyPrint's warnings on, and collects the characters that no font could draw."""

    def __init__(self, missing: set[str]) -> None:
        super().__init__(logging.WARNING)
        self.missing = missing

    # tokens.css has colours for dark screens, which the renderer takes for an error.
    EXPECTED = ("Expected a media type, got 'screen", "Invalid media type ' screen and (prefers-color-scheme")

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(self.EXPECTED):
            return
        if ".notdef glyph" in str(record.msg) and isinstance(record.args, tuple):
            self.missing.add(str(record.args[0]))
        else:
            _warn(record.getMessage()[:500])


def _fetcher(static: Path) -> Any:
    """Answers for fonts and stylesheets under static/, and for nothing else whatever the scheme."""
    from urllib.request import url2pathname

    from weasyprint.urls import URLFetcher, URLFetcherResponse

    allowed = {
        ".css": (os.path.realpath(static / "css"), "text/css"),
        ".ttf": (os.path.realpath(static / "fonts"), "font/ttf"),
        ".otf": (os.path.realpath(static / "fonts"), "font/otf"),
    }

    class MemoAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: object = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme != "file" or parts.netloc or parts.query:
                raise ValueError("not an asset of the memo")
            path = os.path.realpath(url2pathname(parts.path))
            root, kind = allowed.get(os.path.splitext(path)[1].lower(), (None, ""))
            if root is None or not path.startswith(root + os.sep):
                raise ValueError("not an asset of the memo")
            return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})

    return MemoAssets(allowed_protocols=(), allow_redirects=False)


# What a memo is made of. Anything else (a script, a frame, an image, a form, a style) is turned
# into inert text, so that nothing typed is lost and nothing typed acts.
HTML = """
    html head title meta link body main section article header footer aside nav div h1 h2 h3 h4 h5 h6
    p span a bdi em strong b i small sub sup q cite abbr time code mark del ins br wbr hr blockquote
    ul ol li dl dt dd figure figcaption table caption colgroup col thead tbody tfoot tr th td
"""
SVG = """
    svg g title desc defs path rect circle ellipse line polyline polygon text tspan clipPath marker
"""
SVG_SPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = frozenset(HTML.split()) | frozenset(SVG_SPACE + name for name in SVG.split())
FORBIDDEN = """
    style src srcset data poster background action formaction rel download ping target usemap
    http-equiv srcdoc codebase classid archive longdesc profile manifest
"""
FORBIDDEN_ATTRIBUTES = frozenset(FORBIDDEN.split())
LINK_SCHEMES = frozenset({"http", "https"})

# Soft hyphens and zero-width spaces are invisible, and a few hundred of them stop the renderer:
# they are dropped. Direction overrides would show other letters than are stored: they are named.
UNSEEN = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF])
OVERRIDES = {code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
LINE_ENDS = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
AS_PRINTED = {**UNSEEN, **OVERRIDES, **LINE_ENDS}
# Joiners shape Arabic, Sinhala, N'Ko and more; after Latin, Greek and Cyrillic they do nothing but
# make the renderer measure the whole text again for each line.
IDLE_JOINERS = re.compile("(?<=[!-~\u00a1-\u052f])[\u200c\u200d]+")
# A word as long as a page is measured again for each of its lines, which takes minutes: it is given
# places to break, that leave no trace in the PDF. No word and hardly any address is that long.
LONG_WORD = re.compile(r"\S{200,}")
PIECE = re.compile(r"\S{1,10}[\u0300-\u036f\u200c-\u200f\ufe00-\ufe0f]*")
ZERO_WIDTH_SPACE = "\u200b"


def _printable(text: str) -> str:
    """A text as it is laid out: what cannot be seen is dropped or named, what is endless can break."""
    text = IDLE_JOINERS.sub("", text.translate(AS_PRINTED))
    return LONG_WORD.sub(lambda word: ZERO_WIDTH_SPACE.join(PIECE.findall(word[0])), text)


def _make_inert(root: Element[Any]) -> None:
    """Leave of an HTML tree only what a memo may hold; say what was removed."""
    elements: list[Element[Any]] = list(root.iter())
    for element in elements:
        if not isinstance(element.tag, str):
            continue  # a comment: it draws nothing
        if (element.tag == "link" and not _is_stylesheet(element)) or (element.tag not in ELEMENTS):
            _disarm(element)
        else:
            for name in list(element.attrib):
                if not _may_stay(element, name):
                    _warn(f"removed {name} from <{_short(element.tag)}>")
                    del element.attrib[name]
        if element.text:
            element.text = _printable(element.text)
        if element.tail:
            element.tail = _printable(element.tail)


def _short(tag: str) -> str:
    return tag.rpartition("}")[2]


def _disarm(element: Element[Any]) -> None:
    _warn(f"removed <{_short(element.tag)}>")
    alternative = element.get("alt")
    element.attrib.clear()
    element.tag = "span"
    if alternative:
        element.text = alternative + (element.text or "")


def _is_stylesheet(element: Element[Any]) -> bool:
    href = element.get("href", "")
    return element.get("rel", "").lower() == "stylesheet" and bool(href) and not urlsplit(href).scheme


def _may_stay(element: Element[Any], name: str) -> bool:
    plain, tag = _short(name).lower(), str(element.tag)
    if plain.startswith("on"):
        return False
    if plain == "href":
        return tag == "link" or (tag == "a" and _is_safe_link(element.attrib[name]))
    if plain == "rel":
        return tag == "link"
    if plain in {"width", "height"}:
        return tag.startswith(SVG_SPACE)
    # A reference inside SVG (marker, clip path) names a part of the same drawing.
    value = element.attrib[name].lower().replace(" ", "")
    return plain not in FORBIDDEN_ATTRIBUTES and "url(" not in value.replace("url(#", "")


def _is_safe_link(href: str) -> bool:
    if href.startswith("#"):
        return len(href) > 1
    if any(character <= " " or character == "\\" for character in href):
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme.lower() in LINK_SCHEMES and bool(parts.hostname)


def _note_key(footnote: Any) -> str | None:
    return None if footnote.element is None else footnote.element.get("data-note")


def _keep_notes_on_their_page() -> None:
    """Two changes to WeasyPrint 70's footnotes, so that a note stands where it is cited, and once.

    A line that does not fit goes to the next page; WeasyPrint would rather send away the notes of
    the lines above it. It does not do so within columns, of which a memo has none: so every page is
    taken for one, except while the height of the notes is worked out.

    A note cited twice on a page is printed once there; on two pages, on both. Two citations are of
    the same note when they carry the same ``data-note``.
    """
    from weasyprint.layout import LayoutContext

    set_up, measure = LayoutContext.__init__, LayoutContext._update_footnote_area
    lay_out, report = LayoutContext.layout_footnote, LayoutContext.report_footnote

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        set_up(self, *arguments, **named)
        self.in_column = True

    def _update_footnote_area(self: Any) -> Any:
        self.in_column = False
        try:
            return measure(self)
        finally:
            self.in_column = True

    def layout_footnote(self: Any, footnote: Any) -> Any:
        if _note_key(footnote) and _note_key(footnote) in map(_note_key, self.current_page_footnotes):
            self.footnotes.remove(footnote)
            return False
        return lay_out(self, footnote)

    def report_footnote(self: Any, footnote: Any) -> None:
        if footnote in self.current_page_footnotes:
            report(self, footnote)
        else:  # left out as a repetition; its line moves to the next page, and it with it
            self.reported_footnotes.append(footnote)

    for change in (__init__, _update_footnote_area, layout_footnote, report_footnote):
        setattr(LayoutContext, change.__name__, change)


def _read_brackets_as_they_are_printed() -> None:
    """A change to WeasyPrint 70's text layer, so that one right-to-left text does not turn every bracket round.

    WeasyPrint maps each glyph of a font to the text for which it was drawn first. In a right-to-left text
    "(" is drawn with the glyph of ")", as Unicode demands; so that glyph read "(" in the whole memo from
    then on, in left-to-right sentences too. (Other PDF writers map the glyph by the font, or give such a
    run an ActualText.) Here a glyph of a mirrored sign is mapped to the sign that it shows: by the font's
    own table, as readers of PDFs expect, which turn the signs of right-to-left runs round themselves.
    """
    from weasyprint.pdf.fonts import Font

    set_up = Font.__init__

    class ByShape(dict[int, str]):
        """Glyphs to texts; for a sign that has a mirror image the font decides which of the two it is."""

        def __init__(self, font: Any) -> None:
            super().__init__()
            self.font = font

        def __setitem__(self, glyph: int, text: str) -> None:
            if len(text) == 1 and unicodedata.mirrored(text):
                text = self.shapes.get(glyph, text)
            super().__setitem__(glyph, text)

        @functools.cached_property
        def shapes(self) -> dict[int, str]:
            from fontTools.ttLib import TTFont

            with TTFont(io.BytesIO(self.font.file_content), fontNumber=self.font.index, lazy=True) as font:
                cmap = font.getBestCmap() or {}
                signs = {code: name for code, name in cmap.items() if unicodedata.mirrored(chr(code))}
                return {font.getGlyphID(name): chr(code) for code, name in signs.items()}

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        set_up(self, *arguments, **named)
        self.to_unicode = ByShape(self)

    Font.__init__ = __init__


def _notes_not_on_their_page(document: Any) -> list[str]:
    """The notes that are cited on a page but do not stand at its foot, as ``page:note``."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    lost = []
    for number, page in enumerate(document.pages, start=1):
        root, *others = page._page_box.children
        notes = {_note_key(box) for area in others if isinstance(area, FootnoteAreaBox) for box in area.children}
        cited = {_note_key(box.footnote) for box in root.descendants() if box.footnote is not None}
        lost += [f"{number}:{key}" for key in sorted(key for key in cited - notes if key)]
    return lost


def _pages_with_text_under_notes(document: Any) -> list[int]:
    """The pages on which a line stands lower than the notes begin: rows of a table might do that."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox

    found = []
    for number, page in enumerate(document.pages, start=1):
        root, *others = page._page_box.children
        notes = [area.position_y for area in others if isinstance(area, FootnoteAreaBox) and area.children]
        lowest = max((b.position_y + b.height for b in root.descendants() if isinstance(b, LineBox)), default=0)
        if notes and lowest > min(notes) + 1:
            found.append(number)
    return found


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1:]))
