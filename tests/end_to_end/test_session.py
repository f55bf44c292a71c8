"""A form is sent after the session ended: the typed text stays on the page until the user has signed in again."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments.management.commands.load_demo import PASSWORD
from tests.end_to_end.test_main_job import go_on

pytestmark = pytest.mark.slow

NUMBERS = itertools.count(70_001)
SAID = "Typed for a quarter of an hour – and still here."


def _intake(page: Page) -> Locator:
    page.goto("/cases/new/")
    page.fill("#id_reference", f"N-2099-{next(NUMBERS):05}")
    page.select_option("#id_country", "ML")
    page.fill("#id_places-0-place", "Ogossagou, Mopti")
    return page.locator("#id_interview_language")


def _fact(page: Page) -> Locator:
    """Return the officer's part of a fact in the first editable case."""
    page.goto("/")
    links = page.locator("main a[href*='/cases/']").evaluate_all("all => all.map(each => each.pathname)")
    cases = dict.fromkeys(found[0] for link in links if (found := re.match(r"/cases/[0-9a-f-]{36}/", link)))
    reasons = page.locator("#officer textarea[name=outcome_reasons]")
    for case in cases:
        page.goto(f"{case}facts/F1/")
        if reasons.count():
            return reasons
    raise AssertionError(f"none of these can be written in: {list(cases)}")


def _library(page: Page) -> Locator:
    page.goto("/library/drafts/new/")
    return page.locator("#id_title")


def _send(page: Page) -> None:
    go_on(page)


def _save_fact(page: Page) -> None:
    page.locator("#officer").get_by_role("button", name="Save", exact=True).click()


def _begin(page: Page) -> None:
    page.locator("main form[method=post] button:visible").last.click()


PAGES = [
    pytest.param("caseworker", _intake, _send, id="an intake"),
    pytest.param("caseworker", _fact, _save_fact, id="a fact of a case"),
    pytest.param("coi-admin", _library, _begin, id="a draft of the library"),
]


def sign_in(page: Page, user: str) -> None:
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(("user", "opened", "send"), PAGES)
def test_the_page_does_not_send_the_form(user: str, opened: Callable, send: Callable, open_page, axe) -> None:
    page = open_page(user)
    opened(page).fill(SAID)
    page.context.clear_cookies(name="sessionid")
    send(page)
    dialog = page.get_by_role("dialog", name="Not saved yet")
    expect(dialog).to_contain_text("You are signed out.")
    expect(dialog).to_contain_text("What you typed is still on this page.")
    assert axe(page) == []
    with page.context.expect_page() as opened_tab:
        dialog.get_by_role("link", name="Sign in").click()
    sign_in(opened_tab.value, user)
    opened_tab.value.wait_for_url(re.compile(r"//[^/]*/$"))
    opened_tab.value.close()
    page.bring_to_front()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Save now").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    if opened is _intake:
        expect(page.get_by_role("heading", level=1, name="Profile")).to_be_visible()
        page.get_by_role("link", name="Applicant and places").click()
        expect(page.get_by_role("heading", level=1, name="Applicant and places")).to_be_visible()
    expect(page.locator("main")).to_be_visible()
    assert SAID in page.locator("main").inner_text() or SAID in values_of(page)


def values_of(page: Page) -> list[str]:
    return page.locator("main input, main textarea").evaluate_all("all => all.map(each => each.value)")


@pytest.mark.parametrize(("user", "opened", "send"), PAGES)
def test_without_a_script_the_sign_in_page_carries_it(user: str, opened: Callable, send: Callable, open_page) -> None:
    page = open_page(user, javascript=False)
    opened(page).fill(SAID)
    page.context.clear_cookies(name="sessionid")
    send(page)
    expect(page.locator("main")).to_contain_text("Your answers are still here")
    sign_in(page, user)
    expect(page.get_by_role("heading", level=1, name="You are signed in again")).to_be_visible()
    expect(page.locator("main")).to_contain_text(SAID)
    with page.expect_navigation():
        page.get_by_role("button", name="Send the form again").click()
    if opened is _intake:
        expect(page.get_by_role("heading", level=1, name="Profile")).to_be_visible()
        page.get_by_role("link", name="Applicant and places").click()
        expect(page.get_by_role("heading", level=1, name="Applicant and places")).to_be_visible()
    assert SAID in page.locator("main").inner_text() or SAID in values_of(page)


def test_a_colleague_at_the_same_browser_does_not_send_it(open_page) -> None:
    page = open_page("caseworker")
    _intake(page).fill(SAID)
    page.context.clear_cookies(name="sessionid")
    tab = page.context.new_page()
    tab.goto("/sign-in/")
    sign_in(tab, "supervisor")
    tab.wait_for_url(re.compile(r"//[^/]*/$"))
    page.bring_to_front()
    go_on(page)
    dialog = page.get_by_role("dialog", name="Not saved yet")
    expect(dialog).to_contain_text("Somebody else is now signed in")
    expect(page.locator("#id_interview_language")).to_have_value(SAID)
