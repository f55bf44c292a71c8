"""The filter that reduces a memo's HTML to elements, attributes and characters that cannot act.

The module does not use Django, because the renderer's child process imports it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

# The elements of a memo. Anything else (a script, a frame, an image, a form, a style) becomes inert text, so that typed
# text is neither lost nor active.
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

# Soft hyphens and zero-width spaces are invisible, and a few hundred of them stop the renderer, so they are dropped.
# Direction overrides would display other letters than are stored, so their names are printed.
UNSEEN = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF])
OVERRIDES = {code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
LINE_ENDS = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
AS_PRINTED = {**UNSEEN, **OVERRIDES, **LINE_ENDS}
# Joiners shape Arabic, Sinhala, N'Ko and other scripts. After Latin, Greek and Cyrillic letters they only make the
# renderer measure the whole text again for each line.
IDLE_JOINERS = re.compile("(?<=[!-~\u00a1-\u052f])[\u200c\u200d]+")
# The renderer measures a word as long as a page again for each of its lines, which takes minutes. It gets invisible
# places to break. No word and hardly any address is that long.
LONG_WORD = re.compile(r"\S{200,}")
PIECE = re.compile(r"\S{1,10}[\u0300-\u036f\u200c-\u200f\ufe00-\ufe0f]*")
ZERO_WIDTH_SPACE = "\u200b"


def _printable(text: str) -> str:
    """Return a printable text: invisible characters dropped, misleading ones named, endless words breakable."""
    text = IDLE_JOINERS.sub("", text.translate(AS_PRINTED))
    return LONG_WORD.sub(lambda word: ZERO_WIDTH_SPACE.join(PIECE.findall(word[0])), text)


def make_inert(root: Element[Any], warn: Callable[[str], None]) -> None:
    """Remove everything from an HTML tree that a memo may not have, and report it."""
    elements: list[Element[Any]] = list(root.iter())
    for element in elements:
        if not isinstance(element.tag, str):
            continue  # a comment draws nothing
        if (element.tag == "link" and not _is_stylesheet(element)) or (element.tag not in ELEMENTS):
            _disarm(element, warn)
        else:
            for name in list(element.attrib):
                if not _may_stay(element, name):
                    warn(f"removed {name} from <{_short(element.tag)}>")
                    del element.attrib[name]
        if element.text:
            element.text = _printable(element.text)
        if element.tail:
            element.tail = _printable(element.tail)


def _short(tag: str) -> str:
    return tag.rpartition("}")[2]


def _disarm(element: Element[Any], warn: Callable[[str], None]) -> None:
    warn(f"removed <{_short(element.tag)}>")
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
    # a reference inside SVG (marker, clip path) names a part of the same drawing
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
