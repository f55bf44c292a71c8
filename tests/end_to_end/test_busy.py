"""A press shows at once that work has started, and a second press posts nothing."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.end_to_end.test_session import _fact

pytestmark = pytest.mark.slow

PRESS_THRICE = """button => {
  button.click();
  button.click();
  setTimeout(() => button.click(), 200);
  return [button.textContent, button.getAttribute("aria-busy"), document.getElementById("announce").textContent];
}"""


def _slowly(page: Page, posts: list[str]) -> None:
    """Delay every post of the page by half a second and count it, except autosaves."""

    def hold(route: Route) -> None:
        if route.request.method == "POST" and "x-autosave" not in route.request.headers:
            posts.append(route.request.url)
            page.wait_for_timeout(500)
        route.continue_()

    page.route("**/*", hold)


def test_a_form_is_posted_once_however_often_its_button_is_pressed(open_page):
    page = open_page("caseworker")
    _fact(page)
    posts: list[str] = []
    _slowly(page, posts)
    save = page.locator("#officer").get_by_role("button", name="Save", exact=True)
    assert save.evaluate(PRESS_THRICE) == ["Saving…", "true", "Saving…"]
    expect(page.locator("#notices .notice")).to_be_visible()
    expect(save).to_have_text("Save")
    assert len(posts) == 1


def test_the_buttons_stay_in_view_and_in_place_while_the_page_scrolls(open_page):
    """A button that moves between the press and the release of the mouse is not clicked."""
    page = open_page("caseworker", viewport={"width": 1366, "height": 768})
    _fact(page)
    save = page.locator("#officer").get_by_role("button", name="Save", exact=True)
    places = save.evaluate("""button => [0, 40, 200].map((y) => {
        window.scrollTo(0, y);
        return [window.scrollY, button.getBoundingClientRect().bottom];
    })""")
    assert [scrolled for scrolled, _bottom in places] == [0, 40, 200]
    assert len({bottom for _scrolled, bottom in places}) == 1
    assert places[0][1] <= 768


def test_a_form_that_is_not_sent_can_be_pressed_again(open_page):
    page = open_page("caseworker")
    _fact(page)
    save = page.locator("#officer").get_by_role("button", name="Save", exact=True)
    page.context.clear_cookies()
    save.click()
    expect(page.locator("#signed-out")).to_be_visible()
    expect(save).to_have_text("Save")


def test_a_file_is_requested_once_and_its_link_shows_it(open_page):
    page = open_page("caseworker")
    _fact(page)
    page.goto(page.url.split("facts/")[0])
    link = page.get_by_role("link", name="Draft memo (PDF)")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(".pdf") else None)
    with page.expect_download() as download:
        assert link.evaluate(PRESS_THRICE) == ["Preparing the file…", "true", "Preparing the file…"]
    assert download.value.suggested_filename == "memo-draft.pdf"
    expect(link).to_have_text("Draft memo (PDF)")
    assert len(asked) == 1


def test_an_autosave_waits_as_long_as_a_busy_server_asks(open_page):
    page = open_page("caseworker")
    reasons = _fact(page)
    asked: list[float] = []

    def busy_once(route: Route) -> None:
        if "x-autosave" not in route.request.headers:
            return route.continue_()
        asked.append(time.monotonic())
        if len(asked) > 1:
            return route.continue_()
        said = {"Retry-After": "6", "Content-Type": "application/json"}
        return route.fulfill(status=503, headers=said, body='{"message": "Busy."}')

    page.route("**/*", busy_once)
    reasons.fill("Typed while the server was busy.")
    expect(page.locator("#save-status")).to_contain_text("Not saved since")
    expect(page.locator("#save-status")).to_contain_text("Saved at")
    assert asked[1] - asked[0] >= 6
    page.reload()
    expect(reasons).to_have_value("Typed while the server was busy.")
