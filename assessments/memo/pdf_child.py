"""The child process that makes a PDF of the memo's HTML. It reads no other input, connects to nothing and always ends.

Only this module and ``pdf_notes`` import WeasyPrint, and only when ``pdf_renderer`` runs this one as a script. It sets
its own time and memory limits, and cannot open a connection or a file outside its own fonts and stylesheets.

The same HTML gives the same bytes, because no clock, system font or locale is used. Dates come from ``<meta
name="dcterms.created">`` and ``dcterms.modified``.

The child does not use Django.
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
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assessments.memo.inert_html import make_inert
from assessments.memo.pdf_notes import keep_notes_on_their_page, notes_not_on_their_page, pages_with_text_under_notes

LARGEST_PDF = 64 * 1024 * 1024
VARIANT = "pdf/a-2a"  # and PDF/UA-1: see _declare_pdf_ua
# The mark of PDF/UA-1 in the metadata, and the description of its field that PDF/A requires.
PDF_UA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
  rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the PDF/UA standard that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


class _Refused(Exception):
    """An answer for the parent: a kind of failure and its object."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.report = {"error": kind, **details}


def _warn(sentence: str) -> None:
    sys.stderr.write(json.dumps({"warning": sentence}) + "\n")


def _limit(seconds: float, megabytes: int) -> None:
    """Let the kernel stop this process if it takes too much time or memory, with or without its parent."""
    import resource

    def lower(what: int, soft: int, hard: int | None = None) -> None:
        # keep a limit that the system has already set lower
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
    signal.alarm(math.ceil(seconds) + 2)  # in case the parent has ended


def _lock_down(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Stop Python from opening connections, starting processes and reading outside the given roots.

    This is the second barrier, behind the fetcher: an audit hook cannot be removed again.
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
        # report only the kind of error, because its text may quote the memo
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
    import weasyprint  # noqa: F401 - what it loads at first is not all within what can be read afterwards

    _lock_down(
        readable=[Path(sys.prefix), Path(sys.base_prefix), Path(os.__file__).parent, static / "fonts", static / "css"],
        writable=[scratch, Path(os.devnull)],
    )
    missing = prepare()
    pdf = print_html(source, static)
    if missing:
        raise _Refused("missing-glyph", characters=sorted(missing))
    return pdf


def prepare() -> set[str]:
    """Set up this process, once. Return the set to which characters without a glyph are added."""
    missing: set[str] = set()
    logging.getLogger("weasyprint").addHandler(_Listener(missing))
    logging.getLogger("weasyprint").setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    keep_notes_on_their_page()
    _read_brackets_as_they_are_printed()
    return missing


def print_html(source: bytes, static: Path) -> bytes:
    """Return the memo's HTML as a PDF. The process must be set up."""
    import cssselect2
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    document = weasyprint.HTML(
        string=source,
        encoding="utf-8",
        base_url=(static / "css").as_uri() + "/",
        url_fetcher=_fetcher(static),
    )
    root = document.etree_element
    document.base_url = (static / "css").as_uri() + "/"  # whatever a <base> element says
    make_inert(root, _warn)
    document.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    if not root.get("lang") or not "".join(t.text or "" for t in root.iter("title")).strip():
        raise _Refused("failed", reason="its template lacks a title or a language")
    pages = document.render(font_config=FontConfiguration(), pdf_variant=VARIANT)
    if lost := notes_not_on_their_page(pages):
        _warn(f"notes that do not stand on the page that cites them: {', '.join(lost)}")
    if covered := pages_with_text_under_notes(pages):
        _warn(f"pages on which text runs into the notes: {', '.join(map(str, covered))}")
    _declare_pdf_ua(pages.metadata)
    pdf: bytes = pages.write_pdf(pdf_variant=VARIANT, pdf_identifier=hashlib.sha256(source).digest()[:16])
    return pdf


def _declare_pdf_ua(metadata: Any) -> None:
    """Add to the metadata that the file complies with PDF/UA-1.

    WeasyPrint declares this only of files that are not PDF/A.
    """
    generate = metadata.generate_rdf_metadata

    def generate_rdf_metadata(*arguments: Any) -> bytes:
        rdf: bytes = generate(*arguments)
        return rdf.removesuffix(b"</rdf:RDF>") + PDF_UA.lstrip()

    metadata.generate_rdf_metadata = generate_rdf_metadata


class _Listener(logging.Handler):
    """Passes on WeasyPrint's warnings, and collects the characters that no font could draw."""

    def __init__(self, missing: set[str]) -> None:
        super().__init__(logging.WARNING)
        self.missing = missing

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef glyph" in str(record.msg) and isinstance(record.args, tuple):
            self.missing.add(str(record.args[0]))
        else:
            _warn(record.getMessage()[:500])


def _fetcher(static: Path) -> Any:
    """Return a fetcher that serves fonts and stylesheets under static/ and nothing else, whatever the scheme."""
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
            content = _with_values(path) if kind == "text/css" else Path(path).read_bytes()
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    return MemoAssets(allowed_protocols=(), allow_redirects=False)


TOKENS = '@import url("tokens.css");'


def _with_values(stylesheet: str) -> bytes:
    """Return the stylesheet with each ``var()`` replaced by the light value of tokens.css, which it imports.

    WeasyPrint would compute the values again for each element, which takes a sixth of the time of a memo.
    """
    css = Path(stylesheet).read_text(encoding="utf-8")
    if TOKENS in css:
        light = Path(stylesheet).with_name("tokens.css").read_text(encoding="utf-8").partition("\n}")[0]
        values = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", light))
        css = css.replace(TOKENS, "")
        while "var(" in css:
            css = re.sub(r"var\((--[\w-]+)\)", lambda name: values[name[1]], css)
    return css.encode()


def _read_brackets_as_they_are_printed() -> None:
    """Change WeasyPrint 70's text layer, so that a right-to-left text does not mirror every bracket.

    WeasyPrint maps each glyph of a font to the text for which it was first drawn. In a right-to-left text "(" is drawn
    with the glyph of ")", as Unicode demands, so that glyph then reads "(" in the whole memo, also in left-to-right
    sentences. (Other PDF writers map the glyph by the font, or give such a run an ActualText.) This change maps the
    glyph of a mirrored sign to the sign that it shows, by the font's own table. Readers of PDFs expect this, because
    they mirror the signs of right-to-left runs themselves.
    """
    from weasyprint.pdf.fonts import Font

    set_up = Font.__init__

    class ByShape(dict[int, str]):
        """Glyphs to texts. If a sign has a mirror image, the font decides which of the two it is."""

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


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1:]))
