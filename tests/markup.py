"""Pages as tests read them, independent of a template's line breaks."""

import html
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

from cssselect2 import ElementWrapper
from django.http import HttpResponse


def _source(page: HttpResponse | str) -> str:
    return page if isinstance(page, str) else page.content.decode()


def markup(response: HttpResponse) -> str:
    """Return its HTML with entities resolved and every run of whitespace as one space."""
    return " ".join(html.unescape(_source(response)).split())


class _Tree(HTMLParser):
    """The tree of a page without wrongly closed elements; much faster than a parser that repairs pages as browsers do."""

    VOID = frozenset(
        {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.opened: list[str] = []
        self.is_just_opened = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.opened.append(tag)
        self.is_just_opened = True
        if tag in self.VOID:
            self.handle_endtag(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened[-1:] == [tag], f"line {self.getpos()[0]} of the page closes {tag} wrongly"
        self.opened.pop()
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self.opened:
            # HTML drops a line feed right after these tags; Django writes one before the value of a text area
            is_start = self.is_just_opened and self.opened[-1] in ("textarea", "pre")
            self.builder.data(data.removeprefix("\n") if is_start else data)
        self.is_just_opened = False


def tree(page: HttpResponse | str) -> Element:
    """Return its root element."""
    parser = _Tree()
    parser.feed(_source(page))
    parser.close()
    assert not parser.opened, f"the page leaves {parser.opened[-1]} open"
    return parser.builder.close()


class _Texts(HTMLParser):
    """The texts of a page; much faster than its tree."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _texts(page: HttpResponse | str | Element) -> list[str]:
    if isinstance(page, Element):
        return list(page.itertext())
    parser = _Texts()
    parser.feed(_source(page))
    parser.close()
    return parser.pieces


def visible_text(page: HttpResponse | str | Element) -> str:
    """Return the visible text of a page, or of one element, without repeated spaces."""
    return " ".join(" ".join(_texts(page)).split())


def running_text(page: HttpResponse | str | Element) -> str:
    """Return the same with inline elements touching their neighbours, as in print."""
    return " ".join("".join(_texts(page)).split())


def elements(page: HttpResponse | str | Element, selector: str) -> list[Element]:
    """Return the elements that a CSS selector chooses, in the order of the page."""
    root = page if isinstance(page, Element) else tree(page)
    return [found.etree_element for found in ElementWrapper.from_html_root(root).query_all(selector)]


def values(page: HttpResponse | str | Element, selector: str, attribute: str = "value") -> list[str]:
    """Return one attribute of the elements that a CSS selector chooses; empty if an element lacks it."""
    return [found.get(attribute, "") for found in elements(page, selector)]


def value(page: HttpResponse | str | Element, selector: str, attribute: str = "value") -> str:
    """Return one attribute of the first element that a CSS selector chooses. Fails if there is none."""
    return values(page, selector, attribute)[0]
