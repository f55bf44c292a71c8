"""The PDF renderer reads no file and connects to nothing, whatever the HTML says."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assessments.memo import pdf_child, pdf_renderer
from assessments.memo.pdf_renderer import render_pdf
from tests.assessments.memo.pdf_documents import memo, pages, read


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[tuple[str, list[str]]]:
    """A server on the loopback interface, and the requests that it received."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(302 if "redirect" in self.path else 200)
            self.send_header("Location", "/again")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()
    thread.join()


HOSTILE_BODY = """
<a rel=attachment href="{file}">attached</a> <a rel="attachment" href="{web}/attached" download>attached</a>
<a href="{file}">linked file</a> <a href="javascript:app.alert(1)">linked script</a> <a href="JaVaScRiPt:x">two</a>
<a href="\tjavascript:x">three</a> <a href="data:text/html,x">four</a> <a href="vbscript:x">five</a>
<a href="//127.0.0.1/six">six</a> <a href="report.pdf">seven</a>
<a href="https://example.org/good">good link</a> <a href="#here">inner link</a> <p id="here">here</p>
<img src="{web}/image" alt="of image"><img src="{file}" alt="x"><img src="data:image/png;base64,iVBORw0KGgo=" alt="x">
<img srcset="{web}/srcset 2x" src="{web}/redirect" alt="x">
<object data="{web}/object" type="image/svg+xml">fallback of object</object><embed src="{web}/embed">
<iframe src="{web}/iframe" srcdoc="<img src={web}/srcdoc>"></iframe><video poster="{web}/poster" src="{web}/video"></video>
<input type=image src="{web}/input"><table background="{web}/background"><tr><td>cell</td></tr></table>
<p style="background: url({web}/style-attribute)">styled</p>
<style>@import "{web}/inner-import"; p {{ background: url({web}/inner-url); display: none }}
@page {{ background: url({file}) }} h1 {{ content: url({web}/content) }} li {{ list-style-image: url({web}/list) }}</style>
<svg width="10" height="10"><title>t</title><image href="{web}/svg-image" width="9" height="9"/>
<image xlink:href="{file}" width="9" height="9"/><use href="{web}/svg-use#a"/><use xlink:href="{file}#a"/>
<rect width="5" height="5" fill="url({web}/svg-fill#a)" style="filter:url({web}/svg-filter)"/>
<style>@import url({web}/svg-import); @font-face {{ font-family: s; src: url({web}/svg-font) }}</style>
<script href="{web}/svg-script"/><foreignObject><img src="{web}/foreign"></foreignObject>
<a href="javascript:x"><text>svg link</text></a></svg>
<script src="{web}/script"></script><meta http-equiv="refresh" content="0;url={web}/refresh">
"""
HOSTILE_HEAD = """
<base href="{web}/"><link rel=stylesheet href="{web}/stylesheet"><link rel=stylesheet href="{file}">
<link rel=stylesheet href="../../../../../../../../../..{path}"><link rel=attachment href="{file}">
<link rel=attachment href="{web}/linked"><link rel=stylesheet href="data:text/css,p%7Bdisplay:none%7D">
<meta http-equiv=refresh content="0;url={web}/refresh"><style>@import url({web}/import); @import url({file});
@font-face {{ font-family: f; src: url({web}/font), url(file:///etc/passwd), url({file}) }} body {{ font-family: f }}
@color-profile --c {{ src: url({web}/profile) }} p {{ color: color(--c 1 1 1) }}</style>
"""


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.css"
    path.write_text("main::before { content: 'CANARY-OF-A-FILE' }")
    return path


def hostile(web: str, canary: Path) -> str:
    where = {"web": web, "file": canary.as_uri(), "path": canary}
    return memo(HOSTILE_BODY.format(**where), head=HOSTILE_HEAD.format(**where))


def links_of(pdf: bytes) -> list[str]:
    found = []
    for page in read(pdf).pages:
        for annotation in page.get("/Annots", []):
            annotation = annotation.get_object()
            assert annotation["/Subtype"] == "/Link"
            action = annotation.get("/A", {})
            assert action.get("/S", "/URI") in ("/URI", "/GoTo")
            found.append(action.get("/URI") or "inner")
    return found


def test_hostile_html_then_no_request_no_file_no_attachment(listener: tuple[str, list[str]], canary: Path) -> None:
    web, hits = listener
    warnings: list[str] = []
    pdf = render_pdf(hostile(web, canary), on_warning=warnings.append)
    text = " ".join(pages(pdf))
    assert hits == []
    assert read(pdf).attachments == {}
    assert b"/EmbeddedFile" not in pdf
    assert b"/JavaScript" not in pdf
    assert "CANARY-OF-A-FILE" not in text
    assert "root:" not in text
    assert set(links_of(pdf)) == {f"{web}/attached", "https://example.org/good", "inner"}  # links for people to follow
    # Made inert, not removed: words stay, and a <style> in the text hides nothing.
    for words in ("attached", "linked script", "of image", "fallback of object", "styled", "cell", "display: none"):
        assert words in text.replace("\n", " ")
    assert any("<iframe>" in warning for warning in warnings)
    assert any("<style>" in warning for warning in warnings)


def test_hostile_html_past_the_filter_then_the_fetcher_still_refuses(
    listener: tuple[str, list[str]], canary: Path, tmp_path: Path
) -> None:
    """Check the second barrier alone: the same HTML in a copy of the renderer without the filter."""
    web, hits = listener
    renderer = Path(pdf_child.__file__).read_text()
    assert "    make_inert(root, _warn)\n" in renderer
    script = tmp_path / "without_filter.py"
    script.write_text(renderer.replace("    make_inert(root, _warn)\n", ""))
    # @color-profile lets WeasyPrint's URLFetchingError escape, so it is tested separately.
    profile = memo("<p>x", head=f"<style>@color-profile --c {{src: url({web}/p)}}</style>")
    for html, made in ((hostile(web, canary).replace("@color-profile", "@unknown"), True), (profile, False)):
        child = subprocess.run(
            [sys.executable, "-s", "-P", "-B", script, pdf_renderer.STATIC, tmp_path / "c", tmp_path, "20", "1024"],
            input=html.encode(), capture_output=True, timeout=30, check=False,
            env=pdf_renderer._environment(str(tmp_path)),
        )  # fmt: skip
        assert hits == []
        assert child.stdout.startswith(b"%PDF-" if made else b'{"error"')
        assert b"/EmbeddedFile" not in child.stdout
        if made:
            assert "CANARY-OF-A-FILE" not in " ".join(pages(child.stdout))
