"""Searches as browsers make them: the form of the page is posted, and leads to an address without what was typed."""

from typing import Any
from urllib.parse import urlsplit

from tests.browser_post import as_browsers_send


def address_of(client: Any, address: str, fields: dict[str, Any], *, form: str = "") -> str:
    """Post the search form of a page, and return the address to which it leads. ``form`` is another page's form."""
    sent = client.post(form or address, as_browsers_send(fields))
    assert sent.status_code == 302, sent.status_code
    leads_to = urlsplit(sent["Location"])
    assert leads_to.path == (form or address)
    return address + (f"?{leads_to.query}" if leads_to.query else "")


def search_in_browser(page: Any, address: str, typed: str) -> None:
    """Open a page in a real browser, type into its search box and send the form."""
    page.goto(address)
    page.fill("#id_q", typed)
    with page.expect_navigation():
        page.press("#id_q", "Enter")
    assert typed not in page.url


def searched(client: Any, address: str, fields: dict[str, Any], *, form: str = "") -> Any:
    """Return the page of a search."""
    return client.get(address_of(client, address, fields, form=form))
