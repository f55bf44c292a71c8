"""A review by keyboard: the number of keys for an approval, and what cannot be skipped."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.demonstration_server import run_in

pytestmark = pytest.mark.slow
SCREEN = {"width": 1366, "height": 768}
SECTIONS, MOST_KEYS = 12, 16
MOST_SCREENS = 12.5  # for the ten sections of the demonstration case, pages whole: 24 before, ten would be the floor
WAITING = """
import json
from accounts.models import User
from assessments.models import Case
from tests import factories
by = User.objects.get(username="caseworker")
facts = json.loads((factories.DEMO / "mopti-twelve-facts.json").read_text(encoding="utf-8"))["material_facts"]
for number in (1, 2, 3):
    case = factories.make_case(by, "mopti-twelve-facts", reference=f"N-2026-0091{number}", material_facts=facts[:6])
    factories.submitted(case)
factories.submitted(Case.objects.get(reference="N-2026-00101"))
"""


@pytest.fixture(scope="module", autouse=True)
def waiting(server, server_folder) -> None:
    """In the queue: three memos of twelve sections, one for each test, and the demonstration case with four facts."""
    run_in(server_folder, WAITING)


def take(page: Page, reference: str) -> None:
    page.locator("tr", has_text=reference).get_by_role("button", name=re.compile("^Take")).click()
    page.wait_for_url("**/review/")


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.n = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.n += 1

    def press_and_wait(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)


def graded(page: Page) -> tuple[int, int]:
    """Return the number of graded sections and of all sections."""
    done, total = re.findall(r"\d+", page.locator("#review-done").inner_text())
    return int(done), int(total)


def test_a_memo_is_approved_in_few_keys_and_never_unread(open_page, axe):
    page = open_page("supervisor", viewport=SCREEN)
    take(page, "N-2026-00911")
    assert axe(page) == []
    keys = Keys(page)

    _none, total = graded(page)
    assert total == SECTIONS
    keys.press_and_wait("n")
    opened = []
    for done in range(total):
        assert graded(page) == (done, total)
        opened.append(page.url)
        expect(page.locator(".review-text")).not_to_be_empty()
        if done < 2:
            assert axe(page) == []
        keys.press_and_wait("1")
    assert len(set(opened)) == total
    expect(page).to_have_url(re.compile("/review/#decision$"))
    keys.press("Tab", "Tab")
    expect(page.get_by_role("button", name="Approve the memo")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("The memo was approved", timeout=60_000)
    print(f"{total} sections approved with {keys.n} keys")
    assert keys.n <= MOST_KEYS


def test_a_whole_memo_is_reviewed_in_few_screens(open_page, axe):
    page = open_page("supervisor", viewport=SCREEN)
    take(page, "N-2026-00101")
    addresses = page.locator(".review-strip a").evaluate_all("links => links.map((link) => link.pathname)")[:-1]
    heights = {}
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("button", name="Correct")).to_be_in_viewport()  # the grade is in view all the time
        heights[address.split("/")[-2]] = page.evaluate("document.documentElement.scrollHeight")
        assert axe(page) == []
    screens = sum(heights.values()) / SCREEN["height"]
    print(f"{len(heights)} sections in {screens:.1f} screens: {heights}")
    assert screens <= MOST_SCREENS


def test_an_error_waits_for_its_comment_and_keys_typed_in_it_are_no_grades(open_page, axe):
    page = open_page("supervisor", viewport=SCREEN)
    take(page, "N-2026-00912")
    page.goto(f"{page.url}fact-F1/")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Grade this section “correct” and go on")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    comment = page.get_by_label(re.compile("^Comment"))
    expect(comment).to_be_focused()
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=40_000)
    assert axe(page) == []
    page.keyboard.type("Note 17 is of 1 May 2021, not 2.")
    expect(comment).to_have_value("Note 17 is of 1 May 2021, not 2.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "fact-F1" not in page.url
    page.goto(f"{page.url.split('review/')[0]}review/")
    expect(page.locator("main")).to_contain_text("Note 17 is of 1 May 2021, not 2.")
    assert axe(page) == []


def test_without_javascript_a_section_is_graded_by_its_form(open_page):
    page = open_page("supervisor", viewport=SCREEN, javascript=False)
    take(page, "N-2026-00913")
    review = page.url
    page.goto(f"{review}profile/")
    page.get_by_role("button", name="Significant error").click()
    expect(page.locator(".error-summary")).to_contain_text("Describe the error.")
    page.get_by_label(re.compile("^Comment")).fill("Another person’s profile.")
    page.get_by_role("button", name=re.compile("^Save, ")).click()
    assert page.url.startswith(review)
    page.goto(review)
    expect(page.locator("main")).to_contain_text("Another person’s profile.")
    page.get_by_role("button", name="Return the memo with comments").click()
    expect(page.locator("main")).to_contain_text("The memo was returned with your comments")
