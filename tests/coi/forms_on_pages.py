"""A form of a page as a browser would send it."""

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.text: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.add(self.select, given.get("value", ""))
        elif tag == "textarea" and name:
            self.text = name
            self.add(name, "")
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    self.add(name, given.get("value", "on"))
            else:
                self.add(name, given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.forms[-1][self.text][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.text = None
        if tag == "select":
            self.select = None

    def add(self, name: str, value: str) -> None:
        self.forms[-1].setdefault(name, []).append(value)


def sent_by(response: Any, field: str) -> dict[str, list[str]]:
    """Return what the form with this field would send unchanged."""
    parser = _Form()
    parser.feed(response.content.decode())
    return next(form for form in parser.forms if field in form)
